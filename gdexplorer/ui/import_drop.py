"""Dropping a file on a window: what is dragged, and a sheet over the window that says what will happen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.ui.theme import LIGHT, Theme

_INSET = 5
_SHEET = (460, 160)


def file_in(data: QMimeData) -> str | None:
    """Return the path of the one file that is dragged or was copied; None where it is something else.

    Raises:
        InputError: There are several files, or what it is lies elsewhere.
    """
    urls: list[QUrl] = data.urls() if data.hasUrls() else []
    if not urls:
        return None
    if len(urls) > 1:
        raise InputError(f"These are {len(urls):,} files; one at a time can be opened.")
    url = urls[0]
    if not url.isLocalFile():
        shown = url.toDisplayString()
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        raise InputError(f"“{shown}” is not a file on this computer; download it and open the file.")
    return url.toLocalFile()


class DropSheet(QWidget):
    """Covers a window while a file is dragged over it.

    Signals:
        fileDropped (str): A file, by its path.
        dropRefused (str): What was dropped cannot be opened: one sentence.
    """

    fileDropped = Signal(str)
    dropRefused = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._theme = LIGHT
        self._title, self._line, self._is_refusal = "", "", False
        self.setAcceptDrops(True)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        for field in window.findChildren(QLineEdit):  # they would take the path for text
            field.setAcceptDrops(False)

    @property
    def title(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._title

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window as soon as a file is dragged into it."""
        if isinstance(event, QDragEnterEvent):
            return self._greet(event)
        if not self.isHidden():  # until the pointer moves, what is dragged is the window's
            if isinstance(event, QDragMoveEvent):
                self.dragMoveEvent(event)
                return True
            if isinstance(event, QDropEvent):
                self.dropEvent(event)
                return True
            if isinstance(event, QDragLeaveEvent):
                self.hide()
            elif event.type() == QEvent.Type.Resize:
                self._cover()
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what the window let in."""
        self._greet(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it everywhere."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Uncover the window."""
        self.hide()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped."""
        self.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        try:
            path = file_in(event.mimeData())
        except InputError as error:
            self.dropRefused.emit(str(error))
            return
        if path is not None:
            self.fileDropped.emit(path)

    def _greet(self, event: QDragEnterEvent) -> bool:
        """Show what a drop would do; return whether what is dragged is about a file at all."""
        try:
            path = file_in(event.mimeData())
        except InputError as error:
            self._say("This cannot be opened", str(error), is_refusal=True)
        else:
            if path is None:
                return False
            name = QUrl.fromLocalFile(path).fileName() or path
            self._say(f"Drop to open {name}", "The data in use stay until it has been read.", is_refusal=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True

    def _say(self, title: str, line: str, *, is_refusal: bool) -> None:
        self._title, self._line, self._is_refusal = title, line, is_refusal
        self._cover()
        self.show()
        self.raise_()
        self.update()

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a veil, a dashed frame and what a drop would do."""
        del event
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(theme.ground)
        veil.setAlphaF(0.78)
        painter.fillRect(self.rect(), veil)
        ink = QColor(theme.gradient if self._is_refusal else theme.accent)
        tint = QColor(ink)
        tint.setAlphaF(0.07)
        frame = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        pen = QPen(ink, 2)
        pen.setDashPattern([5, 4])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(tint)
        painter.drawRoundedRect(frame, 14, 14)
        sheet = QRectF(0, 0, min(_SHEET[0], frame.width() - 40), _SHEET[1])
        sheet.moveCenter(frame.center())
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(sheet, 12, 12)
        self._draw_sign(painter, QPointF(sheet.center().x(), sheet.top() + 48), ink)
        self._write(painter, sheet)

    def _write(self, painter: QPainter, sheet: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(17)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text))
        room = QRectF(sheet.left() + 24, sheet.top() + 84, sheet.width() - 48, 26)
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, title)
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.quiet))
        room = QRectF(room.left(), room.bottom() + 2, room.width(), 42)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, flags | Qt.TextFlag.TextWordWrap, self._line)

    def _draw_sign(self, painter: QPainter, centre: QPointF, ink: QColor) -> None:
        """Draw an arrow into a tray, or a cross."""
        pen = QPen(ink, 2.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._is_refusal:
            painter.drawEllipse(centre, 17, 17)
            painter.drawLine(centre + QPointF(-6, -6), centre + QPointF(6, 6))
            painter.drawLine(centre + QPointF(-6, 6), centre + QPointF(6, -6))
            return
        painter.drawLine(centre + QPointF(0, -18), centre + QPointF(0, 6))
        painter.drawPolyline(QPolygonF([centre + QPointF(x, y) for x, y in ((-8, -2), (0, 6), (8, -2))]))
        tray = ((-19, 6), (-19, 14), (-15, 18), (15, 18), (19, 14), (19, 6))
        painter.drawPolyline(QPolygonF([centre + QPointF(x, y) for x, y in tray]))
