"""What one step of training is told in: sections of numbers, from the rows to the new weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepPart(StrEnum):
    """A stage of a step."""

    ROWS = "Rows"
    PREDICTIONS = "Predictions"
    RESIDUALS = "Residuals"
    LOSS = "Loss"
    GRADIENT = "Gradient"
    MEMORY = "Memory"
    UPDATE = "Update"
    WEIGHTS = "New weights"

    @property
    def is_by_rows(self) -> bool:
        """Whether each of its first lines is about one row."""
        return self in (StepPart.ROWS, StepPart.PREDICTIONS, StepPart.RESIDUALS, StepPart.LOSS, StepPart.GRADIENT)


@dataclass(frozen=True)
class StepColumn:
    """One column of numbers.

    Attributes:
        heading: Over it.
        numbers: One for each line; None is left empty.
        weight: The index of the weight that it is about, counted from 0; None for none.
        unit: Of its numbers; empty for those as trained and for plain ones.
    """

    heading: str
    numbers: tuple[float | None, ...]
    weight: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class StepSection:
    """One stage of a step as a small table.

    Attributes:
        part: Which stage.
        formula: In short; set quietly beside its name.
        lines: The names of the lines.
        columns: Each with a number for every line.
        totals: How many of the last lines are what the others come to, and are set apart.
        group: How many lines share their decimals, from the first on; 0 for all of them.
        tip: The formula in words, with what there is to know about it.
    """

    part: StepPart
    formula: str
    lines: tuple[str, ...]
    columns: tuple[StepColumn, ...]
    totals: int = 0
    group: int = 0
    tip: str = ""


@dataclass(frozen=True)
class StepHover:
    """What is under the mouse, or has the focus.

    Attributes:
        part: Which stage.
        line: Which of its lines; None for all of it.
    """

    part: StepPart
    line: int | None = None


def as_text(title: str, sections: tuple[StepSection, ...]) -> str:
    """Return ``sections`` as plain text with aligned columns; numbers are exact: they read back as they are."""
    blocks = [title]
    for section in sections:
        head = [
            "",
            *(f"{column.heading} [{column.unit}]" if column.unit else column.heading for column in section.columns),
        ]
        rows = [head]
        for at, line in enumerate(section.lines):
            cells = (column.numbers[at] for column in section.columns)
            rows.append([line, *("" if number is None else repr(float(number)) for number in cells)])
        widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
        text = [f"{section.part.value}: {section.formula}" if section.formula else section.part.value]
        for row in rows:
            first, *rest = row
            parts = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            text.append("  ".join(parts).rstrip())
        blocks.append("\n".join(text))
    return "\n\n".join(blocks) + "\n"
