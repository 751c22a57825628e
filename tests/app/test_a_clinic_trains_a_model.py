"""A radiologist goes from a folder of films to a better model in use, by Next and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import CLASSES, MODEL_ID, Session
from tests.training.clinic import clinic
from xraydesk.ui.action_table import Do
from xraydesk.ui.training.place import TrainPlace
from xraydesk.ui.training.run_state import RunState
from xraydesk.ui.training.steps import Mark, Step

FILMS_A_CLASS = 12  # the doctor asks for ten
NAMED_BY_THEM = ("Kein Befund", "Tuberculosis")


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic(tmp_path_factory.mktemp("films") / "Ward 3", FILMS_A_CLASS, classes=CLASSES)


@pytest.fixture(scope="module")
def chest_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes that no installed model knows."""
    root = tmp_path_factory.mktemp("films") / "Chest clinic"
    return clinic(root, FILMS_A_CLASS, seed=1, classes=NAMED_BY_THEM)


class Wizard:
    """The place for training, as someone has it before them who only reads what is on the buttons."""

    def __init__(self, session: Session) -> None:
        self._session = session
        session.wait(lambda: session.window.status.engine_words() == "Ready")
        session.window.actions_by_id[Do.PLACE_TRAIN].setChecked(True)

    @property
    def place(self) -> TrainPlace:
        return self._session.window.train_place

    def at(self, step: Step) -> bool:
        return self.place.step() is step

    def drop(self, folder: Path) -> None:
        self._session.window.train.take(folder)

    def next(self) -> None:
        self._session.wait(self.place.next.isEnabled)
        self.place.next.click()

    def train(self) -> None:
        """By the recipe "Quick look", and to the end of the run."""
        self.place.network.cards.cards["quick"].click()
        self.next()
        assert self.place.next.text() == "Start training"
        self.next()
        self._session.wait(lambda: self.place.training.state is RunState.DONE)
        self.next()
        assert self.at(Step.EVALUATION)
        self._session.wait(self.place.next.isEnabled)

    def put_to_use(self) -> None:
        self.next()
        assert self.at(Step.INTO_USE)
        self.place.use._use.click()
        self._session.wait(lambda: self.place.use.state_words() == "In use: it reads from now on.")

    def marks(self) -> list[Mark]:
        return [button.mark() for button in self.place.steps.buttons.values()]


@pytest.fixture
def wizard(session: Session) -> Iterator[Wizard]:
    yield Wizard(session)
    session.window.train.stop()


def read_by(session: Session, film: Path) -> tuple[str, tuple[str, ...]]:
    """Who read the film, and the classes it chose from."""
    session.open_and_read(film)
    result = session.window.reader.screen.result()
    assert result is not None and result.prediction is not None
    return result.model_name, result.prediction.classes


def test_from_a_folder_to_the_model_in_use_and_back(
    session: Session, wizard: Wizard, ward: Path, films: Path
) -> None:
    wizard.drop(ward)
    wizard.next()
    session.wait(wizard.place.next.isEnabled)
    test, whole = (int(wizard.place.split.table().words(row, 3).split()[0]) for row in (2, 3))
    assert (whole, test >= len(CLASSES)) == (3 * FILMS_A_CLASS, True)
    wizard.next()
    wizard.train()
    page = wizard.place.evaluation
    assert "active one" in page.sentence()
    cells = [page.confusion.model().index(row, column).data() for row in range(3) for column in range(3)]
    assert sum(int(str(cell)) for cell in cells) == test
    wizard.put_to_use()
    assert wizard.marks() == [*[Mark.DONE] * 5, Mark.NOW]
    assert read_by(session, films / "phantom.png") == ("Ward 3", CLASSES)
    wizard.place.use._roll_back.click()
    session.wait(lambda: MODEL_ID in session.window.status.words())


def test_two_classes_with_names_of_their_own(
    session: Session, wizard: Wizard, chest_clinic: Path, films: Path
) -> None:
    wizard.drop(chest_clinic)
    wizard.next()
    wizard.next()
    wizard.train()
    assert "other classes" in wizard.place.evaluation.sentence()
    wizard.put_to_use()
    assert read_by(session, films / "phantom.png") == ("Chest clinic", NAMED_BY_THEM)
    assert session.headline in (*NAMED_BY_THEM, "Indeterminate")
    assert [bar.class_name for bar in session.window.reading.findings.bars()] == list(NAMED_BY_THEM)


def test_a_cross_validation_ends_with_mean_and_spread(session: Session, wizard: Wizard, ward: Path) -> None:
    wizard.drop(ward)
    wizard.next()
    split = wizard.place.split
    split._folded.click()
    split._folds.setValue(3)
    session.wait(wizard.place.next.isEnabled)
    wizard.next()
    wizard.train()
    rows = wizard.place.evaluation.folds.words()
    assert [row[0] for row in rows] == ["Mean ± deviation", "Fold 1", "Fold 2", "Fold 3"]
    assert all("±" in cell for cell in rows[0][2:])
    assert wizard.place.next.text() == "Train the model"
    wizard.next()
    assert wizard.at(Step.SPLIT)
    earlier = wizard.place.films.choose.runs.chosen()
    assert earlier is not None and earlier.finished
    session.window.train.look_at(earlier)
    session.wait(wizard.place.next.isEnabled)
    assert wizard.place.evaluation.folds.words() == rows
    assert MODEL_ID in session.window.status.words()
