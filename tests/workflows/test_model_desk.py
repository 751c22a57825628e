"""What the window asks about models is answered from their cards, and refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.models import model_folder
from xraydesk.errors import ModelDamaged, ModelNotFound, UsageError
from xraydesk.registry.package import unpack
from xraydesk.registry.registry import Registry, model_in, require_intact
from xraydesk.workflows.install_model import install_model
from xraydesk.workflows.model_desk import answer_about_models
from xraydesk.workflows.model_verbs import (
    ActivateModel,
    CardShown,
    CompareModels,
    ExportCard,
    ExportModel,
    InstalledModels,
    ListModels,
    ModelRequest,
    ModelsCompared,
    RemoveModel,
    RollBack,
    ShowCard,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    for seed, name in enumerate(("shipped-1", "own-1")):
        model_folder(place / name, name, seed=seed)
    return place


@pytest.fixture
def registry(made: Path, tmp_path: Path) -> Registry:
    found = Registry(tmp_path / "own", made / "shipped-1")
    found.add(made / "own-1" / "own-1")
    return found


def listed(request: ModelRequest, registry: Registry) -> InstalledModels:
    answer = answer_about_models(request, registry)
    assert isinstance(answer, InstalledModels)
    return answer


def test_activating_and_going_back(registry: Registry) -> None:
    assert listed(ListModels(), registry).previous == ""
    used = listed(ActivateModel("own-1"), registry)
    assert [model.active for model in used.models] == [False, True]
    assert used.previous == "Model shipped-1 1"
    back = listed(RollBack(), registry)
    assert [model.active for model in back.models] == [True, False] and back.previous == ""
    with pytest.raises(UsageError, match="no earlier model"):
        listed(RollBack(), registry)


def test_a_damaged_model_is_not_gone_back_to(registry: Registry, made: Path, tmp_path: Path) -> None:
    registry.activate("own-1")
    registry.add(model_folder(tmp_path, "own-2", seed=5))
    registry.activate("own-2")
    registry.find("own-1").weights.write_bytes(b"damaged")
    with pytest.raises(ModelDamaged, match="own-1"):
        listed(RollBack(), registry)
    assert registry.active().card.id == "own-2"


def test_a_model_that_was_removed_is_passed_over_on_the_way_back(registry: Registry, tmp_path: Path) -> None:
    registry.activate("own-1")
    registry.add(model_folder(tmp_path, "own-2", seed=5))
    registry.activate("own-2")
    assert len(listed(RemoveModel("own-1"), registry).models) == 2
    assert listed(ListModels(), registry).previous == "Model shipped-1 1"
    listed(RollBack(), registry)
    assert registry.active().card.id == "shipped-1"


def test_an_exported_model_installs_elsewhere(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "own.xraymodel"
    answer_about_models(ExportModel("own-1", file), registry)
    require_intact(model_in(unpack(file, tmp_path / "unpacked")))
    assert install_model(file, Registry(tmp_path / "elsewhere", tmp_path / "nothing")).card.id == "own-1"


def test_a_card_is_shown_and_saved(registry: Registry, tmp_path: Path) -> None:
    shown = answer_about_models(ShowCard("own-1"), registry)
    assert isinstance(shown, CardShown) and shown.page.title == "Model own-1 1"
    assert "installed on this computer" in shown.page.subtitle
    answer_about_models(ExportCard("own-1", tmp_path / "card.pdf"), registry)
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")


def test_two_models_are_compared(registry: Registry) -> None:
    answer = answer_about_models(CompareModels("own-1", "shipped-1"), registry)
    assert isinstance(answer, ModelsCompared)
    assert answer.comparison.names == ("Model own-1 1", "Model shipped-1 1")


def test_an_unknown_model_is_said(registry: Registry, tmp_path: Path) -> None:
    for request in (ShowCard("gone"), ExportModel("gone", tmp_path / "x"), CompareModels("own-1", "gone")):
        with pytest.raises(ModelNotFound, match="gone"):
            answer_about_models(request, registry)
    assert not (tmp_path / "x").exists()


def test_the_shipped_models_terms_are_on_its_card() -> None:
    shipped = Registry().active()
    answer = answer_about_models(ShowCard(shipped.card.id))
    assert isinstance(answer, CardShown)
    terms = [fact for section in answer.page.sections for fact in section.facts if fact[0] == "Terms of use"]
    assert len(terms) == 1 and "Research and non-commercial use only" in terms[0][1]
