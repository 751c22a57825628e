"""A reader opens a film: it is on screen first, then what it was read as, with a heatmap over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import CLASSES, MODEL_ID, Session


def test_a_film_named_on_the_command_line_is_shown_and_read(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    bars = session.window.reading.findings.bars()
    assert [bar.class_name for bar in bars] == list(CLASSES)
    probabilities = [bar.probability or 0.0 for bar in bars]
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-6)
    assert session.headline in ("COVID-19", "Normal", "Pneumonia")
    assert session.window.windowTitle() == "phantom.dcm – XRayDesk"


def test_the_heatmap_lies_over_the_film(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.png")
    view = session.window.reading.viewer.film_view
    with_heat = view.grab().toImage()
    view.set_heatmap_visible(False)
    assert view.grab().toImage() != with_heat


def test_the_status_line_names_engine_device_and_model(session: Session, films: Path) -> None:
    session.wait(lambda: session.window.status.engine_words() == "Ready")
    words = session.window.status.words()
    assert f"Model {MODEL_ID} 1" in words
    assert "CPU" in words or "GPU" in words
