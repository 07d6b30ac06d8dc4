"""The line under the plots: what the run is doing, why, and what would help."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gdexplorer.core.diagnosis import Diagnosis, Mood
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.theme import LIGHT, Theme

_MOST_CURES, _USUAL_CURES = 3, 2
#: A bar at least this wide has room for a third cure.
_WIDE = 1000
#: A bar less wide than this gives the sentence a third line.
_NARROW = 640
_HEIGHTS = {2: 48, 3: 64}
_MARGIN = 6
_SPACING = 10


def mood_colour(mood: Mood, theme: Theme) -> str:
    """Return the colour in which ``theme`` says ``mood``."""
    return {
        Mood.CALM: theme.quiet,
        Mood.GOOD: theme.good,
        Mood.WARNING: theme.warning,
        Mood.BAD: theme.gradient,
    }[mood]


class DoctorBar(QFrame):
    """A mark, a word, a sentence, and a button for each cure.

    The height is that of two lines, or of three in a narrow window, whatever is said, so that the plots above never
    move. Where room is short there are fewer cures, but always one, lest the sentence be cut.

    Signals:
        cureRequested (Cure): The user wants this cure.
    """

    cureRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doctor")
        self._diagnosis = Diagnosis("ready", "", Mood.CALM)
        self._theme = LIGHT
        self._mark, self._word, self._sentence = _Mark(), QLabel(), QLabel()
        self._word.setProperty("role", "title")
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, _MARGIN, 8, _MARGIN)
        row.setSpacing(_SPACING)
        row.addWidget(self._mark)
        row.addWidget(self._word)
        row.addWidget(self._sentence, 1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons = [Chip("", "", is_switch=False) for _ in range(_MOST_CURES)]
        for index, button in enumerate(self._buttons):
            button.setProperty("quiet", False)
            button.hide()
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.idClicked.connect(self._on_group_id_clicked)
        self.setFixedHeight(_HEIGHTS[2])  # a hint would not do: where text wraps, layouts ask for the height of a width
        self.set_theme(LIGHT)

    def diagnosis(self) -> Diagnosis:
        """Return what is shown."""
        return self._diagnosis

    def set_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Show ``diagnosis``."""
        if diagnosis == self._diagnosis:
            return
        old, self._diagnosis = self._diagnosis, diagnosis
        if diagnosis.word != old.word or not self._word.text():
            self._word.setText(diagnosis.word.capitalize())
            self.setAccessibleName(f"Doctor: {diagnosis.word}")
        if diagnosis.mood is not old.mood:
            self._ink()
        self._sentence.setText(diagnosis.sentence)
        self.setAccessibleDescription(diagnosis.sentence)
        for button, cure in zip(self._buttons, diagnosis.cures, strict=False):
            button.setText(cure.title)
            button.setToolTip(f"{cure.title}; Undo takes it back")
            button.setAccessibleName(cure.title)
        self._share_room()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self._ink()

    def cure_buttons(self) -> list[QAbstractButton]:
        """Return the buttons of the cures that are shown, the best one first."""
        return [button for button in self._buttons if not button.isHidden()]

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: the sentence takes what there is."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many cures as leave room for the sentence."""
        super().resizeEvent(event)
        self.setFixedHeight(_HEIGHTS[self._lines()])
        self._share_room()

    def _lines(self) -> int:
        return 3 if self.width() < _NARROW else 2

    def _share_room(self) -> None:
        most = _MOST_CURES if self.width() >= _WIDE else _USUAL_CURES
        count = min(most, len(self._diagnosis.cures))
        while count > 1 and not self._fits(count):
            count -= 1
        for index, button in enumerate(self._buttons):
            button.setVisible(index < count)

    def _fits(self, count: int) -> bool:
        """Whether there is room for the sentence beside so many cures."""
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 20
        taken = [self._mark.sizeHint().width(), self._word.sizeHint().width()]
        taken += [button.sizeHint().width() for button in self._buttons[:count]]
        room = self.width() - margins - sum(taken) - _SPACING * len(taken)
        metrics = QFontMetrics(self._sentence.font())
        needed = metrics.boundingRect(
            QRect(0, 0, max(room, 1), 10_000), Qt.TextFlag.TextWordWrap.value, self._sentence.text()
        )
        return needed.width() <= room and needed.height() <= self._lines() * metrics.lineSpacing()

    def _ink(self) -> None:
        colour = mood_colour(self._diagnosis.mood, self._theme)
        self._mark.show_mood(self._diagnosis.mood, colour)
        self._word.setStyleSheet(f"color: {colour};")

    @Slot(int)
    def _on_group_id_clicked(self, index: int) -> None:
        self.cureRequested.emit(self._diagnosis.cures[index])


class _Mark(QWidget):
    """A mood as a shape of its own: a ring, a disc, a triangle, a square on its corner."""

    def __init__(self) -> None:
        super().__init__()
        self._mood, self._colour = Mood.CALM, LIGHT.quiet
        self.setFixedSize(14, 14)

    def show_mood(self, mood: Mood, colour: str) -> None:
        """Draw ``mood`` in ``colour``."""
        self._mood, self._colour = mood, colour
        self.update()

    def sizeHint(self) -> QSize:
        """Return its only size."""
        return QSize(14, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shape."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._colour)
        is_ring = self._mood is Mood.CALM
        painter.setPen(QPen(colour, 2) if is_ring else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if is_ring else colour)
        corners = {
            Mood.WARNING: ((7.0, 1.0), (13.5, 12.5), (0.5, 12.5)),
            Mood.BAD: ((7.0, 0.0), (14.0, 7.0), (7.0, 14.0), (0.0, 7.0)),
        }.get(self._mood)
        if corners is None:
            painter.drawEllipse(QPointF(7, 7), 4.5, 4.5)
        else:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
