"""The window's process imports Qt and numpy only: it is on screen before anything heavy is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture import sources

HEAVY = ("torch", "torchvision", "pydicom", "sklearn", "scipy", "matplotlib")
IN_THE_WINDOW = (
    "workflows.verbs",
    "engine.client",
    "film.folder",
    "presentation.wording",
    "ui.main_window",
    "app",
)
BUILT = [
    module
    for module in IN_THE_WINDOW
    if (sources.ROOT / "xraydesk" / module.replace(".", "/")).with_suffix(".py").is_file()
]


def _loaded_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


@pytest.mark.parametrize("module", BUILT)
def test_importing_the_window_side_loads_nothing_heavy(module: str) -> None:
    assert _loaded_by(f"xraydesk.{module}").isdisjoint(HEAVY)


@pytest.mark.parametrize("module", ["engine.client", "workflows.verbs"])
def test_what_crosses_to_the_engine_does_not_load_qt(module: str) -> None:
    assert "PySide6" not in _loaded_by(f"xraydesk.{module}")
