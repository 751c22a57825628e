"""Colours of the classes: Okabe and Ito's set, told apart with any colour vision.

Okabe & Ito, "Color Universal Design", 2008 (jfly.uni-koeln.de/color).
"""

from __future__ import annotations

from enum import StrEnum


class Theme(StrEnum):
    DARK = "dark"
    LIGHT = "light"


# Place by place the same hue in both, each at least 3 : 1 against its background (WCAG 2.2, 1.4.11).
_ON_DARK = ("#E69F00", "#56B4E9", "#CC79A7", "#009E73", "#F0E442", "#D55E00")
_ON_LIGHT = ("#D55E00", "#0072B2", "#B0558A", "#008562", "#8A7B00", "#9C6A00")
_UNDECIDED = {Theme.DARK: "#9AA0A6", Theme.LIGHT: "#5F6368"}


def class_colour(place: int, theme: Theme = Theme.DARK) -> str:
    """ "#RRGGBB" of the class at `place` among a model's classes; the colours come round after the sixth."""
    colours = _ON_DARK if theme is Theme.DARK else _ON_LIGHT
    return colours[place % len(colours)]


def undecided_colour(theme: Theme = Theme.DARK) -> str:
    """The grey of a film that the program does not dare to name."""
    return _UNDECIDED[theme]
