"""Step 6: the model gets a name, and is put to use or handed on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea

from xraydesk.model.card import is_one_line
from xraydesk.presentation.card_page import CardPage
from xraydesk.ui.announce import announce
from xraydesk.ui.theme import GRID, set_tone
from xraydesk.ui.training.card_view import CardView
from xraydesk.ui.training.comparison_words import ComparisonWords
from xraydesk.ui.training.labels import Page, button, label

_LONGEST_NAME = 80


class UsePage(Page):
    """`install_wanted` carries the name, and whether the model reads from then on."""

    install_wanted = Signal(str, bool)
    export_wanted = Signal(str)
    roll_back_wanted = Signal()
    name_changed = Signal()

    def __init__(self) -> None:
        super().__init__("Into use", "The model that reads films in this program is the one in use.")
        self._name = QLineEdit()
        self._use = button("Install and use", primary=True, compact=False, tip="It reads from now on")
        self._install = button("Install only", compact=False, tip="List it under Models, for later")
        self._export = button(
            "Export to file…", compact=False, tip="One file for another clinic, or for a stick"
        )
        self._state = label("", "figure")
        self._roll_back = button("Roll back", tip="The model that read before reads again")
        self._comparison = ComparisonWords()
        self._card = CardView()
        self._lay_out()
        self._use.clicked.connect(self._on_use)
        self._install.clicked.connect(self._on_install)
        self._export.clicked.connect(self._on_export)
        self._roll_back.clicked.connect(self.roll_back_wanted)
        self._name.textEdited.connect(self._on_name)
        self.show_model("", "", None)

    def _lay_out(self) -> None:
        self._name.setProperty("tone", "field")
        self._name.setMaxLength(_LONGEST_NAME)
        self._name.setMaximumWidth(50 * GRID)
        self._name.setAccessibleName("Name of the model")
        words = label("Name", "label")
        words.setBuddy(self._name)
        buttons, state = QHBoxLayout(), QHBoxLayout()
        for row in (buttons, state):
            row.setSpacing(GRID)
        for each in (self._use, self._install, self._export):
            buttons.addWidget(each)
        buttons.addStretch(1)
        state.addWidget(self._state, 1)
        state.addWidget(self._roll_back)
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName("Description of the model")
        area.setWidget(self._card)
        self.column.addSpacing(GRID)
        self.column.addWidget(self._comparison)
        self.column.addSpacing(GRID)
        self.column.addWidget(words)
        self.column.addWidget(self._name)
        self.column.addSpacing(GRID)
        self.column.addLayout(buttons)
        self.column.addLayout(state)
        self.column.addSpacing(2 * GRID)
        self.column.addWidget(label("What it says of itself", "label"))
        self.column.addWidget(area, 1)

    # -- given --------------------------------------------------------------------------------------

    def show_model(self, name: str, comparison: str, card: CardPage | None) -> None:
        """A model that nobody has put to use yet; no name: there is none."""
        self._name.setText(name)
        self._comparison.show_sentence(comparison)
        self._card.show_card(card)
        self.show_state("", may_install=bool(name))

    def show_state(
        self, words: str, *, may_install: bool, may_roll_back: bool = False, warns: bool = False
    ) -> None:
        """What became of it, and what can be done next."""
        self._state.setText(words)
        set_tone(self._state, "warning" if warns else "figure")
        self._may_install = may_install
        self._roll_back.setVisible(may_roll_back)
        self._settle()
        announce(self, words)

    def name(self) -> str:
        return self._name.text().strip()

    def state_words(self) -> str:
        return self._state.text()

    # -- within -------------------------------------------------------------------------------------

    def _settle(self) -> None:
        named = bool(self.name()) and is_one_line(self.name())
        for each in (self._use, self._install):
            each.setEnabled(named and self._may_install)
        self._export.setEnabled(named)
        self._name.setEnabled(self._may_install)

    @Slot()
    def _on_name(self) -> None:
        self._settle()
        self.name_changed.emit()

    @Slot()
    def _on_use(self) -> None:
        self.install_wanted.emit(self.name(), True)

    @Slot()
    def _on_install(self) -> None:
        self.install_wanted.emit(self.name(), False)

    @Slot()
    def _on_export(self) -> None:
        self.export_wanted.emit(self.name())
