"""What is installed is pinned, lies within what pyproject.toml promises, and has no known fault."""

from __future__ import annotations

import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject, Signal, Slot

from tests.architecture import sources

LISTS = sorted(file.name for file in (sources.ROOT / "packaging").glob("requirements*.txt"))


def _pins(name: str) -> dict[str, Requirement]:
    lines = (sources.ROOT / "packaging" / name).read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_pinned_to_one_version(name: str) -> None:
    pins = _pins(name)
    loose = [package for package, pin in pins.items() if [s.operator for s in pin.specifier] != ["=="]]
    assert pins and loose == []


def test_every_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((sources.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = _pins("requirements.txt")
    for dependency in map(Requirement, project["dependencies"]):
        pin = pins[canonicalize_name(dependency.name)]
        (version,) = (specifier.version for specifier in pin.specifier)
        assert dependency.specifier.contains(version), f"{pin} is outside {dependency}"


class _Bell(QObject):
    rung = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    @Slot(bool)
    def hear(self, _: bool) -> None:
        self.heard += 1


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there True lives for ever, and has no count")
def test_ten_thousand_signals_cost_no_reference_to_true() -> None:
    """PySide6 6.12.0 on CPython 3.11 drops one at each emit, until the process aborts."""
    bell = _Bell()
    bell.rung.connect(bell.hear)
    before = sys.getrefcount(True)
    for _ in range(10_000):
        bell.rung.emit(True)
    assert bell.heard == 10_000
    assert sys.getrefcount(True) > before - 1_000
