from __future__ import annotations

import pytest

from xraydesk.presentation.colours import Theme, class_colour, undecided_colour

GROUNDS = {Theme.DARK: "#1a1b1d", Theme.LIGHT: "#f4f5f6"}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("place", range(6))
def test_a_bar_stands_out_from_its_ground(theme: Theme, place: int) -> None:
    assert contrast(class_colour(place, theme), GROUNDS[theme]) >= 3.0


@pytest.mark.parametrize("theme", Theme)
def test_six_classes_have_six_colours_and_none_is_grey(theme: Theme) -> None:
    colours = {class_colour(place, theme) for place in range(6)}
    assert len(colours) == 6
    assert undecided_colour(theme) not in colours


def test_a_class_keeps_its_colour() -> None:
    assert class_colour(0) == class_colour(6) == "#E69F00"
    assert class_colour(1) == "#56B4E9"
