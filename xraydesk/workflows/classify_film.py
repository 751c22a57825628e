"""A model on a device, reading films that are prepared for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import Failure, XRayDeskError
from xraydesk.film.film import GateFinding, Severity
from xraydesk.film.open import open_summed
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.familiarity import HINT, UNFAMILIAR, WORDS, Familiarity
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Heatmap, normalised_heat
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import predict
from xraydesk.network.classifier import Classifier, NetworkOutput
from xraydesk.registry.registry import InstalledModel
from xraydesk.workflows.open_model import open_network
from xraydesk.workflows.prepare_film import Opener, PreparedFilm, Preparing, prepare_film

Turn = Callable[[], AbstractContextManager[None]]


class FilmReader:
    """A model on a device, reading films."""

    def __init__(self, model: InstalledModel, device: str = "auto") -> None:
        """Raises ModelError."""
        self.model = model
        self.network: Classifier = open_network(model, device)
        self._familiarity = Familiarity.from_dict(model.card.familiarity)
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
        self.network(np.zeros((1, size, size), dtype=np.uint8), alone=True)

    def read(
        self, path: Path, *, override: bool = False, opener: Opener = open_summed, turn: Turn = nullcontext
    ) -> FilmResult:
        """One film with its heatmaps; `turn` is waited for before the network is used."""
        prepared = prepare_film(path, Preparing(self.preprocessing, override), opener=opener)
        with turn():
            return self.results([prepared], heatmaps=True, alone=True)[0]

    def results(
        self, films: Sequence[PreparedFilm], *, heatmaps: bool, alone: bool = False
    ) -> list[FilmResult]:
        """A result for each film, in order; those without a model input keep their error.

        `alone`: one film that somebody waits for; else a film's result is the same in whatever company.
        """
        started = time.perf_counter()
        ready = [film.model_input for film in films if film.model_input is not None]
        try:
            maps = self.network.best_maps if heatmaps else None
            output = self.network(np.stack(ready), maps=maps, alone=alone) if ready else None
        except XRayDeskError as error:
            return [self._failed(film, film.error or error.failure()) for film in films]
        share = (time.perf_counter() - started) / max(len(ready), 1)
        results, row = [], 0
        for film in films:
            if film.model_input is None or output is None:
                results.append(self._failed(film, film.error))
                continue
            results.append(self._judged(film, output, row, film.seconds + share))
            row += 1
        return results

    def _judged(self, film: PreparedFilm, output: NetworkOutput, row: int, seconds: float) -> FilmResult:
        """A film unlike those that the model knows is refused, or marked where somebody asked all the same."""
        maps = output.maps[row] if output.maps is not None else None
        if self._familiarity is None or self._familiarity.distances(output.features[row : row + 1])[0] <= 1:
            return self._classified(film, output.logits[row], maps, seconds)
        if not film.override:
            return self._failed(replace(film, refused=True), Failure(UNFAMILIAR, WORDS, HINT))
        finding = GateFinding(UNFAMILIAR, Severity.REFUSAL, WORDS, HINT)
        marked = replace(film, warnings=(*film.warnings, finding))
        return self._classified(marked, output.logits[row], maps, seconds)

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
            heatmaps=tuple(
                Heatmap(name, normalised_heat(raw), crop, self.network.maps_name) for name, raw in shown
            ),
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
