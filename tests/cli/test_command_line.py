"""The command line as a user types it: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import xraydesk
from tests.film import dicom_files
from tests.network.models import CLASSES, model_folder
from tests.training.films import labelled_folder, manifest
from xraydesk import paths as places
from xraydesk.cli.main import main
from xraydesk.export.table import CsvTable
from xraydesk.film.phantom import write_phantom
from xraydesk.model.film_result import FilmResult
from xraydesk.presentation.wording import RESEARCH_USE
from xraydesk.workflows.classify_film import FilmReader


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("models"), "random-1")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A chest film, a CT slice, a truncated picture, a text file; in a folder with spaces and umlauts."""
    folder = tmp_path / "Röntgen 2026"
    (folder / "sub").mkdir(parents=True)
    write_phantom(folder / "IM0001")
    dicom_files.write(
        folder / "sub" / "ct.dcm", dicom_files.data_set(dicom_files.chest_like(), Modality="CT")
    )
    Image.fromarray(np.zeros((300, 300), np.uint8)).save(folder / "torn.png")
    torn = (folder / "torn.png").read_bytes()
    (folder / "torn.png").write_bytes(torn[: len(torn) // 2])
    (folder / "notes.txt").write_text("no film", encoding="utf-8")
    (folder / "empty.dcm").touch()
    return folder


def test_classify_prints_one_json_object_a_film_in_order(
    films: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["classify", str(films), "--model", str(model), "--json", "--device", "cpu"])
    out = capsys.readouterr()
    rows = [json.loads(line) for line in out.out.splitlines()]
    assert status == 3  # some films could not be classified, and each has its row
    assert [Path(row["path"]).name for row in rows] == ["IM0001", "empty.dcm", "ct.dcm", "torn.png"]
    chest, empty, ct, torn = rows
    wanted = "path prediction probabilities warnings error model device seconds"
    assert set(chest) == set(wanted.split())
    assert sum(chest["probabilities"].values()) == pytest.approx(1.0)
    assert tuple(chest["probabilities"]) == CLASSES
    assert (chest["error"], chest["model"], chest["device"]) == (None, "random-1", "cpu")
    assert (ct["prediction"], ct["probabilities"], ct["error"]["code"]) == (None, None, "not_a_radiograph")
    assert empty["error"]["code"] == "film_empty"
    assert torn["error"]["message"] and torn["error"]["hint"]
    assert "notes.txt" in out.err and RESEARCH_USE in out.err
    assert "Traceback" not in out.out + out.err


def test_classify_writes_a_table_and_heatmaps_and_goes_on_with_them(
    films: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, pictures = tmp_path / "table.csv", tmp_path / "pictures"
    command = [
        "classify",
        str(films),
        "--model",
        str(model),
        "--csv",
        str(table),
        "--heatmaps",
        str(pictures),
    ]
    assert main(command) == 3
    head, *lines = table.read_text(encoding="utf-8").splitlines()
    assert head.startswith("# ")
    rows = list(csv.DictReader(lines))
    assert len(rows) == 4
    assert len(rows[0]["sha256"]) == len(rows[0]["model_sha256"]) == 64
    assert [file.suffix for file in pictures.iterdir()] == [".png"]
    before = table.read_bytes()
    capsys.readouterr()
    assert main([*command, "--resume"]) == 3  # nothing done twice; three in the table have no prediction
    assert table.read_bytes() == before
    assert "4 done before" in capsys.readouterr().err


def test_a_table_is_continued_from_any_folder_and_takes_no_film_for_its_namesake(
    films: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = tmp_path / "table.csv"
    for ward in ("ward 1", "ward 2"):
        (tmp_path / ward).mkdir()
        shutil.copy(films / "sub" / "ct.dcm", tmp_path / ward / "film.dcm")
    options = ["--model", str(model), "--csv", str(table), "--resume"]
    monkeypatch.chdir(tmp_path / "ward 1")
    assert main(["classify", "film.dcm", *options]) == 3
    monkeypatch.chdir(tmp_path / "ward 2")
    assert main(["classify", "film.dcm", *options]) == 3
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert main(["classify", "ward 2", "ward 1/../ward 1", *options]) == 3
    assert "2 done before (2 of them" in capsys.readouterr().err
    lines = table.read_text(encoding="utf-8").splitlines()[2:]
    assert [line.split(",")[0] for line in lines] == [
        str(tmp_path / f"ward {n}" / "film.dcm") for n in (1, 2)
    ]
    monkeypatch.chdir(tmp_path / "ward 1")
    (tmp_path / "ward 1" / "new.dcm").write_bytes(b"no film")
    assert main(["classify", "new.dcm", *options]) == 3  # tells of its own films alone
    assert "done before" not in capsys.readouterr().err


def test_classify_overrides_the_gate_when_asked(
    films: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ct = str(films / "sub" / "ct.dcm")
    assert main(["classify", ct, "--model", str(model), "--override"]) == 0
    assert "CT" in capsys.readouterr().out


def test_a_film_that_is_not_there_has_its_row(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "nowhere.png", "--model", str(model), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "film_not_found"


def test_no_films_is_wrong_usage_and_no_model_means_nothing_ran(
    films: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bare").mkdir()
    assert main(["classify", str(tmp_path / "bare"), "--model", str(model)]) == 2
    assert main(["classify", str(films), "--model", "unheard-of"]) == 1
    assert "unheard-of" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["classify"])
    assert caught.value.code == 2


def test_a_folder_without_films_is_said_even_when_it_holds_other_files(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("no film", encoding="utf-8")
    assert main(["classify", str(tmp_path), "--model", str(model)]) == 2
    assert "No films were found" in capsys.readouterr().err


def test_heatmaps_of_an_earlier_run_are_no_films(
    films: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["classify", str(films), "--model", str(model), "--json", "--heatmaps", str(films / "heat")]
    for _ in range(2):
        main(command)
        assert len(capsys.readouterr().out.splitlines()) == 4


def test_a_film_with_a_very_long_name_has_its_heatmap(tmp_path: Path, model: Path) -> None:
    film = tmp_path / ("ä" * 120)
    write_phantom(film)
    assert main(["classify", str(film), "--model", str(model), "--heatmaps", str(tmp_path / "heat")]) == 0
    assert [picture.suffix for picture in (tmp_path / "heat").iterdir()] == [".png"]


def test_a_heatmap_is_not_drawn_over_another_film(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    film, read = tmp_path / "film.dcm", FilmReader.results
    write_phantom(film)

    def replaced(reader: FilmReader, *films: Any, **how: Any) -> list[FilmResult]:
        results = read(reader, *films, **how)
        dicom_files.write(film, dicom_files.data_set(dicom_files.chest_like()))
        return results

    monkeypatch.setattr(FilmReader, "results", replaced)
    assert main(["classify", str(film), "--model", str(model), "--heatmaps", str(tmp_path / "heat")]) == 0
    assert not list(tmp_path.glob("heat/*"))
    assert "No picture" in capsys.readouterr().err


def test_a_device_that_is_not_there_is_said_and_the_processor_used(
    films: Path, model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    command = [
        "classify",
        str(films / "IM0001"),
        str(places.resources() / "sample" / "phantom.dcm"),
        "--model",
        str(model),
        "--json",
    ]
    assert main([*command, "--device", "cuda"]) == 0
    out = capsys.readouterr()
    assert out.err.count("so the processor is used") == 1
    assert [json.loads(line)["device"] for line in out.out.splitlines()] == ["cpu", "cpu"]


def test_a_film_named_twice_is_read_once(
    films: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = str(films / "IM0001")
    assert main(["classify", film, str(films), film, "--model", str(model), "--json"]) == 3
    paths = [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()]
    assert paths[0] == film and len(paths) == len(set(paths)) == 4


def test_a_film_named_twice_in_other_ways_is_read_once(
    films: Path,
    model: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with zipfile.ZipFile(films / "sub" / "disk.zip", "w") as disk:
        disk.write(films / "IM0001", "IM0001")
    monkeypatch.chdir(films)
    named = ["sub", str(films / "sub" / "ct.dcm"), "sub/../sub/ct.dcm", str(films / "sub" / "disk.zip")]
    main(["classify", *named, "IM0001", str(films / "IM0001"), "--model", str(model), "--json"])
    paths = [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(map(Path, paths)) == sorted(
        [films / "sub" / "ct.dcm", films / "sub" / "disk.zip" / "IM0001", Path("IM0001")]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_control_c_or_the_system_leaves_a_whole_table_and_nothing_else(
    films: Path,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sent: signal.Signals,
) -> None:
    write, scratch = CsvTable.write, tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def interrupted(table: CsvTable, result: FilmResult) -> None:
        write(table, result)
        signal.raise_signal(sent)

    monkeypatch.setattr(CsvTable, "write", interrupted)
    table = tmp_path / "table.csv"
    many = [str(films / "IM0001")] * 3 + [str(films / "torn.png")] * 20
    assert main(["classify", *many, "--model", str(model), "--csv", str(table)]) == 1
    assert "Stopped." in capsys.readouterr().err
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()[1:]))
    assert rows and all(len(row["model_sha256"]) == 64 for row in rows)
    assert not list(scratch.iterdir())
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_models_are_installed_listed_exported_activated_rolled_back_and_removed(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _listed(capsys)
    file = tmp_path / "travel.xraymodel"
    assert main(["models", "install", str(model)]) == 0
    assert main(["models", "export", "random-1", str(file)]) == 0
    assert main(["models", "card", "random-1", str(file.with_suffix(".pdf"))]) == 0
    assert file.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert main(["models", "compare", "random-1", "random-1"]) == 0
    assert "Which of them is better can be told only" in capsys.readouterr().out
    assert main(["models", "activate", "random-1"]) == 0
    assert "* random-1" in _listed(capsys)
    assert main(["models", "show", "random-1"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == list(CLASSES)
    if before:  # with a shipped model there is one to go back to
        assert main(["models", "rollback"]) == 0
        assert main(["models", "remove", "random-1"]) == 0
        assert _listed(capsys) == before
        assert main(["models", "install", str(file)]) == 0
        assert "random-1" in _listed(capsys)


def _listed(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    return capsys.readouterr().out


def test_evaluate_prints_one_json_object(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = labelled_folder(tmp_path / "films", each=4)
    table = manifest(root)
    broken = root / "NORMAL" / "000.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["evaluate", str(root), "--manifest", str(table), "--model", str(model), "--json"]) == 3
    (line,) = capsys.readouterr().out.splitlines()
    figures = json.loads(line)
    assert figures["films"] == 11
    assert [Path(error["path"]).name for error in figures["errors"]] == ["000.png"]
    wanted = "accuracy precision recall f1 ece accuracy_interval confusion_matrix classes per_class auroc by_source"
    assert set(wanted.split()) <= set(figures)
    assert np.sum(figures["confusion_matrix"]) == 11


def test_evaluating_with_strange_classes_is_refused_in_words(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = labelled_folder(tmp_path / "films", each=2)
    (root / "NORMAL").rename(root / "healthy")
    assert main(["evaluate", str(root), "--model", str(model)]) == 1
    assert "healthy" in capsys.readouterr().err


def test_a_class_folder_without_films_is_not_passed_over_in_silence(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = labelled_folder(tmp_path / "films", each=2)
    (root / "LATER").mkdir()
    assert main(["evaluate", str(root), "--model", str(model)]) == 0
    assert "No films were found in LATER." in capsys.readouterr().err


def test_train_prints_one_event_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = labelled_folder(tmp_path / "films", each=11)
    out = tmp_path / "run"
    options = ["--preset", "quick", "--epochs", "1", "--batch-size", "16", "--device", "cpu", "--json"]
    assert main(["train", str(root), "--out", str(out), *options]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["split", "epoch", "evaluation", "done"]
    assert (out / "model" / "card.json").is_file()
    assert main(["train", str(root), "--out", str(out), *options]) == 2  # never overwritten


def test_the_program_runs_as_a_module_and_as_itself() -> None:
    for program in ([sys.executable, "-m", "xraydesk"], [str(Path(sys.executable).parent / "xraydesk")]):
        done = subprocess.run([*program, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == f"XRayDesk {xraydesk.__version__}"


def test_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert RESEARCH_USE in said and "classify" in said


def test_films_in_the_folder_of_the_pictures_are_not_passed_over_in_silence(
    films: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for pictures in (films, films.parent):
        assert main(["classify", str(films), "--model", str(model), "--heatmaps", str(pictures)]) == 2
        assert "--heatmaps" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_own_pictures_are_known_by_any_way_to_them(
    films: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link").symlink_to(films)
    command = ["classify", str(films), "--model", str(model), "--device", "cpu", "--json"]
    for _ in range(2):
        main([*command, "--heatmaps", str(tmp_path / "link" / "heat")])
        assert len(capsys.readouterr().out.splitlines()) == 4
