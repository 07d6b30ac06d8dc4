"""The sections of a step under one another, or in two columns where there is room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdexplorer.ui.step_section_view import StepSectionView
from gdexplorer.ui.step_sections import StepPart, StepSection
from gdexplorer.ui.theme import LIGHT, Theme

_GAP_PX, _BETWEEN_PX = 6, 24
#: What begins the second column.
_SECOND = (StepPart.GRADIENT, StepPart.MEMORY, StepPart.UPDATE, StepPart.WEIGHTS)


class StepSheet(QWidget):
    """Shows sections in the order in which a step goes through them.

    Signals:
        pointed (object): A StepHover: a section is under the mouse or has the focus.
        left (): None is any more.
    """

    pointed = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._views: list[StepSectionView] = []
        self._is_wide = False
        self._columns = (QVBoxLayout(), QVBoxLayout())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for column in self._columns:
            column.setSpacing(_GAP_PX)
            column.addStretch(1)
            layout.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        for view in self._views:
            view.apply_theme(theme)

    def views(self) -> list[StepSectionView]:
        """Return the sections shown."""
        return [view for view in self._views if not view.isHidden()]

    def show_sections(self, sections: tuple[StepSection, ...]) -> None:
        """Show these instead of the ones before."""
        while len(self._views) < len(sections):
            view = StepSectionView(self)
            view.apply_theme(self._theme)
            view.pointed.connect(self.pointed)
            view.left.connect(self.left)
            self._views.append(view)
            self._columns[0].insertWidget(self._columns[0].count() - 1, view)
            self._is_wide = False
        was = [(view.isHidden(), view.section()) for view in self._views]
        for view, section in zip(self._views, sections, strict=False):
            view.show_section(section)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(sections))
        if was != [(view.isHidden(), view.section()) for view in self._views]:
            widest = max((view.labels_width() for view in self.views()), default=0.0)
            for view in self.views():
                view.set_labels_width(widest)
            self._arrange(is_new=True)

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column, so that two can become one again."""
        return QSize(self._widest(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose how many columns there are."""
        super().resizeEvent(event)
        self._arrange()

    def _widest(self) -> int:
        return max((view.sizeHint().width() for view in self.views()), default=0)

    def _arrange(self, *, is_new: bool = False) -> None:
        is_wide = self.width() >= 2 * self._widest() + _BETWEEN_PX
        if is_wide == self._is_wide and not is_new:
            return
        self._is_wide = is_wide
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(_BETWEEN_PX if is_wide else 0)
        for view in self._views:
            section = view.section()
            place = 1 if is_wide and section is not None and section.part in _SECOND else 0
            column = self._columns[place]
            if column.indexOf(view) < 0:
                self._columns[1 - place].removeWidget(view)
                column.insertWidget(column.count() - 1, view)
