"""Every error a user can meet: what happened, to which file, and what to do.

XRayDeskError
├── FilmError                 film_unreadable
│   ├── FilmNotFound          film_not_found
│   ├── FilmEmpty             film_empty
│   ├── FilmTruncated         film_truncated
│   ├── FilmUnknownFormat     unknown_format
│   ├── FilmTooLarge          film_too_large
│   ├── FilmEncrypted         film_encrypted
│   ├── FilmWithoutPixels     no_pixels
│   ├── FilmEncodingUnsupported  unsupported_encoding
│   └── FilmRefused           the code of the gate's finding
├── ModelError                model_unusable
│   ├── ModelNotFound         model_not_found
│   └── ModelDamaged          model_damaged
├── TrainingError             training_failed
│   └── LabelledFolderError   labelled_folder
├── EngineError               engine_failed
├── OutputError               output_failed
├── UsageError                usage
└── Cancelled                 cancelled
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as plain data, for a row, a JSON line or the window."""

    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class XRayDeskError(Exception):
    """What happened (`message`, naming the file), and what to do about it (`hint`)."""

    default_code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, hint: str = "", path: Path | str | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = None if path is None else Path(path)
        self.code = code or self.default_code

    def failure(self) -> Failure:
        return Failure(self.code, self.message, self.hint)


class FilmError(XRayDeskError):
    default_code = "film_unreadable"


class FilmNotFound(FilmError):
    default_code = "film_not_found"


class FilmEmpty(FilmError):
    default_code = "film_empty"


class FilmTruncated(FilmError):
    default_code = "film_truncated"


class FilmUnknownFormat(FilmError):
    default_code = "unknown_format"


class FilmTooLarge(FilmError):
    default_code = "film_too_large"


class FilmEncrypted(FilmError):
    default_code = "film_encrypted"


class FilmWithoutPixels(FilmError):
    default_code = "no_pixels"


class FilmEncodingUnsupported(FilmError):
    default_code = "unsupported_encoding"


class FilmRefused(FilmError):
    """The gate takes this for something else than a frontal chest film; the user may override."""

    default_code = "refused"


class ModelError(XRayDeskError):
    default_code = "model_unusable"


class ModelNotFound(ModelError):
    default_code = "model_not_found"


class ModelDamaged(ModelError):
    default_code = "model_damaged"


class TrainingError(XRayDeskError):
    default_code = "training_failed"


class LabelledFolderError(TrainingError):
    default_code = "labelled_folder"


class EngineError(XRayDeskError):
    default_code = "engine_failed"


class OutputError(XRayDeskError):
    default_code = "output_failed"


class UsageError(XRayDeskError):
    default_code = "usage"


class Cancelled(XRayDeskError):
    default_code = "cancelled"

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)
