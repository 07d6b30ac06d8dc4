"""The window: one toolbar, controls to the left, plots to the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from gdexplorer import __version__
from gdexplorer.app.column_presenter import ColumnPresenter
from gdexplorer.app.data_saving import DataSaving
from gdexplorer.app.doctor_presenter import DoctorPresenter
from gdexplorer.app.edit_progress import EditProgress
from gdexplorer.app.import_flow import ImportFlow
from gdexplorer.app.preferences import Preferences
from gdexplorer.app.presenter import Presenter
from gdexplorer.app.ruler_presenter import RulerPresenter
from gdexplorer.app.session import Session
from gdexplorer.core.settings import Settings
from gdexplorer.ui.banner import Banner
from gdexplorer.ui.data_panel import DataPanel
from gdexplorer.ui.doctor_bar import DoctorBar
from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.landscape_choice import LandscapeChoice, View
from gdexplorer.ui.model_panel import ModelPanel
from gdexplorer.ui.panel_column import PanelColumn
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.run_bar import RunBar
from gdexplorer.ui.status_strip import StatusStrip
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.theme import DARK, LIGHT, Theme
from gdexplorer.ui.training_panel import TrainingPanel

_LEFT_WIDTH = 316
_NARROW = 1330


class MainWindow(QMainWindow):
    """Wires panels and plots to a session.

    Signals:
        closed(): The window was closed; the session's threads have ended.
    """

    closed = Signal()

    def __init__(self, session: Session, icons: Mapping[str, str], preferences: Preferences) -> None:
        super().__init__()
        self.session = session
        self._icons = IconSet(icons)
        self._preferences = preferences
        self._theme_choice = preferences.theme
        self.theme: Theme = LIGHT
        self._set_theme()
        self.setWindowTitle("gdexplorer")

        self.data_panel, self.model_panel, self.training_panel = DataPanel(), ModelPanel(), TrainingPanel()
        self.run_bar, self.status = RunBar(), StatusStrip()
        self.plots, self.banner = PlotsArea(), Banner()
        self._told: tuple[str, ...] = ()
        self.doctor_bar = DoctorBar()

        self._lay_out()
        self._recent_menu = QMenu("Open &recent", self)
        self.imports = ImportFlow(session, preferences, self, self.data_panel, self.banner, self._recent_menu)
        self.saving = DataSaving(session, self, self.banner)
        self._edit_progress = EditProgress(session, self.data_panel, self)
        self._make_actions()
        self._connect()
        self._ink()
        self.plots.landscape.set_choice(LandscapeChoice(View.CURVES, drawing=preferences.drawing), ("w₁",))
        self.columns = ColumnPresenter(session, self.data_panel, self.model_panel, self)
        self.ruler = RulerPresenter(session, self.training_panel, self)
        self.doctor = DoctorPresenter(session, self.doctor_bar, self.ruler, self)
        self.presenter = Presenter(session, self.plots, self.status, self.doctor, self)
        self._on_problem_changed()
        self._restore_layout()

    # Building ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        panels = PanelColumn((self.data_panel, self.model_panel, self.training_panel))
        panels.setFixedWidth(_LEFT_WIDTH)

        self._toolbar = toolbar = QHBoxLayout()
        toolbar.setSpacing(8)
        toolbar.addWidget(self.run_bar, 0, Qt.AlignmentFlag.AlignLeft)
        toolbar.addWidget(self.status, 0, Qt.AlignmentFlag.AlignRight)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addLayout(toolbar)
        right.addWidget(self.banner)
        right.addWidget(self.plots, 1)
        right.addWidget(self.doctor_bar)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(panels)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(900, 600)

    def _make_actions(self) -> None:
        menus = self.menuBar()
        file_menu, edit_menu = menus.addMenu("&File"), menus.addMenu("&Edit")
        run_menu, view_menu, help_menu = menus.addMenu("&Run"), menus.addMenu("&View"), menus.addMenu("&Help")
        self._action(file_menu, "&Open…", QKeySequence.StandardKey.Open, self.imports.choose_file, "open")
        file_menu.addMenu(self._recent_menu)
        self._action(file_menu, "&Save data as…", QKeySequence("Ctrl+Shift+S"), self.saving.choose_place)
        self._reload_action = self._action(file_menu, "Re&load", Qt.Key.Key_F5, self.imports.reload)
        self._action(file_menu, "&How it was read…", None, self.imports.show_report)
        file_menu.addSeparator()
        self._action(file_menu, "&Quit", QKeySequence.StandardKey.Quit, self.close)
        stack = self.session.store.undo_stack
        for action, key, icon in (
            (stack.createUndoAction(self, "&Undo"), QKeySequence.StandardKey.Undo, "undo"),
            (stack.createRedoAction(self, "&Redo"), QKeySequence.StandardKey.Redo, "redo"),
        ):
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            action.setData(icon)
            edit_menu.addAction(action)
        edit_menu.addSeparator()
        self._action(edit_menu, "&Paste table", QKeySequence.StandardKey.Paste, self.imports.paste)
        self._run_action = self._action(run_menu, "&Run", Qt.Key.Key_Space, self.toggle_run, "run")
        self._action(run_menu, "&Step", Qt.Key.Key_Right, self.session.step, "step")
        self._action(run_menu, "R&eset", Qt.Key.Key_Home, self.session.reset, "reset")
        self._action(view_menu, "&Full screen", Qt.Key.Key_F11, self._on_full_screen)
        self._action(view_menu, "Fit the &ranges", Qt.Key.Key_F, lambda: self.presenter.fit_ranges(), "fit")
        landscape = self.plots.landscape
        self._action(view_menu, "Reset the &surface’s view", Qt.Key.Key_0, landscape.reset_camera)
        view_menu.addSeparator()
        group = QActionGroup(self)
        for choice in ("system", "light", "dark"):
            action = view_menu.addAction(f"{choice.capitalize()} theme")
            action.setCheckable(True)
            action.setChecked(choice == self._theme_choice)
            action.setData(None)
            action.setProperty("choice", choice)
            group.addAction(action)
        group.triggered.connect(self._on_theme_triggered)
        self._action(help_menu, "&About gdexplorer", None, self._on_about)

    def _action(
        self, menu: QWidget, text: str, key: object, slot: Callable[..., object], icon: str | None = None
    ) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(QKeySequence(key))  # type: ignore[call-overload]
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # in windows of single cards too
        action.setData(icon)
        action.triggered.connect(slot)
        menu.addAction(action)
        return action

    def _connect(self) -> None:
        session, store = self.session, self.session.store
        self.model_panel.settingsEdited.connect(session.edit)
        self.training_panel.settingsEdited.connect(session.edit)
        self.run_bar.runToggled.connect(self._on_run_bar_run_toggled)
        self.run_bar.stepRequested.connect(session.step)
        self.run_bar.resetRequested.connect(session.reset)
        self.run_bar.speedEdited.connect(self._on_run_bar_speed_edited)
        store.changed.connect(self._on_store_changed)
        session.problemChanged.connect(self._on_problem_changed)
        session.rowsEdited.connect(self._on_rows_edited)
        session.runningChanged.connect(self._on_running_changed)
        session.failed.connect(self.banner.say)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    # What the user does --------------------------------------------------------------------------------------

    def open_source(self, source: str) -> None:
        """Open a bundled data set or a file, on the worker."""
        self.imports.open(source)

    @Slot()
    def toggle_run(self) -> None:
        """Run if at rest, pause if running."""
        self._on_run_bar_run_toggled(not self.session.is_running)

    @Slot(bool)
    def _on_run_bar_run_toggled(self, wants_run: bool) -> None:
        if wants_run:
            self.session.run()
        else:
            self.session.pause()

    @Slot(float)
    def _on_run_bar_speed_edited(self, steps_per_second: float) -> None:
        self._edit(steps_per_second=steps_per_second)

    def _edit(self, **fields: object) -> None:
        self.session.edit(replace(self.session.store.settings, **fields))  # type: ignore[arg-type]

    @Slot()
    def _on_full_screen(self) -> None:
        """Fill the screen with the window in front: this one, or that of a single card."""
        window = QApplication.activeWindow()
        if window is None or not self.isAncestorOf(window):
            window = self
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_about(self) -> None:
        QMessageBox.about(
            self,
            "About gdexplorer",
            f"<b>gdexplorer {__version__}</b><p>See what a loss function and gradient descent are, on house prices "
            "or on data of your own.</p><p>Typeface: Inter, SIL Open Font License.</p>",
        )

    # What the session says -------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, new: Settings) -> None:
        self._show_settings(new)

    @Slot()
    def _on_problem_changed(self) -> None:
        notes = self.session.problem.notes()
        if not self.banner.offer:
            self.banner.dismiss()
        if notes and notes != self._told:
            self.banner.inform(" ".join(notes))
        self._told = notes
        self._show_settings(self.session.store.settings)
        self.setWindowTitle(f"{self.session.dataset.title} – gdexplorer")
        self._reload_action.setEnabled(Path(self.session.dataset.source).is_absolute())

    @Slot()
    def _on_rows_edited(self) -> None:
        """Say what is new about the data; what was told of another matter stays."""
        notes = self.session.problem.notes()
        if notes != self._told:
            self._on_problem_changed()
        else:
            self._show_settings(self.session.store.settings)

    @Slot(bool)
    def _on_running_changed(self, is_running: bool) -> None:
        self.run_bar.set_running(is_running)
        self._run_action.setText("Pause" if is_running else "&Run")

    def _show_settings(self, settings: Settings) -> None:
        problem, dataset = self.session.problem, self.session.dataset
        if settings.source != dataset.source or settings.target not in dataset:
            return  # being resolved; shown once it is there
        self.data_panel.set_dataset(dataset, settings)
        self.model_panel.set_settings(settings, dataset)
        self.training_panel.set_settings(settings, problem.row_count)
        self.run_bar.set_speed(settings.steps_per_second)

    # Look --------------------------------------------------------------------------------------------------------

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.apply_theme_choice(str(action.property("choice")))
        self._preferences.theme = self._theme_choice

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        if self._theme_choice == "system":
            self.apply_theme_choice("system")

    def apply_theme_choice(self, choice: str) -> None:
        """Look ``light`` or ``dark``, or as the system does."""
        self._theme_choice = choice
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.disconnect(self._on_system_scheme_changed)
        self._set_theme()
        hints.colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._ink()
        self.presenter.show_problem()

    def _set_theme(self) -> None:
        """Give the chosen theme to everything that Qt draws, title bars included."""
        hints = QGuiApplication.styleHints()
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints.setColorScheme(schemes.get(self._theme_choice, Qt.ColorScheme.Unknown))
        is_dark = hints.colorScheme() is Qt.ColorScheme.Dark
        if self._theme_choice != "system":  # a bare X11 does not take the scheme up
            is_dark = self._theme_choice == "dark"
        self.theme = DARK if is_dark else LIGHT
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(self.theme.palette())
            app.setStyleSheet(style_sheet(self.theme))

    def _ink(self) -> None:
        """Give the theme to everything that we draw."""
        self.plots.apply_theme(self.theme)
        self.imports.set_theme(self.theme)
        for panel in (self.data_panel, self.model_panel, self.training_panel, self.status, self.doctor_bar):
            panel.set_theme(self.theme)
        self.run_bar.set_icons(self._icons, self.theme)
        self.data_panel.set_icons(self._icons, self.theme)
        self.plots.set_icons(self._icons, self.theme)
        for action in self.findChildren(QAction):
            if isinstance(action.data(), str):
                action.setIcon(self._icons.icon(action.data(), self.theme))

    # Life --------------------------------------------------------------------------------------------------------

    def _restore_layout(self) -> None:
        geometry = self._preferences.layout("window")
        if geometry.isEmpty():
            self.resize(1480, 940)
        else:
            self.restoreGeometry(geometry)
        self.plots.restore_layout({name: self._preferences.layout(name) for name in self.plots.layout_states()})

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the numbers a line of their own where they do not fit beside the buttons."""
        is_narrow = self.width() < _NARROW
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._toolbar.setDirection(direction)
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Store the layout and end the threads before any plot dies."""
        self._preferences.store_layout("window", self.saveGeometry())
        for name, state in self.plots.layout_states().items():
            self._preferences.store_layout(name, state)
        self._preferences.drawing = self.plots.landscape.choice().drawing
        self.plots.bring_all_back()
        self.imports.close()
        self.session.close()
        self.closed.emit()
        super().closeEvent(event)
