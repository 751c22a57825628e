"""A film: pixels, how they are to be seen, what the header says, and apart from it whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

StoredPixels = NDArray[np.uint8] | NDArray[np.uint16]


class Photometric(StrEnum):
    """DICOM PS3.3 C.7.6.3.1.2; every other encoding is brought to one of these two on opening."""

    MONOCHROME1 = "MONOCHROME1"  # the lowest value is white
    MONOCHROME2 = "MONOCHROME2"  # the lowest value is black


class VoiFunction(StrEnum):
    """DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """Window centre and width, in modality values."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.center) and np.isfinite(self.width) and self.width > 0):
            raise ValueError(f"window width must be a positive number, not {self.width}")


@dataclass(frozen=True, slots=True, eq=False)
class VoiLut:
    """A VOI LUT: `values[i]` (0..2**bits-1) is shown for the modality value `first_mapped + i`."""

    first_mapped: float
    values: NDArray[np.uint16]
    bits: int
    explanation: str = ""


Voi = Window | VoiLut


@dataclass(frozen=True, slots=True)
class ModalityTransform:
    """modality value = slope * pixel + intercept (DICOM PS3.3 C.11.1); a Modality LUT is already applied."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, slots=True)
class FilmHeader:
    """What the file says of the film, nothing of the patient. Empty where it says nothing."""

    modality: str = ""  # DICOM modality: CR, DX, CT, …
    body_part: str = ""
    view_position: str = ""
    laterality: str = ""
    description: str = ""  # series description
    study: str = field(default="", repr=False)  # study description: free text
    frames: int = 1
    patient_orientation: tuple[str, ...] = ()  # row and column direction, e.g. ("L", "F")
    transfer_syntax: str = ""  # name in words, "" for raster files
    sop_class: str = ""
    species: str = ""  # of the patient, where the film is of an animal
    of_a_test_object: bool = False  # a phantom for quality control, nobody
    pixel_aspect: float = 1.0  # height of a pixel over its width


@dataclass(frozen=True, slots=True)
class FilmIdentity:
    """Whose film it is. Never logged, never exported unless the user ticks it; `repr` shows nothing."""

    patient_name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    study_date: str = field(default="", repr=False)
    study_description: str = field(default="", repr=False)
    accession_number: str = field(default="", repr=False)
    institution: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """One film, decoded.

    `pixels` (H, W) uint8 or uint16 are stored values, offset where the file stored signed ones;
    `modality` leads from them to modality values; `voi` are the file's own windows and LUTs, the
    first one the default, empty where the file has none (then the whole range of the pixels counts).
    MONOCHROME1 is inverted last, after the VOI. Pixels in `padding` (inclusive stored range) are no
    part of the film and are shown black. A film may be opened at a fraction of its size (`open_film`'s
    `least_side`): then `full_size` is that of the file, upright like the pixels.
    """

    path: Path
    pixels: StoredPixels
    format: str  # "DICOM", "PNG", "JPEG", "TIFF", "BMP"
    bits_stored: int = 8
    photometric: Photometric = Photometric.MONOCHROME2
    modality: ModalityTransform = ModalityTransform()
    voi: tuple[Voi, ...] = ()
    padding: tuple[int, int] | None = None
    spacing_mm: tuple[float, float] | None = None  # row, column
    colourfulness: float = 0.0  # mean spread of the R, G, B channels in [0, 1]; 0 for grey files
    header: FilmHeader = FilmHeader()
    identity: FilmIdentity | None = field(default=None, repr=False)
    full_size: tuple[int, int] | None = None  # height, width, where `pixels` are a reduced copy

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or self.pixels.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"a film is (H, W) uint8 or uint16, not {self.pixels.shape} {self.pixels.dtype}")

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def full_height(self) -> int:
        return self.height if self.full_size is None else self.full_size[0]

    @property
    def full_width(self) -> int:
        return self.width if self.full_size is None else self.full_size[1]


class Severity(StrEnum):
    WARNING = "warning"  # shown beside the result
    REFUSAL = "refusal"  # no result, unless a human overrides


@dataclass(frozen=True, slots=True)
class GateFinding:
    """Why a film may be no frontal chest film; `code` is stable, `message` is for the reader."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
