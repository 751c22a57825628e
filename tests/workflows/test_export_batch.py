from __future__ import annotations

import csv
import hashlib
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from xraydesk import paths
from xraydesk.errors import Cancelled, Failure, OutputError, UsageError
from xraydesk.film.film import FilmIdentity
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom, write_phantom
from xraydesk.jobs import JobContext, Progress
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import BatchEnd, FinishedFilm, NewBatch
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Heatmap
from xraydesk.model.model_input import Preprocessing, crop_of
from xraydesk.model.prediction import Prediction
from xraydesk.workflows.export_batch import export_batch, undo_sorting
from xraydesk.workflows.verbs import BatchExported, ExportBatch, ExportKind, UndoSorting

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
CTX = JobContext()
NAME, ID, ACCESSION, HOSPITAL = "Zylberstein^Quintilla", "PIDZ90210", "ACCZ5577", "Xanadu Infirmary"
SECRETS = ("zylberstein", "quintilla", "pidz90210", "accz5577", "xanadu", "19031117", "1903-11-17")
FILES = {ExportKind.CSV: "out.csv", ExportKind.XLSX: "out.xlsx", ExportKind.PDF: "out.pdf"}


@pytest.fixture
def journal() -> Iterator[Journal]:
    journal = Journal(paths.user_journal())
    yield journal
    journal.close()


def told(*places: Path) -> NewBatch:
    return NewBatch(places, "ward", "dlh", "DLH_COVID", "1.0", "ab12" * 16, CLASSES, Preprocessing())


@pytest.fixture
def ward(journal: Journal, tmp_path: Path) -> tuple[int, Path]:
    """Batch and folder: two DICOM films of one patient, a PNG film, one that is none, one that waits."""
    folder = tmp_path / "ward"
    folder.mkdir()
    for number, name in enumerate(("first.dcm", "second.dcm")):
        write_phantom(folder / name, side=128)
        _give_identity(folder / name, number)
    Image.fromarray((draw_phantom(128, 96) >> 4).astype(np.uint8)).save(folder / "صدر 胸.png")
    (folder / "broken.dcm").write_bytes(b"DICOM it is not")
    (folder / "waits.png").write_bytes(b"later")
    names = ["first.dcm", "second.dcm", "صدر 胸.png", "broken.dcm", "waits.png"]
    batch = journal.start(told(folder))
    journal.add_films(batch, [folder / name for name in names])
    shares = {0: (0.9, 0.04, 0.06), 1: (0.1, 0.8, 0.1), 2: (0.02, 0.28, 0.7)}
    waiting = journal.waiting(batch)
    finished = [_read(film_id, path, shares[n]) for n, (film_id, path) in enumerate(waiting) if n in shares]
    error = Failure("unknown_format", "“broken.dcm” is not in a film format.", "")
    unread = FinishedFilm(waiting[3][0], FilmResult(waiting[3][1], error=error))
    journal.write(batch, [*finished, unread])
    journal.set_all_found(batch)
    return batch, folder


def _give_identity(path: Path, number: int) -> None:
    ds = pydicom.dcmread(path)
    ds.PatientName, ds.PatientID, ds.AccessionNumber, ds.InstitutionName = NAME, ID, ACCESSION, HOSPITAL
    ds.PatientBirthDate, ds.StudyDescription = "19031117", f"Thorax {HOSPITAL}"
    ds.SOPInstanceUID = f"2.25.{number + 1}"
    ds.save_as(path)


def _read(film_id: int, path: Path, shares: tuple[float, float, float]) -> FinishedFilm:
    film = open_film(path)
    crop = crop_of(film, Preprocessing())
    heat = np.zeros((14, 14), np.float32)
    heat[4:8, 3:7] = 1.0
    result = FilmResult(
        path,
        Prediction(CLASSES[int(np.argmax(shares))], CLASSES, shares),
        tuple(Heatmap(name, heat, crop) for name in CLASSES),
        crop,
        device="cpu",
        seconds=0.04,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    return FinishedFilm(film_id, result, film.identity, b"")


def exported(batch: int, kind: ExportKind, folder: Path, **fields: object) -> BatchExported:
    target = folder / FILES.get(kind, "out")
    return export_batch(ExportBatch(batch, kind, target, **fields), CTX)  # type: ignore[arg-type]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        next(file)
        return list(csv.DictReader(file))


def raw(path: Path) -> bytes:
    """All bytes of a file or folder, and those packed in them: the parts of a zip, the streams of a PDF."""
    if path.is_dir():
        return b"".join(raw(file) for file in path.rglob("*") if file.is_file())
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return data + b"".join(packed.read(name) for name in packed.namelist())
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        data += _unpacked(stream)
    return data


def _unpacked(stream: bytes) -> bytes:
    import base64

    try:
        return zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>"), ignorechars=b" \n\r"))
    except (ValueError, zlib.error):
        try:
            return zlib.decompress(stream)
        except zlib.error:
            return b""


def test_the_table_has_a_row_for_each_film_that_is_done(ward: tuple[int, Path], tmp_path: Path) -> None:
    done = exported(ward[0], ExportKind.CSV, tmp_path)
    rows = table(tmp_path / "out.csv")
    assert [Path(row["path"]).name for row in rows] == ["first.dcm", "second.dcm", "صدر 胸.png", "broken.dcm"]
    assert [row["prediction"] for row in rows] == ["COVID19", "NORMAL", "PNEUMONIA", ""]
    assert rows[0]["p_COVID19"] == "0.900000"
    assert {row["model"] for row in rows} == {"dlh"}
    assert "4 films in out.csv." in done.message
    assert "1 film still waiting" in done.message
    assert "patient_name" not in rows[0]


def test_chosen_films_come_in_the_order_chosen(
    ward: tuple[int, Path], journal: Journal, tmp_path: Path
) -> None:
    first = journal.waiting(ward[0])[0][0] - 4
    exported(ward[0], ExportKind.CSV, tmp_path, film_ids=(first + 2, first))
    assert [row["prediction"] for row in table(tmp_path / "out.csv")] == ["PNEUMONIA", "COVID19"]


def test_films_of_another_batch_are_not_handed_on_with_this_one(
    ward: tuple[int, Path], journal: Journal, tmp_path: Path
) -> None:
    first = journal.waiting(ward[0])[0][0] - 4
    other = journal.start(told(ward[1]))
    journal.add_films(other, [ward[1] / "first.dcm"])
    ((foreign, _path),) = journal.waiting(other)
    exported(ward[0], ExportKind.CSV, tmp_path, film_ids=(foreign, first))
    assert [row["prediction"] for row in table(tmp_path / "out.csv")] == ["COVID19"]


@pytest.mark.parametrize("kind", [*ExportKind])
def test_no_identity_leaves_unless_it_is_asked_for(
    ward: tuple[int, Path], tmp_path: Path, kind: ExportKind
) -> None:
    done = exported(ward[0], kind, tmp_path, thumbnails=True)
    if kind in (
        ExportKind.COPY,
        ExportKind.MOVE,
    ):  # the films themselves hold it; what is written about them not
        found = (
            b"".join(file.read_bytes() for file in (tmp_path / "out").glob("*.jsonl")) + done.message.encode()
        )
    else:
        found = raw(done.target) + done.message.encode()
    assert len(found) > 100
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
            assert secret.encode(encoding) not in found.lower(), secret


@pytest.mark.parametrize("kind", [*FILES])  # so it would have been found above, too
def test_identity_is_there_when_asked_for(ward: tuple[int, Path], tmp_path: Path, kind: ExportKind) -> None:
    done = exported(ward[0], kind, tmp_path, identity=True)
    assert b"Zylberstein, Quintilla" in raw(done.target)
    assert "Patient and study are in it." in done.message


def test_pictures_never_bear_identity_and_never_say_so(ward: tuple[int, Path], tmp_path: Path) -> None:
    done = exported(ward[0], ExportKind.HEATMAPS, tmp_path, identity=True)
    assert "Patient and study are left out" in done.message


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext to read pages by")
@pytest.mark.parametrize("identity", [False, True])
def test_the_words_of_the_summary_name_the_patient_only_when_asked(
    ward: tuple[int, Path], tmp_path: Path, identity: bool
) -> None:
    exported(ward[0], ExportKind.PDF, tmp_path, identity=identity)
    text = subprocess.run(
        ["pdftotext", tmp_path / "out.pdf", "-"], capture_output=True, check=True, text=True
    )
    assert ("Zylberstein" in text.stdout) == identity
    assert "first.dcm" in text.stdout
    assert "“broken.dcm” is not in a film format." in " ".join(text.stdout.split())


def test_the_summary_says_which_film_it_could_not_show(ward: tuple[int, Path], tmp_path: Path) -> None:
    (ward[1] / "first.dcm").unlink()
    Image.new("L", (50, 50)).save(ward[1] / "صدر 胸.png")  # no longer the film that was read
    done = exported(ward[0], ExportKind.PDF, tmp_path)
    assert "5 films, 2 of them positive" in done.message
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-raw", done.target, "-"], capture_output=True, check=True, text=True
        )
        words = " ".join(text.stdout.split())
        assert "was not found." in words
        assert "has changed" in words


def test_heatmaps_are_pictures_and_failures_are_named(ward: tuple[int, Path], tmp_path: Path) -> None:
    (ward[1] / "second.dcm").unlink()
    first = hashlib.sha256((ward[1] / "first.dcm").read_bytes()).hexdigest()[:8]
    third = hashlib.sha256((ward[1] / "صدر 胸.png").read_bytes()).hexdigest()[:8]
    done = exported(ward[0], ExportKind.HEATMAPS, tmp_path)
    assert {file.name for file in done.target.iterdir()} == {f"first-{first}.png", f"صدر 胸-{third}.png"}
    assert "2 heatmaps" in done.message
    assert "1 film without one: “second.dcm” was not found." in done.message


@pytest.mark.parametrize("kind", [ExportKind.COPY, ExportKind.MOVE])
def test_films_are_sorted_and_brought_back(ward: tuple[int, Path], tmp_path: Path, kind: ExportKind) -> None:
    before = {file.name: file.read_bytes() for file in ward[1].iterdir()}
    done = exported(ward[0], kind, tmp_path)
    lying = {
        str(file.relative_to(done.target)) for file in done.target.rglob("*.*") if file.suffix != ".jsonl"
    }
    assert lying == {"COVID19/first.dcm", "NORMAL/second.dcm", "PNEUMONIA/صدر 胸.png", "not read/broken.dcm"}
    assert f"4 films {'moved' if kind is ExportKind.MOVE else 'copied'} (1 in COVID19, " in done.message
    (undo_list,) = done.target.glob("*.jsonl")
    assert undo_list.name in done.message
    undone = undo_sorting(UndoSorting(undo_list), CTX)
    assert undone.message.startswith("4 films moved back" if kind is ExportKind.MOVE else "4 copies removed")
    assert {file.name: file.read_bytes() for file in ward[1].iterdir()} == before
    assert list(done.target.iterdir()) == []


@pytest.mark.parametrize("kind", [ExportKind.HEATMAPS, ExportKind.COPY, ExportKind.MOVE])
def test_nothing_is_written_into_a_place_still_searched(
    journal: Journal, tmp_path: Path, kind: ExportKind
) -> None:
    batch = journal.start(told(tmp_path))
    with pytest.raises(UsageError, match="still searched"):
        exported(batch, kind, tmp_path)


@pytest.mark.parametrize("kind", [*FILES])
def test_cancelling_leaves_the_old_file(ward: tuple[int, Path], tmp_path: Path, kind: ExportKind) -> None:
    target = tmp_path / FILES[kind]
    target.write_text("old")
    beside = set(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        export_batch(ExportBatch(ward[0], kind, target), JobContext(is_cancelled=lambda: True))
    assert target.read_text() == "old"
    assert set(tmp_path.iterdir()) == beside


@pytest.mark.parametrize("kind", [*FILES])
def test_a_place_that_is_not_there_is_said(ward: tuple[int, Path], tmp_path: Path, kind: ExportKind) -> None:
    with pytest.raises(OutputError, match=r"the folder does not exist"):
        exported(ward[0], kind, tmp_path / "nowhere")


def test_a_batch_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no longer in the journal"):
        exported(99, ExportKind.CSV, tmp_path)


def test_many_films_are_written_page_by_page_and_progress_is_told(journal: Journal, tmp_path: Path) -> None:
    batch = journal.start(told(tmp_path))
    journal.add_films(batch, [Path(f"/x/{number:04d}.png") for number in range(1000)])
    share = Prediction("NORMAL", CLASSES, (0.1, 0.8, 0.1))
    waiting = journal.waiting(batch, limit=1000)
    journal.write(batch, [FinishedFilm(i, FilmResult(path, share), FilmIdentity()) for i, path in waiting])
    journal.end(batch, BatchEnd.DONE)
    told_of: list[object] = []
    request = ExportBatch(batch, ExportKind.CSV, tmp_path / "out.csv")
    export_batch(request, JobContext(emit=told_of.append))
    assert [row["path"] for row in table(request.target)] == [str(path) for _, path in waiting]
    steps = [event.done for event in told_of if isinstance(event, Progress)]
    assert steps == sorted(steps)
    assert steps[-1] == 1000
    for kind in (ExportKind.XLSX, ExportKind.PDF):
        path = tmp_path / FILES[kind]
        export_batch(replace(request, kind=kind, target=path), CTX)
        assert path.stat().st_size > 1000
