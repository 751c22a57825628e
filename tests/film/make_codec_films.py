"""Makes resources/codecs, the films that `xraydesk selftest` decodes: python -m tests.film.make_codec_films FOLDER"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.film.dicom_files import chest_like, data_set, write

FILMS: dict[str, UID] = {
    "uncompressed": ExplicitVRLittleEndian,
    "big_endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "rle": RLELossless,
    "jpeg_baseline_lossy": JPEGBaseline8Bit,
    "jpeg_lossless": JPEGLosslessSV1,
    "jpeg_ls": JPEGLSLossless,
    "jpeg_2000": JPEG2000Lossless,
    "jpeg_2000_lossy": JPEG2000,
}


def make(folder: Path) -> None:
    """One small film in every transfer syntax, and its pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = chest_like(96, 80, bits=8).astype(np.uint8)
    np.save(folder / "pixels.npy", pixels, allow_pickle=False)
    for name, syntax in FILMS.items():
        write(folder / f"{name}.dcm", data_set(pixels, bits=8), syntax)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
