"""What is said or done in one place is said or done in no other."""

from __future__ import annotations

import re

from tests.architecture import sources
from xraydesk.presentation.wording import RESEARCH_USE, RESEARCH_USE_LONG

WORDING = "xraydesk/presentation/wording.py"
RESEARCH_SENTENCE = re.compile(r"not for diagnosis|not a medical device|not a diagnosis", re.IGNORECASE)


def test_the_sentences_are_the_ones_this_test_looks_for() -> None:
    assert RESEARCH_SENTENCE.search(RESEARCH_USE)
    assert RESEARCH_SENTENCE.search(RESEARCH_USE_LONG)


def test_the_research_sentence_is_written_in_one_source_file() -> None:
    said_in = {
        sources.name(file)
        for file in sources.python_files("xraydesk")
        for text in sources.words_in(sources.tree(file))
        if RESEARCH_SENTENCE.search(text)
    }
    assert said_in == {WORDING}


def test_no_resource_repeats_the_research_sentence() -> None:
    texts = [
        file
        for pattern in ("*.html", "*.qss", "*.svg", "*.json")
        for file in (sources.ROOT / "resources").rglob(pattern)
    ]
    repeated = [
        sources.name(file) for file in texts if RESEARCH_SENTENCE.search(file.read_text(encoding="utf-8"))
    ]
    assert repeated == []
