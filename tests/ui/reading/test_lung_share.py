"""How much of a heatmap lies in the lungs is said beside it, once it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import CLASSES, read, refused
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.presentation import wording
from xraydesk.ui.actions import Actions
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.findings_panel import FindingsPanel
from xraydesk.ui.reading.lung_share import LungShare
from xraydesk.ui.theme import DARK
from xraydesk.workflows.verbs import FilmResult, FindLungs, FoundLungs

CROP = Crop(0, 0, 64, 64)
LEFT_HALF = np.zeros((128, 128), bool)
LEFT_HALF[:, :64] = True


def with_heat(path: Path) -> FilmResult:
    """All heat of the first class at the left, three quarters of the second's at the right, none of the third."""
    left, right, none = (np.zeros((14, 14), np.float32) for _ in range(3))
    left[:, 2] = 1.0
    right[:, 2], right[:, 11] = 1 / 3, 1.0
    heat = tuple(Heatmap(name, x, CROP) for name, x in zip(CLASSES, (left, right, none), strict=True))
    return replace(read(path, (0.9, 0.06, 0.04)), heatmaps=heat)


@pytest.fixture
def findings(actions: Actions, qtbot: QtBot) -> FindingsPanel:
    panel = FindingsPanel(actions, DARK)
    qtbot.addWidget(panel)
    panel.show_classes(CLASSES)
    panel.show()
    return panel


@pytest.fixture
def share(runner: JobRunner, findings: FindingsPanel) -> LungShare:
    return LungShare(runner, findings)


def show(share: LungShare, findings: FindingsPanel, result: FilmResult) -> None:
    findings.show_result(result)
    share.show_result(result)
    findings.show_heatmap_class(0)


def test_each_class_has_its_own_share(
    share: LungShare,
    findings: FindingsPanel,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    tmp_path: Path,
) -> None:
    film = tmp_path / "a.png"
    show(share, findings, with_heat(film))
    assert findings.lung_words() == "", "nothing is said before it is known"
    engine.answer(FindLungs(film, CROP), FoundLungs(LEFT_HALF))
    drain()
    assert findings.lung_words() == "> 99 % of this heat lies in the lungs."
    findings.show_heatmap_class(1)
    words = findings.lung_words()
    assert words.startswith("Only 25 % of this heat lies in the lungs")
    findings.show_heatmap_class(2)
    assert findings.lung_words() == "Nothing on this film speaks for this class."


def test_where_no_lungs_are_found_no_figure_is_made_up(
    share: LungShare,
    findings: FindingsPanel,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    tmp_path: Path,
) -> None:
    film = tmp_path / "a.png"
    show(share, findings, with_heat(film))
    engine.answer(FindLungs(film, CROP), FoundLungs(None))
    drain()
    assert findings.lung_words() == wording.LUNGS_NOT_FOUND
    findings.show_heatmap_class(1)
    assert findings.lung_words() == wording.LUNGS_NOT_FOUND


def test_an_answer_about_the_film_before_is_not_shown_beside_the_next(
    share: LungShare,
    findings: FindingsPanel,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    tmp_path: Path,
) -> None:
    show(share, findings, with_heat(tmp_path / "a.png"))
    show(share, findings, with_heat(tmp_path / "b.png"))
    engine.answer(FindLungs(tmp_path / "a.png", CROP), FoundLungs(LEFT_HALF))
    drain()
    assert findings.lung_words() == ""


def test_a_film_that_cannot_be_opened_again_keeps_its_findings(
    share: LungShare,
    findings: FindingsPanel,
    engine: ScriptedEngine,
    drain: Callable[[], None],
    tmp_path: Path,
) -> None:
    film = tmp_path / "a.png"
    show(share, findings, with_heat(film))
    engine.fail(FindLungs(film, CROP), Failure("film_missing", "a.png is gone."))
    drain()
    assert findings.lung_words() == ""
    assert findings.headline() == "COVID-19"


def test_a_refused_film_is_not_asked_about(
    share: LungShare, findings: FindingsPanel, engine: ScriptedEngine, tmp_path: Path
) -> None:
    share.show_result(refused(tmp_path / "a.png"))
    assert engine.asked == []


@pytest.mark.parametrize(
    ("share_of_heat", "words"),
    [
        (0.5, "50 % of this heat lies in the lungs."),
        (0.004, "Only < 1 % of this heat lies in the lungs: most of it shows something else."),
    ],
)
def test_half_of_the_heat_is_the_limit(share_of_heat: float, words: str) -> None:
    assert wording.lung_share_words(share_of_heat) == words
