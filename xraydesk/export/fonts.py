"""Fonts of the system's, found by their file names: for pictures and for pages, in any script they know."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from xraydesk.export.lettering import as_seen

# A plain face and its bold one; the first that is found is used. TrueType outlines, as pages need them.
TEXT_FONTS = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Helvetica.ttc", "Helvetica.ttc"),
)
# For letters that these lack: Chinese, Japanese, Korean, Hebrew, Arabic and others.
FURTHER_FONTS = (
    "segoeui.ttf",
    "msyh.ttc",
    "simsun.ttc",
    "YuGothM.ttc",
    "malgun.ttf",
    "Nirmala.ttf",
    "Arial Unicode.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
)


# reportlab brings this one along, for systems without any of the others.
_LAST_RESORT = ("Vera.ttf", "VeraBd.ttf")


@dataclass(frozen=True, slots=True)
class Face:
    """A font by the name that reportlab knows it by, and the code points it has letters for.

    `file` is empty for a font that every reader of PDF brings along.
    """

    name: str
    letters: frozenset[int]
    file: str = ""


def stretches(text: str, *, bold: bool = False) -> list[tuple[Face, str]]:
    """Text in the order of the eye, each stretch with the first face that has its letters.

    Letters that no face has are spelt as \\u escapes.
    """
    base = text_face(bold=bold)
    found: list[tuple[Face, str]] = []
    for letter in as_seen(text):
        face = _face_for(letter, base)
        shown = letter if face is not None else letter.encode("unicode_escape").decode("ascii")
        if found and found[-1][0] is (face or base):
            found[-1] = (found[-1][0], found[-1][1] + shown)
        else:
            found.append((face or base, shown))
    return found


def _face_for(letter: str, base: Face) -> Face | None:
    if ord(letter) in base.letters or letter in " \n":
        return base
    if ord(letter) < 0x250:  # Latin: if the text font lacks it, it is nothing to read
        return None
    return next((face for face in _further_faces() if ord(letter) in face.letters), None)


@cache
def text_face(*, bold: bool = False) -> Face:
    place = 1 if bold else 0
    for pair in TEXT_FONTS:
        face = _face(pair[place])
        if face is not None:
            return face
    return _registered(_LAST_RESORT[place], _LAST_RESORT[place]) or Face(
        "Helvetica-Bold" if bold else "Helvetica", frozenset((*range(0x20, 0x7F), *range(0xA1, 0x100)))
    )


@cache
def _further_faces() -> tuple[Face, ...]:
    """Searched for and read only once a name needs them: some are large."""
    faces = (_face(name) for name in FURTHER_FONTS)
    return tuple(face for face in faces if face is not None)


def _face(name: str) -> Face | None:
    file = font_file(name)
    return None if file is None else _registered(name, str(file))


def _registered(name: str, file: str) -> Face | None:
    """None for a font that pages cannot hold: without TrueType outlines, or not to be embedded."""
    with suppress(TTFError, OSError, ValueError, LookupError):
        font = TTFont(f"xraydesk {Path(name).stem}", file)
        pdfmetrics.registerFont(font)
        return Face(font.fontName, frozenset(font.face.charToGlyph), str(font.face.filename))
    return None


@cache
def font_file(name: str) -> Path | None:
    """Where the system keeps the font file of this name, None if it has none."""
    with suppress(OSError):
        return Path(str(ImageFont.truetype(name, 8).path))
    return None
