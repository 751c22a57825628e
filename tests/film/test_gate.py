"""The gate: what it refuses, what it only doubts, and what it lets through without a word."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xraydesk.film.chest_likeness import chest_likeness
from xraydesk.film.film import Film, FilmHeader, Severity, Window
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom
from xraydesk.film.voi import display_values

PHANTOM = draw_phantom(256, 256)


def chest(**header: Any) -> Film:
    """A film of the phantom that the gate has nothing to say about, but for its `header`."""
    facts = {"modality": "DX", "body_part": "CHEST", "view_position": "PA", **header}
    return Film(Path("film"), PHANTOM, "DICOM", bits_stored=12, header=FilmHeader(**facts))


def codes(film: Film) -> dict[str, Severity]:
    found = gate(film)
    assert all(finding.message and finding.hint for finding in found)
    return {finding.code: finding.severity for finding in found}


def test_a_frontal_chest_film_passes_without_a_word() -> None:
    assert codes(chest()) == {}


def test_a_film_with_an_empty_header_passes_without_a_word() -> None:
    assert codes(replace(chest(), header=FilmHeader())) == {}


@pytest.mark.parametrize(
    "modality", ["CT", "MR", "US", "MG", "PT", "NM", "XA", "OCT", "PX", "IO", "SM", "XC"]
)
def test_other_modalities_are_refused(modality: str) -> None:
    assert codes(chest(modality=modality)) == {"not_a_radiograph": Severity.REFUSAL}


def test_a_ct_slice_is_called_one() -> None:
    (finding,) = gate(chest(modality="CT"))
    assert "this is a CT slice" in finding.message


@pytest.mark.parametrize("modality", ["CR", "DX", "DR", "RF", "OT", "SC", "RG", ""])
def test_chest_films_travel_under_many_modalities(modality: str) -> None:
    assert codes(chest(modality=modality)) == {}


def test_an_unknown_modality_is_doubted() -> None:
    assert codes(chest(modality="QQ")) == {"unknown_modality": Severity.WARNING}


def test_the_class_of_the_object_tells_where_the_modality_is_missing() -> None:
    assert codes(chest(modality="", sop_class="CT Image Storage")) == {"not_a_radiograph": Severity.REFUSAL}


@pytest.mark.parametrize(
    "part",
    ["CHEST", "THORAX", "Lung", "RIB", "CHEST_TO_PELVIS", "CHESTABDOMEN", "TÓRAX", "Thoracic cavity", ""],
)
def test_body_parts_that_are_the_chest(part: str) -> None:
    assert codes(chest(body_part=part)) == {}


@pytest.mark.parametrize("part", ["HIP", "HAND", "EXTREMITY", "SKULL", "ABDOMEN", "TSPINE", "THORACIC SPINE"])
def test_body_parts_that_are_not_are_refused(part: str) -> None:
    assert codes(chest(body_part=part)) == {"body_part": Severity.REFUSAL}


@pytest.mark.parametrize(
    "part",
    [
        "SSPINE",
        "CTSPINE",
        "TLSPINE",
        "ABDOMENPELVIS",
        "HEADNECK",
        "STOMACH",
        "COLON",
        "TMJ",
        "METACARPUS",
        "RTHAND",
        "LEFTFOOT",
        "LOWERLEG",
        "UPPERARM",
        "UP_EXM",
        "LOW_EXM",
        "Brustwirbelsäule",
    ],
)
def test_codes_of_body_parts_that_are_not_the_chest_are_refused_like_words(part: str) -> None:
    assert codes(chest(body_part=part)) == {"body_part": Severity.REFUSAL}


@pytest.mark.parametrize(("part", "expected"), [("OTHER", {}), ("QWERTY", {"body_part": Severity.WARNING})])
def test_body_parts_nobody_knows(part: str, expected: dict[str, Severity]) -> None:
    assert codes(chest(body_part=part)) == expected


@pytest.mark.parametrize(
    ("description", "refused"),
    [
        ("MODALITYLUT - TEETH", True),
        ("Left knee AP", True),
        ("Chest and hip", False),
        ("C-ARM", False),
        ("THORACIC SPINE", True),
        ("Thoraco-lumbar spine AP", True),
        ("SPINE, THORACIC", True),
        ("Brustwirbelsäule a.p.", True),
        ("Chest and thoracic spine", False),
        ("Chest PA, T-spine", False),
        ("THORAX/SPINE", False),
        ("STOMACH TUBE", False),
        ("", False),
    ],
)
def test_the_description_counts_where_the_body_part_is_empty(description: str, *, refused: bool) -> None:
    expected = {"body_part": Severity.REFUSAL} if refused else {}
    assert codes(chest(body_part="", description=description)) == expected
    assert codes(chest(body_part="CHEST", description=description)) == {}


@pytest.mark.parametrize(
    ("facts", "doubted"),
    [
        ({"study": "XR HAND LEFT"}, True),
        ({"study": "Hip AP", "description": "AP"}, True),
        ({"study": "THORACIC SPINE"}, True),
        ({"study": "THORACIC SPINE", "description": "CHEST PA"}, False),
        ({"study": "HAND AND CHEST"}, False),
        ({"study": "HAND", "description": "THORAX AP"}, False),
        ({"study": "HAND", "body_part": "CHEST"}, False),
        ({"study": "C-ARM"}, False),
        ({"study": "Thorax de face"}, False),
    ],
)
def test_a_study_of_another_part_is_doubted_where_nothing_says_chest(
    facts: dict[str, str], *, doubted: bool
) -> None:
    expected = {"body_part": Severity.WARNING} if doubted else {}
    assert codes(chest(**{"body_part": "", **facts})) == expected


@pytest.mark.parametrize(
    "header",
    [
        {"view_position": "LL"},
        {"view_position": "RL"},
        {"view_position": "LATERAL"},
        {"view_position": "left lateral"},
        {"view_position": "", "description": "CHEST LAT"},
        {"view_position": "", "description": "Thorax seitlich"},
        {"view_position": "", "description": "CHEST LL"},
        {"view_position": "", "body_part": "CHEST LAT"},
        {"view_position": "", "body_part": "CHEST_RL", "description": "routine"},
        {"view_position": "", "patient_orientation": ("A", "F")},
    ],
)
def test_lateral_films_are_refused(header: dict[str, Any]) -> None:
    assert codes(chest(**header)) == {"lateral_view": Severity.REFUSAL}


@pytest.mark.parametrize(
    "header",
    [
        {"view_position": "AP"},
        {"view_position": "LLD"},
        {"view_position": "antero-posterior"},
        {"view_position": "", "description": "CHEST PA AND LAT"},
        {"view_position": "", "description": "CHEST LAT DECUBITUS"},
        {"view_position": "", "description": "CHEST PA LAT", "body_part": "CHEST LAT"},
        {"view_position": "", "description": "Chest AP", "body_part": "CHEST LAT"},
        {"view_position": "", "description": "TORACE PA E LL"},
        {"view_position": "", "description": "LL catheter"},
        {"view_position": "PA", "body_part": "CHEST LAT"},
        {"view_position": "", "description": "CHEST PA AND OBLIQUES"},
        {"view_position": "", "patient_orientation": ("L", "F")},
        {"view_position": "PA", "patient_orientation": ("A", "F")},
    ],
)
def test_frontal_films_are_not_taken_for_lateral_ones(header: dict[str, Any]) -> None:
    assert codes(chest(**header)) == {}


@pytest.mark.parametrize(
    "view", ["LLO", "RLO", "LAO", "RAO", "LPO", "OBL", "Left anterior oblique", "AP OBLIQUE"]
)
def test_oblique_films_are_doubted(view: str) -> None:
    assert codes(chest(view_position=view)) == {"oblique_view": Severity.WARNING}


@pytest.mark.parametrize("header", [{"description": "Chest oblique"}, {"body_part": "CHEST OBL"}])
def test_oblique_films_are_doubted_by_other_words_where_the_view_is_empty(header: dict[str, Any]) -> None:
    assert codes(chest(**{"view_position": "", **header})) == {"oblique_view": Severity.WARNING}
    assert codes(chest(**header)) == {}


def test_several_frames_are_refused() -> None:
    assert codes(chest(frames=12)) == {"multi_frame": Severity.REFUSAL}


def test_animals_are_doubted_and_people_are_not() -> None:
    assert codes(chest(species="Canis lupus familiaris")) == {"animal": Severity.WARNING}
    assert codes(chest(species="Homo sapiens")) == {}


def test_a_phantom_is_said_to_be_one() -> None:
    assert codes(chest(of_a_test_object=True)) == {"phantom": Severity.WARNING}


def test_small_films_are_doubted_and_tiny_ones_refused() -> None:
    assert codes(replace(chest(), pixels=PHANTOM[::2, ::2])) == {"too_small": Severity.WARNING}
    assert codes(replace(chest(), pixels=PHANTOM[::16, ::16]))["too_small"] is Severity.REFUSAL


def test_strips_are_doubted() -> None:
    strip = np.repeat(PHANTOM, 3, axis=0)
    assert codes(replace(chest(), pixels=strip)) == {"aspect": Severity.WARNING}


def test_colour_photographs_are_refused_and_tints_doubted() -> None:
    assert codes(replace(chest(), colourfulness=0.3)) == {"colour_photograph": Severity.REFUSAL}
    assert codes(replace(chest(), colourfulness=0.05)) == {"colour_photograph": Severity.WARNING}
    assert codes(replace(chest(), colourfulness=0.01)) == {}


def test_blank_films_are_refused() -> None:
    assert codes(replace(chest(), pixels=np.full((300, 300), 700, np.uint16))) == {"blank": Severity.REFUSAL}


def test_a_window_that_shows_nothing_is_reported() -> None:
    assert codes(replace(chest(), voi=(Window(60000, 10),))) == {"window_unusable": Severity.WARNING}


def test_an_inverted_film_is_doubted() -> None:
    assert codes(replace(chest(), pixels=4095 - PHANTOM)) == {"probably_inverted": Severity.WARNING}


def test_what_looks_like_no_chest_is_doubted() -> None:
    noise = np.random.default_rng(1).integers(0, 4096, (300, 300)).astype(np.uint16)
    assert codes(replace(chest(), pixels=noise)) == {"unlike_chest": Severity.WARNING}


def test_refusals_come_first() -> None:
    found = gate(replace(chest(modality="CT", species="cat"), pixels=PHANTOM[::2, ::2]))
    assert [finding.severity for finding in found] == [Severity.REFUSAL, Severity.WARNING, Severity.WARNING]


def test_likeness_is_odd_and_bounded() -> None:
    shown = display_values(chest())
    assert chest_likeness(shown) == pytest.approx(-chest_likeness(1 - shown))
    assert 0.5 < chest_likeness(shown) <= 1.0
    assert chest_likeness(np.zeros((100, 100), np.float32)) == 0.0
    assert chest_likeness(np.ones((4, 4), np.float32)) == 0.0


def test_real_chest_films_pass_and_their_negatives_do_not(shared_data: Path) -> None:
    with (shared_data / "cxr" / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[5::60]
    false_alarms = missed = 0
    for row in rows:
        film = open_film(shared_data / "cxr" / row["file"])
        doubts = codes(film)
        assert Severity.REFUSAL not in doubts.values(), row["file"]
        false_alarms += "probably_inverted" in doubts or "unlike_chest" in doubts
        negative = codes(replace(film, pixels=255 - film.pixels))
        missed += "probably_inverted" not in negative
    assert len(rows) > 150
    assert false_alarms <= 0.01 * len(rows)
    assert missed <= 0.03 * len(rows)


EXPECTED = {
    "chest_pa_mono1_10bit": set(),
    "chest_pa_mono1_j2k_lossless": set(),
    "chest_pa_mono1_j2k_lossy": set(),
    "chest_pa_mono2_jpegbaseline": set(),
    "ct_slice": {"not_a_radiograph"},
    "ct_slice_deflated": {"not_a_radiograph"},
    "hip_mono2_jpegls_lossless": {"body_part"},
    "hip_mono2_rle": {"body_part"},
    "leg_mono1_jpeg_extended": {"body_part"},
    "leg_mono1_jpeg_lossless": {"body_part"},
    "mr_big_endian": {"not_a_radiograph"},
    "sc_rgb": {"not_a_radiograph"},
    "teeth_mono1_modality_lut": {"body_part"},
    "us_rgb_rle": {"not_a_radiograph"},
}


def test_real_dicom_files_meet_the_fate_their_list_expects(shared_data: Path) -> None:
    for stem, refusals in EXPECTED.items():
        doubts = codes(open_film(shared_data / "dicom" / f"{stem}.dcm"))
        assert {code for code, severity in doubts.items() if severity is Severity.REFUSAL} == refusals, stem
    dog = codes(open_film(shared_data / "dicom" / "dog_thorax_lateral_mono1.dcm"))
    assert dog == {"too_small": Severity.WARNING, "unlike_chest": Severity.WARNING}


def test_no_more_of_the_header_is_said_than_what_speaks_against_the_film() -> None:
    """What is said goes into tables that are handed on; anything may stand in a header."""
    said = " ".join(f.message for f in gate(chest(body_part="KNEE DOE^JANE")))
    assert "knee" in said and "doe" not in said.lower()
    said = " ".join(f.message for f in gate(chest(modality="DOE^JANE 1970")))
    assert said and "doe" not in said.lower()
