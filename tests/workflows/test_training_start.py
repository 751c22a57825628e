"""A run goes on from what it began with, whatever model is in use, or gone, by then."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.clinic import clinic
from xraydesk.errors import Cancelled, UsageError
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing
from xraydesk.network.checkpoint import load_weights
from xraydesk.registry.registry import Registry, model_in
from xraydesk.training.config import QUICK, Precision
from xraydesk.training.events import EpochDone
from xraydesk.training.planning import PlannedFilms
from xraydesk.workflows.plan_split import plan_films
from xraydesk.workflows.train_model import TrainModel, train_model
from xraydesk.workflows.training_runs import list_runs, write_request
from xraydesk.workflows.training_verbs import FilmChoice

SMALL = replace(
    QUICK,
    epochs=2,
    batch_size=8,
    architecture="resnet18",
    precision=Precision.FULL,
    preprocessing=Preprocessing(size=32),
)
WEIGHTS = Path("model", "model.safetensors")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic(tmp_path_factory.mktemp("films"), 12)


@pytest.fixture(scope="module")
def parents(films: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of the same films, each with a test part of its own."""
    made = []
    for seed in (1, 2):
        out = tmp_path_factory.mktemp("parent") / "run"
        train_model(
            TrainModel(films, out, config=replace(SMALL, epochs=1, seed=seed), device="cpu"), JobContext()
        )
        made.append(out / "model")
    return made[0], made[1]


def interrupted(request: TrainModel) -> None:
    """After its first epoch."""
    epochs = list[object]()

    def hear(event: object) -> None:
        if isinstance(event, EpochDone):
            epochs.append(event)

    with pytest.raises(Cancelled):
        train_model(request, JobContext(hear, lambda: bool(epochs)))


def parts(planned: PlannedFilms) -> Iterator[list[int]]:
    split = planned.splits[0]
    return (part.tolist() for part in (split.train, split.validation, split.test))


@pytest.fixture
def run(films: Path, parents: tuple[Path, Path], tmp_path: Path) -> TrainModel:
    """Begun from the model in use, which is another by now, and interrupted."""
    for model in parents:
        Registry().add(model)
    Registry().activate(model_in(parents[0]).card.id)
    request = TrainModel(films, tmp_path / "run", config=SMALL, start="active", device="cpu")
    interrupted(request)
    return replace(request, resume=True)


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "home"))


def test_another_model_in_use_changes_neither_split_nor_weights(
    run: TrainModel, parents: tuple[Path, Path]
) -> None:
    divided = list(parts(plan_films(run, JobContext())))
    undisturbed = replace(run, out=run.out.with_name("undisturbed"), resume=False)
    train_model(undisturbed, JobContext())
    Registry().activate(model_in(parents[1]).card.id)
    assert list(parts(plan_films(run, JobContext()))) == divided
    train_model(run, JobContext())
    expected, got = load_weights(undisturbed.out / WEIGHTS), load_weights(run.out / WEIGHTS)
    assert all(bool((expected[name] == got[name]).all()) for name in expected)


def test_it_goes_on_when_the_model_is_gone(run: TrainModel) -> None:
    shutil.rmtree(os.environ["XRAYDESK_HOME"])
    assert train_model(run, JobContext())


@pytest.mark.parametrize("start", ["scratch", "other", "nowhere.safetensors"])
def test_other_weights_than_it_began_with_are_refused_in_words(
    run: TrainModel, parents: tuple[Path, Path], start: str
) -> None:
    asked = replace(run, start=str(parents[1] / WEIGHTS.name) if start == "other" else start)
    with pytest.raises(UsageError, match="was started from other weights"):
        train_model(asked, JobContext())
    train_model(replace(run, start=str(Registry().active().weights)), JobContext())


def test_it_goes_on_when_the_file_it_began_from_is_gone(
    films: Path, parents: tuple[Path, Path], tmp_path: Path
) -> None:
    file = tmp_path / "stick" / "weights.safetensors"
    file.parent.mkdir()
    shutil.copyfile(parents[0] / WEIGHTS.name, file)
    request = TrainModel(films, tmp_path / "run", config=SMALL, start=str(file), device="cpu")
    interrupted(request)
    shutil.rmtree(file.parent)
    with pytest.raises(UsageError, match="was started from other weights"):
        train_model(
            replace(request, start=str(file.with_name("other.safetensors")), resume=True), JobContext()
        )
    assert train_model(replace(request, resume=True), JobContext())


def test_a_run_from_nothing_goes_on_from_nothing_only(films: Path, tmp_path: Path) -> None:
    request = TrainModel(films, tmp_path / "run", config=SMALL, device="cpu")
    interrupted(request)
    with pytest.raises(UsageError, match="was started from other weights"):
        train_model(replace(request, start="active", resume=True), JobContext())
    train_model(replace(request, resume=True), JobContext())


def test_two_runs_never_share_a_folder(films: Path, tmp_path: Path) -> None:
    request = TrainModel(films, tmp_path / "runs" / "run", config=SMALL, device="cpu")
    write_request(request)
    with pytest.raises(UsageError, match="holds a training run already"):
        write_request(replace(request, name="Another"))
    write_request(replace(request, resume=True))
    assert [run.name for run in list_runs(tmp_path / "runs").runs] == [request.name]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_films_whose_names_are_no_text_are_trained_on(films: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    shutil.copytree(films, folder)
    for film in sorted(folder.glob("*/*")):
        film.rename(film.with_name(os.fsdecode(b"M\xfcller_") + film.name))
    first = min(folder.glob("*/*"))
    choices = (FilmChoice(first, excluded=True),)
    request = TrainModel(folder, tmp_path / "runs" / "run", config=SMALL, device="cpu", choices=choices)
    write_request(request)
    assert train_model(request, JobContext()).model.is_dir()  # type: ignore[union-attr]
    assert list_runs(tmp_path / "runs").runs[0].request.choices == choices
