"""JPEGs decoded at a fraction of their size give the network the same film: measured on real ones."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xraydesk.film.film import Film
from xraydesk.film.open import open_film, open_film_bytes
from xraydesk.film.phantom import draw_phantom
from xraydesk.film.voi import display_values
from xraydesk.model.model_input import (
    LEAST_SIDE_FOR_INPUT,
    Framing,
    Preprocessing,
    crop_of,
    least_side,
    to_model_input,
)
from xraydesk.model.prediction import predict
from xraydesk.registry.registry import model_in
from xraydesk.workflows.open_model import open_network

EXPORTED = ("chest_pa_mono1_10bit", "chest_pa_mono1_j2k_lossless", "chest_pa_mono2_jpegbaseline")
SIZES = ((3000, 2500), (2500, 3000), (2048, 2048), (1100, 1200))  # width, height
FROM_EACH = 2  # films of each class and source


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def enlarged(path: Path, size: tuple[int, int], seed: int) -> bytes:
    """A film as large as from a detector, with the grain that enlarging does not bring."""
    with Image.open(path) as image:
        large = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    grainy = large + np.random.default_rng(seed).normal(0.0, 4.0, large.shape)
    return jpeg(Image.fromarray(np.clip(grainy, 0.0, 255.0).astype(np.uint8)))


def real_films(data: Path) -> Iterator[bytes]:
    with (data / "cxr" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["label"], row["source"], row["file"]))
    groups = itertools.groupby(rows, key=lambda row: (row["label"], row["source"]))
    chosen = [row for _, group in groups for row in itertools.islice(group, FROM_EACH)]
    for seed, row in enumerate(chosen):
        yield enlarged(data / "cxr" / row["file"], SIZES[seed % len(SIZES)], seed)
    for name in EXPORTED:
        film = open_film(data / "dicom" / f"{name}.dcm")
        yield jpeg(Image.fromarray(np.rint(display_values(film) * 255.0).astype(np.uint8)))
    for path in sorted((data / "dicom").glob("chest_*_j2k_*.dcm")):
        yield path.read_bytes()


def whole_and_reduced(data: bytes, preprocessing: Preprocessing) -> tuple[Film, Film]:
    path, least = Path("film.jpg"), least_side(preprocessing)
    return open_film_bytes(path, data), open_film_bytes(path, data, least_side=least)


def test_predictions_do_not_depend_on_reduced_decoding(shared_data: Path, repository: Path) -> None:
    model = model_in(next((repository / "weights").glob("dlh-covid-*")))
    card, network = model.card, open_network(model, "cpu")
    reduced_ones = 0
    for data in real_films(shared_data):
        films = whole_and_reduced(data, card.preprocessing)
        reduced_ones += films[1].full_size is not None
        inputs = [to_model_input(film, card.preprocessing) for film in films]
        whole, reduced = (
            predict(logits, card.classes, temperature=card.temperature, threshold=card.threshold)
            for logits in network(np.stack(inputs)).logits
        )
        assert np.abs(inputs[0].astype(int) - inputs[1]).mean() <= 2.0
        assert whole.label == reduced.label
        assert reduced.probabilities == pytest.approx(whole.probabilities, abs=0.01)
    assert reduced_ones >= 21


@pytest.mark.parametrize("framing", Framing)
def test_the_crop_of_a_reduced_film_is_in_pixels_of_the_file(framing: Framing) -> None:
    drawn = Image.fromarray((draw_phantom(300, 240) >> 4).astype(np.uint8)).resize((1203, 1501))
    preprocessing = Preprocessing(framing=framing)
    whole, reduced = whole_and_reduced(jpeg(drawn), preprocessing)
    assert reduced.pixels.shape == (751, 602)
    assert crop_of(reduced, preprocessing) == crop_of(whole, preprocessing)
    inputs = [to_model_input(film, preprocessing).astype(int) for film in (whole, reduced)]
    assert np.abs(inputs[0] - inputs[1]).mean() < 1.0


def test_more_samples_need_more_pixels() -> None:
    assert least_side(Preprocessing()) == LEAST_SIDE_FOR_INPUT
    assert least_side(Preprocessing(size=448)) == 2 * LEAST_SIDE_FOR_INPUT
    assert least_side(Preprocessing(detail=128)) == 293
    assert least_side(Preprocessing(size=64)) == 256  # what the gate looks at
