"""What is shown of a list that is too long to be shown whole."""

from __future__ import annotations

from collections.abc import Sequence


def shortlist(weights: Sequence[float], most: int) -> tuple[list[int], list[int]]:
    """Places of what is shown and of the rest: all in their order, or the `most` weightiest, the first first."""
    places = list(range(len(weights)))
    if len(places) <= most:
        return places, []
    ranked = sorted(places, key=lambda place: -weights[place])
    return ranked[:most], ranked[most:]
