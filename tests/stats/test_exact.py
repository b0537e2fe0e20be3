from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.exact import ExactSums

numbers = st.floats(-1e100, 1e100, allow_nan=False)


@given(st.lists(numbers, min_size=1), st.data())
def test_sums_of_blocks_are_the_correctly_rounded_sum_of_all(values, data):
    column = np.array(values)[:, None]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(values)))))
    sums = ExactSums(1)
    for block in np.split(column, cuts):
        sums.add(block)
    assert sums.totals().tolist() == [math.fsum(values)]


def test_columns_do_not_touch_each_other():
    rows = np.random.default_rng(0).random((1000, 7)) ** 9
    sums = ExactSums(7)
    sums.add(rows)
    assert sums.totals().tolist() == [math.fsum(column) for column in rows.T]


def test_nothing_adds_up_to_nothing():
    assert ExactSums(2).totals().tolist() == [0.0, 0.0]
