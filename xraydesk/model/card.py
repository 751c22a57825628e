"""A model's card: what it is, how to feed it, how good it was found to be, and where it comes from."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xraydesk.errors import ModelDamaged
from xraydesk.model.familiarity import Familiarity
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import INDETERMINATE

FORMAT = 1
_MOST_BYTES = 16 << 20
_LONGEST_NAME = 200
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`sha256` is that of the weights file. `evaluation` holds the test part's figures with intervals."""

    id: str
    name: str
    version: str
    architecture: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    sha256: str
    temperature: float = 1.0
    threshold: float = 0.0  # below it a film is INDETERMINATE
    description: str = ""
    evaluation: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)  # sources, counts, licences
    training: dict[str, Any] = field(default_factory=dict)  # the run's config, with its seed
    versions: dict[str, str] = field(default_factory=dict)
    familiarity: dict[str, Any] = field(default_factory=dict)  # what films the model knows: Familiarity

    def __post_init__(self) -> None:
        for fault in _faults(self):
            raise ValueError(fault)

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            **{
                name: getattr(self, name) for name in ("id", "name", "version", "architecture", "description")
            },
            "classes": list(self.classes),
            "preprocessing": self.preprocessing.as_dict(),
            "temperature": self.temperature,
            "threshold": self.threshold,
            "sha256": self.sha256,
            **{
                name: getattr(self, name)
                for name in ("evaluation", "data", "training", "versions", "familiarity")
            },
        }


def is_one_line(text: str) -> bool:
    """Words of any language, with Persian's joiners and Japanese's wide spaces; nothing that turns or hides others."""
    return all(
        letter.isprintable() or letter in _JOINERS or unicodedata.category(letter) == "Zs" for letter in text
    )


def _faults(card: ModelCard) -> Iterator[str]:
    """What makes a card senseless, or dangerous to show: cards come from strangers, too."""
    names = (card.id, card.name, card.version, card.architecture, *card.classes)
    if not all(isinstance(name, str) and is_one_line(name) and len(name) <= _LONGEST_NAME for name in names):
        yield "its names must be plain words"
    if not isinstance(card.sha256, str) or not isinstance(card.description, str):
        yield "its checksum and description must be text"
    if len(card.classes) < 2 or len(set(card.classes)) != len(card.classes):
        yield "a model needs two or more different classes"
    if any(name.strip() in ("", INDETERMINATE) for name in card.classes):
        yield f"its classes need names, and none of them {INDETERMINATE}"
    if not (_is_number(card.temperature) and 1e-3 <= card.temperature <= 1e3):
        yield "a model's temperature must be between 0.001 and 1000"
    if not (_is_number(card.threshold) and 0 <= card.threshold <= 1):
        yield "a model's threshold must be between 0 and 1"
    tables = (card.evaluation, card.data, card.training, card.versions, card.familiarity)
    if not all(isinstance(part, dict) for part in tables):
        yield "its evaluation, data, training, versions and familiarity must be tables"
    else:
        try:
            Familiarity.from_dict(card.familiarity)
        except ValueError as error:
            yield str(error)
    yield from _preprocessing_faults(card.preprocessing)


def _preprocessing_faults(preprocessing: Preprocessing) -> Iterator[str]:
    low, high = preprocessing.low_percentile, preprocessing.high_percentile
    if not isinstance(preprocessing.size, int) or not 1 <= preprocessing.size <= 4096:
        yield "its input size makes no sense"
    if not isinstance(preprocessing.detail, int) or not 0 <= preprocessing.detail <= 4096:
        yield "its limit of detail makes no sense"
    if not (_is_number(low) and _is_number(high) and 0 <= low < high <= 100):
        yield "its percentiles make no sense"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e9  # neither infinite nor NaN


def read_card(file: Path) -> ModelCard:
    """Raises ModelDamaged, naming the file, when it is no card this version understands."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("far too large")
        data = json.loads(file.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError("written by another version of XRayDesk")
        data["classes"] = tuple(data["classes"])
        data["preprocessing"] = Preprocessing.from_dict(data["preprocessing"])
        return ModelCard(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ModelDamaged(
            f"The model in {file.parent.name} cannot be used: its card.json is not readable ({why}).",
            hint="Install the model again.",
            path=file,
        ) from error


def write_card(card: ModelCard, file: Path) -> None:
    """In one go. Raises OSError, and leaves nothing then."""
    temporary = file.with_suffix(".tmp")
    text = json.dumps(card.as_dict(), indent=1, ensure_ascii=False) + "\n"
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
