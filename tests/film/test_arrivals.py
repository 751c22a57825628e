"""A watched folder tells of each film when nobody writes it any more: once, and again where another one comes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.film.archives import png, write_zip
from xraydesk.film.arrivals import CHANGED_EVERY_S, STILL_S, Arrivals, missing
from xraydesk.film.folder import FoundFile


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(path: Path, data: bytes = b"", mtime_s: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data or png())
    if mtime_s:
        os.utime(path, (mtime_s, mtime_s))
    return path


def polled(arrivals: Arrivals, clock: Clock, *, after_s: float = STILL_S) -> list[FoundFile]:
    clock.now_s += after_s
    return [arrival.file for arrival in arrivals.poll()]


def test_a_file_is_told_when_it_was_seen_twice_and_once_only(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    film = write(tmp_path / "a" / "film")
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(film)]
    assert polled(arrivals, clock) == []


def test_what_was_there_before_is_told_too_in_order(tmp_path: Path, clock: Clock) -> None:
    files = [write(tmp_path / name) for name in ("b.png", "c.png", "a/a.png", "a/b/a.png", "d/a.png")]
    arrivals = Arrivals([tmp_path], clock)
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(file) for file in files]


def test_two_looks_in_quick_succession_are_not_enough(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    film = write(tmp_path / "film")
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock, after_s=1.0) == []
    assert polled(arrivals, clock, after_s=0.9) == []
    assert polled(arrivals, clock, after_s=0.1) == [FoundFile(film)]


def test_a_file_that_is_still_written_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    film = tmp_path / "film"
    for end in range(1, 5):
        write(film, png()[: 10 * end], mtime_s=1000)  # grows
        assert polled(arrivals, clock) == []
    write(film, png()[:40], mtime_s=1001)  # same size, later
    assert polled(arrivals, clock) == []
    write(film, png(), mtime_s=1001)
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(film)]


def test_a_file_that_is_still_empty_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    (tmp_path / "film").touch()
    assert [polled(arrivals, clock, after_s=1000.0) for _ in range(3)] == [[], [], []]
    write(tmp_path / "film")
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(tmp_path / "film")]


def test_a_file_that_changes_later_is_told_again_when_it_is_whole(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    film = write(tmp_path / "film", mtime_s=1000)
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(film)]
    write(film, png()[:30], mtime_s=2000)
    assert polled(arrivals, clock, after_s=CHANGED_EVERY_S) == []
    write(film, png(9), mtime_s=2002)
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(film)]
    assert [polled(arrivals, clock, after_s=CHANGED_EVERY_S) for _ in range(3)] == [[], [], []]


def test_a_given_file_that_changes_is_told_again_too(tmp_path: Path, clock: Clock) -> None:
    film = write(tmp_path / "film", mtime_s=1000)
    arrivals = Arrivals([film], clock)
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(film)]
    write(film, mtime_s=2000)
    assert polled(arrivals, clock, after_s=CHANGED_EVERY_S) + polled(arrivals, clock) == [FoundFile(film)]


def test_how_a_file_looked_tells_one_film_from_the_next_of_its_name(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    looked = []
    for mtime_s in (1000, 2000, 2000):
        write(tmp_path / "film", mtime_s=mtime_s)
        clock.now_s += STILL_S
        assert list(arrivals.poll()) == []
        clock.now_s += STILL_S
        looked += [arrival.looked for arrival in arrivals.poll()]
        (tmp_path / "film").unlink()
        assert polled(arrivals, clock) == []
    assert len(looked) == 3
    assert looked[0] != looked[1] == looked[2]


def test_a_file_that_vanishes_is_forgotten(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    early, told = tmp_path / "early", tmp_path / "a" / "told"
    write(early)
    write(told)
    assert polled(arrivals, clock) == []
    early.unlink()
    assert polled(arrivals, clock) == [FoundFile(told)]
    told.unlink()
    told.parent.rmdir()
    assert polled(arrivals, clock) == []
    write(early)
    write(told)
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(early), FoundFile(told)]


@pytest.mark.parametrize(
    "name",
    ["film.part", "film.dcm.TMP", "x.crdownload", "~$film.dcm", ".film.dcm", "film.filepart", "Thumbs.db"],
)
def test_unfinished_and_hidden_names_are_not_looked_at(tmp_path: Path, clock: Clock, name: str) -> None:
    arrivals = Arrivals([tmp_path], clock)
    write(tmp_path / name)
    assert polled(arrivals, clock) + polled(arrivals, clock) == []
    (tmp_path / name).rename(tmp_path / "film.dcm")
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(tmp_path / "film.dcm")]


def test_what_is_no_film_comes_with_its_reason(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    notes = write(tmp_path / "notes.txt", b"no film")
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(notes, "Not a film.")]


def test_an_archive_that_arrives_is_looked_into(tmp_path: Path, clock: Clock) -> None:
    arrivals = Arrivals([tmp_path], clock)
    disk = write_zip(tmp_path / "disk.zip", {"a": png(), "b": png()})
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(disk / "a"), FoundFile(disk / "b")]


def test_a_film_in_an_archive_stays_what_it_was_when_another_one_joins_it(
    tmp_path: Path, clock: Clock
) -> None:
    arrivals = Arrivals([tmp_path], clock)
    disk = write_zip(tmp_path / "disk.zip", {"a": png()})
    clock.now_s += STILL_S
    assert list(arrivals.poll()) == []
    clock.now_s += STILL_S
    [before] = arrivals.poll()
    write_zip(disk, {"a": png(), "b": png(1)})
    os.utime(disk, (2000, 2000))
    clock.now_s += CHANGED_EVERY_S
    assert list(arrivals.poll()) == []
    clock.now_s += STILL_S
    first, second = arrivals.poll()
    assert (first, second.file) == (before, FoundFile(disk / "b"))
    assert second.looked != first.looked


def test_a_place_may_be_a_file_or_a_dicomdir(tmp_path: Path, clock: Clock) -> None:
    notes, film = write(tmp_path / "notes.txt", b"no film"), write(tmp_path / "cd" / "IM1")
    write(tmp_path / "cd" / "DICOMDIR")
    arrivals = Arrivals([notes, tmp_path / "cd" / "DICOMDIR"], clock)
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(notes), FoundFile(film)]
    assert polled(arrivals, clock) == []


def test_a_place_that_comes_back_is_not_told_again(tmp_path: Path, clock: Clock) -> None:
    stick, away = tmp_path / "stick", tmp_path / "away"
    film = write(stick / "a" / "film")
    arrivals = Arrivals([stick], clock)
    assert missing([stick, tmp_path]) == ()
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(film)]
    stick.rename(away)
    assert missing([stick, tmp_path]) == (stick,)
    assert polled(arrivals, clock) == []
    away.rename(stick)
    later = write(stick / "b")
    assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) == [FoundFile(later)]


def test_a_film_in_an_archive_is_not_missing_while_its_archive_is_there(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"a": png()})
    assert missing([disk / "a", tmp_path / "null\0"]) == (tmp_path / "null\0",)
    disk.unlink()
    assert missing([disk / "a"]) == (disk / "a",)


def test_a_folder_that_cannot_be_read_for_a_while_is_not_told_again(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a" / "film")
    arrivals = Arrivals([tmp_path], clock)
    assert len(polled(arrivals, clock) + polled(arrivals, clock)) == 1
    real = os.scandir

    def failing(path: Path) -> object:
        if Path(path).name == "a":
            raise OSError(5, "input/output error")
        return real(path)

    with monkeypatch.context() as broken:
        broken.setattr(os, "scandir", failing)
        assert polled(arrivals, clock) == []
    assert polled(arrivals, clock) + polled(arrivals, clock) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_a_circle_end(tmp_path: Path, clock: Clock) -> None:
    film = write(tmp_path / "film")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    arrivals = Arrivals([tmp_path], clock)
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(film)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_read(tmp_path: Path, clock: Clock) -> None:
    os.mkfifo(tmp_path / "pipe")
    arrivals = Arrivals([tmp_path], clock)
    assert polled(arrivals, clock) + polled(arrivals, clock) == [FoundFile(tmp_path / "pipe", "Not a file.")]


def test_files_that_were_told_are_not_opened_again(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "film")
    arrivals = Arrivals([tmp_path], clock)
    assert len(polled(arrivals, clock) + polled(arrivals, clock)) == 1

    def opened(*_: object) -> None:
        raise AssertionError("looked at again")

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr("xraydesk.film.arrivals.found_at", opened)
    assert polled(arrivals, clock) == []


NAMES = st.sampled_from(["a", "b", "c/a", "c/b", "c/d/a"])


class Folder(RuleBasedStateMachine):
    """Whatever happens in a folder: each file is told once as it is, whole, and none is missed."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.folder, self.clock = Path(self.place.name), Clock()
        self.arrivals = Arrivals([self.folder], self.clock)
        self.changed_s: dict[Path, float] = {}  # files that wait to be told, and when they last changed
        self.told: dict[Path, bytes] = {}
        self.writes = 0

    def teardown(self) -> None:
        self.place.cleanup()

    @rule(name=NAMES)
    def written(self, name: str) -> None:
        self.writes += 1
        path = write(self.folder / name, png() + bytes(self.writes), mtime_s=1000 + self.writes)
        self.changed_s[path] = self.clock.now_s

    @rule(name=NAMES)
    def removed_and_noticed(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.changed_s.pop(self.folder / name, None)
        self.told.pop(self.folder / name, None)
        self.polled(0.5)

    @rule(seconds=st.sampled_from([0.5, 1.0, 2.0, 5.0]))
    def polled(self, seconds: float) -> None:
        self.clock.now_s += seconds
        for arrival in self.arrivals.poll():
            path = arrival.file.path
            assert self.clock.now_s - self.changed_s.pop(path) >= STILL_S
            self.told[path] = path.read_bytes()

    @rule()
    def left_alone(self) -> None:
        for seconds in (CHANGED_EVERY_S, STILL_S, STILL_S):
            self.polled(seconds)
        assert not self.changed_s
        files = (path for path in self.folder.rglob("*") if path.is_file())
        assert self.told == {path: path.read_bytes() for path in files}


TestAnyFolder = Folder.TestCase
TestAnyFolder.settings = settings(max_examples=40, stateful_step_count=20)
