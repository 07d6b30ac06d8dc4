"""Data and settings that the panels show, and hands that use them."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term


@pytest.fixture
def dataset():
    names = (("price", "USD"), ("size", "sq ft"), ("rooms", ""))
    columns = tuple(Column(name, np.arange(3.0) + i, unit) for i, (name, unit) in enumerate(names))
    return Dataset("Three homes", columns, "three", "homes", "price")


@pytest.fixture
def settings():
    return Settings("three", "price", (Term("size"), BIAS, Term("rooms"), Term("size", 2)))


class Hands:
    """What a user does with boxes and fields."""

    @staticmethod
    def choose(box, key):
        """Open the list of ``box``, go to ``key`` and press Enter."""
        box.showPopup()
        row = box.findData(key)
        assert row >= 0, key
        view = box.view()
        view.setCurrentIndex(box.model().index(row, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)

    @staticmethod
    def type_into(field, text):
        """Replace what stands in ``field`` and press Enter."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture
def hands():
    return Hands
