"""The reading grade follows Flesch and Kincaid; syllables are counted well enough for it."""

from __future__ import annotations

import pytest

from policies.brand.grade import reading_grade, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [("soup", 1), ("the", 1), ("bread", 1), ("table", 2), ("kitchen", 2), ("baked", 1), ("wanted", 2), ("delicious", 3),
     ("vegetable", 3), ("organisational", 6), ("it's", 1), ("list's", 1), ("recipe", 2)],
)  # fmt: skip
def test_syllables_are_near_the_dictionary(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= 1


def test_the_grade_is_the_formula_by_hand() -> None:
    # Two sentences, ten words of one syllable each: 0.39 * 5 + 11.8 - 15.59 = -1.84.
    assert reading_grade("we have the bread now. come and see it soon.") == -1.8


def test_long_words_in_long_sentences_are_harder_and_short_texts_have_no_grade() -> None:
    hard = "institutional procurement continuously demonstrates extraordinary international responsibility"
    assert reading_grade(hard) > 20
    assert reading_grade("extraordinary responsibility") == 0.0
