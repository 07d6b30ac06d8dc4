"""A step as plain text: aligned, with numbers that read back exactly."""

from gdexplorer.ui.step_sections import StepColumn, StepPart, StepSection, as_text

THIRD = 1 / 3
SECTIONS = (
    StepSection(
        StepPart.ROWS,
        "2 of 60",
        ("row 1", "row 17, worst"),
        (StepColumn("size", (1700.0, 2e-7), 0, "sq ft"), StepColumn("price", (THIRD, None))),
    ),
    StepSection(StepPart.WEIGHTS, "", ("before", "after"), (StepColumn("w₁", (0.1, float("nan")), 0),)),
)


def test_all_digits_stand_under_one_another():
    text = as_text("Step 4", SECTIONS)
    title, rows, weights = text.split("\n\n")
    assert title == "Step 4"
    assert rows.splitlines()[0] == "Rows: 2 of 60"
    assert weights.splitlines()[0] == "New weights"
    assert rows.splitlines()[1].split() == ["size", "[sq", "ft]", "price"]
    assert rows.splitlines()[2].split() == ["row", "1", "1700.0", repr(THIRD)]
    assert rows.splitlines()[3].split() == ["row", "17,", "worst", "2e-07"]
    heading, numbers = rows.splitlines()[1:3]
    assert heading.index("ft]") + len("ft]") == numbers.index("1700.0") + len("1700.0")
    assert weights.splitlines()[3].split() == ["after", "nan"]
    assert text.endswith("\n")
    assert not any(line.endswith(" ") for line in text.splitlines())
