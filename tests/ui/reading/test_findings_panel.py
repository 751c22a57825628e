from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import CLASSES, LATERAL, read, refused
from xraydesk.errors import Failure
from xraydesk.film.film import GateFinding, Severity
from xraydesk.presentation import wording
from xraydesk.presentation.wording import RESEARCH_USE
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.findings_panel import FindingsPanel
from xraydesk.ui.theme import DARK, LIGHT

FILM = Path("a.png")


@pytest.fixture
def panel(actions: Actions, qtbot: QtBot) -> FindingsPanel:
    made = FindingsPanel(actions, DARK)
    qtbot.addWidget(made)
    made.resize(304, 700)
    made.show_classes(CLASSES)
    made.show()
    return made


def _words(panel: FindingsPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def _button(panel: FindingsPanel, text: str) -> QPushButton:
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def test_a_reading_in_words_and_figures(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, (0.06, 0.03, 0.91)))
    assert panel.headline() == "Pneumonia"
    assert [bar.figure_text() for bar in panel.bars()] == ["6 %", "3 %", "91 %"]
    assert "DLH_COVID 1.0" in _words(panel)
    assert "34 ms" in _words(panel)


def test_an_undecided_film_is_called_indeterminate(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, (0.3, 0.3, 0.4), undecided=True))
    assert panel.headline() == "Indeterminate"
    assert "No class is likely enough" in _words(panel)


def test_warnings_stand_beside_the_reading(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, warnings=(LATERAL,)))
    assert "This may be a lateral view." in _words(panel)
    assert "Check the view." in _words(panel)
    panel.show_result(read(FILM))
    assert "lateral" not in _words(panel)


def test_a_refusal_says_why_and_offers_to_classify_anyway(panel: FindingsPanel, qtbot: QtBot) -> None:
    panel.show_refusal(refused(FILM))
    assert "No chest film: this is a CT slice." in _words(panel)
    assert not any(bar.isVisible() for bar in panel.bars())
    with qtbot.waitSignal(panel.override_wanted):
        qtbot.mouseClick(_button(panel, "Classify anyway"), Qt.MouseButton.LeftButton)


def test_an_overridden_refusal_stays_as_a_warning_that_advises_nothing_more(panel: FindingsPanel) -> None:
    refusal = GateFinding("ct", Severity.REFUSAL, "No chest film: this is a CT slice.", "Classify it anyway.")
    panel.show_result(read(FILM, warnings=(refusal, LATERAL)))
    words = _words(panel)
    assert refusal.message in words
    assert refusal.hint not in words
    assert wording.OVERRIDDEN in words
    assert LATERAL.hint in words


def test_a_failure_says_what_to_do_and_offers_another_try(panel: FindingsPanel, qtbot: QtBot) -> None:
    panel.show_failure(Failure("film_empty", "a.png is empty.", "Copy it again."))
    assert "a.png is empty." in _words(panel)
    assert "Copy it again." in _words(panel)
    assert not _button(panel, "Classify anyway").isVisible()
    with qtbot.waitSignal(panel.retry_wanted):
        qtbot.keyClick(_button(panel, "Try again"), Qt.Key.Key_Space)


def test_nothing_jumps_when_the_answer_fills_in(panel: FindingsPanel) -> None:
    panel.show_waiting()
    panel.grab()
    before = [bar.mapTo(panel, bar.rect().topLeft()) for bar in panel.bars()]
    panel.show_result(read(FILM, warnings=(LATERAL,)))
    panel.grab()
    assert [bar.mapTo(panel, bar.rect().topLeft()) for bar in panel.bars()] == before


def test_while_waiting_no_old_figure_is_left(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM))
    panel.show_waiting()
    assert [bar.figure_text() for bar in panel.bars()] == ["–", "–", "–"]
    assert panel.headline().strip() == ""
    assert not any(bar.isEnabled() for bar in panel.bars())


@pytest.mark.parametrize("state", ["nothing", "waiting", "result", "refusal", "failure"])
def test_the_research_sentence_is_always_there(panel: FindingsPanel, state: str) -> None:
    show: dict[str, Callable[[], None]] = {
        "nothing": panel.show_nothing,
        "waiting": panel.show_waiting,
        "result": lambda: panel.show_result(read(FILM)),
        "refusal": lambda: panel.show_refusal(refused(FILM)),
        "failure": lambda: panel.show_failure(Failure("x", "Broken.")),
    }
    show[state]()
    assert RESEARCH_USE in _words(panel)


def test_a_bar_asks_for_its_heatmap_by_mouse_and_by_key(panel: FindingsPanel, qtbot: QtBot) -> None:
    panel.show_result(read(FILM))
    with qtbot.waitSignal(panel.class_chosen, check_params_cb=lambda place: place == 1):
        qtbot.mouseClick(panel.bars()[1], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.class_chosen, check_params_cb=lambda place: place == 0):
        qtbot.keyClick(panel.bars()[0], Qt.Key.Key_Space)
    assert panel.heatmap_class() == 0


def test_a_bar_that_was_read_still_tells_its_key_where_it_has_one(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM))
    assert panel.bars()[0].toolTip() == "Show the heatmap of COVID-19 (1)"
    panel.show_classes(tuple("abcdefghij"))
    assert [bar.toolTip()[-4:] for bar in panel.bars()][8:] == [" (9)", "of J"]


def test_bars_tell_a_screen_reader_class_and_figure(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, (0.06, 0.03, 0.91)))
    assert [bar.accessibleName() for bar in panel.bars()] == ["COVID-19 6 %", "Normal 3 %", "Pneumonia 91 %"]


def test_the_bar_is_as_long_as_the_class_is_likely(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, (0.5, 0.25, 0.25)))
    bar = panel.bars()[0]
    image = bar.grab().toImage()
    y = round((bar.height() - 16) * image.height() / bar.height())
    filled = [x for x in range(image.width()) if image.pixelColor(x, y).name() == "#e69f00"]
    assert len(filled) / image.width() == pytest.approx(0.5 * (bar.width() - 20) / bar.width(), abs=0.03)


def test_classes_that_become_known_leave_an_empty_panel_empty(panel: FindingsPanel) -> None:
    panel.show_nothing()
    panel.show_classes(("a", "b"))
    assert not any(bar.isVisible() for bar in panel.bars())
    panel.show_waiting()
    assert all(bar.isVisible() for bar in panel.bars())


def test_another_model_brings_its_own_classes(panel: FindingsPanel) -> None:
    panel.show_classes(("viral_pneumonia", "normal"))
    assert [bar.class_name for bar in panel.bars()] == ["viral_pneumonia", "normal"]


def test_the_class_that_was_chosen_is_still_marked_after_another_models_bars_stood_there(
    panel: FindingsPanel,
) -> None:
    panel.show_result(read(FILM))
    panel.show_heatmap_class(1)
    panel.show_classes(("viral_pneumonia", "normal"))
    panel.show_result(read(FILM))
    assert [bar.isChecked() for bar in panel.bars()] == [False, True, False]


def test_what_has_read_stands_beside_its_own_result_only(panel: FindingsPanel) -> None:
    panel.show_model("New 2")
    panel.show_result(replace(read(FILM), model_name="Old", model_version="1"))
    assert "Old 1" in _words(panel) and "CPU" in _words(panel)
    panel.show_model("Newer 3")
    assert "Old 1" in _words(panel) and "Newer 3" not in _words(panel)
    for show in (panel.show_waiting, panel.show_nothing, lambda: panel.show_failure(Failure("x", "Broken."))):
        show()
        assert "Newer 3" in _words(panel)
        assert "Old 1" not in _words(panel) and "CPU" not in _words(panel)


def test_the_light_theme_repaints_what_is_shown(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, warnings=(LATERAL,)))
    panel.set_colours(LIGHT)
    assert panel.headline() == "Pneumonia"
    assert "This may be a lateral view." in _words(panel)


def test_a_screen_reader_is_told_the_class_not_only_that_there_is_one(panel: FindingsPanel) -> None:
    panel.show_result(read(FILM, (0.06, 0.03, 0.91)))
    names = [label.accessibleName() for label in panel.findChildren(QLabel)]
    assert "Read as: Pneumonia" in names
