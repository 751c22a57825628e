"""A model's card knows the films of its forebears, so that a grandchild is not taken for a stranger to them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.clinic import clinic
from xraydesk.jobs import JobContext
from xraydesk.model.card import read_card
from xraydesk.model.film_hashes import KnownFilms, hashes_of, known_films
from xraydesk.model.model_input import Preprocessing
from xraydesk.training.config import QUICK, Precision
from xraydesk.training.events import EpochDone
from xraydesk.workflows.plan_split import plan_films, plan_split
from xraydesk.workflows.train_model import TrainModel, train_model
from xraydesk.workflows.training_verbs import PlanSplit

SMALL = replace(
    QUICK,
    epochs=1,
    batch_size=8,
    architecture="resnet18",
    precision=Precision.FULL,
    preprocessing=Preprocessing(size=32),
)


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> list[TrainModel]:
    """Grandparent, parent and child, each trained on films of its own."""
    place, start, made = tmp_path_factory.mktemp("family"), "scratch", list[TrainModel]()
    for number in range(3):
        films = clinic(place / f"films {number}", 12, seed=number)
        request = TrainModel(films, place / f"run {number}", config=SMALL, start=start, device="cpu")
        train_model(request, JobContext())
        made.append(request)
        start = str(request.out / "model" / "model.safetensors")
    return made


def known(request: TrainModel) -> KnownFilms:
    return known_films(read_card(request.out / "model" / "card.json").data)


def learned_from(request: TrainModel) -> frozenset[bytes]:
    planned = plan_films(request, JobContext())
    split = planned.splits[0]
    return hashes_of(planned.folder.films[i].path for i in (*split.train, *split.validation))


def test_a_grandchild_knows_the_films_of_all_before_it(generations: list[TrainModel]) -> None:
    everything = frozenset[bytes]()
    for request in generations:
        everything |= learned_from(request)
        assert known(request) == KnownFilms(everything, complete=True)
    assert len(everything) > 2 * len(learned_from(generations[0]))


def test_films_that_are_gone_when_the_training_ends_are_known_too(tmp_path: Path) -> None:
    films = clinic(tmp_path / "films", 12)
    request = TrainModel(films, tmp_path / "run", config=SMALL, device="cpu")
    learned = learned_from(request)

    def hear(event: object) -> None:
        if isinstance(event, EpochDone):
            shutil.rmtree(films / "NORMAL")

    train_model(request, JobContext(hear))
    assert known(request) == KnownFilms(learned, complete=True)


def test_a_test_on_films_that_a_forebear_learned_from_is_said_to_flatter(
    generations: list[TrainModel],
) -> None:
    parent = generations[0]
    weights = str(parent.out / "model" / "model.safetensors")
    folded = PlanSplit(replace(parent, start=weights, folds=2))
    notes = plan_split(folded, JobContext()).notes
    assert any(
        note.startswith(f"{len(learned_from(parent))} films of the test were learned") for note in notes
    )
    for honest in (replace(parent, start=weights), replace(parent, folds=2)):
        assert "flatter" not in " ".join(plan_split(PlanSplit(honest), JobContext()).notes)


def test_weights_of_which_nobody_tells_the_films_are_not_taken_for_new(
    generations: list[TrainModel], tmp_path: Path
) -> None:
    bare = shutil.copy(generations[0].out / "model" / "model.safetensors", tmp_path / "bare.safetensors")
    request = replace(generations[1], out=tmp_path / "out", start=str(bare))
    train_model(request, JobContext())
    assert known(request) == KnownFilms(learned_from(request), complete=False)
    heir = replace(
        generations[2], out=tmp_path / "heir", start=str(request.out / "model" / "model.safetensors")
    )
    train_model(heir, JobContext())
    assert known(heir).complete is False
