"""The dialog that shows how a file was read and lets every decision be changed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.core.table_report import TableReport
from gdexplorer.ui.card import ElidedLabel
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.import_column_box import ImportColumnBox
from gdexplorer.ui.import_file_box import ImportFileBox
from gdexplorer.ui.import_preview import PreviewTable
from gdexplorer.ui.import_questions import ImportQuestions
from gdexplorer.ui.import_words import asked_about, facts
from gdexplorer.ui.theme import Theme

_SIDE_WIDTH = 312
_LEAST = QSize(780, 500)
_MOST = QSize(1240, 780)
_COLUMN, _FILE, _NOTES = range(3)


class ImportDialog(QDialog):
    """Shows a report and edits the choices behind it; its owner reads anew and sets the new report.

    Attributes:
        questions: What the reader asks.
        preview: The first lines, with a heading for each column.
        column_box: The choices on the column chosen there.
        file_box: The choices on the whole file.
        notes: How it was read.
        tabs: Hold these three.
        open_button: Takes over what is shown.
        cancel_button: Leaves everything as it was.
        stop: Gives up reading anew.

    Signals:
        choicesEdited (object): The ReadingChoices that the user made; the report is of others until set again.
        stopRequested (): The user does not want to wait for what is being read.
    """

    choicesEdited = Signal(object)
    stopRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumSize(_LEAST)
        self._report: TableReport | None = None
        self._choices = UNDECIDED
        self._in_force: ReadingChoices | None = None
        self._is_fresh, self._is_in_use = True, False
        self._is_waiting = False
        self._busy: str | None = None
        self._problem = ""
        self._name = ElidedLabel()
        self._name.setObjectName("fileName")
        self._facts = ElidedLabel()
        self._facts.setProperty("role", "quiet")
        self.questions, self.preview = ImportQuestions(), PreviewTable()
        self.column_box, self.file_box = ImportColumnBox(), ImportFileBox()
        self.notes = QPlainTextEdit()
        self._copy = Chip("Copy all", "Copy all notes to the clipboard", is_switch=False)
        self.tabs = QTabWidget()
        self._status = QLabel()
        self.stop = Chip("Stop", "Do not wait; keep what was read before", is_switch=False)
        self.open_button, self.cancel_button = QPushButton("Open"), QPushButton("Cancel")
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self.notes.setReadOnly(True)
        by = Qt.TextInteractionFlag
        self.notes.setTextInteractionFlags(by.TextSelectableByMouse | by.TextSelectableByKeyboard)
        self.notes.setFrameShape(QFrame.Shape.NoFrame)
        self.notes.setObjectName("notes")
        self.notes.document().setDocumentMargin(0)
        self.notes.setAccessibleName("How it was read")
        noting = QWidget()
        notes = QVBoxLayout(noting)
        notes.setContentsMargins(0, 10, 0, 0)
        notes.addWidget(self.notes, 1)
        notes.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.tabs.addTab(_scrolling(self.column_box), "Column")
        self.tabs.addTab(_scrolling(self.file_box), "File")
        self.tabs.addTab(noting, "How it was read")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        side = QFrame()
        side.setProperty("card", True)
        side.setFixedWidth(_SIDE_WIDTH)
        within = QVBoxLayout(side)
        within.setContentsMargins(12, 6, 8, 10)
        within.addWidget(self.tabs)

        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._name)
        names.addWidget(self._facts)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self.preview, 1)
        middle.addWidget(side)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        foot.addWidget(self._status, 1)
        for button in (self.stop, self.cancel_button, self.open_button):
            foot.addWidget(button)
        self.open_button.setProperty("primary", True)
        self.open_button.setDefault(True)
        self.cancel_button.setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(10)
        whole.addLayout(names)
        whole.addWidget(self.questions)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self.questions.questionChosen.connect(self._on_question_chosen)
        self.preview.columnChosen.connect(self._on_preview_column_chosen)
        self.column_box.choiceEdited.connect(self._on_column_box_edited)
        self.file_box.choicesEdited.connect(self._on_file_box_edited)
        self._copy.clicked.connect(self._on_copy_clicked)
        self.stop.clicked.connect(self.stopRequested)
        self.open_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)

    def set_file(self, name: str, *, is_in_use: bool) -> None:
        """Begin with the file called ``name``; the next report is the first on it, and in force if it ``is_in_use``."""
        self._name.setText(name)
        self.setWindowTitle(f"How {name} was read" if is_in_use else f"Open {name}")
        self.open_button.setText("Apply" if is_in_use else "Open")
        self._is_fresh, self._is_in_use = True, is_in_use
        self._in_force = None
        self._is_waiting, self._busy, self._problem = False, None, ""

    def set_report(self, report: TableReport, choices: ReadingChoices) -> None:
        """Show ``report`` and the ``choices`` that it follows, silently; what was busy or a problem is over."""
        self._report, self._choices = report, choices
        self._is_waiting, self._busy, self._problem = False, None, ""
        self._facts.setText(facts(report))
        self.questions.set_questions(report.questions)
        self.preview.set_report(report)
        self.notes.setPlainText("\n\n".join(report.notes) or "Everything was taken as it stands.")
        self._copy.setEnabled(bool(report.notes))
        self.tabs.setTabText(_NOTES, f"How it was read · {len(report.notes)}" if report.notes else "How it was read")
        if self._is_fresh:
            self._is_fresh = False
            self._in_force = choices if self._is_in_use else None
            self._begin(report)
        self._show_choices()
        self._refresh()

    def choices(self) -> ReadingChoices:
        """Return what is shown."""
        return self._choices

    def set_problem(self, sentence: str) -> None:
        """Say why the choices shown cannot be followed; the report before stays in sight."""
        self._is_waiting, self._busy, self._problem = False, None, sentence
        self._refresh()

    @property
    def status(self) -> str:
        """What it says at its foot: the problem, or what is being worked on."""
        return self._status.text()

    def set_busy(self, text: str | None) -> None:
        """Say ``text`` while the file is being read anew; None when that is over."""
        if text != self._busy:
            self._busy = text
            self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        for part in (self.questions, self.preview, self.column_box):
            part.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Take as much room as the window behind leaves, and begin at the first question."""
        parent = self.parentWidget()
        if parent is not None and not event.spontaneous():
            room = parent.window().size() - QSize(48, 48)
            self.resize(room.boundedTo(_MOST).expandedTo(_LEAST))
        super().showEvent(event)
        layout = self.layout()
        assert layout is not None
        layout.activate()  # so that the room for columns is known
        self.preview.horizontalScrollBar().setValue(0)
        self.preview.choose_column(self.preview.column())
        self.preview.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, report: TableReport) -> None:
        """Bring the first thing to decide into view, or else the first quantity."""
        columns = list(enumerate(report.columns))
        asking = next((index for index, column in columns if column.question), None)
        quantity = next((i for i, column in columns if column.kind == "number" and column.role == "quantity"), 0)
        self.preview.choose_column(quantity if asking is None else asking)
        is_about_file = asking is None and bool(report.questions)
        self.tabs.setCurrentIndex(_FILE if is_about_file or not report.columns else _COLUMN)

    def _show_choices(self) -> None:
        if self._report is None:
            return
        self.file_box.set_choices(self._choices, self._report)
        column = self.preview.column()
        self.tabs.setTabEnabled(_COLUMN, column >= 0)
        if column >= 0:
            self.column_box.set_column(self._report.columns[column], self._choices.column(column), self._report)

    def _edit(self, choices: ReadingChoices) -> None:
        self._choices, self._is_waiting = choices, True
        self._show_choices()
        self._refresh()
        self.choicesEdited.emit(choices)

    def _refresh(self) -> None:
        is_busy = self._busy is not None
        self.stop.setVisible(is_busy)
        self._status.setText(self._busy if self._busy is not None else self._problem)
        self._status.setProperty("role", "quiet" if is_busy else "problem")
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        has_changes = self._in_force is None or self._choices != self._in_force
        is_ready = self._report is not None and not (self._is_waiting or is_busy or self._problem)
        self.open_button.setEnabled(is_ready and has_changes)
        is_only_shown = self._in_force is not None and not has_changes
        self.cancel_button.setText("Close" if is_only_shown else "Cancel")

    @Slot(int)
    def _on_question_chosen(self, index: int) -> None:
        if self._report is None:
            return
        column = asked_about(self._report.questions[index], self._report)
        if column is None:
            self.tabs.setCurrentIndex(_FILE)
            return
        self.preview.choose_column(column)
        self._show_choices()
        self.tabs.setCurrentIndex(_COLUMN)

    @Slot(int)
    def _on_preview_column_chosen(self, _column: int) -> None:
        self._show_choices()
        self.tabs.setCurrentIndex(_COLUMN)

    @Slot(object)
    def _on_column_box_edited(self, choice: ColumnChoice) -> None:
        self._edit(self._choices.with_column(self.preview.column(), choice))

    @Slot(object)
    def _on_file_box_edited(self, choices: ReadingChoices) -> None:
        self._edit(choices)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.notes.toPlainText())


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
