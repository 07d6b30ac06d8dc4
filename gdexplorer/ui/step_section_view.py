"""One stage of a step, drawn as a small table that can be pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.ui.aligned_numbers import aligned
from gdexplorer.ui.step_sections import StepHover, StepPart, StepSection
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.theme import LIGHT, Theme

_TITLE_PX, _HEAD_PX, _LINE_PX = 22, 17, 18
_EDGE_PX, _STRIPE_PX, _GAP_PX, _BOTTOM_PX = 10, 3, 14, 6
_NUMBER_PX, _SMALL_PX = 12, 11
_TIP_LETTERS = 90


@dataclass(frozen=True)
class _Texts:
    """What is drawn: of each column the heading and the numbers, and how wide it is."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    widths: tuple[float, ...]
    labels_width: float

    @property
    def width(self) -> float:
        """Of all columns and what is between them."""
        return self.labels_width + sum(width + _GAP_PX for width in self.widths)


class StepSectionView(QWidget):
    """A heading in the colour of its idea, a quiet formula, and numbers under one another.

    Signals:
        pointed (object): A StepHover: the mouse is over it, or it has the focus.
        left (): Neither is so any more.
    """

    pointed = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._section: StepSection | None = None
        self._texts = _Texts((), (), 0.0)
        self._lit: StepHover | None = None
        self._least_labels = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def section(self) -> StepSection | None:
        """Return what is shown."""
        return self._section

    def texts(self) -> list[list[str]]:
        """Return what stands in each line: its name, then its numbers."""
        if self._section is None:
            return []
        return [
            [line, *(numbers[at] for _, numbers in self._texts.columns)] for at, line in enumerate(self._section.lines)
        ]

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_section(self, section: StepSection) -> None:
        """Show ``section``."""
        if section == self._section:
            return
        self._section = section
        self._measure()
        self.setAccessibleName(section.part.value)
        self.setAccessibleDescription(f"{section.formula}. " + "; ".join(" ".join(line) for line in self.texts()))
        self.setToolTip("\n".join(wrap(section.tip, _TIP_LETTERS)))
        self.updateGeometry()
        self.update()

    def labels_width(self) -> float:
        """Return how wide the names of the lines are."""
        return self._texts.labels_width

    def set_labels_width(self, width: float) -> None:
        """Leave at least so much room for the names of the lines, so that sections line up."""
        if width != self._least_labels:
            self._least_labels = width
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as its numbers, as high as its lines."""
        lines = len(self._section.lines) if self._section else 0
        height = _TITLE_PX + _HEAD_PX + lines * _LINE_PX + _BOTTOM_PX
        extra = max(0.0, self._least_labels - self._texts.labels_width)
        return QSize(round(self._texts.width + extra + 2 * _EDGE_PX) + 1, height)

    def minimumSizeHint(self) -> QSize:
        """Numbers are never cut."""
        return self.sizeHint()

    # Pointing ----------------------------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self._point(self._line_at(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the line under the mouse."""
        super().mouseMoveEvent(event)
        self._point(self._line_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Go out, unless the keyboard is here."""
        super().leaveEvent(event)
        if self.hasFocus():
            self._point(None)
        else:
            self._go_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light up for the keyboard."""
        super().focusInEvent(event)
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Go out."""
        super().focusOutEvent(event)
        self._go_out()

    def _line_at(self, y: float) -> int | None:
        section = self._section
        if section is None or not section.part.is_by_rows:
            return None
        at = int((y - _TITLE_PX - _HEAD_PX) // _LINE_PX)
        return at if 0 <= at < len(section.lines) - section.totals else None

    def _point(self, line: int | None) -> None:
        if self._section is None:
            return
        hover = StepHover(self._section.part, line)
        if hover != self._lit:
            self._lit = hover
            self.update()
            self.pointed.emit(hover)

    def _go_out(self) -> None:
        if self._lit is not None:
            self._lit = None
            self.update()
            self.left.emit()

    # Drawing -----------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        section = self._section
        assert section is not None
        numbers, small = (QFontMetricsF(self._font(size, is_bold=True)) for size in (_NUMBER_PX, _SMALL_PX))
        columns = tuple(
            (column.heading, _aligned_by_group(column.numbers, section.group)) for column in section.columns
        )
        widths = tuple(
            max([small.horizontalAdvance(heading), *map(numbers.horizontalAdvance, texts)]) + 1
            for heading, texts in columns
        )
        labels = max(map(numbers.horizontalAdvance, section.lines), default=0.0)
        self._texts = _Texts(columns, widths, labels)

    def _font(self, pixels: int, *, is_bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        if is_bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the table."""
        del event
        section = self._section
        if section is None:
            return
        painter = QPainter(self)
        self._paint_ground(painter, section)
        self._paint_heading(painter, section)
        x = _EDGE_PX + max(self._texts.labels_width, self._least_labels)
        for column, (heading, numbers), width in zip(
            section.columns, self._texts.columns, self._texts.widths, strict=True
        ):
            x += _GAP_PX
            colour = self._theme.quiet if column.weight is None else self._theme.weight(column.weight)
            painter.setFont(self._font(_SMALL_PX, is_bold=column.weight is not None))
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(x, _TITLE_PX, width, _HEAD_PX), _RIGHT, heading)
            for at, text in enumerate(numbers):
                is_total = at >= len(section.lines) - section.totals
                painter.setFont(self._font(_NUMBER_PX, is_bold=is_total))
                painter.setPen(QColor(self._ink(section, is_total=is_total)))
                painter.drawText(self._line_box(at, x, width), _RIGHT, text)
            x += width

    def _paint_ground(self, painter: QPainter, section: StepSection) -> None:
        colour = part_colour(self._theme, section.part)
        if self._lit is not None:
            painter.fillRect(self.rect(), QColor(mixed(self._theme.card, colour, 0.10)))
            if self._lit.line is not None:
                lit = self._line_box(self._lit.line, 0, self.width())
                painter.fillRect(lit, QColor(mixed(self._theme.card, colour, 0.22)))
        stripe = _STRIPE_PX + 1 if self._lit is not None else _STRIPE_PX
        painter.fillRect(QRectF(0, 4, stripe, self.height() - 8), QColor(colour))
        if section.totals:
            y = _TITLE_PX + _HEAD_PX + (len(section.lines) - section.totals) * _LINE_PX
            painter.setPen(QColor(self._theme.line))
            painter.drawLine(_EDGE_PX, y, round(_EDGE_PX + self._content_width()), y)

    def _content_width(self) -> float:
        return self._texts.width + max(0.0, self._least_labels - self._texts.labels_width)

    def _paint_heading(self, painter: QPainter, section: StepSection) -> None:
        title = self._font(_NUMBER_PX + 1, is_bold=True)
        width = QFontMetricsF(title).horizontalAdvance(section.part.value)
        painter.setFont(title)
        painter.setPen(QColor(part_colour(self._theme, section.part, is_text=True)))
        painter.drawText(QRectF(_EDGE_PX, 0, width + 2, _TITLE_PX), _LEFT, section.part.value)
        small = self._font(_SMALL_PX)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.quiet))
        start = _EDGE_PX + width + 10
        room = self.width() - start - _EDGE_PX
        text = QFontMetricsF(small).elidedText(section.formula, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(start, 1, room, _TITLE_PX), _LEFT, text)
        for at, line in enumerate(section.lines):
            is_total = at >= len(section.lines) - section.totals
            painter.setFont(self._font(_NUMBER_PX, is_bold=is_total))
            painter.setPen(QColor(self._theme.text if is_total else self._theme.quiet))
            painter.drawText(self._line_box(at, _EDGE_PX, self._texts.labels_width + 1), _LEFT, line)

    def _ink(self, section: StepSection, *, is_total: bool) -> str:
        """Totals have the colour of their idea, all else is text."""
        return part_colour(self._theme, section.part, is_text=True) if is_total else self._theme.text

    @staticmethod
    def _line_box(at: int, x: float, width: float) -> QRectF:
        return QRectF(x, _TITLE_PX + _HEAD_PX + at * _LINE_PX, width, _LINE_PX)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _aligned_by_group(numbers: tuple[float | None, ...], group: int) -> tuple[str, ...]:
    """Return the texts of a column of which so many lines at a time share their decimals; all, where 0."""
    size = group or max(len(numbers), 1)
    return tuple(text for first in range(0, len(numbers), size) for text in aligned(numbers[first : first + size]))


def part_colour(theme: Theme, part: StepPart, *, is_text: bool = False) -> str:
    """Return the colour that the idea of a part has in the plots; text about plain data is plain text."""
    if is_text and part in (StepPart.ROWS, StepPart.UPDATE, StepPart.WEIGHTS):
        return theme.text
    return {
        StepPart.ROWS: theme.data,
        StepPart.PREDICTIONS: theme.model,
        StepPart.RESIDUALS: theme.model,
        StepPart.LOSS: theme.loss,
        StepPart.GRADIENT: theme.gradient,
        StepPart.MEMORY: theme.velocity,
        StepPart.UPDATE: theme.text,
        StepPart.WEIGHTS: theme.weight(0),
    }[part]
