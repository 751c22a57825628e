"""DICOM files made for tests: every transfer syntax that can be encoded here, and every kind of damage."""

from __future__ import annotations

import io
import struct
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
from numpy.typing import NDArray
from openjpeg.utils import encode_array
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders.base import get_encoder
from pydicom.uid import (
    JPEG2000,
    UID,
    ComputedRadiographyImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

UNCOMPRESSED = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
LOSSLESS = (*UNCOMPRESSED, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, RLELossless)
LOSSY = (JPEGBaseline8Bit, JPEGLSNearLossless, JPEG2000)


def chest_like(height: int = 256, width: int = 240, bits: int = 12) -> NDArray[np.uint16]:
    """A smooth pattern, bright in the middle and below like a chest film, over most of `bits`."""
    y, x = np.meshgrid(np.linspace(0, 1, height), np.linspace(-1, 1, width), indexing="ij")
    pattern = 0.15 + 0.75 * np.clip(np.exp(-(x**2) * 8) + y**3 * (1 - x**2), 0, 1)
    pattern += 0.03 * np.sin(40 * y) * np.cos(23 * x)
    return np.asarray(np.rint(pattern * ((1 << bits) - 1)), dtype=np.uint16)


def data_set(pixels: NDArray[Any], *, bits: int = 12, **elements: Any) -> Dataset:
    """A CR data set of a chest PA with `pixels` (H, W) or (H, W, 3), uncompressed; `elements` by keyword.

    An element given as None is left out.
    """
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.SOPClassUID = ComputedRadiographyImageStorage
    ds.SOPInstanceUID = UID("1.2.826.0.1.3680043.8.498.1")
    ds.PatientName, ds.PatientID = "Test^Nobody", "NOBODY"
    ds.Modality, ds.BodyPartExamined, ds.ViewPosition = "CR", "CHEST", "PA"
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.SamplesPerPixel = pixels.shape[2] if pixels.ndim == 3 else 1
    ds.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    if pixels.ndim == 3:
        ds.PlanarConfiguration = 0
    allocated = pixels.dtype.itemsize * 8
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = allocated, min(bits, allocated), min(bits, allocated) - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    raw = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    ds.PixelData = raw + b"\0" * (len(raw) % 2)
    ds["PixelData"].VR = "OB" if allocated == 8 else "OW"
    for keyword, value in elements.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


def to_bytes(ds: Dataset, syntax: UID = ExplicitVRLittleEndian, *, preamble: bool = True) -> bytes:
    """`ds` as a file in `syntax`; uncompressed pixels are compressed or byte-swapped as it asks."""
    file = io.BytesIO()
    ds = compressed(ds, syntax) if syntax.is_encapsulated else _in_byte_order(ds, syntax)
    if preamble:
        ds.file_meta.TransferSyntaxUID = syntax
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        dcmwrite(file, ds, enforce_file_format=True)
    else:
        dcmwrite(file, ds, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    return file.getvalue()


def write(path: Path, ds: Dataset, syntax: UID = ExplicitVRLittleEndian, *, preamble: bool = True) -> Path:
    path.write_bytes(to_bytes(ds, syntax, preamble=preamble))
    return path


def _in_byte_order(ds: Dataset, syntax: UID) -> Dataset:
    copy = deepcopy(ds)
    copy.file_meta = FileMetaDataset()
    if not syntax.is_little_endian and ds.get("BitsAllocated", 16) == 16 and "PixelData" in ds:
        copy.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        copy["PixelData"].VR = "OW"
    return copy


def claiming(uid: str, ds: Dataset) -> bytes:
    """`ds` as a file in explicit little endian that names `uid`, whatever that is, as its transfer syntax."""
    value = uid.encode() + b"\0" * (len(uid) % 2)
    meta = b"\2\0\x10\0UI" + struct.pack("<H", len(value)) + value
    return bytes(128) + b"DICM" + meta + to_bytes(ds, ExplicitVRLittleEndian, preamble=False)


def compressed(ds: Dataset, syntax: UID) -> Dataset:
    """A copy with its pixels as one compressed frame in `syntax`."""
    return with_stream(ds, stream(ds, syntax))


def with_stream(ds: Dataset, stream: bytes) -> Dataset:
    """A copy with `stream` as its one compressed frame."""
    copy = deepcopy(ds)
    copy.file_meta = FileMetaDataset()
    copy.PixelData = encapsulate([stream])
    copy["PixelData"].VR = "OB"
    copy["PixelData"].is_undefined_length = True
    return copy


def stream(ds: Dataset, syntax: UID) -> bytes:
    """The pixels of the uncompressed `ds` encoded in `syntax`."""
    kind = "<i" if ds.PixelRepresentation else "<u"
    shape = (ds.Rows, ds.Columns) if ds.SamplesPerPixel == 1 else (ds.Rows, ds.Columns, ds.SamplesPerPixel)
    count = int(np.prod(shape))
    pixels = np.frombuffer(ds.PixelData, f"{kind}{ds.BitsAllocated // 8}", count=count).reshape(shape)
    if syntax in (JPEG2000Lossless, JPEG2000):
        ratios = [8.0] if syntax == JPEG2000 else None
        photometric = 2 if ds.SamplesPerPixel == 1 else 1
        return encode_array(
            np.ascontiguousarray(pixels),
            bits_stored=ds.BitsStored,
            photometric_interpretation=photometric,
            use_mct=False,
            compression_ratios=ratios,
        )
    if syntax == JPEGLosslessSV1:
        return _gdcm_stream(ds, syntax)
    if syntax == JPEGBaseline8Bit:
        file = io.BytesIO()
        Image.fromarray(pixels.astype(np.uint8)).save(file, "JPEG", quality=95)
        return file.getvalue()
    options: dict[str, Any] = {"jls_error": 2} if syntax == JPEGLSNearLossless else {}
    return get_encoder(syntax).encode(ds, index=0, **options)


def _gdcm_stream(ds: Dataset, syntax: UID) -> bytes:
    """Encoded by gdcm, the only permissively licensed encoder of lossless JPEG at hand; it wants files."""
    with tempfile.TemporaryDirectory() as folder:
        raw, packed = Path(folder) / "raw.dcm", Path(folder) / "packed.dcm"
        write(raw, ds)
        reader = gdcm.ImageReader()
        reader.SetFileName(str(raw))
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(syntax))))
        if not reader.Read():
            raise RuntimeError("gdcm could not read the film")
        change.SetInput(reader.GetImage())
        writer = gdcm.ImageWriter()
        writer.SetFileName(str(packed))
        writer.SetFile(reader.GetFile())
        if not change.Change():
            raise RuntimeError("gdcm could not encode the film")
        writer.SetImage(change.GetOutput())
        writer.Write()
        return next(generate_frames(dcmread(packed).PixelData, number_of_frames=1))
