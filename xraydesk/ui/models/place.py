"""The models that are installed, which one reads, and the pages that tell more of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from xraydesk.errors import Failure
from xraydesk.ui.batch.notice import Notice
from xraydesk.ui.models.entry import ModelEntry
from xraydesk.ui.models.labels import label
from xraydesk.ui.models.page_view import PageView
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.theme import DARK, GRID, Colours
from xraydesk.workflows.model_verbs import CardShown, InstalledModels, ModelsCompared

_WIDTH = 720
_LONGEST = 40  # letters of a model's name on a button


class ModelsPlace(QWidget):
    """Signals carry a model's id, or two of them for `compare_wanted`."""

    activate_wanted = Signal(str)
    install_wanted = Signal()
    roll_back_wanted = Signal()
    card_wanted = Signal(str)
    pdf_wanted = Signal(str)
    export_wanted = Signal(str)
    remove_wanted = Signal(str)
    compare_wanted = Signal(str, str)
    agreement_wanted = Signal()

    def __init__(self, colours: Colours = DARK) -> None:
        super().__init__()
        self.setObjectName("place")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Models")
        self._install = QPushButton("Install from file…")
        self._install.setToolTip(
            "Install a model that was exported to a file, or the authors' own checkpoint"
        )
        self._install.clicked.connect(self.install_wanted)
        self.roll_back = QPushButton()
        self.roll_back.clicked.connect(self.roll_back_wanted)
        self.roll_back.hide()
        self.compare = QPushButton("Compare")
        self.compare.setToolTip("The two models that are ticked, side by side")
        self.compare.clicked.connect(self._compare)
        self.notice = Notice(colours)
        self.page = PageView()
        self._agreement = QPushButton("Agreement…")
        self._agreement.setToolTip("How often you and the models agree (Ctrl+Shift+A)")
        self._agreement.clicked.connect(self.agreement_wanted)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._shown: list[QWidget] = []
        self._entries: dict[str, ModelEntry] = {}
        self._ticked: list[str] = []
        self._stack = QStackedWidget()
        self._lay_out()
        self.show_waiting()

    def _lay_out(self) -> None:
        self._stack.addWidget(self._list_page())
        self._stack.addWidget(self.page)
        self.page.back_wanted.connect(self.show_list)
        self.page.pdf_wanted.connect(self.pdf_wanted)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.notice)
        whole.addWidget(self._stack, 1)

    def _list_page(self) -> QScrollArea:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(label("Models", "headline"), 1)
        for button in (self._agreement, self._install):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        ways = QHBoxLayout()
        ways.addWidget(self.roll_back)
        ways.addStretch(1)
        ways.addWidget(self.compare)
        content = QWidget()
        content.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(head)
        column.addLayout(ways)
        column.addLayout(self._list)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        return area

    # -- what is shown ----------------------------------------------------------------------------

    def show_waiting(self) -> None:
        self._fill([label("The installed models are listed once the engine has started.", "quiet")])
        self._allow_compare()

    def show_models(self, installed: InstalledModels) -> None:
        self._entries = {model.model_id: self._entry(ModelEntry(model)) for model in installed.models}
        none: list[QWidget] = [label("No model is installed. Install one from a file.", "quiet")]
        self._fill([*self._entries.values()] or none)
        self._ticked = [model_id for model_id in self._ticked if model_id in self._entries]
        for model_id in self._ticked:
            self._entries[model_id].compare.setChecked(True)
        self._show_previous(installed.previous)
        self.show_free()

    def show_card(self, shown: CardShown) -> None:
        self.page.show_card(shown.model_id, shown.page)
        self._stack.setCurrentWidget(self.page)
        self.show_free()

    def show_comparison(self, compared: ModelsCompared) -> None:
        self.page.show_comparison(compared.comparison)
        self._stack.setCurrentWidget(self.page)
        self.show_free()

    @Slot()
    def show_list(self) -> None:
        self._stack.setCurrentIndex(0)

    def show_busy(self) -> None:
        """Nothing else can be asked until the answer is there."""
        self.notice.close_notice()
        self._allow(free=False)

    def show_free(self) -> None:
        self._allow(free=True)

    def show_failure(self, failure: Failure) -> None:
        self.notice.say(str(failure), warns=True)
        self.show_free()

    def say(self, words: str) -> None:
        self.notice.say(words)
        self.show_free()

    def ask(self, words: str, yes: str, act: Callable[[], None]) -> None:
        """Does it only when that is said to be wanted."""
        self.notice.say(words, (yes, act), ("Leave it", lambda: None), warns=True)

    def set_colours(self, colours: Colours) -> None:
        self.notice.set_colours(colours)

    # -- what tests and the controller look at ----------------------------------------------------

    def trouble(self) -> str:
        return self.notice.words() if self.notice.isVisibleTo(self) else ""

    def entry(self, model_id: str) -> ModelEntry:
        return self._entries[model_id]

    def activate_button(self, model_id: str) -> QPushButton | None:
        """None for the model that reads already."""
        entry = self._entries[model_id]
        return None if entry.model.active else entry.activate

    def shows_a_page(self) -> bool:
        return self._stack.currentWidget() is self.page

    # -- inside -----------------------------------------------------------------------------------

    def _entry(self, entry: ModelEntry) -> ModelEntry:
        entry.activate_wanted.connect(self.activate_wanted)
        entry.card_wanted.connect(self.card_wanted)
        entry.export_wanted.connect(self.export_wanted)
        entry.remove_wanted.connect(self.remove_wanted)
        entry.compare_changed.connect(self._on_ticked)
        return entry

    def _fill(self, entries: list[QWidget]) -> None:
        for shown in self._shown:
            self._list.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        self._shown = entries
        for entry in entries:
            self._list.addWidget(entry)
            entry.show()

    def _show_previous(self, previous: str) -> None:
        short = previous if len(previous) <= _LONGEST else f"{previous[: _LONGEST - 1]}…"
        self.roll_back.setText(f"Go back to {short}".replace("&", "&&"))
        self.roll_back.setToolTip(plain_tip(f"Let {previous} read again, which was in use before"))
        self.roll_back.setVisible(bool(previous))

    def _allow(self, *, free: bool) -> None:
        for button in (self._install, self.roll_back, self.page.pdf):
            button.setEnabled(free)
        for entry in self._entries.values():
            entry.allow(free=free)
        self._allow_compare(free=free)

    def _allow_compare(self, *, free: bool = True) -> None:
        self.compare.setVisible(len(self._entries) > 1)
        self.compare.setEnabled(free and len(self._ticked) == 2)

    @Slot()
    def _on_ticked(self) -> None:
        """Of three the one ticked first is let go."""
        ticked = [model_id for model_id, entry in self._entries.items() if entry.compare.isChecked()]
        kept = [model_id for model_id in self._ticked if model_id in ticked]
        self._ticked = [*kept, *(model_id for model_id in ticked if model_id not in kept)]
        if len(self._ticked) > 2:
            self._entries[self._ticked[0]].compare.setChecked(False)
        self._allow_compare()

    @Slot()
    def _compare(self) -> None:
        self.compare_wanted.emit(*self._ticked)
