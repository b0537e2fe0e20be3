from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reports.bars import Axis

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, st.lists(NUMBERS, min_size=3, max_size=3), st.booleans())
def test_nothing_is_drawn_beyond_the_axis(low, high, values, ascii_only):
    axis = Axis(min(low, high), max(low, high), 10, ascii_only)
    below, value, above = sorted(values)
    assert len(axis.bar(value)) <= 10
    assert len(axis.interval(value, below, above)) <= 10
    assert len(axis.distribution(values)) == 10


@given(NUMBERS, NUMBERS)
def test_bar_of_the_larger_number_is_not_the_shorter(a, b):
    axis = Axis(-1e6, 1e6, 12)
    assert (a <= b) or len(axis.bar(a)) >= len(axis.bar(b))


def test_bar_ends_where_its_number_lies():
    axis = Axis(0, 1, 8)
    assert [axis.bar(v) for v in (0, 0.25, 0.5, 1)] == ["", "██", "████", "████████"]
    assert axis.bar(1 / 64) == "▏"


def test_intervals_on_one_axis_can_be_compared():
    axis = Axis(0, 1, 10)
    assert axis.interval(0.3, 0.1, 0.55) == " ├─●─┤"
    assert axis.interval(0.75, 0.5, 0.95) == "     ├─●─┤"
    assert axis.interval(0.95, 0.95, 0.95) == "         ●"


def test_distribution_is_highest_where_most_values_are_and_shows_a_single_one():
    drawn = Axis(0, 1, 5).distribution([0.5] * 1000 + [0.05])
    assert drawn == "▂▁█▁▁"


def test_every_encoding_has_the_plain_characters():
    axis = Axis(0, 1, 10, ascii_only=True)
    for drawn in (axis.bar(0.57), axis.interval(0.3, 0.1, 0.5), axis.distribution([0.1, 0.1, 1])):
        assert drawn.isascii()
        assert drawn.strip()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_nan_is_not_drawn(value):
    axis = Axis.over([0.0, value, 1.0], 10)
    assert (axis.low, axis.high) == (0.0, 1.0)
    assert axis.bar(value) == axis.interval(value, 0, 1) == ""
    assert axis.distribution([value]) == "▁" * 10


def test_ends_are_told_as_far_apart_as_the_axis_is_wide():
    assert Axis(0.08, 0.5, 12).ends == "0.08    0.50"
