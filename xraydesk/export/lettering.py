"""Right-to-left names for a page whose text engine knows left-to-right only.

Letters of Arabic get the shape of their place in the word (Unicode 9.2, by the presentation forms), and
right-to-left stretches are put in the order in which they are seen: what UAX #9 does for a short
left-to-right line without embeddings.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_RIGHT_TO_LEFT = ("R", "AL")
_MARK = "NSM"
_NUMBERS = ("EN", "AN")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_TATWEEL = "\u0640"
_FORMS = (range(0xFB50, 0xFBFF), range(0xFE70, 0xFEFD))


def as_seen(line: str) -> str:
    """A line of text with its letters shaped and in the order of the eye, left to right."""
    kinds = [unicodedata.bidirectional(letter) for letter in line]
    if not any(kind in _RIGHT_TO_LEFT for kind in kinds):
        return line
    seen, start = "", 0
    while start < len(line):
        end = _end_of_run(kinds, start)
        is_rtl = kinds[start] in _RIGHT_TO_LEFT
        seen += _reversed(shaped(line[start:end])) if is_rtl else line[start:end]
        start = end
    return seen


def _end_of_run(kinds: list[str], start: int) -> int:
    """Where the stretch of one direction ends; what has none belongs to it only between two of its own."""
    if kinds[start] not in _RIGHT_TO_LEFT:
        places = range(start, len(kinds))
        return next((place for place in places if kinds[place] in _RIGHT_TO_LEFT), len(kinds))
    end = start + 1
    for place in range(start + 1, len(kinds)):
        if kinds[place] == "L":
            break
        if kinds[place] in (*_RIGHT_TO_LEFT, _MARK):
            end = place + 1
    return end


def _reversed(run: str) -> str:
    """The clusters of a right-to-left stretch from its end to its start; numbers keep their order."""
    clusters: list[str] = []
    in_number = False
    for letter in run:
        kind = unicodedata.bidirectional(letter)
        is_number = kind in _NUMBERS
        if clusters and (kind == _MARK or (is_number and in_number)):
            clusters[-1] += letter
        else:
            clusters.append(letter.translate(_MIRRORED))
        in_number = is_number
    return "".join(reversed(clusters))


def shaped(text: str) -> str:
    """Arabic letters in the form of their place: alone, first, within, last; lam and alef as one."""
    text = _with_ligatures(text)
    out: list[str] = []
    for place, letter in enumerate(text):
        forms = _forms().get(letter)
        if forms is None:
            out.append(letter)
            continue
        joins_before = _neighbour(text, place, -1, "initial") and ("final" in forms)
        joins_after = _neighbour(text, place, 1, "final") and ("initial" in forms)
        wanted = {
            (True, True): "medial",
            (True, False): "final",
            (False, True): "initial",
            (False, False): "isolated",
        }[joins_before, joins_after]
        out.append(forms.get(wanted, letter))
    return "".join(out)


def _neighbour(text: str, place: int, step: int, form: str) -> bool:
    """Whether the next letter on this side, marks passed over, can join by its `form`."""
    place += step
    while 0 <= place < len(text) and unicodedata.bidirectional(text[place]) == _MARK:
        place += step
    if not 0 <= place < len(text):
        return False
    return text[place] == _TATWEEL or form in _forms().get(text[place], {})


@cache
def _forms() -> dict[str, dict[str, str]]:
    """For each Arabic letter, and each ligature of lam and alef by its isolated form, its forms."""
    forms: dict[str, dict[str, str]] = {}
    by_source: dict[str, dict[str, str]] = {}
    for code in (code for block in _FORMS for code in block):
        kind, _, source = unicodedata.decomposition(chr(code)).partition(" ")
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>") and source:
            by_source.setdefault(source, {})[kind[1:-1]] = chr(code)
    for source, kinds in by_source.items():
        letters = source.split()
        if len(letters) == 1:
            forms[chr(int(source, 16))] = kinds
        elif source in _LAM_ALEF:
            forms[kinds["isolated"]] = kinds
    return forms


_LAM_ALEF = {"0644 0622", "0644 0623", "0644 0625", "0644 0627"}


def _with_ligatures(text: str) -> str:
    for form, pair in (("\ufef5", "\u0644\u0622"), ("\ufef7", "\u0644\u0623")):
        text = text.replace(pair, form)
    for form, pair in (("\ufef9", "\u0644\u0625"), ("\ufefb", "\u0644\u0627")):
        text = text.replace(pair, form)
    return text
