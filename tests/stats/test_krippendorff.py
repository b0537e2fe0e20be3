"""Krippendorff's alpha against published worked examples and the definition by pairs."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bench.stats import RaterAgreement

_ = np.nan
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
"""The data of sections C and D of Krippendorff (2011)."""


def alpha_of(table, level="ordinal"):
    return RaterAgreement(table).alpha(level)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_equals_the_published_example_with_missing_values(level, published):
    assert alpha_of(FOUR_OBSERVERS, level) == pytest.approx(published, abs=5e-4)


def test_alpha_equals_the_published_examples_of_two_observers():
    binary = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    nominal = [[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]]
    assert alpha_of(binary, "nominal") == pytest.approx(0.095, abs=5e-4)
    assert alpha_of(nominal, "nominal") == pytest.approx(0.692, abs=5e-4)


def by_definition(table: np.ndarray, level: str) -> float | None:
    """Alpha from a matrix of coincidences and distances of pairs of values."""
    units = [[v for v in column if not np.isnan(v)] for column in table.T]
    units = [values for values in units if len(values) > 1]
    known = sorted({v for values in units for v in values})
    together = np.zeros((len(known), len(known)))
    for values in units:
        for a, b in permutations(range(len(values)), 2):
            row, column = known.index(values[a]), known.index(values[b])
            together[row, column] += 1 / (len(values) - 1)
    margins = together.sum(axis=1)

    def distance(c: int, k: int) -> float:
        if level == "nominal":
            return float(c != k)
        if level == "interval":
            return (known[c] - known[k]) ** 2
        low, high = sorted((c, k))
        return (margins[low : high + 1].sum() - (margins[c] + margins[k]) / 2) ** 2

    pairs = [(c, k) for c in range(len(known)) for k in range(len(known))]
    expected = sum(margins[c] * margins[k] * distance(c, k) for c, k in pairs)
    if len(known) < 2 or len(units) < 2:
        return None
    observed = sum(together[c, k] * distance(c, k) for c, k in pairs)
    return 1 - (margins.sum() - 1) * observed / expected


tables = st.tuples(st.integers(1, 5), st.integers(1, 8)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([np.nan, 0, 1, 2, 3.5, 7]))
)


@settings(max_examples=80, deadline=None)
@given(table=tables, level=st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_equals_its_definition_by_pairs_of_values(table, level):
    assert alpha_of(table, level) == pytest.approx(by_definition(table, level), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    table=tables,
    level=st.sampled_from(["nominal", "ordinal", "interval"]),
    seed=st.integers(0, 99),
)
def test_weights_equal_repeated_units(table, level, seed):
    draws = np.random.default_rng(seed).integers(0, table.shape[1], table.shape[1])
    weights = np.bincount(draws, minlength=table.shape[1])
    found = RaterAgreement(table).alpha(level, weights)
    assert found == pytest.approx(alpha_of(table[:, draws], level), abs=1e-9)


def test_weights_of_one_call_do_not_change_the_next():
    agreement = RaterAgreement(FOUR_OBSERVERS)
    weights = np.arange(12) % 3
    for level in ("nominal", "ordinal", "interval"):
        fresh = RaterAgreement(FOUR_OBSERVERS).alpha(level, weights)
        agreement.alpha(level)
        assert agreement.alpha(level, weights) == pytest.approx(fresh, abs=1e-12)


def test_perfect_agreement_is_one_at_every_level():
    for level in ("nominal", "ordinal", "interval"):
        assert alpha_of([[1, 2, 3], [1, 2, 3]], level) == pytest.approx(1)


@pytest.mark.parametrize("table", [[[1, 2, 3]], [[2, 2], [2, 2]], [[1, np.nan], [np.nan, 2]]])
def test_alpha_is_none_without_pairs_or_without_differences(table):
    assert alpha_of(table) is None


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("table", [[[1], [2]], [[1, 3], [2, np.nan]]])
def test_alpha_of_a_single_item_is_undefined_and_says_why(level, table):
    agreement = RaterAgreement(table)
    assert agreement.alpha(level) is None
    assert agreement.undefined == "only one item has ratings of two raters"


def test_alpha_of_a_resample_with_a_single_item_is_undefined():
    agreement = RaterAgreement([[1, 2, 3], [2, 2, 3]])
    assert agreement.undefined == ""
    assert agreement.alpha("nominal", [1, 0, 0]) is None
    assert agreement.alpha("nominal", [2, 1, 0]) is not None


def test_large_values_keep_their_precision():
    small = alpha_of(FOUR_OBSERVERS, "interval")
    large = alpha_of(np.array(FOUR_OBSERVERS) + 1e9, "interval")
    assert large == pytest.approx(small, abs=1e-6)


def test_tiny_values_do_not_underflow():
    small = alpha_of(FOUR_OBSERVERS, "interval")
    tiny = alpha_of(np.array(FOUR_OBSERVERS) * 1e-200, "interval")
    assert tiny == pytest.approx(small, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: alpha_of([1, 2]), "raters, units"),
        (lambda: alpha_of([[np.inf, 1]]), "finite"),
        (lambda: alpha_of([[1, 2], [1, 2]], "ratio"), "level must be one of"),
        (lambda: RaterAgreement([[1, 2], [1, 2]]).alpha(weights=[1]), "weights for 2 units"),
    ],
)
def test_errors_name_the_fault(call, message):
    with pytest.raises(ValueError, match=message):
        call()
