from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from xraydesk.export.lettering import as_seen, shaped

# Unicode chart FB50-FDFF, FE70-FEFF
MEEM_FIRST, HAH_WITHIN, MEEM_WITHIN, DAL_LAST = "\ufee3", "\ufea4", "\ufee4", "\ufeaa"


def test_latin_and_chinese_are_left_alone() -> None:
    assert as_seen("film (2) 胸片.dcm") == "film (2) 胸片.dcm"


def test_arabic_letters_are_joined_and_run_from_right_to_left() -> None:
    assert as_seen("محمد") == DAL_LAST + MEEM_WITHIN + HAH_WITHIN + MEEM_FIRST


def test_an_ending_stays_at_the_right_and_a_number_keeps_its_order() -> None:
    assert as_seen("محمد.dcm").endswith(MEEM_FIRST + ".dcm")
    assert as_seen("אב 12 ג") == "ג 12 בא"
    assert as_seen("a אב b") == "a בא b"


def test_lam_and_alef_are_one_letter() -> None:
    assert shaped("لا") == "\ufefb"
    assert shaped("سلام")[1] == "\ufefc"  # joined to what stands before


def test_a_letter_that_does_not_join_ends_a_word_within() -> None:
    assert shaped("دم") == "\ufea9\ufee1"  # both alone


def test_brackets_are_mirrored_and_vowel_signs_stay_with_their_letter() -> None:
    assert as_seen("א(ב)ג") == "ג(ב)א"
    assert as_seen("בַג") == "גבַ"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_letter_gets_lost(line: str) -> None:
    def letters(text: str) -> list[str]:
        plain = unicodedata.normalize("NFKD", text)
        return sorted(plain.translate(str.maketrans("()[]{}<>«»", "(([[{{<<««")))

    assert letters(as_seen(line)) == letters(line)
