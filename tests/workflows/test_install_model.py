"""The authors' checkpoint installs as it is; what is no model is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import torch

from tests.network.models import model_folder
from xraydesk.errors import ModelDamaged, ModelNotFound
from xraydesk.film.phantom import write_phantom
from xraydesk.model.model_input import PAPER_PREPROCESSING
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.registry.registry import Registry
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.install_model import install_model


def test_a_published_state_dict_installs_and_reads(tmp_path: Path) -> None:
    torch.save(DLHCovid().state_dict(), tmp_path / "Our model (Best 5).pth")
    model = install_model(tmp_path / "Our model (Best 5).pth")
    assert model.card.classes == ("COVID19", "NORMAL", "PNEUMONIA")
    assert model.card.preprocessing == PAPER_PREPROCESSING
    assert model.card.evaluation == {}  # nothing is claimed that was not measured
    write_phantom(tmp_path / "phantom.dcm")
    result = FilmReader(Registry().find(model.card.id), "cpu").read(tmp_path / "phantom.dcm")
    assert result.prediction is not None and result.crop is not None


@pytest.mark.parametrize("chosen", ["", "card.json", "model.safetensors"])
def test_a_folder_is_installed_whichever_of_its_files_is_chosen(tmp_path: Path, chosen: str) -> None:
    folder = model_folder(tmp_path, "from-a-stick")
    assert install_model(folder / chosen).card.id == "from-a-stick"


def test_a_network_of_other_classes_is_refused(tmp_path: Path) -> None:
    torch.save(DLHCovid(classes=5).state_dict(), tmp_path / "five.pth")
    with pytest.raises(ModelDamaged, match="5 classes"):
        install_model(tmp_path / "five.pth")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"gone\.pth"):
        install_model(tmp_path / "gone.pth")


def test_a_state_dict_in_half_precision_with_an_odd_name_installs(tmp_path: Path) -> None:
    file = tmp_path / ("\x1b[2J" + "long " * 40 + ".pth")
    torch.save(DLHCovid().half().state_dict(), file)
    assert install_model(file).card.name.isprintable()


def test_a_model_that_could_never_read_is_not_installed(tmp_path: Path) -> None:
    folder = model_folder(tmp_path, "odd")
    card = (folder / "card.json").read_text(encoding="utf-8")
    (folder / "card.json").write_text(card.replace('"PNEUMONIA"', '"PNEUMONIA", "TB"'), encoding="utf-8")
    with pytest.raises(ModelDamaged, match="4 classes"):
        install_model(folder)
    assert "odd" not in {model.card.id for model in Registry().models()}


def test_a_package_that_is_refused_is_called_as_it_was_chosen(tmp_path: Path) -> None:
    folder = model_folder(tmp_path, "odd")
    (folder / "card.json").write_text("{}", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "ward 3.xraymodel", "w") as package:
        for file in folder.iterdir():
            package.write(file, file.name)
    with pytest.raises(ModelDamaged, match=r"The model in ward 3\.xraymodel cannot be used"):
        install_model(tmp_path / "ward 3.xraymodel")
