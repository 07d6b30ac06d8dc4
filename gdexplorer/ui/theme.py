"""The look, as one value: colours for light and dark, applied by hand to everything that is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Theme:
    """Colours by idea. One colour means one thing, in plots, formulas, tables and text alike.

    Attributes:
        name: ``light`` or ``dark``.
        ground: Behind the cards.
        card: Of a card.
        field: Of an editable field.
        line: Hairlines around cards and fields.
        grid: Grid lines in plots.
        text: Main text.
        quiet: Labels and secondary text; still at least 4.5:1 on a card.
        accent: The one thing to press.
        on_accent: Text on it.
        loss: The loss.
        gradient: The gradient, and what goes wrong.
        velocity: What an optimizer's memory does to a step.
        model: Model and predictions.
        data: Data points.
        minimum: The minimum.
        good: What goes well.
        warning: What could go better.
        weights: w₁, w₂, … in a cycle that colour-blind eyes can tell apart.
    """

    name: str
    ground: str
    card: str
    field: str
    line: str
    grid: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    loss: str
    gradient: str
    velocity: str
    model: str
    data: str
    minimum: str
    good: str
    warning: str
    weights: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    def weight(self, index: int) -> str:
        """Return the colour of weight ``index``, counted from 0."""
        return self.weights[index % len(self.weights)]

    def palette(self) -> QPalette:
        """Return the palette for everything that Qt paints itself."""
        roles = {
            QPalette.ColorRole.Window: self.ground,
            QPalette.ColorRole.WindowText: self.text,
            QPalette.ColorRole.Base: self.field,
            QPalette.ColorRole.AlternateBase: self.card,
            QPalette.ColorRole.Text: self.text,
            QPalette.ColorRole.PlaceholderText: self.quiet,
            QPalette.ColorRole.Button: self.field,
            QPalette.ColorRole.ButtonText: self.text,
            QPalette.ColorRole.BrightText: self.gradient,
            QPalette.ColorRole.ToolTipBase: self.card,
            QPalette.ColorRole.ToolTipText: self.text,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.on_accent,
            QPalette.ColorRole.Link: self.accent,
            QPalette.ColorRole.Mid: self.line,
        }
        palette = QPalette()
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(self.quiet))
        return palette


DARK = Theme(
    name="dark",
    ground="#14161a",
    card="#20242b",
    field="#191c22",
    line="#333943",
    grid="#2b313a",
    text="#eceff4",
    quiet="#9aa4b2",
    accent="#5cb8ff",
    on_accent="#0b1420",
    loss="#ffb454",
    gradient="#ff6b6b",
    velocity="#5ff0e4",
    model="#c792ea",
    data="#8a93a3",
    minimum="#ffffff",
    good="#7ee08a",
    warning="#e8c547",
    weights=("#5cb8ff", "#7ee08a", "#f5a3d7", "#e8d36a", "#7fd6d0", "#ff9d76", "#b3a4ff", "#c9d1d9"),
)

LIGHT = Theme(
    name="light",
    ground="#eef0f4",
    card="#ffffff",
    field="#f7f8fa",
    line="#dde1e8",
    grid="#edf0f4",
    text="#171a21",
    quiet="#5c6675",
    accent="#1b7fd1",
    on_accent="#ffffff",
    loss="#c77700",
    gradient="#d93644",
    velocity="#007f8a",
    model="#8a4fc7",
    data="#9aa3b2",
    minimum="#000000",
    good="#23863a",
    warning="#8a6100",
    weights=("#1b7fd1", "#2c9a45", "#b8448f", "#8f7a00", "#138783", "#c2552b", "#6a58d6", "#5c6675"),
)
