"""Verdicts from intervals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.agreement.figures import CONSTANT_MEASURE
from bench.agreement.findings import DimensionAgreement, Figure
from bench.agreement.verdicts import verdict_of
from bench.stats import Interval

UNKNOWN = "cannot tell from this much data"


def found(
    accuracy: tuple[float, float, float],
    length: tuple[float, float] | None = (0.2, 0.5),
    by_systems: float = 0.02,
) -> DimensionAgreement:
    """An agreement with an accuracy (value, low, high) and the interval without length."""
    value, low, high = accuracy
    half = (high - low) / 2
    figure = Figure(
        value,
        Interval(low, high),
        Interval(value - half, value + half),
        Interval(value - by_systems, value + by_systems),
    )
    controlled = Figure(0.3, None if length is None else Interval(*length))
    return DimensionAgreement({}, figure, 100, {}, 10, Figure(None), controlled, 50)


@pytest.mark.parametrize(
    ("agreement", "verdict", "words"),
    [
        (found((0.7, 0.6, 0.8)), "trust", "at least 60 % of the pairs"),
        (found((0.7, 0.62, 0.8), None), "trust", "due to length is not known"),
        (found((0.7, 0.62, 0.8), (-0.1, 0.4)), UNKNOWN, "length may explain it"),
        (found((0.7, 0.62, 0.8), (-0.4, -0.1)), "weak", "nothing is left"),
        (found((0.5, 0.4, 0.599)), "weak", "fewer than 60 % of the pairs"),
        (found((0.3, 0.2, 0.39)), "weak", "is a lower value better?"),
        (found((0.65, 0.5, 0.8)), UNKNOWN, "about 1,072 articles instead of 100 would settle it"),
        (found((0.65, 0.5, 0.8), by_systems=0.1), UNKNOWN, "about 9.0 times as many articles and"),
        (found((0.601, 0.5, 0.7)), UNKNOWN, "too near to 60 %"),
    ],
)
def test_verdict_follows_from_the_intervals(agreement, verdict, words):
    given, reason = verdict_of(agreement, 100, "article")
    assert given == verdict
    assert words in reason


def test_more_data_of_the_named_amount_would_move_the_bound():
    # 0.65 with a half width of 0.15 by articles, and 0.02 by systems
    needed = 100 * 0.15**2 / (0.05**2 - 0.02**2)
    half = (0.15**2 * 100 / needed + 0.02**2) ** 0.5
    assert half == pytest.approx(0.05)


def test_length_itself_is_never_trusted():
    assert verdict_of(found((0.9, 0.8, 0.95)), 100, "article", is_length=True)[0] == "weak"


def test_constant_measures_are_weak_and_say_so():
    constant = replace(found((0.5, 0.5, 0.5)), pooled=Figure(None, reason=CONSTANT_MEASURE))
    assert verdict_of(constant, 100, "article") == ("weak", CONSTANT_MEASURE)


def test_undefined_accuracies_and_intervals_cannot_be_judged():
    nothing = Figure(None, reason="people rated all items alike")
    alone = Figure(0.8, reason="all items are of one article or cluster: no interval")
    for figure in (nothing, alone):
        agreement = DimensionAgreement({}, figure, 0, {}, 0, figure, figure, 5)
        verdict, reason = verdict_of(agreement, 1, "cluster")
        assert verdict == UNKNOWN
        assert reason.startswith(figure.reason)
