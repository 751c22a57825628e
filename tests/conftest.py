"""What every test may use."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test may fail because the machine is busy; chance looks for faults at the desk, not in CI.
settings.register_profile("untimed", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data(repository: Path) -> Path:
    """Real films for development, beside the checkout; never shipped."""
    folder = repository.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real films in ../shared/data, which are not on this machine")
    return folder


@pytest.fixture(scope="session")
def thorough() -> None:
    """For tests that take minutes: XRAYDESK_THOROUGH=1 runs them."""
    if os.environ.get("XRAYDESK_THOROUGH") != "1":
        pytest.skip("takes minutes; XRAYDESK_THOROUGH=1 runs it")


_MUCH_MEMORY = 2 << 30  # bytes


@pytest.fixture(autouse=True)
def memory_goes_back() -> Iterator[None]:
    """Training keeps freed blocks at hand, half a gigabyte a run; in a process of many runs they are given back."""
    yield
    if sys.platform == "linux" and psutil.Process().memory_info().rss > _MUCH_MEMORY:
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
        if trim is not None:
            trim(0)


@pytest.fixture(scope="module")
def garbage_is_collected_here() -> Iterator[None]:
    """As in the window (ui/garbage.py): Qt's objects are destroyed by no thread but this one."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the places of the person who runs it, or speaks to their desktop."""
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
