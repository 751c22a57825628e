from __future__ import annotations

import pytest
from reportlab.graphics.shapes import Drawing, String

from xraydesk.export.fonts import stretches
from xraydesk.export.page_text import words_width
from xraydesk.export.summary_charts import class_chart, histogram_chart, probability_bars
from xraydesk.model.prediction import INDETERMINATE

MANY = tuple(f"class {number:02d}" for number in range(30))


def words_of(drawing: Drawing) -> list[str]:
    """What stands in a drawing, from its top to its foot and from left to right."""
    words = [shape for shape in drawing.contents if isinstance(shape, String)]
    return [shape.text for shape in sorted(words, key=lambda shape: (-shape.y, shape.x))]


def test_every_class_of_a_few_has_its_row_in_their_own_order() -> None:
    counts = {"NORMAL": 3, "COVID19": 1}
    assert words_of(class_chart(200, ("COVID19", "NORMAL"), counts)) == [
        *("COVID-19", "1  ·  25.0 %", "Normal", "3  ·  75.0 %", "Indeterminate", "0  ·  0.0 %")
    ]


def test_of_many_classes_the_most_frequent_have_bars_and_the_rest_is_one_sum() -> None:
    counts = {name: place for place, name in enumerate(MANY)} | {INDETERMINATE: 65}
    words = words_of(class_chart(200, MANY, counts))
    assert words[:4] == ["Class 29", "29  ·  5.8 %", "Class 28", "28  ·  5.6 %"]
    assert words[-6:] == [
        *("Class 18", "18  ·  3.6 %", "and 18 more", "153  ·  30.6 %", "Indeterminate", "65  ·  13.0 %")
    ]


def test_of_many_probabilities_the_largest_have_bars_and_the_rest_is_one_sum() -> None:
    shares = [0.01] * 30
    shares[20], shares[7] = 0.52, 0.2
    words = words_of(probability_bars(300, MANY, shares))
    assert words[:4] == ["Class 20", "52 %", "Class 07", "20 %"]
    assert words[-2:] == ["and 18 more", "18 %"]


@pytest.mark.parametrize(("most", "words"), [(0, "0 films"), (1, "1 film"), (2000, "2,000 films")])
def test_the_axis_counts_films_in_the_right_number(most: int, words: str) -> None:
    assert words_of(histogram_chart(240, 128, [0, most], "x"))[0] == words


def test_a_long_name_keeps_clear_of_its_count() -> None:
    chart = class_chart(240, (60 * "W", "NORMAL"), {"NORMAL": 12345})
    name, count = (shape for shape in chart.contents if isinstance(shape, String) and shape.y > 80)
    assert "…" in name.text
    assert name.x + words_width(name.text, 9) < count.x < 240 - words_width(count.text, 9) + 0.01


def test_names_that_differ_at_their_ends_stay_apart() -> None:
    names = tuple(f"viral pneumonia of the lower lobe, most likely {end}" for end in ("mild", "severe"))
    words = words_of(probability_bars(307, names, (0.5, 0.5)))
    assert words[0].endswith("mild") and words[2].endswith("severe")


@pytest.mark.skipif(
    [letters for _, letters in stretches("肺炎")] != ["肺炎"], reason="needs a font with Chinese letters"
)
def test_names_of_any_script_are_drawn_in_a_font_that_has_it() -> None:
    assert words_of(class_chart(240, ("肺炎 type A",), {}))[:2] == ["肺炎", " type A"]
