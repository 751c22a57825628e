"""Classify films one by one: decode, gate, network, and the reason where a step ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import Failure, XRayDeskError
from xraydesk.film.film import Film, GateFinding, Severity
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop, Heatmap, normalised_heat
from xraydesk.model.model_input import Preprocessing, crop_of, to_model_input
from xraydesk.model.prediction import predict
from xraydesk.network.classifier import Classifier
from xraydesk.registry.registry import InstalledModel, sha256_or_empty
from xraydesk.workflows.open_model import open_network

Opener = Callable[[Path], Film]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFilm:
    """One film, ready for the network (`model_input`), or why not (`error`)."""

    path: Path
    model_input: NDArray[np.uint8] | None = None
    crop: Crop | None = None
    warnings: tuple[GateFinding, ...] = ()
    error: Failure | None = None
    refused: bool = False
    sha256: str = ""
    seconds: float = 0.0


def prepare_film(
    path: Path, preprocessing: Preprocessing, *, override: bool = False, opener: Opener = open_film
) -> PreparedFilm:
    """Decode a film, let the gate look at it, and make the model's input of it. Never raises."""
    started = time.perf_counter()
    try:
        film = opener(path)
        return _prepared(path, film, preprocessing, started, override=override)
    except Exception as error:  # whatever it is about this film, it costs its row and not the batch
        return PreparedFilm(path, error=_failure(path, error), seconds=time.perf_counter() - started)


def _failure(path: Path, error: Exception) -> Failure:
    if isinstance(error, XRayDeskError):
        return error.failure()
    if isinstance(error, MemoryError):
        return Failure(
            "out_of_memory", f"“{path.name}” is too large for this computer's memory.", "Close programs."
        )
    return Failure("unexpected", f"“{path.name}” could not be read ({type(error).__name__}).")


def _prepared(
    path: Path, film: Film, preprocessing: Preprocessing, started: float, *, override: bool
) -> PreparedFilm:
    findings = gate(film)
    refusal = next((f for f in findings if f.severity is Severity.REFUSAL), None)
    if refusal is not None and not override:
        others = tuple(f for f in findings if f is not refusal)
        failure = Failure(refusal.code, refusal.message, refusal.hint)
        seconds = time.perf_counter() - started
        return PreparedFilm(
            path, warnings=others, error=failure, refused=True, sha256=sha256_or_empty(path), seconds=seconds
        )
    return PreparedFilm(
        path,
        model_input=to_model_input(film, preprocessing),
        crop=crop_of(film, preprocessing),
        warnings=findings,
        sha256=sha256_or_empty(path),
        seconds=time.perf_counter() - started,
    )


class FilmReader:
    """A model on a device, reading films."""

    def __init__(self, model: InstalledModel, device: str = "auto") -> None:
        """Raises ModelError."""
        self.model = model
        self.network: Classifier = open_network(model, device)
        self._remarked = ""

    @property
    def preprocessing(self) -> Preprocessing:
        return self.model.card.preprocessing

    def remark_on_device(self, ctx: JobContext) -> None:
        """Say, once, why the device is not the one that was wanted."""
        note = self.network.chosen.note
        if note and note != self._remarked:
            ctx.emit(Remark(note))
            self._remarked = note

    def warm_up(self) -> None:
        """Run the network once, so that the first film does not pay for it."""
        size = self.preprocessing.size
        self.network(np.zeros((1, size, size), dtype=np.uint8))

    def read(self, path: Path, *, override: bool = False, opener: Opener = open_film) -> FilmResult:
        """One film with its heatmaps."""
        prepared = prepare_film(path, self.preprocessing, override=override, opener=opener)
        return self.results([prepared], heatmaps=True)[0]

    def results(self, films: Sequence[PreparedFilm], *, heatmaps: bool) -> list[FilmResult]:
        """A result for each film, in order; those without a model input keep their error."""
        started = time.perf_counter()
        ready = [film.model_input for film in films if film.model_input is not None]
        try:
            output = self.network(np.stack(ready), maps="grad_cam" if heatmaps else None) if ready else None
        except XRayDeskError as error:
            return [self._failed(film, film.error or error.failure()) for film in films]
        share = (time.perf_counter() - started) / max(len(ready), 1)
        results, row = [], 0
        for film in films:
            if film.model_input is None or output is None:
                results.append(self._failed(film, film.error))
                continue
            maps = output.maps[row] if output.maps is not None else None
            results.append(self._classified(film, output.logits[row], maps, film.seconds + share))
            row += 1
        return results

    def _classified(
        self,
        film: PreparedFilm,
        logits: NDArray[np.float64],
        maps: NDArray[np.float32] | None,
        seconds: float,
    ) -> FilmResult:
        card = self.model.card
        crop = film.crop
        assert crop is not None
        shown = () if maps is None else tuple(zip(card.classes, maps, strict=True))
        return replace(
            self._provenance(film),
            prediction=predict(logits, card.classes, temperature=card.temperature, threshold=card.threshold),
            heatmaps=tuple(Heatmap(name, normalised_heat(raw), crop) for name, raw in shown),
            crop=crop,
            seconds=seconds,
        )

    def _failed(self, film: PreparedFilm, failure: Failure | None) -> FilmResult:
        return replace(self._provenance(film), error=failure, refused=film.refused)

    def _provenance(self, film: PreparedFilm) -> FilmResult:
        """What is known of a result before there is one: which film, which model, which device."""
        card = self.model.card
        return FilmResult(
            path=film.path,
            warnings=film.warnings,
            model_id=card.id,
            model_name=card.name,
            model_version=card.version,
            model_sha256=card.sha256,
            device=self.network.device_kind,
            seconds=film.seconds,
            sha256=film.sha256,
        )
