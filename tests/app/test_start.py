"""The window is there before anything heavy is, and without a display it does the same job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

BUILD_A_WINDOW = """
import sys
from pathlib import Path
from xraydesk import app
from xraydesk.engine.process import ProcessEngine
from xraydesk.ui.settings import Settings

settings = Settings(Path(sys.argv[1]) / "settings.ini")
qt = app.application(settings)
window = app.new_window(settings)
started = []
window.first_painted.connect(lambda: started.append("painted"))
window.show()
while not started:
    qt.processEvents()
for _ in range(20):
    qt.processEvents()
window.grab()
window.close()
print(*sorted({name.split(".")[0] for name in sys.modules} & {"torch", "torchvision", "pydicom", "sklearn"}))
"""


def _python(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XRAYDESK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_window_imports_neither_torch_nor_pydicom(tmp_path: Path) -> None:
    built = _python("-c", BUILD_A_WINDOW, str(tmp_path), home=tmp_path)
    assert built.returncode == 0, built.stderr
    assert built.stdout.strip() == ""


def test_without_a_display_a_film_is_read_and_a_picture_kept(
    reading_model: str, films: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "new folder" / "window.png"
    home = Path(os.environ["XRAYDESK_HOME"])
    ran = _python(
        "-m", "xraydesk", "--headless", str(films / "phantom.dcm"), "--picture", str(picture), home=home
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("phantom.dcm: ")
    assert [line.split()[0] for line in lines[1:4]] == ["COVID-19", "Normal", "Pneumonia"]
    assert lines[-1] == f"Picture of the window: {picture}"
    with Image.open(picture) as image:
        assert image.size == (1280, 800)
        assert len(image.convert("L").getcolors() or []) > 50


def test_without_a_display_a_film_that_cannot_be_read_ends_with_words(
    reading_model: str, tmp_path: Path
) -> None:
    film = tmp_path / "empty.png"
    film.touch()
    home = Path(os.environ["XRAYDESK_HOME"])
    ran = _python("-m", "xraydesk", "--headless", str(film), "--picture", str(tmp_path / "w.png"), home=home)
    assert ran.returncode == 1
    assert ran.stdout.startswith("empty.png: ")
    assert "Traceback" not in ran.stdout + ran.stderr
