"""Text on pages: styles, and letters of any script by the fonts this system has."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from xraydesk.export.fonts import stretches, text_face

INK, QUIET, LINE, FIELD = "#1B1E22", "#5F6368", "#D5D8DC", "#ECEEF0"


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
    """The face of plain text."""
    return text_face(bold=bold).name


def words_width(text: str, size: float) -> float:
    """How wide a line of any script is, in points."""
    return float(sum(stringWidth(letters, face.name, size) for face, letters in stretches(text)))


def _markup(text: str, *, bold: bool) -> str:
    """Text for a Paragraph, each stretch in the first font that has its letters."""
    base = font_name(bold=bold)
    return "".join(
        escape(shown) if face.name == base else f'<font name="{face.name}">{escape(shown)}</font>'
        for face, shown in stretches(text, bold=bold)
    )
