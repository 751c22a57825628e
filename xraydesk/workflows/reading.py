"""What the window asks while films are read, answered from a model and films kept at hand.

Imports torch and the DICOM codecs only when a request needs them: a film is shown while torch loads.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from xraydesk.film.film import Film
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.film_result import FilmResult
from xraydesk.registry.registry import Registry, sha256_or_empty
from xraydesk.workflows.verbs import (
    ActivateModel,
    Answer,
    ClassifyFilm,
    EngineState,
    InstalledModels,
    InstallModel,
    ListModels,
    OpenedFilm,
    OpenFilm,
    Request,
    WarmUp,
)

if TYPE_CHECKING:
    from xraydesk.workflows.classify_film import FilmReader

_FILMS_KEPT = 3


class FilmsAtHand:
    """Decodes films one at a time and keeps the last few, since a shown film is classified next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._films: OrderedDict[tuple[Path, int, int], Film] = OrderedDict()

    def open(self, path: Path) -> Film:
        """As film.open.open_film."""
        with self._lock:
            key = self._key(path)
            film = self._films.pop(key, None) if key else None
            film = film or open_film(path)
            if key:
                self._films[key] = film
                while len(self._films) > _FILMS_KEPT:
                    self._films.popitem(last=False)
            return film

    @staticmethod
    def _key(path: Path) -> tuple[Path, int, int] | None:
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        return path, status.st_size, status.st_mtime_ns


class ReadingDesk:
    """Answers requests; raises XRayDeskError. `is_light` ones need no torch and may overtake the others."""

    def __init__(self, device: str = "auto") -> None:
        self._device = device
        self._films = FilmsAtHand()
        self._reader: FilmReader | None = None

    @staticmethod
    def is_light(request: Request) -> bool:
        return isinstance(request, OpenFilm | ListModels)

    def answer(self, request: Request, ctx: JobContext) -> Answer:
        ctx.check_cancelled()
        match request:
            case OpenFilm():
                return self._open_film(request)
            case ClassifyFilm():
                return self._classify_film(request)
            case WarmUp():
                return self._warm_up()
            case ListModels():
                return self._list_models()
            case ActivateModel():
                Registry().activate(request.model_id)
                return self._list_models()
            case InstallModel():
                from xraydesk.workflows.install_model import install_model

                install_model(request.source)
                return self._list_models()

    def _open_film(self, request: OpenFilm) -> OpenedFilm:
        film = self._films.open(request.path)
        return OpenedFilm(film, gate(film), sha256_or_empty(request.path))

    def _classify_film(self, request: ClassifyFilm) -> FilmResult:
        reader = self._current_reader()
        return reader.read(request.path, override=request.override, opener=self._films.open)

    def _current_reader(self) -> FilmReader:
        """The active model, loaded; loaded anew after another one was activated."""
        from xraydesk.workflows.classify_film import FilmReader

        active = Registry().active()
        if self._reader is None or self._reader.model != active:
            self._reader = FilmReader(active, self._device)
        return self._reader

    def _warm_up(self) -> EngineState:
        reader = self._current_reader()
        reader.warm_up()
        card, chosen = reader.model.card, reader.network.chosen
        return EngineState(
            device=chosen.device.type,
            device_name=chosen.name,
            note=chosen.note,
            model_id=card.id,
            model_name=card.name,
            model_version=card.version,
        )

    @staticmethod
    def _list_models() -> InstalledModels:
        from xraydesk.workflows.describe_models import described

        return InstalledModels(described(Registry()))
