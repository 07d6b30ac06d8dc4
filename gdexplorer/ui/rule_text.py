"""Update rules as rich text."""

from __future__ import annotations

import re
from html import escape

from gdexplorer.ui.formula import coloured
from gdexplorer.ui.theme import Theme


def coloured_rule(formula: str, theme: Theme) -> str:
    """Return an update rule as rich text: one assignment a line, the gradient red, the learning rate bold."""
    text = escape(formula).replace(",  ", "<br>").replace(";  ", "<br>").replace(":  ", ":<br>")
    text = re.sub(r"(?<![&a-z])g(?![a-z₋])", coloured("g", theme.gradient), text)
    return text.replace("η", coloured("η", theme.text))
