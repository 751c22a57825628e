"""Sorting and filtering the table, against the same done in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.films import (
    CLASSES,
    CUT_SHORT,
    LATERAL,
    NO_CHEST,
    SOMEBODY,
    journal_at,
    read,
    reader_of,
    told,
    unread,
)
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmRecord, FilmState, FinishedFilm, RowQuery, SortKey
from xraydesk.model.prediction import INDETERMINATE

ARABIC = FilmIdentity(patient_name="عائشة", study_date="20200101")
SAME = GateFinding("same_film", Severity.WARNING, "The same film as Straße.png.")
FILMS = (
    read(0, "/ward/b/IMG10.dcm", (0.10, 0.20, 0.70), identity=SOMEBODY, sha256="01"),
    read(0, "/ward/a/img2.dcm", (0.70, 0.20, 0.10), warnings=(LATERAL,), sha256="02", seconds=1.5),
    read(0, "/ward/a/STRASSE.png", (0.05, 0.90, 0.05), warnings=(SAME, LATERAL), sha256="03"),
    unread(0, "/ward/b/broken.dcm", CUT_SHORT, identity=ARABIC),
    unread(0, "/ward/胸部/ct.dcm", NO_CHEST, refused=True, warnings=(LATERAL,), sha256="04"),
    read(0, "/ward/ÄRZTE/Zoë.png", (0.35, 0.34, 0.31), label=INDETERMINATE, identity=ARABIC, sha256="05"),
    read(0, "/ward/a/img1.dcm", (0.70, 0.20, 0.10), sha256="06", identity=SOMEBODY),
    read(0, "/ward/ärzte/ζωή.png", (0.0, 1.0, 0.0), sha256="02"),
    unread(0, "/ward/c/=sum.png", CUT_SHORT),
)
WAITING = (Path("/ward/a/img10.dcm"), Path("/ward/z.dcm"))
EARLIER = (  # the same content as seen by another model
    read(0, "/old/1", (0.10, 0.20, 0.70), sha256="01"),
    read(0, "/old/2", (0.0, 1.0, 0.0), sha256="02"),
    unread(0, "/old/3", sha256="03"),
    read(0, "/old/4", (1.0, 0.0, 0.0), sha256="04"),
    read(0, "/old/5", (1.0, 0.0, 0.0), sha256="05"),
)


@dataclass(frozen=True)
class Ward:
    batch: int
    earlier: int
    reader: JournalReader
    films: tuple[FilmRecord, ...]


def note(journal: Journal, films: tuple[FinishedFilm, ...], more: tuple[Path, ...] = ()) -> int:
    batch_id = journal.start(told())
    journal.add_films(batch_id, [*(film.result.path for film in films), *more])
    ids = journal.waiting(batch_id, limit=1000)
    journal.write(
        batch_id, [replace(film, film_id=film_id) for film, (film_id, _) in zip(films, ids, strict=False)]
    )
    return batch_id


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    file = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    with journal_at(file) as journal, reader_of(file) as reader:
        earlier, batch = note(journal, EARLIER), note(journal, FILMS, WAITING)
        ids = list(reader.row_ids(RowQuery(batch)))
        assert len(ids) == len(FILMS) + len(WAITING)
        yield Ward(batch, earlier, reader, tuple(reader.rows(ids, compare_with=earlier)))


# The oracle


def probability(film: FilmRecord, class_name: str) -> float | None:
    return None if film.prediction is None else film.prediction.as_dict().get(class_name)


def patient(film: FilmRecord) -> str | None:
    who = film.identity
    return None if who is None else f"{who.patient_name} {who.patient_id}".casefold().strip() or None


def study(film: FilmRecord) -> str | None:
    who = film.identity
    if who is None:
        return None
    return f"{who.study_date} {who.study_description} {who.accession_number}".casefold().strip() or None


def suspicion(film: FilmRecord) -> float | None:
    normal = probability(film, "NORMAL")
    return None if normal is None else -normal


STATES = list(FilmState)
KEYS: dict[SortKey, Callable[[FilmRecord, RowQuery], object]] = {
    SortKey.NUMBER: lambda film, query: film.number,
    SortKey.SUSPICION: lambda film, query: suspicion(film),
    SortKey.NAME: lambda film, query: film.path.name.casefold(),
    SortKey.FOLDER: lambda film, query: str(film.path.parent).casefold(),
    SortKey.PATIENT: lambda film, query: patient(film),
    SortKey.STUDY: lambda film, query: study(film),
    SortKey.PREDICTION: lambda film, query: film.prediction and film.prediction.label,
    SortKey.PROBABILITY: lambda film, query: probability(film, query.sort_class),
    SortKey.WARNINGS: lambda film, query: [one.code for one in film.warnings],
    SortKey.STATE: lambda film, query: STATES.index(film.state),
    SortKey.SECONDS: lambda film, query: None if film.state is FilmState.WAITING else film.seconds,
}


def shown(film: FilmRecord, query: RowQuery) -> bool:
    asked = probability(film, query.probability_class)
    label = film.prediction and film.prediction.label
    compared = query.compare_with and query.only_differing
    return (
        (not query.labels or label in query.labels)
        and (not query.states or film.state in query.states)
        and (not query.with_warnings or bool(film.warnings))
        and (not query.probability_class or (asked is not None and query.at_least <= asked <= query.at_most))
        and (not query.text or any(query.text.casefold() in text for text in texts(film, query)))
        and (not compared or (label is not None and film.other is not None and film.other.label != label))
    )


def texts(film: FilmRecord, query: RowQuery) -> list[str]:
    said = [text for one in film.warnings for text in (one.code, one.message, one.hint)]
    said += [film.error.code, film.error.message, film.error.hint] if film.error else []
    whose = [patient(film) or "", study(film) or ""] if query.search_identity else []
    return [text.casefold() for text in (film.path.name, str(film.path.parent), *said, *whose)]


def expected(ward: Ward, query: RowQuery) -> list[int]:
    key = KEYS[query.sort]
    rows = [film for film in ward.films if shown(film, query)]
    with_key = [film for film in rows if key(film, query) is not None]
    without = [film for film in rows if key(film, query) is None]
    with_key.sort(key=lambda film: key(film, query), reverse=query.descending)  # type: ignore[arg-type, return-value]
    return [film.id for film in with_key + without]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SortKey)
def test_every_column_sorts(ward: Ward, sort: SortKey, descending: bool) -> None:
    query = RowQuery(ward.batch, sort=sort, descending=descending, sort_class="COVID19")
    assert list(ward.reader.row_ids(query)) == expected(ward, query)


WORDS = ["img1", "STRASSE", "straße", "ärzte", "ΖΩΉ", "胸", "عائ", "mercy", "müller", "2021", "cut short"]
queries = st.builds(
    RowQuery,
    batch=st.just(0),
    sort=st.sampled_from(SortKey),
    descending=st.booleans(),
    sort_class=st.sampled_from(("", *CLASSES, "TB")),
    labels=st.frozensets(st.sampled_from((*CLASSES, INDETERMINATE)), max_size=2),
    states=st.frozensets(st.sampled_from(FilmState), max_size=3),
    with_warnings=st.booleans(),
    text=st.sampled_from(["", "", *WORDS, "lateral", "no_chest", "=", "%", "_", "'", "\x00"]),
    search_identity=st.booleans(),
    probability_class=st.sampled_from(("", "", *CLASSES, "TB")),
    at_least=st.sampled_from([0.0, 0.1, 0.2, 0.35]),
    at_most=st.sampled_from([0.2, 0.7, 0.9, 1.0]),
    only_differing=st.booleans(),
)


@given(query=queries, compared=st.booleans())
def test_any_query_gives_what_plain_python_gives(ward: Ward, query: RowQuery, compared: bool) -> None:
    asked = replace(query, batch=ward.batch, compare_with=ward.earlier if compared else 0)
    assert list(ward.reader.row_ids(asked)) == expected(ward, asked)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("strasse", {"STRASSE.png"}),
        ("STRASSE", {"STRASSE.png"}),
        ("ZOË", {"Zoë.png"}),
        ("zoe\u0308", {"Zoë.png"}),
        ("ζωη\u0301", {"ζωή.png"}),
        ("胸部", {"ct.dcm"}),
        ("CT SLICE", {"ct.dcm"}),
        ("änne", {"IMG10.dcm", "img1.dcm"}),
        ("im liegen", {"IMG10.dcm", "img1.dcm"}),
    ],
)
def test_text_is_found_in_any_script_and_case(ward: Ward, text: str, names: set[str]) -> None:
    rows = ward.reader.rows(ward.reader.row_ids(RowQuery(ward.batch, text=text)))
    assert {film.path.name for film in rows} == names


def test_hidden_identity_is_not_searched(ward: Ward) -> None:
    assert len(ward.reader.row_ids(RowQuery(ward.batch, text="4711"))) == 2
    assert len(ward.reader.row_ids(RowQuery(ward.batch, text="4711", search_identity=False))) == 0


def test_most_suspicious_first_and_films_without_an_answer_last(ward: Ward) -> None:
    for descending in (True, False):
        query = RowQuery(ward.batch, sort=SortKey.SUSPICION, descending=descending)
        rows = ward.reader.rows(ward.reader.row_ids(query))
        assert [film.prediction is None for film in rows] == [False] * 6 + [True] * 5
        assert rows[0].path.name == ("IMG10.dcm" if descending else "ζωή.png")


def test_where_no_class_is_called_normal_the_last_one_is_taken_for_it(tmp_path: Path) -> None:
    classes = ("sick", "well")
    with journal_at(tmp_path / "j") as journal, reader_of(tmp_path / "j") as reader:
        for names, suspicious_first in ((classes, ["b", "a"]), (("Normal", "sick"), ["a", "b"])):
            batch_id = journal.start(told(classes=names))
            journal.add_films(batch_id, [Path("/a"), Path("/b")])
            one, two = journal.waiting(batch_id)
            films = [read(*one, (0.4, 0.6), classes=names), read(*two, (0.7, 0.3), classes=names)]
            journal.write(batch_id, films)
            query = RowQuery(batch_id, sort=SortKey.SUSPICION, descending=True)
            assert [film.path.name for film in reader.rows(reader.row_ids(query))] == suspicious_first
