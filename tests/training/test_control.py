"""A run that is held goes on to the same model; one that is stopped keeps its best; all that it was is listed."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.training.films import labelled_folder, manifest
from xraydesk.errors import Cancelled, UsageError
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing
from xraydesk.network.checkpoint import load_weights
from xraydesk.registry.registry import model_in, require_intact
from xraydesk.training.config import QUICK, Precision
from xraydesk.training.control import TrainingControl
from xraydesk.training.events import EpochDone, StepDone, TrainingDone
from xraydesk.training.history import epochs_of
from xraydesk.workflows.train_model import train_model
from xraydesk.workflows.training_desk import TrainingDesk
from xraydesk.workflows.training_runs import delete_run, list_runs
from xraydesk.workflows.training_verbs import (
    Control,
    ControlTraining,
    FilmChoice,
    ListRuns,
    TrainingRuns,
    TrainModel,
)

SHORT = replace(QUICK, epochs=3, batch_size=8, average_decay=0.0, seed=3, precision=Precision.FULL)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = labelled_folder(tmp_path_factory.mktemp("films"), each=20)
    manifest(root)
    return root


@pytest.fixture(scope="module")
def undisturbed(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    train_model(request(films, out), JobContext())
    return out


def request(films: Path, out: Path) -> TrainModel:
    return TrainModel(films, out, films / "manifest.csv", SHORT, device="cpu")


def same_weights(one: Path, other: Path) -> bool:
    first, second = (load_weights(out / "model" / "model.safetensors") for out in (one, other))
    return all(torch.equal(first[name], second[name]) for name in first)


def test_a_held_run_computes_nothing_and_goes_on_to_the_same_weights(
    films: Path, undisturbed: Path, tmp_path: Path
) -> None:
    control, held = TrainingControl(), threading.Event()

    def hold_once(event: object) -> None:
        if isinstance(event, StepDone) and not held.is_set():
            control.hold()
            held.set()

    worker = threading.Thread(
        target=train_model, args=(request(films, tmp_path / "out"), JobContext(hold_once), control)
    )
    worker.start()
    assert held.wait(600)
    worker.join(0.5)
    assert worker.is_alive()
    control.go_on()
    worker.join(600)
    assert not worker.is_alive()
    assert same_weights(undisturbed, tmp_path / "out")


def test_a_held_run_can_be_cancelled(films: Path, tmp_path: Path) -> None:
    control = TrainingControl()
    control.hold()
    with pytest.raises(Cancelled):
        train_model(request(films, tmp_path / "out"), JobContext(is_cancelled=lambda: True), control)


def test_a_stopped_run_ends_with_the_best_epoch_so_far_evaluated(films: Path, tmp_path: Path) -> None:
    control, epochs = TrainingControl(), list[EpochDone]()

    def stop_after_one(event: object) -> None:
        if isinstance(event, EpochDone):
            epochs.append(event)
            control.stop()

    out = tmp_path / "out"
    done = train_model(request(films, out), JobContext(stop_after_one), control)
    assert isinstance(done, TrainingDone)
    assert (len(epochs), done.best_epoch) == (1, 1)
    require_intact(model_in(out / "model"))


def test_stopped_in_its_first_epoch_a_run_keeps_what_it_has(films: Path, tmp_path: Path) -> None:
    control = TrainingControl()
    control.stop()
    done = train_model(request(films, tmp_path / "out"), JobContext(), control)
    assert isinstance(done, TrainingDone)
    assert done.best_epoch == 1


def test_the_curves_of_a_run_are_told_again_when_it_goes_on(films: Path, undisturbed: Path) -> None:
    told = list[object]()
    train_model(replace(request(films, undisturbed), resume=True), JobContext(told.append))
    assert [e for e in told if isinstance(e, EpochDone)] == epochs_of(undisturbed)
    assert len(epochs_of(undisturbed)) == 3


def test_runs_are_listed_with_what_they_were_asked_and_how_far_they_came(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "home"))
    out = tmp_path / "home" / "data" / "runs" / "one"
    asked = replace(
        request(films, out),
        name="Our hospital",
        patient_pattern=r"^(\d+)",
        choices=(FilmChoice(films / "NORMAL" / "000.png", excluded=True),),
    )
    seen = list[EpochDone]()
    with pytest.raises(Cancelled):
        TrainingDesk().answer(
            asked,
            JobContext(
                lambda event: seen.append(event) if isinstance(event, EpochDone) else None, lambda: bool(seen)
            ),
        )
    (run,) = list_runs().runs
    assert (run.name, run.epochs_done, run.epochs, run.finished) == ("Our hospital", 1, 3, False)
    assert run.request == replace(asked, resume=True)
    TrainingDesk().answer(run.request, JobContext())
    listed = TrainingDesk().answer(ListRuns(), JobContext())
    assert isinstance(listed, TrainingRuns)
    assert listed.runs[0].finished
    assert delete_run(out).runs == ()
    assert not out.exists()


def test_a_cross_validation_is_listed_as_finished_when_its_last_fold_is(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "home"))
    config = replace(SHORT, epochs=1, architecture="resnet18", preprocessing=Preprocessing(size=32))
    out = tmp_path / "home" / "data" / "runs" / "folds"
    seen = list[EpochDone]()

    def note(event: object) -> None:
        if isinstance(event, EpochDone):
            seen.append(event)

    asked = replace(request(films, out), manifest=None, config=config, folds=2)
    with pytest.raises(Cancelled):
        TrainingDesk().answer(asked, JobContext(note, lambda: bool(seen)))
    (run,) = list_runs().runs
    assert (run.epochs_done, run.epochs, run.finished) == (1, 2, False)
    TrainingDesk().answer(run.request, JobContext())
    (run,) = list_runs().runs
    assert (run.epochs_done, run.epochs, run.finished) == (2, 2, True)


def test_a_folder_that_is_no_run_is_never_deleted(films: Path) -> None:
    with pytest.raises(UsageError):
        delete_run(films)
    assert films.is_dir()


def test_a_damaged_run_is_left_out_of_the_list(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "run.json").write_text("{", encoding="utf-8")
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "run.json").write_text('{"started": "2026"}', encoding="utf-8")
    assert list_runs(tmp_path).runs == ()


def test_who_is_not_training_cannot_be_told_anything(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not being trained"):
        TrainingDesk().answer(ControlTraining(tmp_path, Control.HOLD), JobContext())
