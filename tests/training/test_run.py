"""A run learns, is calibrated and evaluated, and goes on after an interruption as if there had been none."""

from __future__ import annotations

import gc
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from tests.training.films import labelled_folder, manifest
from xraydesk.errors import Cancelled, OutputError, TrainingError, UsageError
from xraydesk.jobs import JobContext
from xraydesk.model.card import read_card
from xraydesk.network.checkpoint import load_weights, save_weights
from xraydesk.network.dlh_covid import DLHCovid, seeded
from xraydesk.registry.registry import model_in, require_intact
from xraydesk.training.config import PAPER, PRESETS, QUICK, Backbone, Precision, Schedule, TrainingConfig
from xraydesk.training.control import TrainingControl
from xraydesk.training.evaluation import evaluated_by_source
from xraydesk.training.events import EpochDone, Evaluated, FoldBegun, SplitMade, TrainingDone
from xraydesk.training.loop import _reduce_on_plateau
from xraydesk.training.state import TrainingState, save_checkpoint
from xraydesk.training.test_results import read_cross_validation, read_test_results
from xraydesk.workflows.plan_split import plan_films
from xraydesk.workflows.train_model import CrossValidated, TrainModel, train_model

SHORT = replace(QUICK, epochs=2, batch_size=8, average_decay=0.5, seed=3, precision=Precision.FULL)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = labelled_folder(tmp_path_factory.mktemp("films"), each=20)
    manifest(root)
    return root


def request_for(films: Path, out: Path, config: TrainingConfig = SHORT, **more: object) -> TrainModel:
    return TrainModel(films, out, films / "manifest.csv", config, device="cpu", **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def finished(films: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    """The folder of an undisturbed run and its events."""
    out, events = tmp_path_factory.mktemp("run") / "out", list[object]()
    done = train_model(request_for(films, out), JobContext(events.append))
    assert isinstance(done, TrainingDone)
    return out, [*events, done]


def test_a_run_reports_split_epochs_and_evaluation(finished: tuple[Path, list[object]]) -> None:
    _, events = finished
    kinds = [type(e) for e in events if isinstance(e, SplitMade | EpochDone | Evaluated | TrainingDone)]
    assert kinds == [SplitMade, EpochDone, EpochDone, Evaluated, TrainingDone]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs[1].train_loss < epochs[0].train_loss


def test_the_model_is_whole_and_its_card_tells_all(finished: tuple[Path, list[object]]) -> None:
    out, events = finished
    model = model_in(out / "model")
    require_intact(model)
    card = model.card
    split = next(event for event in events if isinstance(event, SplitMade))
    assert sum(sum(part.values()) for part in split.counts.values()) == 60
    assert card.classes == ("COVID19", "NORMAL", "PNEUMONIA")
    assert card.training["seed"] == 3
    assert card.data["patients_known"] is True
    assert 0.05 <= card.temperature <= 20.0
    assert set(card.evaluation["test"]["by_source"]) <= {"hospital A", "hospital B"}
    assert card.versions["torch"] == torch.__version__
    text = (out / "model" / "card.json").read_text(encoding="utf-8")
    assert str(out.parent) not in text  # no path of the machine it was trained on


def test_the_films_that_judged_the_model_are_kept_and_give_the_cards_figures(
    finished: tuple[Path, list[object]],
) -> None:
    out, _ = finished
    kept = read_test_results(out)
    groups, sources = [int(group) for group in kept.groups], list(kept.sources)
    figures = evaluated_by_source(
        kept.probabilities, kept.labels, kept.classes, groups, sources, seed=kept.seed
    )
    assert figures == model_in(out / "model").card.evaluation["test"]
    assert all(path.is_file() for path in kept.paths)


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    epochs_done = list[object]()

    def note(event: object) -> None:
        if isinstance(event, EpochDone):
            epochs_done.append(event)

    out = tmp_path / "out"
    with pytest.raises(Cancelled):
        train_model(request_for(films, out), JobContext(note, lambda: len(epochs_done) >= 1))
    assert len(epochs_done) == 1
    train_model(request_for(films, out, resume=True), JobContext())
    undisturbed = load_weights(finished[0] / "model" / "model.safetensors")
    resumed = load_weights(out / "model" / "model.safetensors")
    assert all(torch.equal(undisturbed[name], resumed[name]) for name in undisturbed)


def test_a_run_is_not_overwritten_nor_gone_on_with_under_other_settings(
    films: Path, finished: tuple[Path, list[object]]
) -> None:
    out, _ = finished
    with pytest.raises(UsageError, match="holds a training run already"):
        train_model(request_for(films, out), JobContext())
    other = request_for(films, out, replace(SHORT, learning_rate=0.5), resume=True)
    with pytest.raises(UsageError, match="other settings"):
        train_model(other, JobContext())


def test_a_diverged_run_says_so_and_leaves_no_model(films: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="diverged in epoch 1") as caught:
        train_model(request_for(films, tmp_path / "out", replace(SHORT, learning_rate=1e30)), JobContext())
    assert "lower learning rate" in caught.value.hint
    assert not (tmp_path / "out" / "model").exists() and not (tmp_path / "out" / "checkpoint.pt").exists()


def test_a_run_is_not_gone_on_with_on_other_films(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    out = shutil.copytree(finished[0], tmp_path / "out")
    table = (films / "manifest.csv").read_text(encoding="utf-8")
    fewer = tmp_path / "manifest.csv"
    fewer.write_text("".join(table.splitlines(keepends=True)[:-1]), encoding="utf-8")
    request = TrainModel(films, out, fewer, SHORT, device="cpu", resume=True)
    with pytest.raises(UsageError, match="other films"):
        train_model(request, JobContext())


def test_a_damaged_checkpoint_is_said(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    out = shutil.copytree(finished[0], tmp_path / "out")
    os.truncate(out / "checkpoint.pt", 1000)
    with pytest.raises(TrainingError, match=r"checkpoint\.pt is damaged"):
        train_model(request_for(films, out, resume=True), JobContext())


def test_a_checkpoint_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    network = DLHCovid()
    state = TrainingState(network, None, torch.optim.SGD(network.parameters(), lr=0.1))
    with pytest.raises(OutputError, match=r"checkpoint\.pt"):
        save_checkpoint(state, tmp_path / "nowhere" / "checkpoint.pt")


def test_films_for_which_the_disk_has_no_room_are_said_before_they_are_decoded(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: used._replace(free=1 << 20))
    with pytest.raises(OutputError, match="no room"):
        train_model(request_for(films, tmp_path / "out"), JobContext())


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"batch_size": 1},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"seed": -1},
    ],
    ids=str,
)
def test_settings_that_train_nothing_are_refused_at_once(
    films: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        train_model(request_for(films, tmp_path / "out", replace(SHORT, **change)), JobContext())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "more",
    [{"folds": 1}, {"folds": -2}, {"name": "two\nlines"}, {"name": " "}, {"start": "gone.pth"}],
    ids=str,
)
def test_requests_that_cannot_be_met_are_refused(films: Path, tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        train_model(request_for(films, tmp_path / "out", **more), JobContext())


def test_fine_tuning_starts_from_given_weights(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    weights = finished[0] / "model" / "model.safetensors"
    gentle = replace(SHORT, epochs=1, learning_rate=1e-6, average_decay=0.0)
    train_model(request_for(films, tmp_path / "out", gentle, start=str(weights)), JobContext())
    before, after = load_weights(weights), load_weights(tmp_path / "out" / "model" / "model.safetensors")
    assert float((before["linear1.weight"] - after["linear1.weight"]).abs().max()) < 1e-3


def test_an_unreadable_film_is_left_out_and_counted(films: Path, tmp_path: Path) -> None:
    root = labelled_folder(tmp_path / "films", each=20)
    broken = root / "NORMAL" / "000.png"
    broken.write_bytes(broken.read_bytes()[:400])
    events = list[object]()
    quick = replace(SHORT, epochs=1)
    train_model(TrainModel(root, tmp_path / "out", config=quick, device="cpu"), JobContext(events.append))
    split = next(event for event in events if isinstance(event, SplitMade))
    assert split.unreadable == 1
    assert sum(part["NORMAL"] for part in split.counts.values()) == 19


def test_cross_validation_trains_each_fold_anew(films: Path, tmp_path: Path) -> None:
    config = replace(SHORT, epochs=1)
    request = TrainModel(
        films, tmp_path / "out", config=config, folds=2, device="cpu"
    )  # films without patients
    done = train_model(request, JobContext())
    assert isinstance(done, CrossValidated)
    assert [fold["films"] for fold in done.folds] == [30, 30]
    assert 0.0 <= done.spread["accuracy"]["mean"] <= 1.0
    assert read_cross_validation(tmp_path / "out") == (done.folds, done.spread)


def test_a_fold_leaves_no_network_in_memory_for_the_next(films: Path, tmp_path: Path) -> None:
    left: list[int] = []

    def hear(event: object) -> None:
        if isinstance(event, FoldBegun):
            left.append(sum(issubclass(type(thing), torch.optim.Optimizer) for thing in gc.get_objects()))

    gc.collect()
    gc.disable()
    try:
        request = TrainModel(films, tmp_path / "out", config=replace(SHORT, epochs=1), folds=2, device="cpu")
        train_model(request, JobContext(hear))
    finally:
        gc.enable()
    assert left == [0, 0]


def test_a_cross_validation_that_is_stopped_claims_nothing_of_folds_that_were_not_trained(
    films: Path, tmp_path: Path
) -> None:
    control, events = TrainingControl(), list[object]()

    def hear(event: object) -> None:
        events.append(event)
        if isinstance(event, EpochDone):
            control.stop()

    request = TrainModel(films, tmp_path / "out", config=replace(SHORT, epochs=1), folds=2, device="cpu")
    with pytest.raises(TrainingError, match="fold 1 of 2"):
        train_model(request, JobContext(hear), control)
    assert len([event for event in events if isinstance(event, EpochDone)]) == 1
    done = train_model(replace(request, resume=True), JobContext())
    assert isinstance(done, CrossValidated) and len(done.folds) == 2


def test_an_unknown_architecture_is_refused(films: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="resnet19"):
        train_model(request_for(films, tmp_path, replace(SHORT, architecture="resnet19")), JobContext())


def test_the_paper_preset_is_the_papers() -> None:
    assert (PAPER.optimizer, PAPER.learning_rate, PAPER.batch_size, PAPER.epochs) == ("sgd", 1e-3, 32, 100)
    assert (PAPER.schedule, PAPER.plateau_factor, PAPER.plateau_patience) == (Schedule.PLATEAU, 0.8, 3)
    assert (PAPER.plateau_threshold, PAPER.least_learning_rate, PAPER.stop_after) == (1e-3, 1e-5, 15)
    assert PAPER.balance == PAPER.label_smoothing == PAPER.average_decay == PAPER.augmentation.blur == 0.0


def test_the_plateau_schedule_is_pytorchs() -> None:
    losses = [1.0, 0.9, 0.9, 0.8995, 0.9, 0.9, 0.7, 0.71, 0.72, 0.71, 0.7, 0.7, 0.7, 0.69, 0.6995, 0.7]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1e-3)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.8, patience=3, threshold=1e-3, threshold_mode="abs", min_lr=1e-5
    )
    state = TrainingState(DLHCovid(), None, optimizer, learning_rate=1e-3)
    for loss in losses:
        theirs.step(loss)
        _reduce_on_plateau(PAPER, state, loss)
        assert state.learning_rate == pytest.approx(theirs.get_last_lr()[0])
    assert state.learning_rate < 1e-3


@pytest.mark.parametrize("config", PRESETS.values(), ids=list(PRESETS))
def test_a_config_survives_its_file(config: TrainingConfig) -> None:
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.as_dict()))) == config


def test_a_card_can_be_read_by_another_process(finished: tuple[Path, list[object]]) -> None:
    assert read_card(finished[0] / "model" / "card.json").name == "Own model"


def test_a_network_that_knows_films_learns_in_smaller_steps(films: Path, tmp_path: Path) -> None:
    weights = tmp_path / "start.safetensors"
    save_weights(seeded(1).state_dict(), weights)
    rates: dict[str, float] = {}
    for start in ("scratch", str(weights)):
        told = list[object]()
        config = replace(SHORT, epochs=1, fine_tune_factor=0.2, schedule=Schedule.FIXED)
        out = tmp_path / f"out {len(rates)}"
        train_model(request_for(films, out, config, start=start), JobContext(told.append))
        rates[start] = next(event.learning_rate for event in told if isinstance(event, EpochDone))
    assert rates[str(weights)] == pytest.approx(0.2 * rates["scratch"])


def test_a_new_head_on_the_last_stage_leaves_the_first_two_convolutions_as_they_were(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    start = finished[0] / "model" / "model.safetensors"
    config = replace(SHORT, epochs=1, new_head=True, backbone=Backbone.LAST_STAGE)
    train_model(request_for(films, tmp_path / "out", config, start=str(start)), JobContext())
    before, after = load_weights(start), load_weights(tmp_path / "out" / "model" / "model.safetensors")
    moved = {name.split(".", maxsplit=1)[0] for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"conv3", "bn3", "linear1", "linear2"}


def test_a_new_head_needs_convolutions_to_start_from(films: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="start"):
        train_model(request_for(films, tmp_path / "out", replace(SHORT, new_head=True)), JobContext())


def test_a_new_head_is_not_for_the_papers_recipe(
    films: Path, finished: tuple[Path, list[object]], tmp_path: Path
) -> None:
    start = str(finished[0] / "model" / "model.safetensors")
    with pytest.raises(UsageError, match="paper"):
        train_model(
            request_for(films, tmp_path / "out", replace(PAPER, new_head=True), start=start), JobContext()
        )


def test_films_are_divided_by_the_given_groups_alone_where_that_is_asked(tmp_path: Path) -> None:
    """Copies under names of their own: joined as a rule, apart where whoever grouped the films has said so."""
    root = labelled_folder(tmp_path / "films", each=10)
    for label in ("COVID19", "NORMAL", "PNEUMONIA"):
        for film in sorted((root / label).iterdir()):
            Image.open(film).save(film.with_suffix(".jpg"), quality=95)
    counts = {}
    for join_near in (True, False):
        planned = plan_films(TrainModel(root, tmp_path / "out", join_near=join_near), JobContext())
        counts[join_near] = len({film.group for film in planned.folder.films})
    assert counts == {True: 30, False: 60}
