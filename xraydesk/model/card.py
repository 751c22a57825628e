"""A model's card: what it is, how to feed it, how good it was found to be, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xraydesk.errors import ModelDamaged
from xraydesk.model.model_input import Preprocessing

FORMAT = 1


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

    def __post_init__(self) -> None:
        if len(self.classes) < 2 or len(set(self.classes)) != len(self.classes):
            raise ValueError("a model needs two or more different classes")
        if not self.temperature > 0:
            raise ValueError("a model's temperature must be positive")

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
            **{name: getattr(self, name) for name in ("evaluation", "data", "training", "versions")},
        }


def read_card(file: Path) -> ModelCard:
    """Raises ModelDamaged, naming the file, when it is no card this version understands."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError("written by another version of XRayDesk")
        data["classes"] = tuple(data["classes"])
        data["preprocessing"] = Preprocessing.from_dict(data["preprocessing"])
        return ModelCard(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelDamaged(
            f"The model in {file.parent.name} cannot be used: its card.json is not readable ({error}).",
            hint="Install the model again.",
            path=file,
        ) from error


def write_card(card: ModelCard, file: Path) -> None:
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(card.as_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(file)
