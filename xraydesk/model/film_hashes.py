"""Which films a model knows, without naming one: short hashes of their content, as a card carries them."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xraydesk.film.open import film_sha256

_BYTES = 6  # of SHA-256: among a hundred thousand films and a thousand others, a chance hit in 3 million


@dataclass(frozen=True, slots=True)
class KnownFilms:
    """What a model was trained on, its forebears included. `complete`: on no other films."""

    hashes: frozenset[bytes] = frozenset()
    complete: bool = True

    def knows(self, sha256: str) -> bool:
        """The film of this content, in hexadecimal digits."""
        return bytes.fromhex(sha256)[:_BYTES] in self.hashes


def known_films(data: Mapping[str, Any]) -> KnownFilms:
    """As the data of a card tell it."""
    told = data.get("hashes")
    trained = from_text(told.get("trained")) if isinstance(told, dict) else None
    if not isinstance(told, dict) or trained is None:
        return KnownFilms(complete=False)
    return KnownFilms(trained, told.get("complete", True) is True)


def hashes_of(films: Iterable[Path]) -> frozenset[bytes]:
    """Films that are gone or no files have none."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return frozenset(bytes.fromhex(found)[:_BYTES] for found in pool.map(film_sha256, films) if found)


def hashes_from(contents: Iterable[str]) -> frozenset[bytes]:
    """Of films whose SHA-256 is known, in hexadecimal digits; "" is no film."""
    return frozenset(bytes.fromhex(content)[:_BYTES] for content in contents if content)


def as_text(hashes: frozenset[bytes]) -> str:
    return base64.b64encode(b"".join(sorted(hashes))).decode("ascii")


def from_text(text: object) -> frozenset[bytes] | None:
    """None where a card tells none, or nothing that could be hashes: cards come from strangers, too."""
    if not isinstance(text, str) or not text:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) % _BYTES:
        return None
    return frozenset(data[start : start + _BYTES] for start in range(0, len(data), _BYTES))
