from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.presentation.cards import MANY, card, silent_card
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.presentation.model_card import card_page
from xraydesk.presentation.model_comparison import compared
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.controller import ModelsController
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.workflows.model_verbs import (
    ActivateModel,
    CardShown,
    CompareModels,
    ExportCard,
    ExportModel,
    InstalledModels,
    InstallModel,
    ModelExported,
    ModelsCompared,
    ModelSummary,
    RemoveModel,
    RollBack,
    ShowCard,
)

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")


def _installed(active: str) -> InstalledModels:
    return InstalledModels(
        tuple(
            ModelSummary(
                model_id,
                name,
                "1.0",
                "DLH_COVID",
                CLASSES,
                model_id == active,
                model_id == "own",
                (("Accuracy", "0.91"), ("Macro F1", "0.90")),
                "What it was trained on.",
            )
            for model_id, name in (("own", "DLH_COVID"), ("clinic", "Clinic"))
        )
    )


@pytest.fixture
def place(qtbot: QtBot) -> ModelsPlace:
    made = ModelsPlace()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def controller(runner: JobRunner, place: ModelsPlace) -> ModelsController:
    return ModelsController(runner, place)


def _words(place: ModelsPlace) -> str:
    return " ".join(label.text() for label in place.findChildren(QLabel) if not label.isHidden())


def test_each_model_is_shown_with_its_figures(place: ModelsPlace) -> None:
    place.show_models(_installed("own"))
    words = _words(place)
    for expected in ("DLH_COVID 1.0", "Clinic 1.0", "Accuracy", "0.91", "In use", "What it was trained on."):
        assert expected in words
    assert place.activate_button("own") is None


def test_another_model_is_put_to_use(
    controller: ModelsController,
    place: ModelsPlace,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    qtbot: QtBot,
) -> None:
    controller.show_models(_installed("own"))
    drain()  # lays it out
    button = place.activate_button("clinic")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    with qtbot.waitSignal(controller.active_changed) as changed:
        engine.answer(ActivateModel("clinic"), _installed("clinic"))
    assert changed.args is not None
    assert changed.args[0].model_id == "clinic"
    assert place.activate_button("clinic") is None


def test_the_same_model_in_use_is_no_change(controller: ModelsController, qtbot: QtBot) -> None:
    controller.show_models(_installed("own"))
    with qtbot.assertNotEmitted(controller.active_changed):
        controller.show_models(_installed("own"))


def test_a_file_that_is_no_model_is_said_in_place(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, drain: Callable[[], None]
) -> None:
    controller.show_models(_installed("own"))
    controller.install(Path("x.pth"))
    engine.fail(InstallModel(Path("x.pth")), Failure("model_damaged", "x.pth is no model.", "Get it again."))
    drain()
    assert place.trouble() == "x.pth is no model. Get it again."
    button = place.activate_button("clinic")
    assert button is not None
    assert button.isEnabled()


def test_no_model_at_all_is_said(place: ModelsPlace) -> None:
    place.show_models(InstalledModels(()))
    assert "No model is installed." in _words(place)


def test_the_model_before_is_one_click_away(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, qtbot: QtBot
) -> None:
    controller.show_models(_installed("own"))
    assert place.roll_back.isHidden()
    controller.show_models(replace(_installed("clinic"), previous="DLH_COVID 1.0"))
    assert place.roll_back.text() == "Go back to DLH_COVID 1.0"
    qtbot.mouseClick(place.roll_back, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(controller.active_changed):
        engine.answer(RollBack(), _installed("own"))
    assert place.roll_back.isHidden()


def test_a_card_is_a_page_with_a_way_back(
    controller: ModelsController,
    place: ModelsPlace,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller.show_models(_installed("own"))
    place.entry("clinic").card.click()
    engine.answer(ShowCard("clinic"), CardShown("clinic", card_page(card(MANY))))
    drain()
    assert place.shows_a_page()
    shown = [label.text() for label in place.page.findChildren(QLabel)]
    assert "Own model 2026.11.24" in shown and "Limits" in shown and "ab" * 32 in shown
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/stick/card of clinic", ""))
    place.page.pdf.click()
    assert engine.asked[-1] == ExportCard("clinic", Path("/stick/card of clinic.pdf"))
    qtbot.keyClick(place.page, Qt.Key.Key_Escape)
    drain()
    assert not place.shows_a_page()


def test_two_ticked_models_are_shown_side_by_side(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, drain: Callable[[], None]
) -> None:
    controller.show_models(_installed("own"))
    place.entry("own").compare.setChecked(True)
    assert not place.compare.isEnabled()
    place.entry("clinic").compare.setChecked(True)
    place.compare.click()
    comparison = compared(card(), silent_card())
    engine.answer(CompareModels("own", "clinic"), ModelsCompared(comparison))
    drain()
    shown = [label.text() for label in place.page.findChildren(QLabel)]
    assert place.shows_a_page() and place.page.pdf.isHidden()
    assert "DLH_COVID (best) as published was never measured." in shown
    assert not any("better" in words for words in shown if "can be told only" not in words)


def test_of_three_ticked_models_the_first_is_let_go(place: ModelsPlace) -> None:
    models = _installed("own").models
    place.show_models(InstalledModels((*models, replace(models[0], model_id="third", active=False))))
    for model_id in ("own", "clinic", "third"):
        place.entry(model_id).compare.setChecked(True)
    ticked = [name for name in ("own", "clinic", "third") if place.entry(name).compare.isChecked()]
    assert ticked == ["clinic", "third"]


def test_only_own_models_that_do_not_read_can_be_removed_and_only_when_said_twice(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, drain: Callable[[], None]
) -> None:
    controller.show_models(_installed("own"))
    assert place.entry("own").remove.isHidden()
    place.entry("clinic").remove.click()
    assert engine.asked == [] and place.trouble().startswith("Delete Clinic 1.0")
    place.notice.choices()[1].click()
    assert engine.asked == []
    place.entry("clinic").remove.click()
    place.notice.choices()[0].click()
    engine.answer(RemoveModel("clinic"), InstalledModels(_installed("own").models[:1]))
    drain()
    assert place.compare.isHidden()


def test_what_was_written_is_said(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, drain: Callable[[], None]
) -> None:
    controller.show_models(_installed("own"))
    for request in (
        ExportModel("own", Path("/stick/own.xraymodel")),
        ExportCard("own", Path("/stick/c.pdf")),
    ):
        export = controller.export if isinstance(request, ExportModel) else controller.export_card
        export("own", request.file)
        engine.answer(request, ModelExported(request.file))
        drain()
        assert place.trouble() == f"{request.file.name} was written to stick."
        assert place.entry("own").export.isEnabled()


def test_a_full_disk_is_said(
    controller: ModelsController, place: ModelsPlace, engine: ScriptedEngine, drain: Callable[[], None]
) -> None:
    controller.show_models(_installed("own"))
    controller.export("own", Path("/stick/own.xraymodel"))
    engine.fail(
        ExportModel("own", Path("/stick/own.xraymodel")), Failure("output_failed", "The disk is full.", "")
    )
    drain()
    assert place.trouble() == "The disk is full." and place.entry("own").export.isEnabled()
