from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.presentation.films import WHOLE, film_of
from xraydesk.film.film import FilmHeader, FilmIdentity, GateFinding, Severity, VoiLut, Window
from xraydesk.journal.records import FilmState
from xraydesk.presentation import wording


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("COVID19", "COVID-19"),
        ("NORMAL", "Normal"),
        ("PNEUMONIA", "Pneumonia"),
        ("INDETERMINATE", "Indeterminate"),
        ("viral_pneumonia", "Viral pneumonia"),
        ("Edema", "Edema"),
        ("EDEMA", "Edema"),
        ("TB", "TB"),
        ("COPD", "COPD"),
        ("COVID-19", "COVID-19"),
        ("tb", "Tb"),
        ("pT3 stage", "pT3 stage"),
    ],
)
def test_classes_are_named_as_a_reader_would(name: str, words: str) -> None:
    assert wording.class_words(name) == words


def test_no_prediction_is_said_so() -> None:
    assert wording.prediction_words(None) == "No result"
    assert wording.prediction_words("NORMAL") == "Normal"


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "< 1 %"),
        (0.0099, "< 1 %"),
        (0.01, "1 %"),
        (0.914, "91 %"),
        (0.99, "99 %"),
        (0.9901, "> 99 %"),
        (1.0, "> 99 %"),
        (float("nan"), "–"),
    ],
)
def test_probabilities_never_claim_certainty(probability: float, words: str) -> None:
    assert wording.percent_words(probability) == words


@given(st.floats(0, 1))
def test_percentages_are_within_a_half_of_the_probability(probability: float) -> None:
    words = wording.percent_words(probability)
    if words[0] not in "<>":
        assert abs(int(words.split()[0]) - 100 * probability) <= 0.5 + 1e-9


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 ms"),
        (0.0142, "14 ms"),
        (0.0996, "0.1 s"),
        (0.84, "0.8 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 05 min"),
    ],
)
def test_times_have_the_unit_a_reader_wants(seconds: float, words: str) -> None:
    assert wording.seconds_words(seconds) == words


@pytest.mark.parametrize(
    ("device", "name", "words"),
    [
        ("cpu", "", "CPU"),
        ("cuda:0", "GeForce RTX 3060", "NVIDIA GPU (GeForce RTX 3060)"),
        ("mps", "Apple GPU", "Apple GPU"),
        ("xpu", "", "xpu"),
    ],
)
def test_devices_are_named(device: str, name: str, words: str) -> None:
    assert wording.device_words(device, name) == words


def test_a_warning_says_what_and_what_to_do() -> None:
    finding = GateFinding("lateral", Severity.WARNING, "This may be a lateral view.", "Look at the film.")
    assert wording.warning_words(finding) == "This may be a lateral view. Look at the film."
    assert wording.warning_words(replace(finding, hint="")) == "This may be a lateral view."
    assert wording.severity_words(Severity.REFUSAL) == "Refused"
    assert wording.severity_words(Severity.WARNING) == "Warning"


@pytest.mark.parametrize(
    ("voi", "words"),
    [
        (Window(2048, 4096), "C 2048  W 4096"),
        (Window(0.5, 1.25), "C 0.50  W 1.25"),
        (VoiLut(0, np.zeros(2, np.uint16), 8, "BONE"), "LUT BONE"),
        (VoiLut(0, np.zeros(2, np.uint16), 8), "LUT"),
    ],
)
def test_windows_in_words(voi: Window | VoiLut, words: str) -> None:
    assert wording.window_words(voi) == words


def test_figures_over_the_film() -> None:
    assert wording.zoom_words(0.417) == "42 %"
    assert wording.zoom_words(0.052) == "5.2 %"
    assert wording.pixel_words(3, 14, 688.0) == "x 3  y 14  value 688"
    assert wording.value_words(0.12345) == "0.1235"
    assert [wording.length_words(mm) for mm in (2.0, 10.0, 50.0)] == ["2 mm", "1 cm", "5 cm"]
    assert wording.legend_words("PNEUMONIA") == "low – high evidence for Pneumonia"
    assert wording.model_words("DLH_COVID", "1.0") == "DLH_COVID 1.0"
    assert wording.model_words("DLH_COVID", "") == "DLH_COVID"


def test_dicom_names_and_dates_are_readable() -> None:
    assert wording.person_words("DOE^JANE^MARIA^^Dr") == "DOE, JANE MARIA"
    assert wording.person_words("Yamada^Tarou=山田^太郎") == "Yamada, Tarou"
    assert wording.person_words("=山田^太郎=やまだ^たろう") == "山田, 太郎"
    assert wording.person_words("^^==やまだ^たろう") == "やまだ, たろう"
    assert wording.person_words("") == wording.person_words("^^=^") == ""
    assert wording.date_words("20210715") == wording.date_words("2021.07.15") == "2021-07-15"
    for as_it_is in ("July", "19.11.2021", "20211301", "20210230", "202107", "2021-07-155", ""):
        assert wording.date_words(as_it_is) == as_it_is


def test_identity_takes_only_the_lines_it_needs() -> None:
    full = FilmIdentity("DOE^JANE", "123", "19500101", "F", "20210715", "Chest pa", "A1", "City")
    assert wording.identity_lines(full) == (
        "DOE, JANE  ·  123",
        "born 1950-01-01  ·  F",
        "2021-07-15  ·  Chest pa",
        "City  ·  A1",
    )
    assert wording.identity_lines(FilmIdentity(study_date="20210715")) == ("2021-07-15",)
    assert wording.identity_lines(FilmIdentity()) == ()


def test_what_the_film_is_stands_apart_from_whose_it_is() -> None:
    film = film_of(np.zeros((20, 30)), header=FilmHeader("DX", "CHEST", "PA"), identity=FilmIdentity("DOE"))
    assert wording.film_lines(film) == ("DX  ·  PA  ·  Chest", "30 × 20")
    assert wording.film_lines(replace(film, header=FilmHeader()))[0] == "DICOM"
    assert wording.film_name(Path("/a/b.png")) == "b.png"
    assert WHOLE.width == 4095


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Thorax.dcm", "Thorax.dcm"),
        ("two\nlines\t.png", "two lines .png"),
        ("Röntgen 👩‍⚕️.png", "Röntgen 👩‍⚕️.png"),
        ("bad\udcff.png", "bad?.png"),
    ],
)
def test_the_name_of_a_film_stands_in_one_line(name: str, words: str) -> None:
    assert wording.film_name(Path("folder") / name) == words


def test_every_state_of_a_film_has_words() -> None:
    assert [wording.film_state_words(state) for state in FilmState] == [
        "Waiting",
        "Read",
        "Refused",
        "Could not be read",
    ]


def test_one_is_not_several() -> None:
    counted = [wording.count_words(count, "film") for count in (0, 1, 3000)]
    assert counted == ["0 films", "1 film", "3,000 films"]


def test_patient_and_study_take_one_line_each() -> None:
    identity = FilmIdentity("DOE^JANE", " 42 ", study_date="20210715", study_description="Thorax")
    assert wording.patient_words(identity) == "DOE, JANE  ·  42"
    assert wording.study_words(identity) == "2021-07-15  ·  Thorax"
    assert wording.patient_words(FilmIdentity()) == wording.study_words(FilmIdentity()) == ""


def test_a_path_with_letters_of_no_alphabet_can_be_shown() -> None:
    assert wording.path_words(Path("/films/a\nb\udcff.png")) == str(Path("/films/a b?.png"))
