"""Pixels of many films on disk, read as if they were one array; what is damaged is made anew."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a film's pixels lie: the row of a segment file, and their CRC-32."""

    segment: int
    row: int
    checksum: int


class FilmPixels:
    """As an array (N, S, S) uint8 for the positions asked for; a film without a slot is black.

    Segment files are mapped, so that memory holds what is used just now. Each film's checksum is looked at
    once; where it is wrong, `anew` gives the pixels of that position, which are then kept in memory.
    """

    def __init__(
        self,
        files: dict[int, Path],
        slots: Sequence[Slot | None],
        side: int,
        anew: Callable[[int], NDArray[np.uint8]],
    ) -> None:
        """Raises OSError for a segment that is gone."""
        self.slots, self._side, self._anew = tuple(slots), side, anew
        self._segments = {number: _mapped(file, side) for number, file in files.items()}
        self._sound = np.zeros(len(slots), dtype=bool)
        self._mended: dict[int, NDArray[np.uint8]] = {}

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.slots), self._side, self._side

    def __getitem__(self, positions: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(len(positions), S, S), a copy. May raise what `anew` raises."""
        pixels = np.empty((len(positions), self._side, self._side), dtype=np.uint8)
        for number, position in enumerate(positions.tolist()):
            pixels[number] = self._film(position)
        return pixels

    def _film(self, position: int) -> NDArray[np.uint8]:
        slot = self.slots[position]
        if slot is None:
            return np.zeros((self._side, self._side), dtype=np.uint8)
        if position in self._mended:
            return self._mended[position]
        segment = self._segments[slot.segment]
        if slot.row < len(segment):
            kept: NDArray[np.uint8] = segment[slot.row]
            if self._sound[position] or zlib.crc32(kept.data) == slot.checksum:
                self._sound[position] = True
                return kept
        self._mended[position] = self._anew(position)
        return self._mended[position]


def _mapped(file: Path, side: int) -> NDArray[np.uint8]:
    """(rows, S, S); rows that a damaged file lacks are not mapped, since touching them would end the program."""
    rows = file.stat().st_size // (side * side)
    if rows == 0:
        return np.zeros((0, side, side), dtype=np.uint8)
    return np.memmap(file, dtype=np.uint8, mode="r", shape=(rows, side, side))
