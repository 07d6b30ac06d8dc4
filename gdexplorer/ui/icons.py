"""Icons drawn in the theme's colours."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gdexplorer.ui.theme import Theme

#: Sides in pixels at which icons are shown, at one and at two device pixels a pixel.
_SIDES = (16, 18, 20, 24, 32, 36, 40, 48, 64, 128, 256)
_TINTABLE = "currentColor"


class IconSet:
    """Icons by name, from the text of their SVG files.

    What is drawn in ``currentColor`` takes a colour of the theme; everything else keeps its own.
    """

    def __init__(self, svgs: Mapping[str, str]) -> None:
        self._svgs = dict(svgs)
        self._made: dict[tuple[str, Theme, str], QIcon] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The icons there are."""
        return tuple(self._svgs)

    def icon(self, name: str, theme: Theme, role: str = "text") -> QIcon:
        """Return the icon ``name`` in the colour ``role`` of ``theme``, quieter where disabled.

        Raises:
            KeyError: There is no icon of that name.
        """
        key = (name, theme, role)
        if key not in self._made:
            icon = QIcon()
            self._add(icon, QIcon.Mode.Normal, name, str(getattr(theme, role)), 1.0)
            self._add(icon, QIcon.Mode.Disabled, name, theme.quiet, 0.6)
            self._made[key] = icon
        return self._made[key]

    def _add(self, icon: QIcon, mode: QIcon.Mode, name: str, colour: str, opacity: float) -> None:
        svg = self._svgs[name].replace(_TINTABLE, colour)
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        for side in _SIDES:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setOpacity(opacity)
            renderer.render(painter)
            painter.end()
            icon.addPixmap(pixmap, mode)
