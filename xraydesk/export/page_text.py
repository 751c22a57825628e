"""Text on pages: styles, and letters of any script by the fonts this system has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Paragraph

from xraydesk.export.fonts import FURTHER_FONTS, TEXT_FONTS, font_file
from xraydesk.export.lettering import as_seen

INK, QUIET, LINE, FIELD = "#1B1E22", "#5F6368", "#D5D8DC", "#ECEEF0"

# reportlab brings this one along, for systems without any of the others.
_LAST_RESORT = ("Vera.ttf", "VeraBd.ttf")


@dataclass(frozen=True, slots=True)
class _Face:
    """A font known to reportlab, and the code points it has letters for."""

    name: str
    letters: frozenset[int]


def paragraph(
    text: str, size: float = 9.0, *, colour: str = INK, bold: bool = False, right: bool = False
) -> Paragraph:
    """Wrapped text of any script; letters that no font has are spelt as \\u escapes."""
    style = ParagraphStyle(
        "text",
        fontName=font_name(bold=bold),
        fontSize=size,
        leading=_leading(size),
        textColor=HexColor(colour),
        alignment=TA_RIGHT if right else 0,
        splitLongWords=1,
    )
    return Paragraph(_markup(text, bold=bold), style)


def _leading(size: float) -> float:
    """Lines on a grid of four points."""
    return 4.0 * round(1.35 * size / 4.0 + 0.25)


def font_name(*, bold: bool = False) -> str:
    """The face of plain text, for drawings."""
    return _text_face(bold=bold).name


def in_text_font(text: str) -> str:
    """For drawings, which know one font: letters that it lacks are spelt as \\u escapes."""
    base = _text_face(bold=False)
    return "".join(
        letter if ord(letter) in base.letters else letter.encode("unicode_escape").decode("ascii")
        for letter in as_seen(text)
    )


def _markup(text: str, *, bold: bool) -> str:
    """Text for a Paragraph, each stretch in the first font that has its letters."""
    plain = text.encode("utf-8", errors="backslashreplace").decode("utf-8")
    base = _text_face(bold=bold)
    stretches: list[tuple[str, str]] = []
    for letter in as_seen(plain):
        face = _face_for(letter, base)
        shown = letter if face is not None else letter.encode("unicode_escape").decode("ascii")
        name = (face or base).name
        if stretches and stretches[-1][0] == name:
            stretches[-1] = (name, stretches[-1][1] + shown)
        else:
            stretches.append((name, shown))
    return "".join(
        escape(shown) if name == base.name else f'<font name="{name}">{escape(shown)}</font>'
        for name, shown in stretches
    )


def _face_for(letter: str, base: _Face) -> _Face | None:
    if ord(letter) in base.letters or letter in " \n":
        return base
    if ord(letter) < 0x250:  # Latin: if the text font lacks it, it is nothing to read
        return None
    return next((face for face in _further_faces() if ord(letter) in face.letters), None)


@cache
def _text_face(*, bold: bool) -> _Face:
    place = 1 if bold else 0
    for pair in TEXT_FONTS:
        face = _face(pair[place])
        if face is not None:
            return face
    return _registered(_LAST_RESORT[place], _LAST_RESORT[place]) or _Face(
        "Helvetica-Bold" if bold else "Helvetica", frozenset((*range(0x20, 0x7F), *range(0xA1, 0x100)))
    )


@cache
def _further_faces() -> tuple[_Face, ...]:
    """Searched for and read only once a name needs them: some are large."""
    faces = (_face(name) for name in FURTHER_FONTS)
    return tuple(face for face in faces if face is not None)


def _face(name: str) -> _Face | None:
    file = font_file(name)
    return None if file is None else _registered(name, str(file))


def _registered(name: str, file: str) -> _Face | None:
    """None for a font that pages cannot hold: without TrueType outlines, or not to be embedded."""
    with suppress(TTFError, OSError, ValueError, LookupError):
        font = TTFont(f"xraydesk {Path(name).stem}", file)
        pdfmetrics.registerFont(font)
        return _Face(font.fontName, frozenset(font.face.charToGlyph))
    return None
