"""The model of a finished run is installed and handed on under the name that its owner gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.models import model_folder
from xraydesk.registry.package import unpack
from xraydesk.registry.registry import Registry, model_in, require_intact
from xraydesk.workflows.model_desk import answer_about_models
from xraydesk.workflows.model_verbs import ExportTrained, InstalledModels, InstallTrained


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "run", "trained")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "own", tmp_path / "shipped")


def test_it_is_installed_and_read_by_under_its_new_name(trained: Path, registry: Registry) -> None:
    before = model_in(trained).card
    answer = answer_about_models(InstallTrained(trained, "Ward 3", activate=True), registry)
    assert isinstance(answer, InstalledModels)
    assert [(model.name, model.active) for model in answer.models] == [("Ward 3", True)]
    assert model_in(trained).card == before
    assert registry.active().card.sha256 == before.sha256


def test_installed_twice_it_is_there_once(trained: Path, registry: Registry) -> None:
    answer_about_models(InstallTrained(trained, "Ward 3"), registry)
    answer_about_models(InstallTrained(trained, "Ward 3", activate=True), registry)
    assert len(registry.models()) == 1


def test_it_is_exported_as_one_file(trained: Path, registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "ward.xraymodel"
    answer_about_models(ExportTrained(trained, "Ward 3", file), registry)
    assert model_in(unpack(file, tmp_path / "there")).card.name == "Ward 3"


def test_installed_again_under_another_name_it_has_that_name(trained: Path, registry: Registry) -> None:
    answer_about_models(InstallTrained(trained, "Ward 3"), registry)
    answer_about_models(InstallTrained(trained, "Ward 4", activate=True), registry)
    assert [model.card.name for model in registry.models()] == ["Ward 4"]
    require_intact(registry.active())


def test_installed_again_a_damaged_model_is_mended(trained: Path, registry: Registry) -> None:
    answer_about_models(InstallTrained(trained, "Ward 3"), registry)
    weights = registry.models()[0].weights
    weights.write_bytes(weights.read_bytes()[:-100])
    answer_about_models(InstallTrained(trained, "Ward 3", activate=True), registry)
    require_intact(registry.active())
