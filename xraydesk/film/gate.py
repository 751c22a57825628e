"""The gate: is this a frontal chest film? Every doubt has a code, words, and a way on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from xraydesk.film.chest_likeness import chest_likeness
from xraydesk.film.film import Film, FilmHeader, GateFinding, Severity
from xraydesk.film.header_words import (
    NOT_RADIOGRAPHS,
    RADIOGRAPHS,
    is_human,
    is_lateral,
    is_oblique,
    modality_of,
    other_body_part,
    other_part_of_study,
    unknown_body_part,
)
from xraydesk.film.voi import display_table, own_voi_unusable

_SHORT_SIDE_WARNING = 200  # below the network's 224 pixels a film is enlarged
_SHORT_SIDE_REFUSAL = 32
_LONGEST_ASPECT = 2.5  # the long side over the short one; chest films stay below 1.6
_COLOUR_WARNING, _COLOUR_REFUSAL = 0.03, 0.12
_BLANK_SPREAD = 0.01  # standard deviation of what is seen, black to white being 1
# On 1,823 frontal films of three sources that had no part in the mean film or in these limits: none taken
# for inverted, four (0.2 %) for no chest; of their negatives 99.8 % taken for inverted.
_INVERTED_BELOW, _UNLIKE_BELOW = -0.2, 0.12

_CODE = re.compile("[A-Z0-9]{1,8}")  # what is longer is no modality, and may be a name
_OVERRIDE = "If it is a frontal chest film all the same, classify it anyway."
_EXPORT_AGAIN = "Export the film again from its source."


def gate(film: Film) -> tuple[GateFinding, ...]:
    """Every reason to doubt that `film` is one frontal chest film of a human, refusals first."""
    findings = [*_by_header(film.header), *_by_shape(film), *_by_pixels(film)]
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARNING))


def _by_header(header: FilmHeader) -> Iterator[GateFinding]:
    yield from _modality(header)
    yield from _body_part(header)
    if is_lateral(header):
        yield _refusal(
            "lateral_view",
            "By its header this is a lateral film.",
            "The network knows frontal films only: open the PA or AP film. " + _OVERRIDE,
        )
    elif is_oblique(header):
        words = "By its header this is an oblique film."
        yield _warning("oblique_view", words, "The network knows frontal films only: open the PA or AP film.")
    if header.frames > 1:
        yield _refusal(
            "multi_frame",
            f"No single film: the file holds {header.frames} frames.",
            "Export the frame you want as a film of its own, or classify the first one anyway.",
        )
    if header.species and not is_human(header.species):
        yield _warning(
            "animal", "By its header this is a film of an animal.", "The network knows people only."
        )
    if header.of_a_test_object:
        words = "A phantom, nobody's lungs: what the network says of it means nothing."
        yield _warning("phantom", words, "Open a film of a person.")


def _modality(header: FilmHeader) -> Iterator[GateFinding]:
    modality = modality_of(header)
    if modality in NOT_RADIOGRAPHS:
        what = NOT_RADIOGRAPHS[modality]
        yield _refusal("not_a_radiograph", f"No chest film: this is {what} ({modality}).", _OVERRIDE)
    elif modality and modality not in RADIOGRAPHS:
        named = f" “{modality}”" if _CODE.fullmatch(modality) else " something"
        words = f"The header calls this{named}, which is no kind of radiograph known here."
        yield _warning("unknown_modality", words, "Check that it is a chest film.")


def _body_part(header: FilmHeader) -> Iterator[GateFinding]:
    part = other_body_part(header)
    if part:
        words = f"No chest film: the header says {part.lower()}."
        yield _refusal("body_part", words, _OVERRIDE)
    elif unknown_body_part(header):
        words = "The header names a body part that is not known here as the chest."
        yield _warning("body_part", words, "Check that it is a chest film.")
    elif part := other_part_of_study(header):
        words = f"By its header the study is of another part: {part.lower()}."
        yield _warning("body_part", words, "Check that it is a chest film.")


def _by_shape(film: Film) -> Iterator[GateFinding]:
    short, long = sorted((film.full_height, film.full_width))
    size = f"{film.full_width} × {film.full_height} pixels"
    if short < _SHORT_SIDE_REFUSAL:
        yield _refusal("too_small", f"Far too small to read: {size}.", _EXPORT_AGAIN)
    elif short < _SHORT_SIDE_WARNING:
        words = f"Small: {size}. Fine detail that the network was trained on is missing."
        yield _warning("too_small", words, "Use the film at its full size if there is one.")
    if long > _LONGEST_ASPECT * short:
        words = f"Unusual shape for a chest film: {size}."
        yield _warning("aspect", words, "It may be a strip or a page cut out of something else.")


def _by_pixels(film: Film) -> Iterator[GateFinding]:
    if film.colourfulness > _COLOUR_REFUSAL:
        yield _refusal("colour_photograph", "No chest film: this is a colour photograph.", _OVERRIDE)
    elif film.colourfulness > _COLOUR_WARNING:
        words = "The film is tinted, like a photograph of a screen or light box."
        yield _warning("colour_photograph", words, "Export the film itself instead of taking a photograph.")
    if own_voi_unusable(film):
        words = "The film's own window shows nothing of it; its whole range is used instead."
        yield _warning("window_unusable", words, "Check the film before you trust the result.")
    shown = _sample(film)
    if float(shown.std()) < _BLANK_SPREAD:
        yield _refusal("blank", "Nothing to be seen: the film is blank.", _EXPORT_AGAIN)
        return
    likeness = chest_likeness(shown)
    if likeness < _INVERTED_BELOW:
        words = "Black and white look reversed, or this is no frontal chest film."
        yield _warning("probably_inverted", words, "Compare with the original; export it uninverted.")
    elif likeness < _UNLIKE_BELOW:
        yield _warning("unlike_chest", "This does not look like a frontal chest film.", "Check the film.")


def _sample(film: Film) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """What is seen of the film, thinned out to at least 256 pixels a side where it has them."""
    down, across = (max(1, side // 256) for side in film.pixels.shape)
    return np.take(display_table(film), film.pixels[::down, ::across])


def _refusal(code: str, message: str, hint: str) -> GateFinding:
    return GateFinding(code, Severity.REFUSAL, message, hint)


def _warning(code: str, message: str, hint: str) -> GateFinding:
    return GateFinding(code, Severity.WARNING, message, hint)
