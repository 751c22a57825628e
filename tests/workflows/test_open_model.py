"""`--model ID|FILE`: what is meant, checked, and left behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
import torch

from tests.network.models import model_folder
from xraydesk import paths
from xraydesk.errors import ModelDamaged, ModelNotFound
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.registry.package import pack
from xraydesk.registry.registry import Registry, model_in
from xraydesk.workflows.open_model import checked_network, find_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("models"), "own-1")


def test_an_installed_id_goes_before_a_folder_of_that_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Registry().add(folder)
    model_folder(tmp_path, "own-1", seed=2)
    monkeypatch.chdir(tmp_path)
    assert find_model("own-1") == installed
    assert find_model("./own-1").card.sha256 != installed.card.sha256


def test_a_folder_may_end_with_a_separator(folder: Path) -> None:
    assert find_model(f"{folder}{os.sep}").card.id == "own-1"


def test_a_package_is_unpacked_once_into_the_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # nothing is left there
    file = tmp_path / "travel.xraymodel"
    pack(model_in(folder), file)
    first, second = find_model(str(file)), find_model(str(file))
    checked_network(first)
    assert first == second
    assert list((paths.user_cache() / "models").iterdir()) == [first.folder]
    first.weights.write_bytes(b"damaged")
    checked_network(find_model(str(file)))  # made anew


def test_a_published_state_dict_reads_without_being_installed(tmp_path: Path) -> None:
    torch.save(DLHCovid().state_dict(), tmp_path / "best 5.pth")
    model = find_model(str(tmp_path / "best 5.pth"))
    assert checked_network(model).classes == 3
    assert all(there.shipped for there in Registry().models())


def test_a_file_that_is_no_model_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    (tmp_path / "film.png").write_bytes(b"no model")
    with pytest.raises(ModelDamaged, match=r"film\.png"):
        find_model(str(tmp_path / "film.png"))
    assert list((paths.user_cache() / "models").iterdir()) == []


def test_a_model_without_its_weights_is_damaged(tmp_path: Path) -> None:
    torn = model_folder(tmp_path, "torn")
    (torn / "model.safetensors").unlink()
    with pytest.raises(ModelDamaged, match="missing"):
        checked_network(find_model(str(torn)))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"PNEUMONIA"', '"PNEUMONIA", "TB"', "4 classes"),
        ('"size": 224', '"size": 320', "320"),
        ('"dlh_covid"', '"vgg16"', "VGG16"),
        ('"dlh_covid"', '"vgg20"', "vgg20"),
    ],
)
def test_a_card_that_does_not_fit_its_network_is_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    folder = model_folder(tmp_path, "odd")
    card = (folder / "card.json").read_text(encoding="utf-8")
    (folder / "card.json").write_text(card.replace(old, new), encoding="utf-8")
    with pytest.raises((ModelDamaged, ModelNotFound), match=complaint):
        checked_network(model_in(folder))
