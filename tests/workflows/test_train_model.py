"""What a model's card could not say is said before a training starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.films import labelled_folder
from xraydesk.errors import LabelledFolderError
from xraydesk.jobs import JobContext
from xraydesk.workflows.train_model import TrainModel, train_model


def test_the_folder_of_films_that_no_class_was_named_for_is_no_class(tmp_path: Path) -> None:
    films = labelled_folder(tmp_path / "films", 6)
    next(films.iterdir()).rename(films / "INDETERMINATE")
    with pytest.raises(LabelledFolderError, match="INDETERMINATE"):
        train_model(TrainModel(films, tmp_path / "run", device="cpu"), JobContext())
