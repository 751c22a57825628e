"""Whatever is done to the journal in whatever order, it answers as a plain Python model of it does."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from tests.journal.films import CLASSES, SOMEBODY, read, told, unread
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import Arrived, BatchEnd, FilmState, FinishedFilm, RowQuery, SkippedFile

NAMES = st.lists(st.sampled_from([f"/ward/{name}" for name in "abcdefgh"]), max_size=5)
OUTCOMES = st.sampled_from(["COVID19", "NORMAL", "INDETERMINATE", "refused", "failed"])


@dataclass
class Row:
    path: Path
    looked: str
    number: int
    outcome: str = ""  # while it waits
    content: str = ""

    @property
    def state(self) -> FilmState:
        states = {"": FilmState.WAITING, "refused": FilmState.REFUSED, "failed": FilmState.FAILED}
        return states.get(self.outcome, FilmState.READ)


@dataclass
class Told:
    """A batch as plain Python: its films in the order found, what came of them, and what else was said."""

    films: list[Row] = field(default_factory=list)
    skipped: dict[Path, str] = field(default_factory=dict)
    places: list[Path] = field(default_factory=lambda: [Path("/ward")])
    all_found: bool = False
    end: BatchEnd = BatchEnd.OPEN
    changes: int = -1

    def add(self, path: Path, looked: str) -> None:
        number = self.films[-1].number if self.films else 0
        earlier = next((row for row in reversed(self.films) if row.path == path), None)
        if earlier is not None:
            known, earlier.looked = earlier.looked, earlier.looked or looked
            if not known or not looked or known == looked:
                return
        self.films.append(Row(path, looked, number + 1))
        if looked:
            self.skipped.pop(path, None)

    def finish(self, row: Row, outcome: str, content: str) -> None:
        others = [other for other in self.films if other.path == row.path and other is not row]
        if content in [other.content for other in others if other.content]:
            self.films.remove(row)
            return
        row.outcome, row.content = outcome, content
        for other in others:
            if other.state is FilmState.FAILED and other.number < row.number:
                self.films.remove(other)

    def of_state(self, state: FilmState) -> list[Row]:
        return [row for row in self.films if row.state is state]


def finished(film_id: int, path: Path, outcome: str, content: str) -> FinishedFilm:
    if outcome in {"refused", "failed"}:
        return unread(film_id, path, refused=outcome == "refused", identity=SOMEBODY, sha256=content)
    return read(film_id, path, label=outcome, thumbnail=b"jpeg", sha256=content)


class JournalAndModel(RuleBasedStateMachine):
    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / "journal.sqlite"
        self.journal = Journal(self.file)
        self.reader = JournalReader(self.file)
        self.model: dict[int, Told] = {}

    def teardown(self) -> None:
        self.journal.close()
        self.reader.close()
        shutil.rmtree(self.folder)

    @rule(target=batches)
    def start(self) -> int:
        batch_id = self.journal.start(told())
        assert batch_id not in self.model
        self.model[batch_id] = Told()
        return batch_id

    @rule(batch=batches, names=NAMES)
    def add_films(self, batch: int, names: list[str]) -> None:
        paths = {row.path for row in self.model[batch].films}
        new = {Path(name) for name in names} - paths
        assert self.journal.add_films(batch, [Path(name) for name in names]) == len(new)
        for name in names:
            self.model[batch].add(Path(name), "")

    @rule(batch=batches, names=NAMES, looked=st.sampled_from(["1 1", "1 2"]))
    def add_arrivals(self, batch: int, names: list[str], looked: str) -> None:
        self.journal.add_arrivals(batch, [Arrived(Path(name), looked) for name in names])
        for name in names:
            self.model[batch].add(Path(name), looked)

    @rule(batch=batches, names=NAMES)
    def add_skipped(self, batch: int, names: list[str]) -> None:
        self.journal.add_skipped(batch, [SkippedFile(Path(name), f"{name}: a text") for name in names])
        for name in names:
            self.model[batch].skipped.setdefault(Path(name), f"{name}: a text")

    @rule(batch=batches, name=st.sampled_from(["/ward", "/cd"]))
    def add_place(self, batch: int, name: str) -> None:
        self.journal.add_places(batch, [Path(name)])
        kept = self.model[batch]
        kept.places.append(Path(name))
        kept.all_found, kept.end = False, BatchEnd.OPEN

    @rule(
        batch=batches,
        outcomes=st.lists(OUTCOMES, max_size=4),
        skip=st.integers(0, 2),
        content=st.sampled_from(["1", "2", "3"]),
    )
    def write(self, batch: int, outcomes: list[str], skip: int, content: str) -> None:
        films = self.journal.waiting(batch)[skip : skip + len(outcomes)]
        pairs = list(zip(films, outcomes, strict=False))
        self.journal.write(batch, [finished(*film, outcome, content) for film, outcome in pairs])
        waiting = self.model[batch].of_state(FilmState.WAITING)[skip:]
        for row, outcome in zip(waiting, outcomes, strict=False):
            self.model[batch].finish(row, outcome, content)

    @rule(batch=batches)
    def retry(self, batch: int) -> None:
        kept = self.model[batch]
        failed = kept.of_state(FilmState.FAILED)
        assert self.journal.retry_failed(batch) == len(failed)
        for row in failed:
            row.outcome = row.content = ""
        kept.end = BatchEnd.OPEN if failed else kept.end

    @rule(batch=batches, end=st.sampled_from(BatchEnd))
    def end_batch(self, batch: int, end: BatchEnd) -> None:
        self.journal.set_all_found(batch)
        self.journal.end(batch, end)
        self.model[batch].all_found, self.model[batch].end = True, end

    @rule(target=batches, batch=consumes(batches))
    def delete(self, batch: int) -> object:
        self.journal.delete(batch)
        del self.model[batch]
        return multiple()

    @rule()
    def open_again(self) -> None:
        self.journal.close()
        self.journal = Journal(self.file)

    @rule()
    def another_reader(self) -> None:
        self.reader.close()
        self.reader = JournalReader(self.file)

    @invariant()
    def the_same_batches(self) -> None:
        kept = self.reader.batches()
        assert [batch.id for batch in kept] == sorted(self.model, reverse=True)
        for batch in kept:
            model = self.model[batch.id]
            assert batch == self.journal.batch(batch.id)
            assert list(batch.told.places) == model.places
            assert (batch.all_found, batch.end) == (model.all_found, model.end)
            counts, outcomes = batch.counts, [row.outcome for row in model.films]
            states = (counts.waiting, counts.read, counts.refused, counts.failed)
            assert states == tuple(len(model.of_state(state)) for state in FilmState)
            assert (counts.found, counts.skipped) == (len(model.films), len(model.skipped))
            labels = {label: outcomes.count(label) for label in (*CLASSES, "INDETERMINATE")}
            assert dict(counts.labels) == {label: count for label, count in labels.items() if count}

    @invariant()
    def the_same_films(self) -> None:
        for batch_id, model in self.model.items():
            rows = self.reader.rows(self.reader.row_ids(RowQuery(batch_id)))
            assert [(row.path, row.number) for row in rows] == [(row.path, row.number) for row in model.films]
            for row, film in zip(rows, model.films, strict=True):
                assert row.state == film.state
                assert (row.prediction.label if row.prediction else "") == (
                    film.outcome if row.state is FilmState.READ else ""
                )
                assert (row.error is None) == (row.state in {FilmState.WAITING, FilmState.READ})
                assert (row.identity is None) == (row.error is None)
                assert bool(row.thumbnail) == (row.state is FilmState.READ)
            waiting = [path for _, path in self.journal.waiting(batch_id)]
            assert waiting == [row.path for row in model.of_state(FilmState.WAITING)]
            done = [row.number for row in self.reader.done_after(batch_id, 0, 100)]
            assert done == [row.number for row in model.films if row.outcome]

    @invariant()
    def the_same_skipped_files(self) -> None:
        for batch_id, model in self.model.items():
            assert {file.path: file.reason for file in self.reader.skipped(batch_id)} == model.skipped

    @invariant()
    def changes_never_go_back(self) -> None:
        for batch_id, model in self.model.items():
            now = self.reader.changes(batch_id)
            assert now >= model.changes
            model.changes = now


TestJournalAndModel = JournalAndModel.TestCase
TestJournalAndModel.settings = settings(max_examples=15, stateful_step_count=20)
