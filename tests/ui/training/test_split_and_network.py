"""Steps 2 and 3: the split as a table, the recipe as a card or in all its numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from tests.ui.training.training_for_tests import active_model, planned, scanned
from tests.ui.training.training_room import Room
from xraydesk.errors import Failure
from xraydesk.model.model_input import Contrast
from xraydesk.ui.settings import TRAIN_SPEED
from xraydesk.ui.training.recipe_fields import AUGMENTATIONS, SECTIONS, NumberField, number_words
from xraydesk.ui.training.steps import Step
from xraydesk.workflows.training_verbs import (
    PRESETS,
    Augmentation,
    AugmentationPreview,
    Backbone,
    Optimizer,
    PlanSplit,
    PreviewAugmentation,
    TrainingConfig,
)


@pytest.fixture
def at_network(room: Room) -> Room:
    room.scan()
    room.next()
    room.answer(PlanSplit, planned())
    room.next()
    return room


def _type(room: Room, name: str, text: str) -> None:
    line = room.place.network.details.form.editor(name)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


def _choose(room: Room, name: str, value: str) -> None:
    box = room.place.network.details.form.editor(name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


# -- split ------------------------------------------------------------------------------------------


def test_parts_and_classes_are_summed_up(room: Room) -> None:
    room.scan()
    room.next()
    room.answer(PlanSplit, planned())
    table = room.place.split.table()
    assert table.words(0, 0) == "460 films\n400 patients"
    assert table.words(0, 3) == "1,383 films\n1,203 patients"
    assert table.words(3, 3) == "1,737 films\n1,512 patients"
    assert "held back for ever" in room.place.split.notes()


def test_films_that_cannot_be_divided_are_refused_in_place(room: Room) -> None:
    room.scan()
    room.next()
    room.engine.fail(room.waiting(PlanSplit), Failure("split", "NORMAL has 3 patients only.", "Add films."))
    room.drain()
    assert room.place.split.state_words() == "NORMAL has 3 patients only. Add films."
    assert not room.place.next.isEnabled()


def test_a_fixed_test_folder_is_part_of_the_plan(room: Room) -> None:
    room.scan()
    room.next()
    room.answer(PlanSplit, planned())
    room.place.split.show_test_folder(Path("/films/test"))
    room.place.split.chosen.emit()
    assert room.waiting(PlanSplit).request.test_folder == Path("/films/test")


def test_other_films_are_divided_anew(room: Room) -> None:
    room.scan()
    room.next()
    room.answer(PlanSplit, planned())
    room.train.films.choices.exclude([scanned().films[0].path])
    assert not room.train.split.is_done()


# -- recipe -----------------------------------------------------------------------------------------


def test_a_card_is_chosen_with_the_arrow_keys(at_network: Room) -> None:
    cards = at_network.place.network.cards.cards
    cards["recommended"].setFocus()
    QTest.keyClick(cards["recommended"], Qt.Key.Key_Right)
    assert at_network.train.network.config == PRESETS["paper"]
    assert cards["paper"].isChecked()


def test_every_setting_of_a_recipe_can_be_changed() -> None:
    shown = {field.name for _title, fields in SECTIONS for field in fields}
    elsewhere = {"preset", "augmentation", "preprocessing"}
    rarely = {
        "warmup_share",
        "plateau_threshold",
        "teacher_share",
        "new_head",
    }  # of no use to whoever needs a window
    assert shown | elsewhere | rarely == set(TrainingConfig.__dataclass_fields__)
    assert {field.name for field in AUGMENTATIONS} == set(Augmentation.__dataclass_fields__)


def test_a_number_that_makes_no_sense_is_refused_beside_it(at_network: Room) -> None:
    _type(at_network, "learning_rate", "fast")
    assert at_network.sentence == "Learning rate: a number, please."
    assert not at_network.place.next.isEnabled()
    _type(at_network, "learning_rate", "0,002")
    assert at_network.place.next.isEnabled()
    assert at_network.train.network.config.learning_rate == 0.002


def test_numbers_that_contradict_each_other_are_refused(at_network: Room) -> None:
    _type(at_network, "least_learning_rate", "0.5")
    assert at_network.sentence == "The least learning rate is above the learning rate."


def test_a_changed_recipe_says_so_and_a_card_brings_it_back(at_network: Room) -> None:
    _type(at_network, "epochs", "20")
    assert at_network.train.network.note() == "Recommended, changed"
    at_network.place.network.recipe_chosen.emit("recommended")
    assert at_network.train.network.note() == "Recommended"


def test_a_network_brings_the_size_it_was_made_for(at_network: Room) -> None:
    _choose(at_network, "architecture", "inception_v3")
    assert at_network.train.network.config.preprocessing.size == 299
    at_network.place.network.details.contrast.setCurrentIndex(3)
    at_network.place.network.details.contrast.activated.emit(3)
    config = at_network.train.network.config
    assert (config.preprocessing.size, config.preprocessing.contrast) == (299, Contrast.CLAHE)
    _choose(at_network, "optimizer", "sgd")
    config = at_network.train.network.config
    assert (config.preprocessing.contrast, config.optimizer) == (Contrast.CLAHE, Optimizer.SGD)


def test_only_the_last_layer_cannot_learn_on_top_of_nothing(at_network: Room) -> None:
    _choose(at_network, "architecture", "resnet18")
    _choose(at_network, "backbone", "frozen")
    assert at_network.train.network.config.backbone is Backbone.FROZEN
    assert at_network.sentence == "Where only the last layer learns, the others must come from a file."


def test_the_model_in_use_is_where_the_same_classes_start_from(at_network: Room) -> None:
    assert at_network.train.network.start() == "scratch"
    at_network.train.show_active(active_model())
    assert at_network.train.network.start() == "active"
    at_network.place.network.recipe_chosen.emit("paper")
    assert at_network.train.network.start() == "scratch"


def test_the_split_is_planned_for_the_start_that_trains(room: Room) -> None:
    room.train.show_active(active_model())
    room.scan()
    room.next()
    assert room.waiting(PlanSplit).request.start == "active"


def test_another_seed_start_or_model_in_use_divides_anew(at_network: Room) -> None:
    at_network.train.network._on_edited(replace(at_network.train.network.config, seed=7))
    assert at_network.waiting(PlanSplit).request.config.seed == 7
    at_network.answer(PlanSplit, planned())
    at_network.train.network._on_edited(replace(at_network.train.network.config, epochs=7))
    assert not at_network.is_waiting(PlanSplit)
    at_network.train.show_active(active_model())
    assert at_network.waiting(PlanSplit).request.start == "active"
    at_network.answer(PlanSplit, planned())
    at_network.train.show_active(active_model())
    assert not at_network.is_waiting(PlanSplit)
    at_network.train.show_active(replace(active_model(), model_id="another"))
    assert at_network.is_waiting(PlanSplit)


def test_a_model_of_other_classes_is_no_start(at_network: Room) -> None:
    at_network.train.show_active(active_model(("A", "B")))
    assert at_network.train.network.start() == "scratch"


def test_what_was_chosen_as_start_stays(at_network: Room) -> None:
    at_network.train.show_active(active_model())
    at_network.place.network.start_button("scratch").click()
    at_network.place.network.recipe_chosen.emit("quick")
    assert at_network.train.network.start() == "scratch"


def test_the_time_is_estimated_from_the_last_training(at_network: Room) -> None:
    cards = at_network.place.network.cards.cards
    assert cards["recommended"].estimate() == ""
    at_network.settings.set(TRAIN_SPEED, 100.0)
    at_network.train.go_to(Step.NETWORK)
    assert cards["recommended"].estimate() == "about 3 min"  # 1,383 films, 14 epochs
    assert cards["paper"].estimate() == "up to 23 min"


def test_the_time_of_a_cross_validation_is_that_of_all_its_folds(room: Room) -> None:
    room.settings.set(TRAIN_SPEED, 100.0)
    room.scan()
    room.next()
    room.answer(PlanSplit, planned(folds=5))
    room.next()
    assert room.place.network.cards.cards["recommended"].estimate() == "about 16 min"


# -- augmentation -----------------------------------------------------------------------------------


def test_each_augmentation_is_on_a_switch_and_shown_on_a_film(at_network: Room) -> None:
    details = at_network.place.network.details
    switch, strength = details.augmentations.row("vertical_flip")
    switch.click()
    assert at_network.train.network.config.augmentation.vertical_flip == 0.5
    strength.setValue(20)
    assert at_network.train.network.config.augmentation.vertical_flip == 0.2
    at_network.train.network._preview()
    asked = at_network.waiting(PreviewAugmentation)
    assert asked.augmentation.vertical_flip == 0.2
    assert asked.path == scanned().films[0].path
    at_network.answer(PreviewAugmentation, AugmentationPreview(np.zeros((5, 32, 32), np.uint8)))
    assert details.strip.shown() == 5


def test_what_is_not_shown_in_full_is_not_rounded_away(at_network: Room) -> None:
    config = replace(PRESETS["recommended"], augmentation=Augmentation(scale=0.08, shift=0.04))
    details = at_network.place.network.details
    details.show_config(config)
    details.augmentations._on_edited()
    assert details._config.augmentation == config.augmentation


def test_the_wheel_changes_no_value_in_passing(at_network: Room) -> None:
    box = at_network.place.network.details.form.editor("optimizer")
    assert isinstance(box, QComboBox)
    before = box.currentIndex()
    down = QPoint(0, -120)
    wheel = QWheelEvent(
        QPointF(4, 4),
        QPointF(4, 4),
        down,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentIndex() == before


@pytest.mark.parametrize("preset", list(PRESETS))
def test_the_values_of_every_preset_are_within_their_limits(preset: str) -> None:
    config = PRESETS[preset]
    for _title, fields in SECTIONS:
        for field in fields:
            if isinstance(field, NumberField):
                assert field.value(field.text(config)) == getattr(config, field.name)


def test_small_numbers_are_written_out() -> None:
    assert [number_words(value) for value in (1e-5, 0.0006, 1.0, 0.0)] == ["0.00001", "0.0006", "1", "0"]


def test_a_long_name_of_a_model_does_not_push_the_window_wide(at_network: Room) -> None:
    at_network.train.show_active(active_model())
    before = at_network.place.network.minimumSizeHint().width()
    at_network.train.show_active(replace(active_model(), name="W" * 80))
    button = at_network.place.network.start_button("active")
    assert at_network.place.network.minimumSizeHint().width() < before + 300
    assert button.toolTip() == "W" * 80
