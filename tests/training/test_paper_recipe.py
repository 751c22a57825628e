"""`train --preset paper` is the paper's recipe: held to the same one written plainly in PyTorch."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.training.clinic import clinic
from tests.training.plain_paper import logits_of, plain_network, rgb, trained
from xraydesk import paths
from xraydesk.jobs import JobContext
from xraydesk.network.zoo import seeded_network
from xraydesk.training.config import PAPER
from xraydesk.training.dataset import model_inputs
from xraydesk.training.state import set_to_train, started
from xraydesk.training.step import take_step
from xraydesk.training.test_results import JudgedFilms, read_test_results
from xraydesk.workflows.plan_split import plan_films
from xraydesk.workflows.train_model import TrainModel, train_model

REAL_FILMS = 100  # of each class, to train on and to test on each: enough to be well above chance, where a
# difference of a thousandth of a grey level in a film decides what is named


@pytest.fixture(scope="module")
def drawn_films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Films to train on, and others to test on."""
    place = tmp_path_factory.mktemp("films")
    return clinic(place / "train", 12), clinic(place / "test", 12, seed=5)


@pytest.fixture(scope="module")
def real_films(
    thorough: None, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("films")
    for label in ("COVID19", "NORMAL", "PNEUMONIA"):
        films = sorted((shared_data / "cxr" / label).iterdir())
        spread = [films[i] for i in np.linspace(0, len(films) - 1, 2 * REAL_FILMS, dtype=int)]
        for part, chosen in (("train", spread[::2]), ("test", spread[1::2])):
            (place / part / label).mkdir(parents=True)
            for film in chosen:
                (place / part / label / film.name).symlink_to(film)
    return place / "train", place / "test"


def test_step_by_step_the_losses_are_those_of_plain_pytorch() -> None:
    ours = seeded_network("dlh_covid", PAPER.seed, 3)
    torch.manual_seed(PAPER.seed)
    plain = plain_network(3)
    state = started(ours, PAPER, torch.device("cpu"))
    set_to_train(state.network)
    optimizer = torch.optim.SGD(plain.parameters(), lr=PAPER.learning_rate)
    chance = torch.Generator().manual_seed(7)
    for step in range(3):
        films = torch.rand(4, 1, 224, 224, generator=chance)
        labels = torch.randint(3, (4,), generator=chance)
        torch.manual_seed(step)  # the same places are dropped
        loss, _ = take_step(state, films, nn.functional.one_hot(labels, 3).float(), 1e-3, PAPER)
        torch.manual_seed(step)
        optimizer.zero_grad()
        theirs = nn.CrossEntropyLoss()(plain(films.expand(-1, 3, -1, -1)), labels)
        theirs.backward()
        optimizer.step()
        assert loss == pytest.approx(float(theirs.detach()), abs=2e-5)
    for mine, other in zip(state.network.parameters(), plain.parameters(), strict=True):
        assert torch.allclose(mine, other, atol=1e-5)


def test_films_reach_the_network_as_plain_pillow_makes_them(tmp_path: Path) -> None:
    films = clinic(tmp_path / "films", 10)
    folder = plan_films(TrainModel(films, tmp_path / "out", config=PAPER), JobContext()).folder
    read = model_inputs(folder, PAPER.preprocessing, paths.user_cache() / "films", JobContext())
    for position, film in enumerate(folder.films):
        plain = rgb(film.path)[0].numpy() * 255
        ours = read.inputs[np.array([position])][0]
        # They crop at whole pixels, of the file here and of the reduced film there: up to a pixel apart.
        assert np.abs(ours - plain).mean() < 4.0
        assert np.corrcoef(ours.ravel(), plain.ravel())[0, 1] > 0.99


def test_film_by_film_a_run_says_what_plain_pytorch_says(
    drawn_films: tuple[Path, Path], tmp_path: Path
) -> None:
    ours, plain = _both_trained(*drawn_films, tmp_path / "out", epochs=2)
    assert np.abs(ours.logits - plain).max() < 0.05
    assert np.array_equal(ours.logits.argmax(1), plain.argmax(1))


def test_on_real_films_it_is_as_good_as_plain_pytorch(real_films: tuple[Path, Path], tmp_path: Path) -> None:
    ours, plain = _both_trained(*real_films, tmp_path / "out", epochs=4)
    accuracy = float((plain.argmax(1) == ours.labels).mean())
    error = math.sqrt(accuracy * (1 - accuracy) / len(ours.labels))
    assert float((ours.logits.argmax(1) == ours.labels).mean()) == pytest.approx(accuracy, abs=error)
    assert accuracy > 0.6


def _both_trained(
    train: Path, test: Path, out: Path, *, epochs: int
) -> tuple[JudgedFilms, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """What our run keeps of the test films, and the plain network's logits of the same."""
    config = replace(PAPER, epochs=epochs, batch_size=8)  # many steps in little time
    request = TrainModel(train, out, config=config, device="cpu", test_folder=test)
    train_model(request, JobContext())
    planned = plan_films(request, JobContext())
    split, folder = planned.splits[0], planned.folder
    films = torch.stack([rgb(film.path) for film in folder.films])
    labels = torch.tensor([folder.classes.index(film.label) for film in folder.films])
    network = trained(films, labels, split.train, split.validation, epochs=epochs, batch=8, seed=config.seed)
    return read_test_results(out), logits_of(network, films[split.test]).numpy()
