"""A model as one file that travels on a stick: a zip of its card and weights, nothing executable."""

from __future__ import annotations

import lzma
import secrets
import shutil
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from xraydesk.errors import ModelDamaged, OutputError
from xraydesk.registry.registry import CARD, WEIGHTS, InstalledModel, require_intact

SUFFIX = ".xraymodel"
_MOST_BYTES = 2 << 30
# what zipfile and its decompressors raise over bytes that are no zip file, or a damaged one
_NO_PACKAGE = (KeyError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def pack(model: InstalledModel, file: Path) -> None:
    """Write the model to `file`. Raises ModelDamaged, OutputError."""
    require_intact(model)
    if not file.name or file.is_dir():
        raise OutputError(f"“{file}” is a folder, not a file to write.", hint="Name a file in it.")
    temporary = file.with_name(f".{file.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        with zipfile.ZipFile(temporary, "w", strict_timestamps=False) as package:
            for name in (CARD, WEIGHTS):
                package.write(model.folder / name, name)
        temporary.replace(file)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(
            f"{file.name} could not be written: {error.strerror or error}.", hint="Choose another place."
        ) from error


def unpack(file: Path, folder: Path) -> Path:
    """The card and the weights of a package, written into `folder`; other members are ignored.

    Raises ModelDamaged, OutputError.
    """
    try:
        with zipfile.ZipFile(file) as package:
            for name in (CARD, WEIGHTS):
                if package.getinfo(name).file_size > _MOST_BYTES:
                    raise ModelDamaged(f"{file.name} is too large for a model.", path=file)
                folder.mkdir(parents=True, exist_ok=True)
                with package.open(name) as member, (folder / name).open("wb") as target:
                    shutil.copyfileobj(member, target)
    except OSError as error:
        raise OutputError(
            f"{file.name} could not be unpacked: {error.strerror or error}.", hint="Make room and try again."
        ) from error
    except _NO_PACKAGE as error:
        raise ModelDamaged(
            f"{file.name} is no XRayDesk model.",
            hint="A model is a folder with card.json and model.safetensors, or one file made by “models export”.",
            path=file,
        ) from error
    return folder
