"""Names of files that every system takes, from names that may come from anywhere."""

from __future__ import annotations

import os
import unicodedata

LONGEST_NAME = 255  # bytes; Linux allows so many, Windows and macOS as many letters

_ELSEWHERE_FORBIDDEN = frozenset('<>:"/\\|?*')
# Windows opens a device for these, whatever their ending.
_DEVICES = frozenset(
    {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"COM{digit}" for digit in range(10)),
        *(f"LPT{digit}" for digit in range(10)),
    }
)


def safe_name(name: str) -> str:
    """One part of a path, never empty, never leading elsewhere; what no system forbids stays as it is."""
    letters = "".join("_" if _forbidden(letter) else letter for letter in name)
    plain = letters.rstrip(". ")
    if not plain:
        return "film"
    if plain.split(".", maxsplit=1)[0].rstrip().upper() in _DEVICES:
        plain = f"_{plain}"
    return shortened(plain, LONGEST_NAME)


def alike(name: str) -> str:
    """Equal for names that some system takes for one: Windows by their case, macOS by how letters are composed too."""
    return unicodedata.normalize("NFC", name).casefold()


def shortened(name: str, most_bytes: int) -> str:
    """The name in at most so many bytes; its ending stays, its stem is cut between letters."""
    if len(_bytes(name)) <= most_bytes:
        return name
    stem, ending = _parted(name)
    return _cut(stem, most_bytes - len(_bytes(ending))) + ending


def numbered(name: str, number: int) -> str:
    """The `number`-th file of this name: "film (2).dcm"; the first is the name itself."""
    if number < 2:
        return name
    stem, ending = _parted(name)
    tail = f" ({number}){ending}"
    return _cut(stem, LONGEST_NAME - len(_bytes(tail))) + tail


def _cut(stem: str, most_bytes: int) -> str:
    while len(_bytes(stem)) > most_bytes:
        stem = stem[:-1]
    return stem


def _parted(name: str) -> tuple[str, str]:
    """The stem, and the ending with its dot; what is too long for an ending is a part of the stem."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and len(_bytes(ending)) <= 16 else (name, "")


def _forbidden(letter: str) -> bool:
    if letter in _ELSEWHERE_FORBIDDEN or unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
        return True
    return "\ud800" <= letter <= "\udfff" and not "\udc80" <= letter <= "\udcff"


def _bytes(name: str) -> bytes:
    return os.fsencode(name)
