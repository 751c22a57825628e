"""Draws the program's icon in every size a system wants. Runs with the environment of the bundle, for its Qt."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
_IN_ICO = (16, 24, 32, 48, 64, 128, 256)
_ICNS_TYPES = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}


def drawn(renderer: QSvgRenderer, size: int) -> bytes:
    """A PNG of the icon."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows: a directory of PNGs."""
    chosen = [(size, pictures[size]) for size in _IN_ICO]
    offset = 6 + 16 * len(chosen)
    directory, content = struct.pack("<HHH", 0, 1, len(chosen)), b""
    for size, picture in chosen:
        side = size % 256  # 256 is written as 0
        directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset + len(content))
        content += picture
    return directory + content


def icns(pictures: dict[int, bytes]) -> bytes:
    """macOS: a chain of PNGs."""
    parts = b"".join(
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
        for size, kind in _ICNS_TYPES.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def main(svg: Path, folder: Path) -> None:
    application = QGuiApplication([])
    pictures = {size: drawn(QSvgRenderer(str(svg)), size) for size in SIZES}
    for size, picture in pictures.items():
        (folder / f"xraydesk-{size}.png").write_bytes(picture)
    (folder / "xraydesk.ico").write_bytes(ico(pictures))
    (folder / "xraydesk.icns").write_bytes(icns(pictures))
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
