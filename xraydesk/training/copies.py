"""Copies among films: the same file twice, and the same film re-encoded, reduced, brightened or framed anew.

Near copies are sought by perceptual hash, and believed only where the fine detail of their thumbnails agrees
too: all chest films look alike from afar. Measured on 10,512 films of five sources: of 55 million pairs 6 pass,
all of them copies; of films re-encoded at quality 40, halved, darkened, padded or turned by a degree 95 in 100
are found, of those with more contrast or a white border 80, of those cut by 2 % a side 42.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from xraydesk.jobs import JobContext
from xraydesk.training.film_cache import FilmsRead
from xraydesk.training.film_facts import film_box
from xraydesk.training.film_pixels import FilmPixels

_MOST_BITS = 8  # of the 64 of two perceptual hashes that may differ
_LEAST_CORRELATION = 0.90
_SIDE, _BLUR = 32, 2.0  # of what is compared, and what is taken away from it: the broad light and dark
_MOST_DEVIATION = 2.0
_ROWS = 64  # hashes compared with all others at once: the table of distances stays in the processor's cache
_PAIRS = 4096

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Pairs of positions (P, 2), the lower first; each exact copy is paired with the first of its kind."""

    exact: Pairs
    near: Pairs


def find_copies(read: FilmsRead, ctx: JobContext) -> Copies:
    """Raises Cancelled, OutputError."""
    exact = _same_content([film.content for film in read.films])
    again = set(exact[:, 1].tolist())
    seen = np.array([i for i, film in enumerate(read.films) if film.facts and i not in again], dtype=np.int64)
    hashes = np.array([_hash(read, i) for i in seen], dtype=np.uint64)
    alike = _near_hashes(hashes, ctx)
    return Copies(exact, _agreeing(seen[alike], read.thumbnails, ctx))


def _hash(read: FilmsRead, position: int) -> int:
    facts = read.films[position].facts
    return facts.perceptual_hash if facts else 0


def _same_content(contents: Sequence[str]) -> Pairs:
    first, pairs = dict[str, int](), list[tuple[int, int]]()
    for position, content in enumerate(contents):
        if content and first.setdefault(content, position) != position:
            pairs.append((first[content], position))
    return _as_pairs(pairs)


def _as_pairs(pairs: list[tuple[int, int]]) -> Pairs:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _near_hashes(hashes: NDArray[np.uint64], ctx: JobContext) -> Pairs:
    """All pairs with few bits between them: every hash is compared with every other, 5 billion in seconds."""
    found = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, len(hashes), _ROWS):
        if start % (50 * _ROWS) == 0:
            ctx.check_cancelled()
            ctx.progress(start, len(hashes), "looking for copies")
        bits = np.bitwise_count(hashes[start : start + _ROWS, None] ^ hashes[None, start:])
        places = np.flatnonzero(bits.ravel() <= _MOST_BITS)  # several times faster than np.nonzero of a table
        one, other = np.divmod(places, len(hashes) - start)
        found.append(np.stack([one, other], axis=1)[one < other] + start)
    return np.concatenate(found)


def _agreeing(pairs: Pairs, thumbnails: FilmPixels, ctx: JobContext) -> Pairs:
    """Those whose fine detail agrees."""
    films = np.unique(pairs)
    details = np.zeros((len(films), _SIDE * _SIDE), dtype=np.float16)
    for number in range(len(films)):
        if number % 1000 == 0:
            ctx.check_cancelled()
        details[number] = fine_detail(thumbnails[films[number : number + 1]][0])
    kept = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, len(pairs), _PAIRS):
        chunk = pairs[start : start + _PAIRS]
        one, other = (details[np.searchsorted(films, chunk[:, k])].astype(np.float32) for k in (0, 1))
        kept.append(chunk[(one * other).sum(axis=1) >= _LEAST_CORRELATION])
    return np.concatenate(kept)


def fine_detail(thumbnail: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(1024,) of length 1: what is left of the film, borders cut off, without its broad light and dark."""
    top, bottom, left, right = film_box(thumbnail)
    film = Image.fromarray(np.ascontiguousarray(thumbnail[top:bottom, left:right]))
    small = film.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    broad = small.filter(ImageFilter.GaussianBlur(_BLUR))
    detail = np.asarray(small, dtype=np.float32) - np.asarray(broad, dtype=np.float32)
    most = _MOST_DEVIATION * float(detail.std())  # a marker or letters must not outweigh the anatomy
    detail = np.clip(detail, -most, most)
    detail -= detail.mean()
    return (detail / max(float(np.linalg.norm(detail)), 1e-6)).ravel()
