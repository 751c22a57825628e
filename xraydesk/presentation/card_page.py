"""A model's card as a page of words: for the window, for paper, whoever wrote the card."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CardTable:
    """The first column is words, the others are figures; every row is as long as `head`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def cut(self) -> CardTable:
        """A page has an end, whatever a stranger's card holds: the first rows and the last, and that it is so."""
        if len(self.rows) <= _MOST_ROWS:
            return self
        said = f"The first {_MOST_ROWS - 1} and the last of {len(self.rows):,} rows."
        caption = f"{self.caption}. {said}" if self.caption else said
        return CardTable(self.head, (*self.rows[: _MOST_ROWS - 1], self.rows[-1]), caption)


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
