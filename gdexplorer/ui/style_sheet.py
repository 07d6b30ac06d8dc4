"""The style sheet of the whole program, made from a theme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from gdexplorer.ui.theme import Theme


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that is ``share`` of ``second`` and the rest ``first``."""
    a, b = QColor(first), QColor(second)
    channels = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in channels)).name()


def style_sheet(theme: Theme) -> str:
    """Return the style sheet for ``theme``.

    It looks at these properties: ``card`` of a QFrame; ``primary``, ``small``, ``flat``, ``quiet`` and ``tab`` of a
    button; ``low`` of the column of panels; ``problem`` of a line edit; ``role`` of a label: ``title``, ``quiet``,
    ``problem`` or ``formula``.
    """
    parts = (_base, _buttons, _fields, _low, _lists, _bars, _window, _import)
    return "\n".join(part(theme) for part in parts)


def _base(theme: Theme) -> str:
    return f"""
* {{ font-size: 13px; }}
QMainWindow, QDialog, QMessageBox, #floating {{ background: {theme.ground}; }}
QWidget {{ color: {theme.text}; }}
QFrame[card="true"], #card {{
    background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px;
}}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-weight: 600; }}
QLabel[role="quiet"] {{ color: {theme.quiet}; }}
QLabel[role="problem"] {{ color: {theme.gradient}; font-size: 12px; }}
QLabel:disabled {{ color: {mixed(theme.quiet, theme.card, 0.35)}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QToolTip {{
    color: {theme.text}; background: {theme.card}; border: 1px solid {theme.line}; padding: 5px 7px;
}}
"""


def _buttons(theme: Theme) -> str:
    hover = mixed(theme.field, theme.text, 0.06)
    pressed = mixed(theme.field, theme.text, 0.12)
    return f"""
QPushButton, QToolButton {{
    background: {theme.field}; border: 1px solid {theme.line}; border-radius: 6px;
    padding: 5px 13px; min-height: 18px;
}}
QPushButton[small="true"] {{ padding: 5px 7px; min-width: 10px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked, QPushButton:checked {{ background: {pressed}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {theme.accent}; padding: 4px 12px; }}
QPushButton[small="true"]:focus {{ padding: 4px 6px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {mixed(theme.quiet, theme.card, 0.35)}; }}
QPushButton[primary="true"] {{
    background: {theme.accent}; border-color: {theme.accent}; color: {theme.on_accent}; font-weight: 600;
}}
QPushButton[primary="true"]:hover {{ background: {mixed(theme.accent, theme.text, 0.1)}; }}
QPushButton[primary="true"]:pressed {{ background: {mixed(theme.accent, theme.text, 0.22)}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {theme.text}; }}
QPushButton[primary="true"]:disabled {{
    background: {theme.line}; border-color: {theme.line}; color: {theme.quiet};
}}
QToolButton[flat="true"] {{ background: transparent; border-color: transparent; padding: 4px; }}
QToolButton[flat="true"]:hover {{ background: {hover}; }}
QToolButton[flat="true"]:focus {{ border: 2px solid {theme.accent}; padding: 3px; }}
QToolButton[small="true"] {{ padding: 0 1px; min-height: 16px; max-height: 16px; }}
QToolButton[small="true"]:focus {{ border: 1px solid {theme.accent}; padding: 0 1px; }}
"""


def _fields(theme: Theme) -> str:
    return f"""
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{
    background: {theme.field}; border: 1px solid {theme.line}; border-radius: 6px;
    padding: 4px 9px; min-height: 20px;
    selection-background-color: {theme.accent}; selection-color: {theme.on_accent};
}}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover {{
    border-color: {mixed(theme.line, theme.text, 0.25)};
}}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{
    border: 2px solid {theme.accent}; padding: 3px 8px;
}}
QLineEdit[problem="true"] {{ border: 2px solid {theme.gradient}; padding: 3px 8px; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{
    color: {mixed(theme.quiet, theme.card, 0.35)}; background: {theme.card};
}}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: none; }}
QAbstractSpinBox QLineEdit {{ border: none; padding: 0 7px; min-height: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox, QRadioButton {{ spacing: 7px; }}
QCheckBox:focus, QRadioButton:focus {{ color: {theme.accent}; }}
QCheckBox::indicator, QAbstractItemView::indicator {{
    width: 13px; height: 13px; border: 1px solid {theme.quiet}; border-radius: 3px; background: {theme.field};
}}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
    border-color: {theme.accent};
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 {theme.on_accent}, stop: 0.42 {theme.on_accent}, stop: 0.52 {theme.accent}, stop: 1 {theme.accent});
}}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.line}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {theme.accent}; }}
QSlider::handle:horizontal {{
    width: 14px; margin: -5px 0; border-radius: 7px; background: {theme.text};
}}
QSlider::handle:horizontal:focus {{ background: {theme.text}; border: 2px solid {theme.accent}; }}
QProgressBar {{
    border: none; border-radius: 2px; background: {theme.line}; max-height: 4px; color: transparent;
}}
QProgressBar::chunk {{ border-radius: 2px; background: {theme.accent}; }}
"""


def _low(theme: Theme) -> str:
    """Rows of panels that are less high, with the same text."""
    del theme
    inside = '#panels[low="true"]'
    return f"""
{inside} QLineEdit, {inside} QComboBox {{ padding-top: 2px; padding-bottom: 2px; }}
{inside} QLineEdit:focus, {inside} QComboBox:focus, {inside} QLineEdit[problem="true"] {{
    padding-top: 1px; padding-bottom: 1px;
}}
{inside} QPushButton {{ padding-top: 3px; padding-bottom: 3px; }}
{inside} QPushButton:focus {{ padding-top: 2px; padding-bottom: 2px; }}
"""


def _lists(theme: Theme) -> str:
    chosen = mixed(theme.card, theme.accent, 0.22)
    return f"""
QAbstractItemView {{
    background: {theme.field}; border: 1px solid {theme.line}; border-radius: 6px; outline: none;
    selection-background-color: {chosen}; selection-color: {theme.text}; gridline-color: {theme.line};
}}
QAbstractItemView:focus {{ border-color: {theme.accent}; }}
QListView::item {{ padding: 4px 6px; min-height: 18px; }}
QComboBox QAbstractItemView {{ background: {theme.card}; border-radius: 0; padding: 3px; }}
QComboBox QAbstractItemView::item {{ padding: 4px 7px; min-height: 20px; }}
QHeaderView::section {{
    background: transparent; color: {theme.quiet}; border: none; padding: 4px 6px; font-weight: 400;
}}
#columnPopup {{ background: {theme.card}; border: 1px solid {mixed(theme.line, theme.text, 0.12)}; }}
QMenuBar {{ background: {theme.ground}; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 6px; background: transparent; }}
QMenuBar::item:selected {{ background: {mixed(theme.ground, theme.text, 0.09)}; }}
QMenu {{ background: {theme.card}; border: 1px solid {theme.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {chosen}; }}
QMenu::item:disabled {{ color: {mixed(theme.quiet, theme.card, 0.35)}; }}
QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 6px; }}
"""


def _bars(theme: Theme) -> str:
    thumb = mixed(theme.ground, theme.text, 0.25)
    return f"""
QToolBar {{ background: {theme.ground}; border: none; spacing: 8px; }}
QStatusBar {{ background: {theme.ground}; color: {theme.quiet}; }}
QStatusBar QLabel {{ color: {theme.quiet}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {thumb}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {mixed(theme.ground, theme.text, 0.4)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTabBar::tab {{ color: {theme.quiet}; padding: 5px 12px; border: none; background: transparent; }}
QTabBar::tab:selected {{ color: {theme.text}; border-bottom: 2px solid {theme.accent}; }}
QTabWidget::pane {{ border: none; }}
"""


def _window(theme: Theme) -> str:
    return f"""
QToolButton[quiet="true"] {{
    background: transparent; border: 1px solid {mixed(theme.card, theme.quiet, 0.75)}; border-radius: 9px;
    color: {theme.quiet}; padding: 0 8px; min-height: 16px; max-height: 16px; font-size: 12px;
}}
QToolButton[quiet="true"]:hover {{ background: {mixed(theme.card, theme.text, 0.06)}; color: {theme.text}; }}
QToolButton[quiet="true"]:checked {{
    background: {theme.quiet}; border-color: {theme.quiet}; color: {theme.card};
}}
QToolButton[quiet="true"]:checked:hover {{ background: {mixed(theme.quiet, theme.text, 0.25)}; }}
QToolButton[tab="true"] {{
    border: none; border-bottom: 2px solid transparent; border-radius: 0; padding: 0 2px; font-size: 13px;
    min-height: 20px; max-height: 20px;
}}
QToolButton[tab="true"]:checked, QToolButton[tab="true"]:checked:hover {{
    background: transparent; color: {theme.text}; font-weight: 600; border-bottom-color: {theme.accent};
}}
QToolButton[quiet="true"]:focus {{
    border: 2px solid {theme.accent}; padding: 0 7px; min-height: 14px; max-height: 14px;
}}
QToolButton[tab="true"]:focus {{ border-radius: 4px; padding: 0; min-height: 18px; max-height: 18px; }}
QToolButton[quiet="true"]:disabled {{ border-color: {theme.line}; }}
QTableWidget {{ background: transparent; border: none; border-radius: 0; font-size: 12px; }}
QTableWidget::item {{ padding: 0 6px; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ font-size: 12px; border-bottom: 1px solid {theme.line}; }}
#banner {{
    background: {mixed(theme.card, theme.gradient, 0.12)}; border: 1px solid {theme.gradient}; border-radius: 8px;
}}
#banner[note="true"] {{ background: {mixed(theme.card, theme.accent, 0.1)}; border-color: {theme.line}; }}
#doctor {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px; }}
"""


def _import(theme: Theme) -> str:
    asking = mixed(theme.card, theme.accent, 0.1)
    return f"""
#fileName {{ font-size: 17px; font-weight: 600; }}
#questions, #question {{
    background: {asking}; border: 1px solid {mixed(theme.card, theme.accent, 0.45)}; border-radius: 8px;
}}
#questions QListWidget {{ background: transparent; border: none; }}
#questions QListWidget::item {{ padding: 2px 0; min-height: 18px; border-radius: 4px; color: {theme.text}; }}
#questions QListWidget::item:hover {{ background: {mixed(asking, theme.accent, 0.12)}; }}
#questionMark {{
    background: {theme.accent}; color: {theme.on_accent}; border-radius: 9px; font-size: 12px; font-weight: 600;
}}
#preview {{ font-size: 12px; }}
#preview::item {{ padding: 0 5px; }}
#preview QTableCornerButton::section {{ background: {theme.card}; border: none; }}
QFileDialog QToolButton, QFileDialog QToolButton:focus {{ padding: 3px; }}
#notes {{ background: transparent; border: none; padding: 0; }}
"""
