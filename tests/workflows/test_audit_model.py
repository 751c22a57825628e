"""An audit says how a model does as films are, and with parts of them taken away."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.network.models import model_folder
from tests.training.films import labelled_folder, manifest
from xraydesk.cli.main import main
from xraydesk.errors import LabelledFolderError
from xraydesk.jobs import JobContext
from xraydesk.workflows.audit_model import audit_model
from xraydesk.workflows.evaluate_model import EvaluateModel, evaluate_model


@pytest.fixture
def request_(tmp_path: Path) -> EvaluateModel:
    root = labelled_folder(tmp_path / "films", each=10)
    return EvaluateModel(
        root, manifest(root), str(model_folder(tmp_path / "models", "random-for-audit")), "cpu"
    )


@pytest.fixture
def outlines(tmp_path: Path, request_: EvaluateModel) -> Path:
    """Of the films numbered 000 to 004: the left half."""
    folder = tmp_path / "outlines"
    folder.mkdir()
    half = np.zeros((224, 224), np.uint8)
    half[:, :112] = 255
    for number in range(5):
        Image.fromarray(half).convert("1").save(folder / f"{number:03d}__lungs.png")
    return folder


def test_as_films_are_it_says_what_evaluate_says(request_: EvaluateModel) -> None:
    figures = evaluate_model(request_, JobContext())
    audited = audit_model(request_, None, JobContext())
    assert audited["changes"]["as they are"]["confusion_matrix"] == figures["confusion_matrix"]
    assert set(audited["changes"]) == {"as they are", "borders black", "corners black"}
    assert audited["source_from_features"]["sources"] == ("hospital A", "hospital B")
    assert "lungs" not in audited


def test_films_with_outlines_are_read_without_and_with_only_them(
    request_: EvaluateModel, outlines: Path
) -> None:
    lungs = audit_model(request_, outlines, JobContext())["lungs"]
    assert set(lungs) == {"as they are", "lungs taken away", "lungs only"}
    assert all(figures["films"] == 15 for figures in lungs.values())


def test_an_outline_of_another_size_is_refused_in_words(request_: EvaluateModel, outlines: Path) -> None:
    Image.new("1", (100, 224)).save(outlines / "002__lungs.png")
    with pytest.raises(LabelledFolderError, match=r"002__lungs\.png is not as large"):
        audit_model(request_, outlines, JobContext())


def test_a_folder_without_a_single_outline_is_refused_in_words(
    request_: EvaluateModel, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabelledFolderError, match="None of the films has an outline"):
        audit_model(request_, tmp_path / "empty", JobContext())


def test_the_terminal_tells_it_in_words_and_as_json(
    request_: EvaluateModel, outlines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "evaluate",
        str(request_.folder),
        "--manifest",
        str(request_.manifest),
        "--model",
        request_.model,
    ]
    assert main([*arguments, "--audit", "--lungs", str(outlines)]) == 0
    assert "films with outlines, lungs only: 15 films, accuracy" in capsys.readouterr().out
    assert main([*arguments, "--audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source_from_features"]["chance"] == 0.5
