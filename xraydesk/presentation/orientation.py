"""How a film lies on screen: quarter turns and mirroring, and which way the patient lies then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xraydesk.film.film import StoredPixels

_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}


@dataclass(frozen=True, slots=True)
class Orientation:
    """The film is first mirrored left to right (when `mirrored`), then turned clockwise `turns` times."""

    turns: int = 0
    mirrored: bool = False

    def __post_init__(self) -> None:
        if self.turns not in range(4):
            raise ValueError(f"quarter turns are 0 to 3, not {self.turns}")

    @property
    def swaps_axes(self) -> bool:
        return self.turns % 2 == 1

    def rotated(self, quarter_turns: int) -> Orientation:
        """Turned further, clockwise as seen on screen."""
        return Orientation((self.turns + quarter_turns) % 4, self.mirrored)

    def flipped_horizontally(self) -> Orientation:
        """Left and right of the screen exchanged."""
        return Orientation(-self.turns % 4, not self.mirrored)

    def flipped_vertically(self) -> Orientation:
        """Top and bottom of the screen exchanged."""
        return Orientation((2 - self.turns) % 4, not self.mirrored)

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Width and height on screen of a film `width` by `height`."""
        return (height, width) if self.swaps_axes else (width, height)

    def place(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Where the point (x, y) of a film `width` by `height` lies on the film as oriented."""
        if self.mirrored:
            x = width - x
        match self.turns:
            case 1:
                return height - y, x
            case 2:
                return width - x, height - y
            case 3:
                return y, width - x
        return x, y

    def unplace(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """The point of the film that `place` brings to (x, y)."""
        match self.turns:
            case 1:
                x, y = y, height - x
            case 2:
                x, y = width - x, height - y
            case 3:
                x, y = width - y, x
        return (width - x if self.mirrored else x), y

    def apply(self, pixels: StoredPixels) -> StoredPixels:
        """Pixels (H, W) as oriented: a view, nothing is copied."""
        mirrored: StoredPixels = pixels[:, ::-1] if self.mirrored else pixels
        return np.rot90(mirrored, -self.turns)


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """Which side of the patient each edge of the screen shows, e.g. "R", "H"; empty where unknown."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""


def opposite_letters(direction: str) -> str:
    """ "L" to "R", "AF" to "PH" (DICOM PS3.3 C.7.6.1.1.1); empty for what is no direction."""
    letters = [_OPPOSITE.get(letter, "") for letter in direction]
    return "".join(letters) if all(letters) else ""


def edge_letters(patient_orientation: tuple[str, ...], orientation: Orientation) -> EdgeLetters:
    """The letters at the edges of the screen; `patient_orientation`: row and column direction."""
    if len(patient_orientation) != 2:
        return EdgeLetters()
    row, column = (text.strip().upper() for text in patient_orientation)
    back_row, back_column = opposite_letters(row), opposite_letters(column)
    right, left = (row, back_row) if back_row else ("", "")
    bottom, top = (column, back_column) if back_column else ("", "")
    if orientation.mirrored:
        left, right = right, left
    clockwise = [left, top, right, bottom]
    turned = clockwise[-orientation.turns :] + clockwise[: -orientation.turns]
    return EdgeLetters(*(turned if orientation.turns else clockwise))
