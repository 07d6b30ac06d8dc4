"""What can be decided about how a whole file is read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from gdexplorer.core.reading_choices import DECIMALS, SEPARATORS, UNDECIDED, ReadingChoices
from gdexplorer.core.table_report import TableReport
from gdexplorer.ui.import_fields import FoundChoice, LineField, WordsField
from gdexplorer.ui.import_words import ENCODINGS, encoding_key, encoding_title, excerpt, line_word, titles
from gdexplorer.ui.labelled_row import LabelledRow

_LINES_ON_OFFER = 24


class ImportFileBox(QWidget):
    """Edits the choices on a file; what the file's kind leaves nothing to choose about is hidden.

    Attributes:
        sheet: Of a workbook.
        encoding: Of text.
        separator: Between values of text.
        decimal: Sign before the fraction.
        header: Which line has the names.
        first: First line of data.
        last: Last line of data.
        words: Further words for no value.
        all_rows: Whether all rows are held.

    Signals:
        choicesEdited (object): The ReadingChoices that the user made.
    """

    choicesEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = UNDECIDED
        self.sheet, self.encoding, self.separator = FoundChoice(), FoundChoice(), FoundChoice()
        self.decimal, self.header = FoundChoice(), FoundChoice()
        self.first, self.last, self.words = LineField(), LineField(), WordsField()
        self.all_rows = QCheckBox("Hold all rows in memory")
        self.last.setPlaceholderText("as found")
        self.words.setPlaceholderText("such as  n/k, unknown")
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._sheet_row = LabelledRow("Sheet", self.sheet)
        self._encoding_row = LabelledRow("Encoding", self.encoding, tip="How the bytes of the file become letters")
        self._separator_row = LabelledRow("Separator", self.separator, tip="What stands between two values")
        self._header_row = LabelledRow("Names", self.header, tip="The line of the file with the columns’ names")
        self._first_row = LabelledRow("First row", self.first, tip="Line of the file with the first row of data")
        self._last_row = LabelledRow("Last row", self.last, tip="Line of the file with the last row of data")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        for row in (
            self._sheet_row,
            self._encoding_row,
            self._separator_row,
            LabelledRow("Decimal sign", self.decimal, tip="Of all columns that have no choice of their own"),
            self._header_row,
            self._first_row,
            self._last_row,
            LabelledRow("Missing", self.words, tip="Further words that stand for no value, between commas"),
            self.all_rows,
            self._problem,
        ):
            column.addWidget(row)
        column.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        self.sheet.valueEdited.connect(self._on_sheet_edited)
        self.encoding.valueEdited.connect(self._on_encoding_edited)
        self.separator.valueEdited.connect(self._on_separator_edited)
        self.decimal.valueEdited.connect(self._on_decimal_edited)
        self.header.valueEdited.connect(self._on_header_edited)
        self.first.lineEdited.connect(self._on_first_edited)
        self.last.lineEdited.connect(self._on_last_edited)
        self.words.wordsEdited.connect(self._on_words_edited)
        self.all_rows.clicked.connect(self._on_all_rows_clicked)
        self.first.problemFound.connect(self._on_problem_found)
        self.last.problemFound.connect(self._on_problem_found)

    def set_choices(self, choices: ReadingChoices, report: TableReport) -> None:
        """Show ``choices`` and what ``report`` says was found where they leave it open, silently."""
        self._choices = choices
        is_text = bool(report.encoding or choices.encoding)
        self._sheet_row.setVisible(bool(report.sheets))
        self._encoding_row.setVisible(is_text)
        self._separator_row.setVisible(bool(report.separator or choices.separator))
        for row in (self._header_row, self._first_row, self._last_row):
            row.setVisible(is_text or bool(report.sheets))
        self.sheet.set_value(choices.sheet, report.sheet, [(sheet, sheet) for sheet in report.sheets])
        encoding = None if choices.encoding is None else encoding_key(choices.encoding)
        self.encoding.set_value(encoding, encoding_title(report.encoding), ENCODINGS.items())
        separators = titles(SEPARATORS)
        self.separator.set_value(choices.separator, separators.get(report.separator, ""), separators.items())
        self.decimal.set_value(choices.decimal, _decimal_found(report), titles(DECIMALS).items())
        self._show_lines(choices, report)
        self.words.set_words(choices.missing_words)
        self.all_rows.setVisible(report.sampled is not None or choices.all_rows)
        self.all_rows.setChecked(choices.all_rows)

    def choices(self) -> ReadingChoices:
        """Return what is shown."""
        return self._choices

    def _show_lines(self, choices: ReadingChoices, report: TableReport) -> None:
        line = line_word(report).capitalize()
        entries = [("0", "None: x1, x2, x3, …")]
        for row in report.preview[:_LINES_ON_OFFER]:
            beginning = excerpt(row.cells)
            entries.append((str(row.line), f"{line} {row.line}: {beginning}" if beginning else f"{line} {row.line}"))
        chosen = None if choices.header_line is None else str(choices.header_line)
        if chosen is not None and chosen not in dict(entries):
            entries.append((chosen, f"{line} {chosen}"))
        found = f"{line} {report.header_line}" if report.header_line else "None"
        self.header.set_value(chosen, found, entries)
        first = next((row.line for row in report.preview if row.use == "row"), None)
        self.first.setPlaceholderText("as found" if first is None else f"as found: {first}")
        self.first.set_line(choices.first_line)
        self.last.set_line(choices.last_line)

    def _edit(self, **fields: object) -> None:
        self._choices = replace(self._choices, **fields)  # type: ignore[arg-type]
        self.choicesEdited.emit(self._choices)

    @Slot(object)
    def _on_sheet_edited(self, sheet: str | None) -> None:
        """Read another sheet; what was decided about the lines and columns of this one does not hold there."""
        self._edit(sheet=sheet, header_line=None, first_line=None, last_line=None, columns=())

    @Slot(object)
    def _on_encoding_edited(self, encoding: str | None) -> None:
        self._edit(encoding=encoding)

    @Slot(object)
    def _on_separator_edited(self, separator: str | None) -> None:
        """Cut lines up elsewhere; what was decided about columns does not hold then."""
        self._edit(separator=separator, columns=())

    @Slot(object)
    def _on_decimal_edited(self, decimal: str | None) -> None:
        self._edit(decimal=decimal)

    @Slot(object)
    def _on_header_edited(self, line: str | None) -> None:
        self._edit(header_line=None if line is None else int(line))

    @Slot(object)
    def _on_first_edited(self, line: int | None) -> None:
        self._edit(first_line=line)

    @Slot(object)
    def _on_last_edited(self, line: int | None) -> None:
        self._edit(last_line=line)

    @Slot(object)
    def _on_words_edited(self, words: tuple[str, ...]) -> None:
        self._edit(missing_words=words)

    @Slot(bool)
    def _on_all_rows_clicked(self, is_checked: bool) -> None:
        self._edit(all_rows=is_checked)

    @Slot(str)
    def _on_problem_found(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))


def _decimal_found(report: TableReport) -> str:
    signs = {column.decimal for column in report.columns if column.kind == "number" and column.decimal}
    if not signs:
        return ""
    return "Mixed" if len(signs) > 1 else titles(DECIMALS).get(min(signs), "")
