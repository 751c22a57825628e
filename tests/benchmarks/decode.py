"""How long a 3000 × 2500 film takes from file to the network's size. Prints; never run as a test.

    python -m tests.benchmarks.decode [repeats]

One thread, best of the repeats, the file in the disk cache: milliseconds to open the film, to make
display values of it, and to reduce these to 224 × 224.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.film.dicom_files import data_set, write
from xraydesk.film.film import Film
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom
from xraydesk.film.voi import display_values

ROWS, COLUMNS = 3000, 2500


def films(folder: Path) -> dict[str, Path]:
    """The phantom in every format, with quantum noise as real films have it."""
    phantom = draw_phantom(ROWS, COLUMNS).astype(np.float64)
    noise = np.random.default_rng(0).standard_normal(phantom.shape) * 12.0
    twelve = np.clip(np.rint(phantom + noise), 0, 4095).astype(np.uint16)
    eight = (twelve >> 4).astype(np.uint8)
    image = Image.fromarray(eight)
    image.save(folder / "film.png")
    image.save(folder / "film.jpg", quality=95)
    Image.merge("RGB", [image] * 3).save(folder / "colour.jpg", quality=95)
    found = {
        "JPEG": folder / "film.jpg",
        "JPEG, as RGB": folder / "colour.jpg",
        "PNG": folder / "film.png",
    }
    syntaxes = {
        "DICOM raw 12 bit": ExplicitVRLittleEndian,
        "DICOM JPEG Lossless": JPEGLosslessSV1,
        "DICOM JPEG-LS": JPEGLSLossless,
        "DICOM RLE": RLELossless,
        "DICOM JPEG 2000": JPEG2000Lossless,
    }
    for name, syntax in syntaxes.items():
        found[name] = _dicom(folder, twelve, 12, syntax)
    found["DICOM JPEG 8 bit"] = _dicom(folder, eight, 8, JPEGBaseline8Bit)
    return found


def _dicom(folder: Path, pixels: np.ndarray, bits: int, syntax: UID) -> Path:
    full = 1 << bits
    ds = data_set(pixels, bits=bits, WindowCenter=str(full // 2), WindowWidth=str(full))
    return write(folder / f"{syntax}.dcm", ds, syntax)


def _best(what: Callable[[], object], repeats: int) -> float:
    """Milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return min(times) * 1000.0


def _reduced(shown: np.ndarray) -> np.ndarray:
    image = Image.fromarray(shown)
    return np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR, reducing_gap=2.0))


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{COLUMNS} × {ROWS} pixels, best of {repeats}, milliseconds")
    print(f"{'':22}{'MB':>7}{'open':>8}{'display':>9}{'resize':>8}{'sum':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in films(Path(folder)).items():
            film: Film = open_film(path)
            shown = display_values(film)
            opened = _best(lambda path=path: open_film(path), repeats)  # type: ignore[misc]
            display = _best(lambda film=film: display_values(film), repeats)  # type: ignore[misc]
            resize = _best(lambda shown=shown: _reduced(shown), repeats)  # type: ignore[misc]
            size = path.stat().st_size / 1e6
            total = opened + display + resize
            print(f"{name:22}{size:7.1f}{opened:8.0f}{display:9.0f}{resize:8.0f}{total:8.0f}")


if __name__ == "__main__":
    main()
