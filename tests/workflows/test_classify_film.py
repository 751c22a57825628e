"""A film is classified, refused or failed; each with its reason, and never anything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.film import dicom_files
from tests.network.models import CLASSES, model_folder
from xraydesk.film.film import Film
from xraydesk.film.phantom import write_phantom
from xraydesk.model.card import write_card
from xraydesk.model.familiarity import Familiarity
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.registry.registry import CARD, file_sha256, model_in
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.prepare_film import Preparing, prepare_film


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FilmReader:
    return FilmReader(model_in(model_folder(tmp_path_factory.mktemp("m"), "random-1")), "cpu")


@pytest.fixture
def phantom(tmp_path: Path) -> Path:
    write_phantom(tmp_path / "phantom.dcm")
    return tmp_path / "phantom.dcm"


@pytest.fixture
def ct(tmp_path: Path) -> Path:
    data = dicom_files.data_set(dicom_files.chest_like(256, 256), Modality="CT")
    return dicom_files.write(tmp_path / "ct.dcm", data)


def test_a_chest_film_is_classified_with_heatmaps_and_provenance(reader: FilmReader, phantom: Path) -> None:
    result = reader.read(phantom)
    assert result.error is None and result.prediction is not None
    assert sum(result.prediction.probabilities) == pytest.approx(1.0)
    assert [heatmap.class_name for heatmap in result.heatmaps] == list(CLASSES)
    assert result.sha256 == file_sha256(phantom)
    assert result.model_sha256 == reader.model.card.sha256
    assert result.device == "cpu"


def test_a_refused_film_has_a_coded_reason_and_can_be_overridden(reader: FilmReader, ct: Path) -> None:
    refused = reader.read(ct)
    assert refused.refused and refused.prediction is None
    assert refused.error is not None and refused.error.code == "not_a_radiograph"
    overridden = reader.read(ct, override=True)
    assert overridden.prediction is not None
    assert "not_a_radiograph" in {finding.code for finding in overridden.warnings}


def test_films_that_fail_do_not_disturb_the_others_in_a_batch(
    reader: FilmReader, phantom: Path, ct: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / "gone.png", phantom, ct, phantom]
    results = reader.results(
        [prepare_film(path, Preparing(reader.preprocessing)) for path in paths], heatmaps=False
    )
    assert [result.prediction is not None for result in results] == [False, True, False, True]
    assert results[1].prediction == results[3].prediction
    assert [result.path for result in results] == paths


def test_below_its_threshold_a_model_says_indeterminate(tmp_path: Path, phantom: Path) -> None:
    cautious = FilmReader(model_in(model_folder(tmp_path, "cautious", threshold=1.0)), "cpu")
    result = cautious.read(phantom)
    assert result.prediction is not None and result.prediction.label == INDETERMINATE


def chest(side: int) -> np.ndarray:
    return dicom_files.chest_like(side, side)


def test_png_and_both_photometric_interpretations_agree(reader: FilmReader, tmp_path: Path) -> None:
    pixels = (chest(512).astype(np.float64) / chest(512).max() * 255).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "film.png")
    files = [tmp_path / "film.png"]
    for name, stored in (("MONOCHROME2", pixels), ("MONOCHROME1", 255 - pixels)):
        data = dicom_files.data_set(stored, PhotometricInterpretation=name)
        files.append(dicom_files.write(tmp_path / f"{name}.dcm", data))
    predictions = [reader.read(file, override=True).prediction for file in files]
    assert all(prediction is not None for prediction in predictions)
    wanted, *others = (prediction.probabilities for prediction in predictions if prediction)
    for other in others:
        np.testing.assert_allclose(other, wanted, atol=0.005)


@pytest.mark.parametrize("error", [MemoryError(), ZeroDivisionError()])
def test_whatever_a_film_does_to_its_decoder_costs_its_own_row(reader: FilmReader, error: Exception) -> None:
    def opener(path: Path) -> tuple[Film, str]:
        raise error

    prepared = prepare_film(Path("odd.dcm"), Preparing(reader.preprocessing), opener=opener)
    assert prepared.error is not None and "odd.dcm" in prepared.error.message


def _reader_that_knows(place: Path, phantom: Path, *, limit: float) -> FilmReader:
    """A model to which the phantom lies at 1 in every direction from what it knows, times 16."""
    folder = model_folder(place, "random-1")
    prepared = prepare_film(phantom, Preparing(Preprocessing()))
    assert prepared.model_input is not None
    output = FilmReader(model_in(folder), "cpu").network(prepared.model_input[np.newaxis], maps=None)
    mean = np.sqrt(output.features[0].clip(0)) + 1
    known = Familiarity(mean.astype(np.float16), np.eye(len(mean), dtype=np.float16), limit)
    write_card(replace(model_in(folder).card, familiarity=known.as_dict()), folder / CARD)
    return FilmReader(model_in(folder), "cpu")


def test_a_film_unlike_those_the_model_knows_is_refused_and_can_be_overridden(
    phantom: Path, tmp_path: Path
) -> None:
    reader = _reader_that_knows(tmp_path / "m", phantom, limit=15.8)
    refused = reader.read(phantom)
    assert refused.refused and refused.prediction is None and refused.heatmaps == ()
    assert refused.error is not None and refused.error.code == "unfamiliar"
    overridden = reader.read(phantom, override=True)
    assert overridden.prediction is not None
    assert "unfamiliar" in {finding.code for finding in overridden.warnings}


def test_a_film_within_what_the_model_knows_is_classified(phantom: Path, tmp_path: Path) -> None:
    assert _reader_that_knows(tmp_path / "m", phantom, limit=16.2).read(phantom).prediction is not None
