"""Which codec decodes which transfer syntax, the fastest first, and what each needs to keep quiet."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import Decoder, get_decoder
from pydicom.uid import (
    JPEG2000,
    UID,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from xraydesk.film.codestream import gdcm_survives, jpeg2000_precision, jpeg_frame

# gdcm ends the whole process on some damaged streams: it decodes only what nothing else can.
_FASTEST_FIRST = {
    JPEGBaseline8Bit: ("pillow",),
    JPEGExtended12Bit: ("pillow",),
    JPEG2000: ("pillow", "pylibjpeg"),
    JPEG2000Lossless: ("pillow", "pylibjpeg"),
    JPEGLSLossless: ("pyjpegls",),
    JPEGLSNearLossless: ("pyjpegls",),
    RLELossless: ("pylibjpeg", "pydicom"),
}

_BY_MARKER = {0xC0: JPEGBaseline8Bit, 0xC1: JPEGExtended12Bit, 0xC3: JPEGLosslessSV1, 0xF7: JPEGLSLossless}

# OpenJPEG reads this when it starts on a film; other threads of ours wait for the film anyway.
os.environ.setdefault("OPJ_NUM_THREADS", "ALL_CPUS")
with contextlib.suppress(ImportError):  # then a film that needs it says so, and the self-test does
    import gdcm

    gdcm.Trace.DebugOff()
    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()


def decode_frame(ds: Dataset, syntax: UID) -> tuple[NDArray[Any], str]:
    """The first frame and its photometric interpretation, YBR brought to RGB.

    Raises NotImplementedError where no codec knows the encoding, and whatever the last of several
    codecs raised where the bytes are damaged.
    """
    decoder = get_decoder(syntax)
    if not syntax.is_encapsulated:
        return _decoded(decoder, ds, "")
    stream = first_stream(ds)
    twelve_bits = syntax == JPEGExtended12Bit and (jpeg_frame(stream) or (0, 0, 8))[2] == 12
    if (syntax in (JPEGLossless, JPEGLosslessSV1) or twelve_bits) and not gdcm_survives(stream):
        raise ValueError("a JPEG stream whose header is damaged")
    if twelve_bits:
        return _extended_12_bit(stream, int(ds.Rows), int(ds.Columns)), str(ds.PhotometricInterpretation)
    failure: Exception = NotImplementedError(syntax.name)
    for plugin in _FASTEST_FIRST.get(syntax, decoder.available_plugins):
        try:
            with _SILENCE:
                return _decoded(decoder, ds, plugin)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # each codec fails in its own way, those in Rust outside Exception
            failure = error if isinstance(error, Exception) else RuntimeError(str(error))
    raise failure


def can_decode(syntax: UID) -> bool:
    """Whether some codec is made for the encoding; it may be missing from this installation."""
    try:
        get_decoder(syntax)
    except NotImplementedError:
        return False
    return True


def decoded_by(plugin: str, film: Path) -> NDArray[Any]:
    """The first frame of a film by this one plugin of pydicom's. Raises what the plugin or its absence raises."""
    ds = dcmread(film)
    return _decoded(get_decoder(ds.file_meta.TransferSyntaxUID), ds, plugin)[0]


def reduced_frame(ds: Dataset, syntax: UID, least_side: int) -> NDArray[Any] | None:
    """The first frame at 1/2, 1/4 or 1/8 of its size, no side below `least_side`, as (H, W) unsigned.

    JPEG 2000 keeps a film as ever finer details of a small one, and these need not be decoded (ISO 15444-1,
    annex F). None where that does not help, or the codec has trouble: then the whole frame is to be decoded.
    """
    halvings = halvings_to(least_side, int(ds.Rows), int(ds.Columns))
    if syntax not in (JPEG2000, JPEG2000Lossless) or not halvings or ds.SamplesPerPixel != 1:
        return None
    # Indices have no mean; and where only the header says signed, the whole decoder knows what to make of it.
    if ds.PhotometricInterpretation == "PALETTE COLOR" or ds.PixelRepresentation == 1:
        return None
    stream = first_stream(ds)
    precision = jpeg2000_precision(stream)
    if precision is None or not 1 <= precision <= 16:
        return None
    pixels = next((found for n in range(halvings, 0, -1) if (found := _halved(stream, n)) is not None), None)
    if pixels is None:
        return None
    if pixels.dtype == np.uint16:
        return pixels >> (16 - precision)  # Pillow fills the upper bits
    return pixels if pixels.dtype == np.uint8 and pixels.ndim == 2 and precision == 8 else None


def _halved(stream: bytes, halvings: int) -> NDArray[Any] | None:
    try:
        with _SILENCE, Image.open(io.BytesIO(stream), formats=["JPEG2000"]) as image:
            image.reduce = halvings  # type: ignore[assignment,method-assign]
            return np.asarray(image)
    except Exception:  # fewer resolutions than asked for, or damage that the whole frame will name
        return None


def halvings_to(least_side: int, rows: int, columns: int) -> int:
    """How often both sides can be halved, three times at most, and keep `least_side`; none for 0."""
    shorter = min(rows, columns)
    return next((n for n in (3, 2, 1) if least_side and shorter >= least_side << n), 0)


def first_stream(ds: Dataset) -> bytes:
    """The compressed stream of the first frame, b"" where there is none."""
    frames = max(1, int(ds.get("NumberOfFrames", 1) or 1))
    return next(generate_frames(ds.PixelData, number_of_frames=frames), b"")


def syntax_of_stream(stream: bytes) -> UID | None:
    """The transfer syntax that a compressed stream of unknown syntax is in."""
    if stream[:4] == b"\xff\x4f\xff\x51":
        return JPEG2000
    frame = jpeg_frame(stream)
    return _BY_MARKER.get(frame[3]) if frame else RLELossless


def _decoded(decoder: Decoder, ds: Dataset, plugin: str) -> tuple[NDArray[Any], str]:
    frame, facts = decoder.as_array(ds, index=0, decoding_plugin=plugin)
    return frame, str(facts["photometric_interpretation"])


def _extended_12_bit(stream: bytes, rows: int, columns: int) -> NDArray[np.uint16]:
    """12-bit JPEG by gdcm itself: pydicom does not let it, because with fewer bits stored it wraps round."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(stream)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetDataElement(element)
    grey = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(grey))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(JPEGExtended12Bit))))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, 0))
    with _SILENCE:
        pixels = image.GetBuffer().encode("utf-8", "surrogateescape")
    return np.frombuffer(pixels, "<u2").reshape(rows, columns)


class _Silence:
    """The codecs' native libraries write to the error stream behind Python's back; it is of no use there.

    Counts its users, so that several threads may decode at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._kept: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._kept = _stderr_to_nowhere()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._kept is not None:
                os.dup2(self._kept, 2)
                os.close(self._kept)
                self._kept = None


def _stderr_to_nowhere() -> int | None:
    """What leads back, None where there is no error stream, as in a windowed program."""
    try:
        kept = os.dup(2)
    except OSError:
        return None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return kept


_SILENCE = _Silence()
