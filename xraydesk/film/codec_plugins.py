"""The libraries behind compressed DICOM, and what becomes of the others when one is missing."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from numpy.typing import NDArray


def before_pydicom() -> None:
    """To be called before pydicom is imported: it fails as a whole where one of pylibjpeg's plugins is broken.

    Without pylibjpeg nearly all films still open; the self-test tells what is missing.
    """
    if "pydicom" in sys.modules:
        return
    try:
        from pylibjpeg.utils import get_pixel_data_decoders  # noqa: PLC0415

        get_pixel_data_decoders()
    except ImportError:
        sys.modules["pylibjpeg"] = None  # type: ignore[assignment]


def decoded_by(library: str, plugin: str, film: Path) -> NDArray[Any] | None:
    """What a library, named by its module, makes of a film of its own; None where it is there but pydicom cannot
    ask it. Raises ImportError if it is missing, and what the library raises.
    """
    import_module(library)
    before_pydicom()
    from xraydesk.film import dicom_codecs  # noqa: PLC0415 - pydicom takes 0.4 s to import

    if plugin == "pylibjpeg":
        with suppress(ImportError):
            import_module(plugin)
            return dicom_codecs.decoded_by(plugin, film)
        return None
    return dicom_codecs.decoded_by(plugin, film)
