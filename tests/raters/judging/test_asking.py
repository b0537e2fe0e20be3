"""What several samples of one question say together."""

from __future__ import annotations

import pytest

from bench.raters.base import RatingAnswer
from bench.raters.judging.asking import averaged

CHOICES = {"A": "first", "B": "second", "C": "tie"}


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        *(("CCA", "tie"), ("CCCCCCCCCB", "tie"), ("AAB", "first"), ("ABB", "second")),
        *(("AAC", "first"), ("BCB", "second"), ("AB", "tie"), ("ABC", "tie"), ("BB?", "second")),
        *(("AACC", "tie"), ("AABBC", "tie"), ("ABBCC", "tie"), ("?C?", "tie")),
    ],
)
def test_most_frequent_choice_counts_and_a_tie_without_one(letters, expected):
    lost = RatingAnswer(status="unparsed")
    samples = [RatingAnswer(choice=CHOICES[k]) if k in CHOICES else lost for k in letters]
    for given in (samples, samples[::-1]):
        found = averaged(given)
        assert (found.status, found.choice, found.value) == ("ok", expected, None)
        assert found.lost_samples == letters.count("?")


def test_values_are_averaged_over_the_samples_that_have_one():
    failed = RatingAnswer.failed("no answer")
    found = averaged([RatingAnswer(1.0), failed, RatingAnswer(4.0)])
    assert (found.status, found.value, found.choice, found.lost_samples) == ("ok", 2.5, None, 1)
    assert averaged([RatingAnswer(status="unparsed"), failed]).error == "no answer"
