"""How a user picks from a combo box."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def choose(box, key):
    """Open the list of ``box``, go to ``key`` with the arrow keys and press Enter."""
    box.showPopup()
    row = box.findData(key)
    assert row >= 0, key
    view = box.view()
    view.setCurrentIndex(box.model().index(row, 0))
    QTest.keyClick(view, Qt.Key.Key_Return)


def type_into(field, text):
    """Replace what stands in ``field`` and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
