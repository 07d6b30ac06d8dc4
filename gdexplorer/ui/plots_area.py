"""All plots in their cards, and how the room is shared between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.card import Card
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.dock import Dock
from gdexplorer.ui.fit_view import FitView
from gdexplorer.ui.history_views import LossView, WeightsView
from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.landscape_card import LandscapeCard
from gdexplorer.ui.paged_card import PagedCard
from gdexplorer.ui.rate_view import RateView
from gdexplorer.ui.step_view import StepView
from gdexplorer.ui.sweep_view import SweepView
from gdexplorer.ui.theme import Theme
from gdexplorer.ui.weights_table import WeightsTable


class PlotsArea(QWidget):
    """The landscape largest, the others around it; the user moves the borders.

    Attributes:
        landscape: The loss over weight space.
        fit: The data and the model, in ``fit_card``.
        loss: The loss against the step, a page of ``loss_card``.
        rates: The learning rate against the step, a page of ``loss_card``.
        weights: The weights against the step.
        table: The weights as numbers, a page of ``pages``.
        step: One step in full, a page of ``pages``.
        sweep: How fast training is at each learning rate, a page of ``pages``.
        docks: The places of all cards.

    Signals:
        scalesChanged(): Axes were laid out anew; what they show has to be drawn again.
    """

    scalesChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.landscape, self.fit = LandscapeCard(), FitView()
        self.loss, self.weights, self.table = LossView(), WeightsView(), WeightsTable()
        self.rates = RateView()
        self.fit_card = _carded("Data and fit", self.fit)
        self._paint = Chip("Paint", "Paint new points with a drag; holding Shift does it too")
        self._paint.toggled.connect(self._on_paint_toggled)
        self.fit_card.header_layout.addWidget(self._paint)
        self.loss_card = loss_card = PagedCard(
            (
                ("Loss", "The loss against the step", self.loss),
                ("Rate", "The learning rate that each step has used", self.rates),
            )
        )
        loss_card.pageChanged.connect(self._on_loss_card_page_changed)
        self._log_loss = self._toggle(loss_card, "log", "Logarithmic loss axis")
        cards = [self.landscape, self.fit_card, loss_card]
        self.step, self.sweep = StepView(), SweepView()
        self.pages = PagedCard(
            (
                ("Numbers", "The weights as numbers", self.table),
                ("This step", "Every number of one step, from the rows to the next weights", self.step),
                ("Sweep", "How fast training is at each learning rate", self.sweep),
            ),
            {"This step": "Step"},
        )
        weights_card = _carded("Weights", self.weights)
        self._log_steps = self._toggle(weights_card, "log steps", "Logarithmic step axis, in all plots over steps")
        cards += [weights_card, self.pages]
        self.docks = tuple(Dock(card) for card in cards)
        top = _splitter(Qt.Orientation.Horizontal, self.docks[:2], (66, 34))
        bottom = _splitter(Qt.Orientation.Horizontal, self.docks[2:], (28, 28, 44))
        plots = _splitter(Qt.Orientation.Vertical, [top, bottom], (60, 40))
        self._splitters = {"top": top, "bottom": bottom, "plots": plots}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(plots)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour all plots."""
        for view in (self.landscape, self.fit, self.loss, self.rates, self.weights, self.table, self.step, self.sweep):
            view.apply_theme(theme)

    def set_icons(self, icons: IconSet, theme: Theme) -> None:
        """Draw the buttons that let cards float."""
        for dock in self.docks:
            dock.set_icons(icons, theme)

    def bring_all_back(self) -> None:
        """Put all cards where they belong."""
        for dock in self.docks:
            dock.bring_back()

    def use_log_steps(self) -> None:
        """Lay both step axes out logarithmically, as if the user had asked for it."""
        self._log_steps.setChecked(True)

    def layout_states(self) -> dict[str, QByteArray]:
        """Return how the room is shared, by splitter."""
        return {name: splitter.saveState() for name, splitter in self._splitters.items()}

    def restore_layout(self, states: Mapping[str, QByteArray]) -> None:
        """Share the room as before; splitters without a state stay as they are."""
        for name, splitter in self._splitters.items():
            if name in states and not states[name].isEmpty():
                splitter.restoreState(states[name])

    def _toggle(self, card: Card, text: str, tip: str) -> Chip:
        button = Chip(text, tip)
        button.toggled.connect(self._on_scale_toggled)
        card.header_layout.addWidget(button)
        return button

    def set_paintable(self, is_paintable: bool) -> None:
        """Offer to paint points, or do not."""
        self._paint.setVisible(is_paintable)
        if not is_paintable:
            self._paint.setChecked(False)

    @Slot(bool)
    def _on_paint_toggled(self, is_on: bool) -> None:
        self.fit.paints = is_on

    @Slot(str)
    def _on_loss_card_page_changed(self, page: str) -> None:
        self._log_loss.setVisible(page == "Loss")
        self.scalesChanged.emit()

    @Slot()
    def _on_scale_toggled(self) -> None:
        steps = Scale.LOG_STEPS if self._log_steps.isChecked() else Scale.LINEAR
        losses = Scale.LOG if self._log_loss.isChecked() else Scale.LINEAR
        self.loss.choose_scales(steps, losses)
        self.weights.choose_scales(steps, Scale.LINEAR)
        self.rates.choose_scales(steps, Scale.LOG)
        self.scalesChanged.emit()


def _carded(title: str, widget: QWidget) -> Card:
    card = Card(title)
    card.body.addWidget(widget)
    return card


def _splitter(orientation: Qt.Orientation, widgets: Sequence[QWidget], shares: tuple[int, ...]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(10)
    for index, (widget, share) in enumerate(zip(widgets, shares, strict=True)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(index, share)
    splitter.setSizes([share * 20 for share in shares])
    return splitter
