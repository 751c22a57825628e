from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.controller import ModelsController
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.workflows.model_verbs import ActivateModel, InstalledModels, InstallModel, ModelSummary

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
