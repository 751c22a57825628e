"""What ships in weights/ is whole, small, and says where it comes from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from xraydesk.model.card import ModelCard
from xraydesk.registry.registry import Registry, file_sha256, require_intact
from xraydesk.workflows.classify_film import FilmReader

_MOST_BYTES = 30_000_000


@pytest.fixture
def card() -> ModelCard:
    return Registry().active().card


def test_the_shipped_model_is_intact_and_reads_a_film(repository: Path) -> None:
    model = Registry().active()
    require_intact(model)
    assert model.shipped and model.folder.parent == repository / "weights"
    result = FilmReader(model, "cpu").read(repository / "resources" / "sample" / "phantom.dcm")
    assert result.prediction is not None


def test_the_manifest_lists_every_model_with_checksum_licence_and_source(repository: Path) -> None:
    weights = repository / "weights"
    manifest = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    entries = [*manifest["models"], *manifest["helpers"]]
    assert {entry["file"] for entry in entries} == {
        str(file.relative_to(weights)) for file in weights.rglob("*.safetensors")
    }
    for entry in entries:
        file = weights / entry["file"]
        assert entry["sha256"] == file_sha256(file)
        assert entry["bytes"] == file.stat().st_size <= _MOST_BYTES
        assert entry["licence"] and entry["source"]


def test_the_card_states_figures_overall_by_source_and_without_the_children(card: ModelCard) -> None:
    test = card.evaluation["test"]
    for part in (test, *test["by_source"].values(), test["without_source"]["kermany"]):
        assert 0.0 <= part["accuracy"] <= 1.0
        assert part["accuracy_interval"][0] <= part["accuracy"] <= part["accuracy_interval"][1]
    assert set(card.data["licences"]) == set(test["by_source"])
    assert card.training["seed"] == 2021


def test_the_readme_tells_the_cards_figures(repository: Path, card: ModelCard) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    test = card.evaluation["test"]
    for figure in (test["accuracy"], test["f1"], test["without_source"]["kermany"]["accuracy"]):
        assert f"{figure:.3f}" in readme


def test_real_films_are_read_as_well_as_the_card_promises(shared_data: Path, card: ModelCard) -> None:
    """On a small part of the films: a fault anywhere from file to probability would show here."""
    films = shared_data / "cxr"
    with (films / "manifest.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))[::70]
    reader = FilmReader(Registry().active(), "cpu")
    read = [reader.read(films / row["file"]).prediction for row in rows]
    right = sum(p is not None and p.top_class == row["label"] for p, row in zip(read, rows, strict=True))
    assert right / len(rows) > card.evaluation["test"]["accuracy"] - 0.08
