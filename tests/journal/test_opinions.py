"""What readers say of films is kept by content: the last word counts, nobody is named, nothing is lost."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import tempfile
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.journal.films import CLASSES, SOMEBODY, journal_at, read, reader_of, told
from xraydesk.errors import OutputError, UsageError
from xraydesk.journal.journal import Journal
from xraydesk.journal.opinions import Opinion
from xraydesk.journal.reader import JournalReader
from xraydesk.model.prediction import INDETERMINATE, Prediction

PNEUMONIA = Prediction("PNEUMONIA", CLASSES, (0.06, 0.03, 0.91))
UNDECIDED = Prediction(INDETERMINATE, CLASSES, (0.3, 0.4, 0.3))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def opinion(
    sha256: str,
    label: str,
    prediction: Prediction | None = PNEUMONIA,
    *,
    model: str = "ab12",
    path: str = "/ward/a.dcm",
    given: str = "2026-05-04T03:02:01",
) -> Opinion:
    return Opinion(sha256, Path(path), label, prediction, "dlh-covid-1", "DLH_COVID", "1.0", model, given)


def test_an_opinion_comes_back_as_it_was_given(file: Path) -> None:
    agreed = opinion("cd34", "PNEUMONIA", path="/ward/胸 x\n.dcm")
    undecided = opinion("ef56", "NORMAL", UNDECIDED)
    unread = Opinion("0a0b", Path("/ward/c.dcm"), "COVID19", given="2026-05-04T03:02:02")
    with journal_at(file) as journal, reader_of(file) as reader:
        for said in (agreed, undecided, unread):
            journal.give_opinion(said)
        assert reader.opinions() == [agreed, undecided, unread]
        assert [said.predicted for said in reader.opinions()] == ["PNEUMONIA", INDETERMINATE, ""]
        assert reader.opinion_labels() == {"cd34": "PNEUMONIA", "ef56": "NORMAL", "0a0b": "COVID19"}


def test_the_time_is_noted_where_none_is_told(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        journal.give_opinion(opinion("cd34", "NORMAL", given=""))
        [said] = reader.opinions()
        assert len(said.given) == len("2026-05-04T03:02:01")


def test_the_last_word_counts_and_can_be_taken_back(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        journal.give_opinion(opinion("cd34", "PNEUMONIA"))
        journal.give_opinion(opinion("cd34", "NORMAL"))
        assert reader.opinion_labels() == {"cd34": "NORMAL"}
        assert journal.take_back_opinion("cd34")
        assert reader.opinions() == reader.judged() == []
        assert not journal.take_back_opinion("cd34")


def test_each_model_is_held_to_what_the_reader_says_today(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        journal.give_opinion(opinion("cd34", "PNEUMONIA", given="2026-04-30T12:00:00"))
        normal = Prediction("NORMAL", CLASSES, (0.1, 0.8, 0.1))
        journal.give_opinion(opinion("cd34", "NORMAL", normal, model="newer", given="2026-05-01T12:00:00"))
        seen = [(said.model_sha256, said.predicted, said.label, said.given[:7]) for said in reader.judged()]
        assert seen == [
            ("ab12", "PNEUMONIA", "NORMAL", "2026-04"),
            ("newer", "NORMAL", "NORMAL", "2026-05"),
        ]
        assert [said.model_sha256 for said in reader.opinions()] == ["newer"]


def test_an_opinion_outlives_the_batch_and_names_nobody(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path("/ward/a.dcm")])
        [film] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, identity=SOMEBODY)])
        journal.give_opinion(opinion("cd34", "NORMAL"))
        journal.delete(batch_id)
        assert reader.opinion_labels() == {"cd34": "NORMAL"}
    assert b"Mercy" not in file.read_bytes()


def test_where_a_film_lay_is_forgotten_with_what_was_said_of_it(file: Path) -> None:
    with journal_at(file) as journal:
        journal.give_opinion(opinion("cd34", "NORMAL", path="/ward/Quintilla.dcm"))
        journal.take_back_opinion("cd34")
    assert b"Quintilla" not in file.read_bytes()


def test_an_opinion_of_no_film_or_no_class_is_none(file: Path) -> None:
    for sha256, label in (("", "NORMAL"), ("cd34", "")):
        with pytest.raises(UsageError):
            Opinion(sha256, Path("/a"), label)


def test_a_row_that_is_no_opinion_is_damage_said_in_words(file: Path) -> None:
    with journal_at(file) as journal:
        journal.give_opinion(opinion("cd34", "NORMAL"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE opinion SET probabilities = 'Quintilla'")
        connection.commit()
    with reader_of(file) as reader, pytest.raises(OutputError, match="damaged") as caught:
        reader.opinions()
    assert "Quintilla" not in str(caught.value.failure())


class OpinionsAndModel(RuleBasedStateMachine):
    """Whatever is said in whatever order: a dictionary says the same."""

    films = st.sampled_from([f"{number:064x}" for number in range(4)])
    labels = st.sampled_from([*CLASSES, "أخرى", "a/b"])

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / "journal.sqlite"
        self.journal = Journal(self.file)
        self.reader = JournalReader(self.file)
        self.said: dict[str, Opinion] = {}
        self.by_model: dict[tuple[str, str], Opinion] = {}

    def teardown(self) -> None:
        self.journal.close()
        self.reader.close()
        shutil.rmtree(self.folder)

    @rule(
        film=films,
        label=labels,
        model=st.sampled_from(["", "ab12", "cd34"]),
        prediction=st.sampled_from([None, PNEUMONIA, UNDECIDED]),
    )
    def give(self, film: str, label: str, model: str, prediction: Prediction | None) -> None:
        said = opinion(film, label, prediction, model=model)
        self.journal.give_opinion(said)
        self.said.pop(film, None)
        self.said[film] = said
        self.by_model[film, model] = said

    @rule(film=films)
    def take_back(self, film: str) -> None:
        assert self.journal.take_back_opinion(film) == (self.said.pop(film, None) is not None)

    @rule()
    def open_again(self) -> None:
        self.journal.close()
        self.journal = Journal(self.file)

    @invariant()
    def the_same_is_said(self) -> None:
        assert self.reader.opinions() == list(self.said.values())
        assert self.reader.opinion_labels() == {film: said.label for film, said in self.said.items()}
        judged = {(said.sha256, said.model_sha256): said for said in self.reader.judged()}
        assert judged.keys() == {key for key in self.by_model if key[0] in self.said}
        for (film, model), said in judged.items():
            assert said.label == self.said[film].label
            assert said.prediction == self.by_model[film, model].prediction


TestOpinionsAndModel = OpinionsAndModel.TestCase
TestOpinionsAndModel.settings = settings(max_examples=15, stateful_step_count=20)


def give_until_killed(file: Path, said: Connection) -> None:
    """Changes its mind about 50 films for ever, and says after each which word is on disk."""
    journal = Journal(file)
    for number in range(1_000_000):
        film, label = str(number % 50), CLASSES[number % 3]
        journal.give_opinion(opinion(film, label, path=f"/ward/{number}"))
        said.send((film, label))


def test_a_killed_writer_leaves_every_word_it_gave_and_one_for_each_film(file: Path) -> None:
    with journal_at(file):
        pass
    context = multiprocessing.get_context("spawn")
    for steps in (7, 60, 133):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=give_until_killed, args=(file, theirs))
        child.start()
        theirs.close()
        heard = [ours.recv() for _ in range(steps)]
        child.kill()
        child.join()
        while ours.poll():
            try:
                heard.append(ours.recv())
            except (EOFError, OSError):  # the last word was cut short
                break
        ours.close()
        child.close()
        with reader_of(file) as reader:
            kept = [(said.sha256, said.label) for said in reader.opinions()]
        assert len(kept) == len({film for film, _ in kept})
        last = dict(heard)
        unsaid = {film for film, label in kept if film in last and last[film] != label}
        assert unsaid <= {str(len(heard) % 50)}  # at most the word that was on disk and not said yet
        assert last.keys() <= dict(kept).keys()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
