"""What can be asked of the engine about opinions, a reader's own classes of films: frozen records, no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

# Kept in a lower room, because the journal keeps them.
from xraydesk.journal.opinions import Opinion as Opinion  # noqa: PLC0414

NOT_READ = ""  # the column of films that the model did not read
_Z = 1.959963984540054  # 97.5 % of a normal distribution lie below


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """Note what the reader says of a film, in place of what was said before. Answer: OpinionNoted."""

    opinion: Opinion


@dataclass(frozen=True, slots=True)
class TakeBackOpinion:
    """Nothing is said of the film with this content any more. Answer: OpinionNoted."""

    sha256: str


@dataclass(frozen=True, slots=True)
class OpinionNoted:
    """It is on disk. `label` is empty where the opinion was taken back."""

    sha256: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ListOpinions:
    """Answer: GivenOpinions."""


@dataclass(frozen=True, slots=True)
class GivenOpinions:
    """The class that the reader gave, by the SHA-256 of the film's file."""

    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class CompareOpinions:
    """How often reader and models agree. Answer: Agreements."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """`agreed` of `films`, in which a model had named a class."""

    agreed: int
    films: int

    @property
    def share(self) -> float:
        """NaN of no films."""
        return self.agreed / self.films if self.films else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson's score interval (1927); (0, 1) of no films."""
        if not self.films:
            return 0.0, 1.0
        n, p = self.films, self.share
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class ModelAgreement:
    """What a reader said of the films that one model was shown, and what it had said of them.

    `matrix[r][c]`: films that the reader calls `rows[r]` and the model `columns[c]`, which may be INDETERMINATE
    or NOT_READ. `overall` and `months` (“2026-05”, in order) count the films in which a class was named.
    """

    model_id: str
    model_name: str
    model_version: str
    model_sha256: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    overall: Agreed
    months: tuple[tuple[str, Agreed], ...]

    @property
    def films(self) -> int:
        return sum(map(sum, self.matrix))


@dataclass(frozen=True, slots=True)
class Agreements:
    """`models`: the one judged last first. `labels`: how many films the reader gave each class, by name."""

    models: tuple[ModelAgreement, ...]
    labels: tuple[tuple[str, int], ...]

    @property
    def films(self) -> int:
        return sum(count for _, count in self.labels)


@dataclass(frozen=True, slots=True)
class ExportOpinions:
    """Hand on the films with an opinion as labelled films. Emits Progress. Answer: LabelledFilms.

    `copied`: into a folder for each class in the new folder `target`; else `target` is a CSV manifest `file,label`
    that refers to the films where they are. Films that are gone, or are no longer what was judged, are left out.
    """

    target: Path
    copied: bool


@dataclass(frozen=True, slots=True)
class LabelledFilms:
    """As a training takes them: `folder`, and the manifest where there is one. `message` says it in words."""

    folder: Path
    manifest: Path | None
    films: int
    left_out: int
    message: str


OpinionRequest = GiveOpinion | TakeBackOpinion | ListOpinions | CompareOpinions | ExportOpinions
OpinionAnswer = OpinionNoted | GivenOpinions | Agreements | LabelledFilms
