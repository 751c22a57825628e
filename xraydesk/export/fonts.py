"""Fonts of the system's, found by their file names: for pictures and for pages."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont

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


def picture_font(size: int) -> Font:
    """A font of the system's, for class names in any script; Pillow's own where none of these is found."""
    for plain, _ in TEXT_FONTS:
        with suppress(OSError):
            return ImageFont.truetype(plain, size)
    return ImageFont.load_default(size)


@cache
def font_file(name: str) -> Path | None:
    """Where the system keeps the font file of this name, None if it has none."""
    with suppress(OSError):
        return Path(str(ImageFont.truetype(name, 8).path))
    return None
