"""What is in the bundle: its parts are listed, their terms are there, nothing is too large."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def bill(bundle: Path) -> dict[str, dict[str, str]]:
    told = json.loads((bundle / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    return {part["name"].lower(): part for part in told["components"]}


def test_the_bill_of_materials_names_what_is_inside_and_nothing_else(bill: dict[str, dict[str, str]]) -> None:
    assert {
        "torch",
        "numpy",
        "scipy",
        "pyside6_essentials",
        "python-gdcm",
        "pyjpegls",
        "python",
        "dlh_covid",
    } <= set(bill)
    assert not {"pytest", "pip", "setuptools", "altgraph", "captum"} & set(bill)
    assert all(part["version"] for part in bill.values())


def test_every_part_has_its_terms(bundle: Path, bill: dict[str, dict[str, str]]) -> None:
    folders = {folder.name.lower() for folder in (bundle / "licences").iterdir()}
    assert {name for name, part in bill.items() if part["type"] == "library"} <= folders
    assert "LESSER GENERAL PUBLIC LICENSE" in (bundle / "licences/LGPL-3.0.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="names of libraries as on Linux")
def test_qt_lies_in_files_of_its_own_that_can_be_replaced(bundle: Path) -> None:
    assert (bundle / "_internal/PySide6/Qt/lib/libQt6Core.so.6").is_file()
    assert "replace" in (bundle / "licences/README.txt").read_text(encoding="utf-8")


def test_the_check_of_the_build_finds_nothing_wrong(bundle: Path, repository: Path) -> None:
    asked = (
        "import sys, pathlib, bundle_check;"
        "print(bundle_check.complaints(pathlib.Path(sys.argv[1]), linux=sys.platform == 'linux'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, bundle],
        cwd=repository / "packaging",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
