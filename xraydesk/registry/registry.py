"""Installed models: those the program ships with and the user's own; which one reads."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import ModelDamaged, ModelNotFound, OutputError, UsageError
from xraydesk.model.card import ModelCard, read_card, write_card

CARD, WEIGHTS, MANIFEST = "card.json", "model.safetensors", "manifest.json"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    folder: Path
    card: ModelCard
    shipped: bool

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS


def file_sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_or_empty(file: Path) -> str:
    """Empty where the file went away since it was read."""
    try:
        return file_sha256(file)
    except OSError:
        return ""


def model_in(folder: Path, *, shipped: bool = False) -> InstalledModel:
    """The model in a folder; raises ModelDamaged."""
    return InstalledModel(folder, read_card(folder / CARD), shipped)


def require_intact(model: InstalledModel) -> None:
    """Raises ModelDamaged unless the weights are those that the card names."""
    if not is_intact(model):
        raise ModelDamaged(
            f"The weights of {model.card.name} are damaged or missing: their checksum is not the card's.",
            hint="Install the model again.",
            path=model.weights,
        )


def is_intact(model: InstalledModel) -> bool:
    """Whether the weights are those that the card names."""
    return sha256_or_empty(model.weights) == model.card.sha256 != ""


def _that_counts(same: list[InstalledModel]) -> InstalledModel:
    """Of models of one id; one alone is not read through for its checksum."""
    return same[0] if len(same) == 1 else next(filter(is_intact, same), same[-1])


@contextmanager
def _own_folder_can_be_written() -> Iterator[None]:
    """Turns an OSError of changing the user's folder of models into an OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"The folder of installed models cannot be changed: {error.strerror or error}.",
            hint="Make room, close other programs that use the model, or ask for the right to write there.",
        ) from error


class Registry:
    """The models at hand. `own` is the user's folder of models; `shipped` the program's."""

    def __init__(self, own: Path | None = None, shipped: Path | None = None) -> None:
        self._own = own or paths.user_models()
        self._shipped = shipped or paths.shipped_weights()

    def models(self) -> list[InstalledModel]:
        """All readable models, the shipped ones first; damaged folders and hidden ones are left out.

        Of several of one id, as after copying folders by hand, the first intact one counts, else the user's own.
        """
        by_id: dict[str, list[InstalledModel]] = {}
        for model in self._in_folders():
            by_id.setdefault(model.card.id, []).append(model)
        return [_that_counts(same) for same in by_id.values()]

    def _in_folders(self) -> list[InstalledModel]:
        found = []
        for place, shipped in ((self._shipped, True), (self._own, False)):
            for card in sorted(place.glob(f"[!.]*/{CARD}")):
                with suppress(ModelDamaged):
                    found.append(model_in(card.parent, shipped=shipped))
        return found

    def find(self, model_id: str) -> InstalledModel:
        """The model of that id; raises ModelNotFound, naming those there are."""
        models = self.models()
        for model in models:
            if model.card.id == model_id:
                return model
        there = ", ".join(model.card.id for model in models) or "none"
        raise ModelNotFound(f"There is no model {model_id}.", hint=f"Installed: {there}.")

    def active(self) -> InstalledModel:
        """The model that reads: the one the user chose, else the first shipped, else any."""
        history = self._history()
        models = {model.card.id: model for model in self.models()}
        for model_id in reversed(history):
            if model_id in models:
                return models[model_id]
        if models:
            return next(iter(models.values()))
        raise ModelNotFound(
            "No model is installed.", hint="Install one under Models, or with “xraydesk models install FILE”."
        )

    def activate(self, model_id: str) -> None:
        """Let a model read from now on; it is checked first, and the one before is remembered."""
        require_intact(self.find(model_id))
        current = self.active().card.id
        if model_id != current:
            history = self._history() or [current]
            self._write_history([*history[-20:], model_id])

    def terms_of(self, model: InstalledModel) -> str:
        """Under which a shipped model may be used; "" where its manifest does not tell."""
        if not model.shipped:
            return ""
        try:
            manifest = json.loads((self._shipped / MANIFEST).read_text(encoding="utf-8"))
            told = {str(entry["id"]): str(entry["licence"]) for entry in manifest["models"]}
        except (OSError, ValueError, KeyError, TypeError):
            return ""
        return told.get(model.card.id, "")

    def previous(self) -> InstalledModel | None:
        """The model that `rollback` goes back to."""
        before = self._before()
        return self.find(before[-1]) if before else None

    def rollback(self) -> str:
        """Let the model before the active one read again; returns its id. Raises UsageError, ModelDamaged."""
        before = self._before()
        if not before:
            raise UsageError("There is no earlier model to go back to.")
        require_intact(self.find(before[-1]))
        self._write_history(before)
        return before[-1]

    def _before(self) -> list[str]:
        """The models that read before the active one, as far as they are still installed, the last one last."""
        there = {model.card.id for model in self.models()}
        history = [model_id for model_id in self._history() if model_id in there]
        while history and history[-1] == self.active().card.id:
            history.pop()
        return history

    def add(self, folder: Path) -> InstalledModel:
        """Copy a checked model folder among the user's own; an id already there is refused, unless that
        model is damaged: then it is replaced."""
        model = model_in(folder)
        require_intact(model)
        if not re.fullmatch(r"[\w][\w.-]{0,99}", model.card.id) or model.card.id.endswith(".json"):
            raise ModelDamaged(f"The model's id {model.card.id!r} is no plain name.", path=folder)
        target = self._own / model.card.id
        for there in self._in_folders():
            if is_intact(there) and (there.card.id == model.card.id or there.folder == target):
                raise UsageError(
                    f"A model {there.card.id} is installed already.",
                    hint=f"Remove it first, or rename {CARD}'s id.",
                )
        with _own_folder_can_be_written():
            self._copy_in(model, target)
        return model_in(target)

    @classmethod
    def _copy_in(cls, model: InstalledModel, target: Path) -> None:
        partial = target.with_name(f".{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name in (WEIGHTS, CARD):
            shutil.copyfile(model.folder / name, partial / name)
        cls._put_away(target)
        partial.replace(target)

    @staticmethod
    def _put_away(folder: Path) -> None:
        """Delete a model's folder, or, where that is not possible, leave it whole."""
        if folder.exists():
            hidden = folder.with_name(f".{folder.name}.removed")
            shutil.rmtree(hidden, ignore_errors=True)
            folder.replace(hidden)
            shutil.rmtree(hidden, ignore_errors=True)

    def rename(self, model_id: str, name: str) -> None:
        """Another name for one of the user's own models. Raises ModelNotFound, UsageError, OutputError."""
        model = self.find(model_id)
        if model.shipped:
            raise UsageError(f"{model_id} came with the program and keeps its name.")
        with _own_folder_can_be_written():
            write_card(replace(model.card, name=name), model.folder / CARD)

    def remove(self, model_id: str) -> None:
        """Delete one of the user's own models; the shipped ones and the active one stay."""
        model = self.find(model_id)
        if model.shipped:
            raise UsageError(f"{model_id} came with the program and stays.")
        if self.active().card.id == model_id:
            raise UsageError(f"{model_id} is the active model.", hint="Activate another one first.")
        with _own_folder_can_be_written():
            self._put_away(model.folder)

    def _history_file(self) -> Path:
        return self._own / "active.json"

    def _history(self) -> list[str]:
        try:
            data = json.loads(self._history_file().read_text(encoding="utf-8"))
            return [str(entry) for entry in data] if isinstance(data, list) else []
        except (OSError, ValueError):
            return []

    def _write_history(self, history: list[str]) -> None:
        file = self._history_file()
        with _own_folder_can_be_written():
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary = file.with_suffix(".tmp")
            temporary.write_text(json.dumps(history), encoding="utf-8")
            temporary.replace(file)
