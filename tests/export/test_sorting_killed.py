from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

# For n = 0, 1, … a child sorts and is killed before its n-th change to the disk, until one is not; so is undoing.
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.export.test_sorting import CTX, tree, ward
from xraydesk.export.sorting import sort_films, undo_sorting_by

CHANGES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime")
left = None

def count(event, args):
    global left
    if left is not None and event in CHANGES:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

def killed(work, moment):
    global left
    child = os.fork()
    if child == 0:
        left = moment
        try:
            work()
        finally:
            os._exit(7)
    return os.waitpid(child, 0)[1] == signal.SIGKILL

sys.addaudithook(count)
root, target, move = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "move"
films = ward(root / "ward")
before = tree(root / "ward")
moment = 0
while killed(lambda: sort_films(target, films, CTX, move=move), moment):
    for undo_list in list(target.glob("*.jsonl")):
        if undo_list.read_text().endswith("\\n"):
            killed(lambda: undo_sorting_by(undo_list, CTX), moment % 11)
            if undo_list.exists():
                undone = undo_sorting_by(undo_list, CTX)
                assert undone.left == [], (moment, undone.left)
        else:
            undo_list.unlink()  # killed before its first line: nothing was touched
    assert tree(root / "ward") == before, moment
    assert tree(target) == {}, (moment, tree(target))
    moment += 1
for undo_list in list(target.glob("*.jsonl")):
    undo_sorting_by(undo_list, CTX)
assert tree(root / "ward") == before
print(moment)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill cheaply")
@pytest.mark.parametrize("kind", ["copy", "move", "move to another disk"])
def test_killed_at_any_moment_undoing_brings_everything_back(
    tmp_path: Path, repository: Path, kind: str
) -> None:
    target = tmp_path / "out"
    if kind == "move to another disk":
        if not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("needs a second disk, in memory")
        target = Path("/dev/shm") / f"xraydesk-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:16]}"
    target.mkdir()
    arguments = [str(tmp_path), str(target), kind.split(maxsplit=1)[0]]
    finished = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    target.rmdir()
    assert int(finished.stdout) > 18  # three changes to the disk, at least, for each of six films
