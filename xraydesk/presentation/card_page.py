"""A model's card as a page of words: for the window, for paper, whoever wrote the card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardTable:
    """The first column is words, the others are figures; every row is as long as `head`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CardSection:
    heading: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[CardTable, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.paragraphs or self.facts or self.tables)


@dataclass(frozen=True, slots=True)
class CardPage:
    title: str
    subtitle: str
    sections: tuple[CardSection, ...]
