"""What the window asks, answered from a model, the journal, and films kept at hand.

Imports torch and the DICOM codecs only when a request needs them: a film is shown while torch loads.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from xraydesk.film.film import Film
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film_bytes, read_film_bytes
from xraydesk.jobs import JobContext
from xraydesk.model.film_result import FilmResult
from xraydesk.registry.registry import Registry
from xraydesk.workflows.model_desk import answer_about_models
from xraydesk.workflows.model_verbs import (
    ActivateModel,
    CompareModels,
    ExportCard,
    ExportModel,
    ExportTrained,
    InstallModel,
    InstallTrained,
    ListModels,
    RemoveModel,
    RollBack,
    ShowCard,
)
from xraydesk.workflows.opinion_verbs import (
    CompareOpinions,
    ExportOpinions,
    GiveOpinion,
    ListOpinions,
    TakeBackOpinion,
)
from xraydesk.workflows.shared_journal import SharedJournal
from xraydesk.workflows.training_desk import TrainingDesk
from xraydesk.workflows.training_verbs import (
    OpenEvaluation,
    PlanSplit,
    PreviewAugmentation,
    ScanFolder,
    TrainModel,
)
from xraydesk.workflows.turns import Turns
from xraydesk.workflows.verbs import (
    AddToBatch,
    Answer,
    CancelBatch,
    ClassifyFilm,
    DeleteBatch,
    EngineState,
    ExportBatch,
    FindLungs,
    FoundLungs,
    OpenedFilm,
    OpenFilm,
    Request,
    RetryFailed,
    RunBatch,
    StartBatch,
    UndoSorting,
    WarmUp,
)

if TYPE_CHECKING:
    from xraydesk.network.lungs import LungFinder
    from xraydesk.registry.registry import InstalledModel
    from xraydesk.workflows.batch_desk import BatchDesk
    from xraydesk.workflows.classify_film import FilmReader
    from xraydesk.workflows.opinion_desk import OpinionDesk

_FILMS_KEPT = 3


class Lane(Enum):
    """Requests of different lanes are answered at the same time, those of one lane in turn."""

    LIGHT = auto()  # no torch: a film to look at, a list
    READING = auto()  # the network, for a film that somebody waits for
    BATCH = auto()
    EXPORT = auto()
    OPINIONS = auto()  # noted at once, whatever is being decoded
    TRAINING = auto()


def lane_of(request: Request) -> Lane:  # noqa: PLR0911 - one for each lane, and two for reading
    match request:
        case RunBatch():
            return Lane.BATCH
        case ExportBatch() | UndoSorting() | ExportModel() | ExportCard() | ExportOpinions():
            return Lane.EXPORT
        case GiveOpinion() | TakeBackOpinion() | ListOpinions() | CompareOpinions():
            return Lane.OPINIONS
        case TrainModel() | ScanFolder():
            return Lane.TRAINING
        case ClassifyFilm() | FindLungs() | WarmUp() | ActivateModel() | RollBack() | InstallModel():
            return Lane.READING
        case PlanSplit() | PreviewAugmentation() | OpenEvaluation():
            return Lane.READING
        case _:
            return Lane.LIGHT


class FilmsAtHand:
    """Decodes films one at a time and keeps the last few, since a shown film is classified next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._films: OrderedDict[tuple[Path, str], Film] = OrderedDict()

    def open(self, path: Path) -> tuple[Film, str]:
        """As film.open.open_summed: what lies there now, whatever its size and date say."""
        with self._lock:
            data = read_film_bytes(path)
            sha256 = hashlib.sha256(data).hexdigest()
            film = self._films.pop((path, sha256), None) or open_film_bytes(path, data)
            self._films[path, sha256] = film
            while len(self._films) > _FILMS_KEPT:
                self._films.popitem(last=False)
            return film, sha256


class ReadingDesk:
    """Answers requests, those of different lanes from different threads; raises XRayDeskError."""

    def __init__(self, device: str = "auto") -> None:
        self._device = device
        self._films = FilmsAtHand()
        self._turns = Turns()
        self._lock = threading.Lock()
        self._reader: FilmReader | None = None
        self._finder: LungFinder | None = None  # used by the reading lane alone
        self._journal = SharedJournal()
        self._batches: BatchDesk | None = None
        self._training = TrainingDesk()

    def close(self) -> None:
        self._journal.close()

    def answer(self, request: Request, ctx: JobContext) -> Answer:  # noqa: PLR0911 - one for each kind
        ctx.check_cancelled()
        match request:
            case OpenFilm():
                return self._open_film(request)
            case ClassifyFilm():
                return self._classify_film(request)
            case FindLungs():
                return self._find_lungs(request)
            case WarmUp():
                return self._warm_up()
            case InstallModel():
                from xraydesk.workflows.install_model import install_model

                install_model(request.source)
                return answer_about_models(ListModels())
            case StartBatch() | AddToBatch() | CancelBatch() | RetryFailed() | DeleteBatch():
                return self._batch_desk().note(request)
            case RunBatch():
                return self._batch_desk().run(request, self._reader_of, ctx)
            case ExportBatch():
                from xraydesk.workflows.export_batch import export_batch

                return export_batch(request, ctx)
            case UndoSorting():
                from xraydesk.workflows.export_batch import undo_sorting

                return undo_sorting(request, ctx)
            case (
                ListModels()
                | ActivateModel()
                | RollBack()
                | RemoveModel()
                | ExportModel()
                | ShowCard()
                | ExportCard()
                | CompareModels()
                | InstallTrained()
                | ExportTrained()
            ):
                return answer_about_models(request)
            case GiveOpinion() | TakeBackOpinion() | ListOpinions() | CompareOpinions() | ExportOpinions():
                return self._opinion_desk().answer(request, ctx)
            case _:
                return self._training.answer(request, ctx)

    def _batch_desk(self) -> BatchDesk:
        from xraydesk.workflows.batch_desk import BatchDesk

        with self._lock:
            self._batches = self._batches or BatchDesk(self._turns, self._journal)
            return self._batches

    def _opinion_desk(self) -> OpinionDesk:
        from xraydesk.workflows.opinion_desk import OpinionDesk

        return OpinionDesk(self._journal)

    def _open_film(self, request: OpenFilm) -> OpenedFilm:
        film, sha256 = self._films.open(request.path)
        return OpenedFilm(film, gate(film), sha256)

    def _classify_film(self, request: ClassifyFilm) -> FilmResult:
        reader = self._reader_of(Registry().active())
        return reader.read(
            request.path, override=request.override, opener=self._films.open, turn=self._turns.first
        )

    def _find_lungs(self, request: FindLungs) -> FoundLungs:
        from xraydesk.workflows.find_lungs import lung_finder, lungs_within

        self._finder = self._finder or lung_finder()
        return FoundLungs(lungs_within(self._films.open(request.path)[0], request.crop, self._finder))

    def _reader_of(self, model: InstalledModel) -> FilmReader:
        """A model, loaded; the one used last is kept."""
        from xraydesk.workflows.classify_film import FilmReader

        with self._lock:
            if self._reader is None or self._reader.model != model:
                self._reader = FilmReader(model, self._device)
            return self._reader

    def _warm_up(self) -> EngineState:
        reader = self._reader_of(Registry().active())
        with self._turns.first():
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
