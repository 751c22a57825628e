"""A reader says what a film is, sees how often the model agrees, and hands the films on for a training."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.app.conftest import CLASSES, Session
from xraydesk import paths
from xraydesk.journal.reader import JournalReader
from xraydesk.training.labelled_folder import read_labelled_folder
from xraydesk.ui.action_table import Do
from xraydesk.ui.batch.run_words import RunState
from xraydesk.ui.training.steps import Step
from xraydesk.workflows.opinion_verbs import LabelledFilms

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def labels_on_disk() -> list[str]:
    reader = JournalReader(paths.user_journal())
    try:
        return [opinion.label for opinion in reader.opinions()]
    finally:
        reader.close()


def opinion_line(session: Session) -> str:
    return session.window.reading.findings.opinion.words()


def test_from_a_key_to_labelled_films(session: Session, films: Path, tmp_path: Path) -> None:
    window = session.window
    session.open_and_read(films / "phantom.png")
    result = window.reader.screen.result()
    assert result is not None
    assert result.prediction is not None
    predicted = result.prediction.label
    session.press(Qt.Key.Key_A)
    assert opinion_line(session) == "You: agreed"
    session.open_and_read(films / "ct.dcm")
    session.press(Qt.Key.Key_2, SHIFT)
    assert opinion_line(session) == "You: Normal"
    session.wait(lambda: labels_on_disk() == [predicted, "NORMAL"])

    window.actions_by_id[Do.AGREEMENT].trigger()
    page = window.opinions.agreement.page()
    assert page is not None
    session.wait(lambda: page.headline() == "You agree on 100 %")
    assert page.films_words().startswith("2 films with your opinion")
    ready: list[LabelledFilms] = []
    window.opinions.films_ready.connect(ready.append)
    page.use_films(tmp_path / "out", copied=True)
    session.wait(lambda: bool(ready))
    found = read_labelled_folder(ready[0].folder, least=1)
    assert sorted(film.path.name for film in found.films) == ["ct.dcm", "phantom.png"]
    assert "2 films copied into out" in window.status.words()


def test_from_the_page_of_agreement_to_the_first_step_of_a_training(
    session: Session, films: Path, tmp_path: Path
) -> None:
    window = session.window
    for name, key in (("phantom.png", Qt.Key.Key_1), ("ct.dcm", Qt.Key.Key_2)):
        session.open_and_read(films / name)
        session.press(key, SHIFT)
    session.wait(lambda: len(labels_on_disk()) == 2)
    window.actions_by_id[Do.PLACE_TRAIN].setChecked(True)
    wizard = window.train_place
    wizard.films.choose._corrections.click()
    page = window.opinions.agreement.page()
    assert page is not None
    session.wait(lambda: page.films_words().startswith("2 films with your opinion"))
    window.actions_by_id[Do.PLACE_READ].setChecked(True)
    page.use_films(tmp_path / "films.csv", copied=False)
    session.wait(lambda: window.train.films.scanned is not None)
    assert wizard.isVisible() and wizard.step() is Step.FILMS
    assert window.train.films.manifest == tmp_path / "films.csv"
    scanned = window.train.films.scanned
    assert scanned is not None
    assert {film.path.name: film.label for film in scanned.films} == {
        "phantom.png": CLASSES[0],
        "ct.dcm": CLASSES[1],
    }
    assert "cannot be trained on yet" in wizard.sentence()  # ten of a class are needed
    session.wait(lambda: window.opinions.agreement.page() is None)  # it would lie before the training


def test_films_handed_on_while_a_training_runs_are_not_dropped_without_a_word(
    session: Session, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = session.window
    with monkeypatch.context() as meanwhile:  # a window that is closed while a training runs asks first
        meanwhile.setattr(window.train.run, "is_under_way", lambda: True)
        window.opinions.films_ready.emit(LabelledFilms(films, None, 2, 0, "2 films"))
    assert "A training runs" in window.status.message()
    assert window.train.films.scanned is None


def test_in_a_batch_the_same_keys_mark_the_row_and_the_film_in_read(session: Session, films: Path) -> None:
    window = session.window
    window.classify_batch([films])
    view = window.batch_panel.run_bar.view
    session.wait(lambda: (run := view()) is not None and run.state is RunState.DONE)
    session.wait(lambda: window.reader.screen.result() is not None)
    window.batch_panel.table.setFocus()
    name = session.film_name()
    session.press(Qt.Key.Key_3, SHIFT)
    rows = window.batch_panel.rows
    records = [rows.record(row) for row in range(rows.rowCount())]
    marks = {record.path.name: rows.opinion(record) for record in records if record is not None}
    assert bool(marks.pop(name))
    assert set(marks.values()) == {""}
    said = opinion_line(session)
    session.press(Qt.Key.Key_1, CONTROL)
    session.open_and_read(films / name)
    assert opinion_line(session) == said


@pytest.mark.parametrize("key", [Qt.Key.Key_A, Qt.Key.Key_1])
def test_keys_rest_while_models_are_shown(session: Session, films: Path, key: Qt.Key) -> None:
    session.open_and_read(films / "phantom.png")
    session.press(Qt.Key.Key_4, CONTROL)
    assert session.window.models.isVisible()
    session.press(key, SHIFT if key is Qt.Key.Key_1 else Qt.KeyboardModifier.NoModifier)
    assert opinion_line(session) == "Your opinion"


def test_an_opinion_is_there_at_the_next_start(
    session: Session, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xraydesk import app
    from xraydesk.engine.inline import InlineEngine
    from xraydesk.ui.settings import Settings

    session.open_and_read(films / "phantom.png")
    session.press(Qt.Key.Key_1, SHIFT)
    said = opinion_line(session)
    session.wait(lambda: labels_on_disk() == [CLASSES[0]])
    session.window.close()
    monkeypatch.setattr(app, "new_engine", InlineEngine)
    window = app.new_window(Settings())
    window.show()
    window.open_paths([films / "phantom.png"])
    session.wait(lambda: window.reading.findings.opinion.words() == said != "Your opinion")
    window.close()
    window.deleteLater()
