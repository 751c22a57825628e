"""A card survives its file, and a damaged one is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from xraydesk.errors import ModelDamaged
from xraydesk.model.card import ModelCard, is_one_line, read_card, write_card
from xraydesk.model.model_input import Preprocessing

CARD = ModelCard(
    id="own-1",
    name="Own",
    version="1",
    architecture="dlh_covid",
    classes=("A", "B"),
    preprocessing=Preprocessing(),
    sha256="0" * 64,
    temperature=1.3,
    threshold=0.4,
    evaluation={"test": {"accuracy": 0.9}},
)


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_card(CARD, tmp_path / "card.json")
    assert read_card(tmp_path / "card.json") == CARD
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"format": 2}',
        json.dumps(CARD.as_dict())[:-9],
        '{"format": 1, "classes": 3}',
        "[" * 100_000,
        " " * (17 << 20),
    ],
    ids=range(9),
)
def test_a_damaged_card_is_named_with_its_model(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "card.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelDamaged, match="my-model"):
        read_card(folder / "card.json")


@pytest.mark.parametrize(
    "change",
    [
        {"classes": ("A",)},
        {"classes": ("A", "A")},
        {"classes": (1, 2)},
        {"classes": ("A", " ")},
        {"classes": ("A", "INDETERMINATE")},
        {"temperature": 0.0},
        {"temperature": 1e-320},
        {"temperature": 9e8},
        {"temperature": float("inf")},
        {"temperature": "1.0"},
        {"threshold": "0.4"},
        {"threshold": float("nan")},
        {"threshold": -0.1},
        {"threshold": 2},
        {"threshold": 10**400},
        {"name": ["Own"]},
        {"name": "\x1b[2J"},
        {"name": "N" * 1000},
        {"version": 1},
        {"sha256": None},
        {"evaluation": []},
        {"preprocessing": Preprocessing(size=10**9)},
        {"preprocessing": Preprocessing(detail=-1)},
        {"preprocessing": Preprocessing(size="224")},  # type: ignore[arg-type]
        {"preprocessing": Preprocessing(low_percentile=99.0, high_percentile=1.0)},
    ],
    ids=str,
)
def test_a_card_that_makes_no_sense_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(CARD, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "is_name"),
    [
        ("ذات\u200cالریه", True),  # Persian, with the joiner that its spelling needs
        ("胸部\u3000正常", True),
        ("COVID\u00a019", True),
        ("unauffällig & Erguß", True),
        ("two\nlines", False),
        ("\x1b[2J", False),
        ("turned\u202eround", False),
        ("\u2028", False),
    ],
)
def test_names_are_one_line_in_any_script(name: str, is_name: bool) -> None:
    assert is_one_line(name) is is_name
