"""A model's card on paper: whole, in any script, of any number of classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.export.test_summary_pdf import needs_poppler, text_of
from tests.presentation.cards import MANY, card, measured, silent_card, strange_card
from xraydesk.errors import OutputError
from xraydesk.export.card_pdf import write_card_pdf
from xraydesk.model.card import ModelCard
from xraydesk.presentation.model_card import card_page
from xraydesk.presentation.wording import RESEARCH_USE_LONG


def written(tmp_path: Path, shown: ModelCard) -> Path:
    path = tmp_path / "card.pdf"
    write_card_pdf(path, card_page(shown, terms="Research only", origin="installed on this computer"))
    return path


@needs_poppler
def test_every_section_is_on_paper(tmp_path: Path) -> None:
    page = card_page(card())
    text = text_of(written(tmp_path, card()))
    for section in page.sections:
        assert section.heading in text
    for expected in ("Own model 2026.11.24", "hospital A", "0.0006, cosine", "ab" * 32, "Research only"):
        assert expected in text
    for number, sheet in enumerate(text.split("\f")[:-1], start=1):
        assert RESEARCH_USE_LONG in sheet and f"Page {number} of" in sheet


@needs_poppler
def test_twelve_long_classes_keep_their_counts_whole(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, card(MANY)))
    counts = card(MANY).evaluation["test"]["confusion_matrix"]
    assert " ".join(str(number) for number in counts[0]) in text
    assert "The film is 1 2 3 4 5 6 7 8 9 10 11 12" in text


@needs_poppler
def test_twenty_classes_keep_counts_of_thousands_whole(tmp_path: Path) -> None:
    classes = tuple(f"class {place}" for place in range(20))
    counts = [[12345 if row == column else 1234 for column in range(20)] for row in range(20)]
    test = measured(classes) | {"confusion_matrix": counts}
    text = text_of(written(tmp_path, card(classes, evaluation={"test": test})))
    assert "1 Class 0 12345" + 19 * " 1234" in text


@pytest.mark.parametrize(
    "shown", [silent_card(), strange_card(), card(name="模型 " * 60)], ids=["silent", "odd", "long"]
)
def test_any_card_makes_a_pdf(tmp_path: Path, shown: ModelCard) -> None:
    assert written(tmp_path, shown).read_bytes().startswith(b"%PDF")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"card\.pdf"):
        write_card_pdf(tmp_path / "nowhere" / "card.pdf", card_page(card()))
    assert list(tmp_path.iterdir()) == []
