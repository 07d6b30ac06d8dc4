"""Data and settings that the panels show."""

import numpy as np
import pytest

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
