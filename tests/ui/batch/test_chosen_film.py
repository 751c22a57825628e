"""The film of the row that was chosen, on the one viewer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.ui.batch.batch_room import Room, ended
from tests.ui.batch.batches_for_tests import (
    CT,
    LATERAL,
    TRUNCATED,
    BatchOfFilms,
)
from tests.ui.films_for_tests import content_of, opened
from tests.ui.films_for_tests import read as result_of
from xraydesk.errors import Failure
from xraydesk.ui.batch.chosen_film import ON_SCREEN_ONLY
from xraydesk.workflows.verbs import (
    ClassifyFilm,
    FilmResult,
    OpenFilm,
)


def test_the_most_suspicious_film_of_a_finished_batch_is_on_screen(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0]))
    room.wait(lambda: room.film_name() == "a.png")
    assert room.place.findings.headline() == "Pneumonia"
    assert [note.message for note in room.place.findings.notes()] == [LATERAL.message]
    assert not any(isinstance(request, ClassifyFilm) for request in room.engine.asked)


def test_a_film_stays_on_screen_until_the_next_one_is_decoded(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0]))
    room.wait(lambda: room.film_name() == "a.png")
    room.batch.looking.next_film()
    room.wait(lambda: OpenFilm(films.paths[1]) in room.engine.waiting.values())
    assert room.film_name() == "a.png"
    room.answer(OpenFilm(films.paths[1]), opened(films.paths[1]))
    room.wait(lambda: room.film_name() == "b.png")
    assert room.place.findings.headline() == "Normal"


def test_the_film_after_the_one_in_sight_is_decoded_ahead(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0]))
    room.answer(OpenFilm(films.paths[1]), opened(films.paths[1]))
    room.wait(lambda: room.film_name() == "a.png")
    room.batch.looking.next_film()
    room.wait(lambda: room.film_name() == "b.png")


def test_next_and_previous_follow_the_filter(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.panel.filters.search.setText("c.png")
    room.panel.filters.search.returnPressed.emit()
    room.wait(lambda: room.panel.rows.rowCount() == 1)
    room.batch.looking.next_film()
    room.wait_and_decode(lambda: room.film_name() == "c.png")
    assert room.place.findings.headline() == "Not read"


def test_of_a_film_that_could_not_be_read_nothing_is_opened(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0]))
    room.choose(films.ids[3])
    room.wait(lambda: [note.message for note in room.place.findings.notes()] == [TRUNCATED.message])
    assert OpenFilm(films.paths[3]) not in room.engine.asked


def test_it_is_opened_and_read_when_the_reader_asks_for_it(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.choose(films.ids[3])
    room.wait_and_decode(
        lambda: [note.message for note in room.place.findings.notes()] == [TRUNCATED.message]
    )
    room.batch.retry()
    path = films.paths[3]
    room.answer(ClassifyFilm(path), result_of(path))
    room.wait_and_decode(lambda: room.film_name() == "d.png")
    assert room.place.findings.headline() == "Pneumonia"
    assert ON_SCREEN_ONLY in room.said


def test_a_refused_film_is_read_for_the_screen_when_asked_for(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.choose(films.ids[2])
    path = films.paths[2]
    room.wait_and_decode(lambda: room.film_name() == path.name)
    room.wait(lambda: [note.message for note in room.place.findings.notes()] == [CT.message])
    room.batch.override()
    room.answer(ClassifyFilm(path, override=True), result_of(path))
    room.wait(lambda: room.place.findings.headline() == "Pneumonia")
    assert ON_SCREEN_ONLY in room.said


def test_a_film_that_was_read_is_only_opened_again_once_its_disk_is_back(
    room: Room, films: BatchOfFilms
) -> None:
    ended(films)
    room.start_up()
    gone = Failure("film_not_found", "a.png is not there.", "Connect its disk.")
    request = OpenFilm(films.paths[0])
    room.wait(lambda: request in room.engine.waiting.values())
    room.engine.fail(request, gone)
    said = f"{gone.message} The batch had read it as Pneumonia (91 %)."
    room.wait(lambda: [note.message for note in room.place.findings.notes()] == [said])
    room.batch.retry()
    room.wait_and_decode(lambda: room.film_name() == "a.png")
    assert room.place.findings.headline() == "Pneumonia"
    assert not any(isinstance(asked, ClassifyFilm) for asked in room.engine.asked)


def test_a_reading_is_never_shown_beside_another_film_that_has_its_name_now(
    room: Room, films: BatchOfFilms
) -> None:
    ended(films)
    room.start_up()
    path = films.paths[0]
    room.answer(OpenFilm(path), opened(path, sha256="f" * 64))
    said = "“a.png” has changed since it was read. The batch had read it as Pneumonia (91 %)."
    room.wait(lambda: [note.message for note in room.place.findings.notes()] == [said])
    assert room.film_name() != "a.png"
    room.batch.retry()
    room.answer(ClassifyFilm(path), result_of(path, (0.02, 0.96, 0.02)))
    room.wait_and_decode(lambda: room.film_name() == "a.png")
    assert room.place.findings.headline() == "Normal"
    assert ON_SCREEN_ONLY in room.said


def test_a_waiting_film_that_was_replaced_is_opened_anew_when_the_batch_has_read_it(
    room: Room, films: BatchOfFilms
) -> None:
    films.add(["a.png", "b.png"])
    room.start_up()
    room.choose(films.ids[0])
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0], sha256="a" * 64))
    room.wait(lambda: room.film_name() == "a.png")
    films.read(0)
    room.batch._chosen.look_again()
    room.wait_and_decode(lambda: room.place.findings.headline() == "Pneumonia")
    assert contents_on_screen(room) == (content_of(films.paths[0]),) * 2


def test_a_film_that_was_replaced_is_opened_anew_when_it_is_read_beside_the_batch(
    room: Room, films: BatchOfFilms
) -> None:
    ended(films)
    room.start_up()
    room.choose(films.ids[2])
    path = films.paths[2]
    room.wait_and_decode(lambda: room.film_name() == path.name)
    room.wait(lambda: room.place.findings.headline() == "Not read")
    room.batch.override()
    room.answer(ClassifyFilm(path, override=True), replace(result_of(path), sha256="e" * 64))
    room.answer(OpenFilm(path), opened(path, sha256="e" * 64))
    room.wait(lambda: room.place.findings.headline() == "Pneumonia")
    assert contents_on_screen(room) == ("e" * 64,) * 2


def contents_on_screen(room: Room) -> tuple[str, str]:
    """Of the film, and of what was read."""
    film, result = room.reader.screen.film(), room.reader.screen.result()
    assert film is not None and result is not None
    return film.sha256, result.sha256


def test_another_film_under_the_name_that_cannot_be_read_can_be_tried_again(
    room: Room, films: BatchOfFilms
) -> None:
    ended(films)
    room.start_up()
    path = films.paths[0]
    room.answer(OpenFilm(path), opened(path, sha256="f" * 64))
    room.wait(lambda: any("changed" in note.message for note in room.place.findings.notes()))
    for _ in range(2):
        room.batch.retry()
        room.answer(ClassifyFilm(path), FilmResult(path, error=TRUNCATED))
        room.wait_and_decode(lambda: [n.message for n in room.place.findings.notes()] == [TRUNCATED.message])


def test_a_film_whose_turn_has_not_come_says_that_it_waits(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png"])
    room.start_up()
    room.panel.table.choose(1)
    room.wait_and_decode(lambda: room.film_name() == "a.png")
    assert room.place.findings.kicker() == "Waits for its turn in the batch"


def test_behind_another_place_it_leaves_the_viewer_alone(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.batch.come_to_front(False)
    room.start_up()
    room.wait(lambda: room.panel.table.chosen_id() != 0)
    assert room.engine.asked == []
    room.batch.come_to_front(True)
    room.answer(OpenFilm(films.paths[0]), opened(films.paths[0]))
    room.wait(lambda: room.film_name() == "a.png")


def test_enter_opens_the_film_in_read_too(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    wanted: list[Path] = []
    room.batch.looking.film_wanted.connect(wanted.append)
    room.start_up()
    room.wait(lambda: room.panel.table.chosen_id() != 0)
    room.panel.table.film_activated.emit(films.ids[0])
    assert wanted == [films.paths[0]]
