"""Contract checks of raters: each broken promise is named, and no other."""

from __future__ import annotations

import pytest

from bench.errors import ConfigError
from bench.raters import RATERS
from bench.testing import ContractError, check_rater
from tests.testing import broken_raters as zoo


def failed(rater, **parameters):
    """The checks that a rater fails."""
    with pytest.raises(ContractError) as caught:
        check_rater(rater, **parameters)
    return list(dict.fromkeys(violation.check for violation in caught.value.violations))


@pytest.mark.slow
@pytest.mark.parametrize(
    "rater", [zoo.words, zoo.Words, zoo.Words(2), zoo.Derived, "tests.testing.broken_raters:Words"]
)
def test_sound_raters_pass_in_every_form(rater):
    assert check_rater(rater) is None


@pytest.mark.slow
@pytest.mark.parametrize(("rater", "check"), zoo.BROKEN.items())
def test_broken_promise_is_named_and_no_other(rater, check):
    assert failed(rater) == [check]


def test_object_that_is_no_rater_is_refused():
    assert failed(object()) == ["made"]


@pytest.mark.parametrize(
    ("dimensions", "reason"),
    [
        ({}, "must be a mapping with at least one name"),
        (["clear"], "must be a mapping with at least one name"),
        ({"a b": zoo.RatedDimension()}, "has a name that is not a word: 'a b'"),
        ({"a.b": zoo.RatedDimension()}, "has a name that is not a word: 'a.b'"),
        ({"clear": (0, 1)}, "of clear must be a RatedDimension, not (0, 1)"),
        ({"clear": zoo.RatedDimension(1, 0)}, "of clear: `low` must not be above `high`"),
        ({"clear": zoo.RatedDimension(0, float("inf"))}, "must be finite numbers or None"),
    ],
)
def test_dimensions_are_checked_where_a_rater_is_built(dimensions, reason):
    rater = type("Odd", (zoo.Words,), {"dimensions": dimensions})
    with pytest.raises(ConfigError) as error:
        RATERS.make(rater, "odd", {})
    assert reason in str(error.value)


def test_rater_without_dimensions_is_told_what_to_set():
    class Bare:
        def rate(self, requests):
            return [0 for _ in requests]

    with pytest.raises(ConfigError, match="`dimensions` is missing: a mapping from names"):
        RATERS.make(Bare, "bare", {})
