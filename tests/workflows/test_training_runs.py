"""The list of earlier runs is that of what lies on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xraydesk.errors import UsageError
from xraydesk.workflows.train_model import TrainModel
from xraydesk.workflows.training_runs import delete_run, list_runs, write_request


def test_a_run_whose_folder_was_taken_away_by_hand_leaves_the_list(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("gone", "there"):
        write_request(TrainModel(tmp_path / "films", runs / name))
    shutil.rmtree(runs / "gone")
    assert delete_run(runs / "gone", runs).runs == list_runs(runs).runs
    assert [run.out.name for run in list_runs(runs).runs] == ["there"]


def test_what_is_no_run_is_never_deleted(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    (runs / "notes").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for folder in (runs / "notes", tmp_path / "elsewhere", tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="no training run"):
            delete_run(folder, runs)
    assert (runs / "notes").is_dir()
