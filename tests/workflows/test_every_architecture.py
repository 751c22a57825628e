"""Every network there is goes the whole way: it trains, is installed and put to use, reads a film, says where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.clinic import CLASSES, clinic
from xraydesk.jobs import JobContext
from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.registry.registry import Registry
from xraydesk.training.config import PAPER, Schedule
from xraydesk.training.events import TrainingDone
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.model_verbs import InstallTrained
from xraydesk.workflows.train_model import TrainModel, train_model
from xraydesk.workflows.trained_model import install_trained

SMALL = replace(PAPER, epochs=1, batch_size=8, schedule=Schedule.FIXED)
# One of each family always; VGG's weights are half a gigabyte each.
LIGHT = ("dlh_covid", "resnet18", "inception_v3", "efficientnet_b0")
HEAVY = [name for name in ARCHITECTURES if name not in LIGHT]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic(tmp_path_factory.mktemp("films") / "clinic", 10)


@pytest.mark.parametrize("name", LIGHT)
def test_from_films_to_a_heatmap(name: str, films: Path, tmp_path: Path) -> None:
    _go_the_whole_way(name, films, tmp_path / "out")


@pytest.mark.parametrize("name", HEAVY)
def test_from_films_to_a_heatmap_with_the_heavy_ones(
    name: str, thorough: None, films: Path, tmp_path: Path
) -> None:
    _go_the_whole_way(name, films, tmp_path / "out")


def _go_the_whole_way(name: str, films: Path, out: Path) -> None:
    """On films as small as the network takes."""
    architecture = ARCHITECTURES[name]
    size = architecture.input_size if architecture.fixed_size else max(architecture.least_size, 64)
    preprocessing = replace(SMALL.preprocessing, size=size)
    config = replace(SMALL, architecture=name, preprocessing=preprocessing)
    done = train_model(TrainModel(films, out, config=config, name=name, device="cpu"), JobContext())
    assert isinstance(done, TrainingDone)
    registry = Registry()
    install_trained(InstallTrained(done.model, "Ours", activate=True), registry)
    reader = FilmReader(registry.active(), "cpu")
    assert reader.model.card.name == "Ours" and reader.model.card.architecture == name
    result = reader.read(min(films.glob("*/*")))
    assert result.prediction is not None and result.prediction.classes == CLASSES
    assert sum(result.prediction.probabilities) == pytest.approx(1.0)
    assert [heatmap.class_name for heatmap in result.heatmaps] == list(CLASSES)
    for heatmap in result.heatmaps:
        assert heatmap.coarse.ndim == 2 and np.isfinite(heatmap.coarse).all()
        assert 0.0 <= heatmap.coarse.min() <= heatmap.coarse.max() <= 1.0
