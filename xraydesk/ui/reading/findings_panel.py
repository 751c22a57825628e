"""The findings at the right: what the film was read as, how surely, and what speaks against it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from xraydesk.errors import Failure
from xraydesk.film.film import GateFinding, Severity
from xraydesk.model.heatmap import MOSTLY
from xraydesk.model.prediction import Prediction
from xraydesk.presentation import wording
from xraydesk.presentation.colours import class_colour
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.reading.class_colours import label_colour
from xraydesk.ui.reading.notes import Note, Notes
from xraydesk.ui.reading.opinion_line import OpinionLine
from xraydesk.ui.reading.probability_bar import ProbabilityBar
from xraydesk.ui.theme import GRID, Colours, set_tone
from xraydesk.ui.words import Words
from xraydesk.workflows.verbs import FilmResult

WIDTH = 304
CLASS_KEYS = 9  # the figures on a keyboard, for the first classes


class FindingsPanel(QWidget):
    """Shows one film's findings; every part keeps its place while the answer is awaited."""

    class_chosen = Signal(int)  # the class whose heatmap is wanted
    opacity_chosen = Signal(float)  # 0 to 1
    override_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, actions: Actions, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("findings")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Findings")
        self.setFixedWidth(WIDTH)
        self._colours = colours
        self._classes: tuple[str, ...] = ()
        self._prediction: Prediction | None = None
        self._will_read = ""  # the name of the model in use
        self._has_read = False  # whether a model's name stands beside its own result
        self._bars: list[ProbabilityBar] = []
        self._wants_bars = False
        self._chosen_place = -1  # of the class whose heatmap is shown, also while other bars stand here
        self._lung_shares: tuple[float | None, ...] = ()
        self._make_parts(actions)
        self._lay_out()
        self.show_nothing()

    # -- making -----------------------------------------------------------------------------------

    def _make_parts(self, actions: Actions) -> None:
        self._kicker = _label("label")
        self._headline = _label("headline")
        self.opinion = OpinionLine(actions[Do.AGREE])
        self._group = QButtonGroup(self, exclusive=True)
        self._group.idClicked.connect(self.class_chosen)
        self._group.idToggled.connect(self._on_class_toggled)
        self._bar_box = QVBoxLayout()
        self._notes = Notes(self._colours)
        self._override = QPushButton("Classify anyway")
        self._override.setToolTip("Read this film although it may be no frontal chest film")
        self._override.clicked.connect(self.override_wanted)
        self._retry = QPushButton("Try again")
        self._retry.clicked.connect(self.retry_wanted)
        self._heatmap = QToolButton()
        self._heatmap.setDefaultAction(actions[Do.HEATMAP])
        self._heatmap.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heatmap.setAccessibleName("Heatmap")
        self._opacity = _opacity_slider()
        self._opacity.valueChanged.connect(self._on_opacity)
        self._lungs = _label("quiet")
        self._lungs.setAccessibleName("Heat in the lungs")
        self._lungs.hide()
        self._model = _label("quiet")
        self._device = _label("quiet")
        self._research = _label("quiet")
        self._research.setText(wording.RESEARCH_USE)
        self._research.setToolTip(wording.RESEARCH_USE_LONG)

    def _lay_out(self) -> None:
        inner = QVBoxLayout()
        inner.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        inner.setSpacing(0)
        inner.addWidget(self._kicker)
        inner.addWidget(self._headline)
        inner.addWidget(self.opinion)
        inner.addSpacing(GRID)
        self._bar_box.setSpacing(0)
        self._bar_box.setContentsMargins(-10, 0, -10, 0)
        inner.addLayout(self._bar_box)
        inner.addWidget(self._heatmap_row())
        inner.addSpacing(GRID // 2)
        inner.addWidget(self._lungs)
        inner.addSpacing(2 * GRID)
        inner.addWidget(self._notes)
        inner.addSpacing(2 * GRID)
        inner.addWidget(self._override, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(_scrolling(inner), 1)
        whole.addLayout(self._foot())

    def _heatmap_row(self) -> QWidget:
        self._heatmap_controls = QWidget()
        row = QHBoxLayout(self._heatmap_controls)
        row.setContentsMargins(0, GRID, 0, 0)
        row.addWidget(self._heatmap)
        row.addWidget(self._opacity, 1)
        return self._heatmap_controls

    def _foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        foot.setSpacing(4)
        rule = QFrame()
        rule.setProperty("tone", "rule")
        foot.addWidget(rule)
        foot.addSpacing(4)
        for label in (self._model, self._device, self._research):
            foot.addWidget(label)
        return foot

    # -- showing ----------------------------------------------------------------------------------

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """The bars of a model, empty until a film is read."""
        if classes == self._classes:
            return
        self._classes = classes
        for bar in self._bars:
            self._group.removeButton(bar)
            self._bar_box.removeWidget(bar)
            bar.deleteLater()
        self._bars = [self._new_bar(place, name) for place, name in enumerate(classes)]
        self.show_heatmap_class(self._chosen_place)
        self._bars_visible(self._wants_bars)
        for before, after in pairwise(
            (*self._bars, self._heatmap, self._opacity, self._override, self._retry)
        ):
            self.setTabOrder(before, after)

    def _new_bar(self, place: int, name: str) -> ProbabilityBar:
        bar = ProbabilityBar(name, class_colour(place, self._colours.theme), self._colours, self)
        key = f" ({place + 1})" if place < CLASS_KEYS else ""
        bar.setToolTip(plain_tip(f"Show the heatmap of {wording.class_words(name)}{key}"))
        self._group.addButton(bar, place)
        self._bar_box.addWidget(bar)
        return bar

    def show_nothing(self) -> None:
        """No film is open."""
        self._begin("Findings", "", self._colours.quiet)
        self.opinion.hide()
        self._show_bars(None)
        self._bars_visible(False)

    def show_waiting(self, words: str = "Reading…") -> None:
        """The film is being read, or will be: bars and headline stand where the answer will be."""
        self._begin(words, "", self._colours.quiet)
        self._show_bars(None)
        self._bars_visible(True)

    def show_result(self, result: FilmResult) -> None:
        """A film that was read; for refusals see `show_refusal`."""
        if result.prediction is None:
            return
        prediction = result.prediction
        self.show_classes(prediction.classes)
        undecided = prediction.label not in prediction.classes
        self._begin(
            "Read as" if not undecided else "No class is likely enough",
            wording.class_words(prediction.label),
            label_colour(prediction, self._colours.theme),
        )
        self._prediction = prediction
        self._show_bars(prediction)
        self._bars_visible(True)
        self._notes.show_notes(_warnings(result.warnings))
        self._show_model(result)

    def show_refusal(self, result: FilmResult) -> None:
        self._begin("Findings", "Not read", self._colours.quiet)
        self._bars_visible(False)
        failure = result.error or Failure("refused", "This is taken for no frontal chest film.")
        self._notes.show_notes((Note("refused", failure.message, failure.hint), *_warnings(result.warnings)))
        self._override.show()
        self._show_model(result)

    def show_failure(self, failure: Failure) -> None:
        self._begin("Findings", "Not read", self._colours.quiet)
        self._bars_visible(False)
        self._notes.show_notes((Note("failed", failure.message, failure.hint),))
        self._retry.show()

    def show_model(self, model: str) -> None:
        """What will read; beside a result stays what has read it."""
        self._will_read = model
        if not self._has_read:
            self._model.setText(model)

    def show_opacity(self, opacity: float) -> None:
        self._opacity.setValue(round(opacity * 100))

    def show_heatmap_class(self, place: int) -> None:
        self._chosen_place = place
        if 0 <= place < len(self._bars):
            self._bars[place].setChecked(True)

    def show_lung_shares(self, shares: tuple[float | None, ...]) -> None:
        """How much of each class's heat lies in the lungs (None: it has no heat); empty while that is not known.

        It stays until it is said anew: a result that is shown once more is not asked about again.
        """
        self._lung_shares = shares
        self._lungs.setVisible(bool(shares))
        place = self.heatmap_class()
        if 0 <= place < len(shares):
            share = shares[place]
            self._say_of_lungs(wording.lung_share_words(share), warned=share is not None and share < MOSTLY)

    def show_lungs_not_found(self) -> None:
        self.show_lung_shares(())
        self._lungs.show()
        self._say_of_lungs(wording.LUNGS_NOT_FOUND, warned=False)

    def lung_words(self) -> str:
        """Empty while nothing is said of lungs."""
        return "" if self._lungs.isHidden() else self._lungs.text()

    def heatmap_class(self) -> int:
        """-1 while there is none."""
        return self._group.checkedId()

    def opacity(self) -> float:
        return self._opacity.value() / 100

    def bars(self) -> tuple[ProbabilityBar, ...]:
        return tuple(self._bars)

    def kicker(self) -> str:
        """The small line above the headline."""
        return self._kicker.text()

    def headline(self) -> str:
        return self._headline.text()

    def notes(self) -> tuple[Note, ...]:
        return self._notes.notes()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._notes.set_colours(colours)
        for place, bar in enumerate(self._bars):
            bar.show_colours(class_colour(place, colours.theme), colours)
        if self._prediction is not None:
            self._colour_headline(label_colour(self._prediction, colours.theme))

    # -- within -----------------------------------------------------------------------------------

    def _begin(self, kicker: str, headline: str, colour: str) -> None:
        """Every state starts from the same page, empty but for what is said of the lungs."""
        self._prediction = None
        self.opinion.show()
        self._kicker.setText(kicker)
        self._headline.setText(headline or " ")
        self._headline.setAccessibleName(f"{kicker}: {headline}" if headline else kicker)
        self._colour_headline(colour)
        self._notes.show_notes(())
        self._has_read = False
        self._model.setText(self._will_read)
        self._device.setText("")
        self._override.hide()
        self._retry.hide()

    def _colour_headline(self, colour: str) -> None:
        self._headline.setStyleSheet(f"color: {colour};")

    def _show_bars(self, prediction: Prediction | None) -> None:
        probabilities = prediction.probabilities if prediction else (None,) * len(self._bars)
        for bar, probability in zip(self._bars, probabilities, strict=True):
            bar.show_probability(probability)
        self._heatmap.setEnabled(prediction is not None)
        self._opacity.setEnabled(prediction is not None)

    def _bars_visible(self, visible: bool, /) -> None:
        """With no model known yet there are none, and nothing stands where they will."""
        self._wants_bars = visible
        for bar in self._bars:
            bar.setVisible(visible)
        self._heatmap_controls.setVisible(visible and bool(self._bars))

    def _say_of_lungs(self, words: str, *, warned: bool) -> None:
        self._lungs.setText(words)
        set_tone(self._lungs, "warning" if warned else "quiet")

    @Slot(int, bool)
    def _on_class_toggled(self, _place: int, chosen: bool, /) -> None:
        if chosen and self._lung_shares:
            self.show_lung_shares(self._lung_shares)

    def _show_model(self, result: FilmResult) -> None:
        self._has_read = True
        self._model.setText(wording.model_words(result.model_name, result.model_version))
        words = wording.device_words(result.device), wording.seconds_words(result.seconds)
        self._device.setText("  ·  ".join(words) if result.device else "")

    @Slot(int)
    def _on_opacity(self, value: int) -> None:
        self.opacity_chosen.emit(value / 100)


def _warnings(findings: tuple[GateFinding, ...]) -> tuple[Note, ...]:
    return tuple(Note("warning", finding.message, _hint(finding)) for finding in findings)


def _hint(finding: GateFinding) -> str:
    """A refusal among warnings has been overridden: there is nothing left to advise."""
    return wording.OVERRIDDEN if finding.severity is Severity.REFUSAL else finding.hint


def _label(tone: str) -> QLabel:
    label = Words(tone=tone)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return label


def _opacity_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(5, 100)
    slider.setSingleStep(5)
    slider.setPageStep(20)
    slider.setAccessibleName("Strength of the heatmap")
    slider.setToolTip("Strength of the heatmap ([ and ])")
    return slider


def _scrolling(inner: QVBoxLayout) -> QScrollArea:
    """Long warnings scroll; the foot with the research-use sentence never leaves."""
    content = QWidget()
    content.setLayout(inner)
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
