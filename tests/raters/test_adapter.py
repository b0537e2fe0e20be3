"""Raters that users write: what they may declare, and what becomes of each field of an answer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from bench.article import Article
from bench.data.ratings import Rating
from bench.errors import ConfigError
from bench.raters.adapter import RaterContract, checked_answer
from bench.raters.base import RatedDimension, RatingAnswer, RatingRequest
from bench.raters.spec import spec_of
from bench.tasks import TASKS

FAULTS: dict[str, list[Any]] = {
    "status": ["good", "", None, ["ok"], 1],
    "error": [ValueError("x"), 3, b"\xff"],
    "raw": [3, "half of one: \ud800", {"value": 4}],
    "reason": [3, "\udfff", ["a", "b"]],
    "tokens_in": [1.5, -1, "many", float("nan"), 10**13],
    "tokens_out": [0.1, -7, [], float("inf")],
    "cost": [float("nan"), float("inf"), -0.01, "free"],
    "lost_samples": [-1, 0.5, None],
}
EVERY_FAULT = [(name, value) for name, values in FAULTS.items() for value in values]
REQUEST = RatingRequest(Article(id="a", text="Text."), TASKS["summary"], "fine", ("Item.",))


class Given:
    """Gives the same answer to everything."""

    dimensions: ClassVar = {"fine": RatedDimension(0, 1)}
    streams = True

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def rate(self, requests):
        return [self.answer for _ in requests]

    def stream(self, requests):
        return ((key, self.answer) for key, _ in requests)


def of_both_ways(answer: Any) -> list[RatingAnswer]:
    """What becomes of an answer of `rate`, and of one of `stream`."""
    spec = spec_of(RaterContract().adapt(Given(answer), "given"), "given", "given", {})
    ((_, streamed),) = spec.stream([("k", REQUEST)])
    return [*spec.rate([REQUEST])[0], streamed]


def row(answer: RatingAnswer) -> Rating:
    names = ("status", "error", "raw", "reason", "tokens_in", "tokens_out", "cost", "lost_samples")
    stored = {name: getattr(answer, name) for name in names}
    where = {"task": "summary", "article": "a", "rater": "r", "dimension": "fine", "model": "m"}
    return Rating(**where, **stored, value=answer.value)


@pytest.mark.parametrize("status", ["ok", "unparsed", "error"])
@pytest.mark.parametrize(("name", "value"), EVERY_FAULT)
def test_field_that_no_row_can_hold_fails_its_request(name, value, status):
    for answer in of_both_ways(RatingAnswer(**{"value": 0.5, "status": status, name: value})):
        assert (answer.status, answer.value) == ("error", None)
        assert f"`rate` returns an answer with an invalid `{name}`: " in str(answer.error)
        assert row(answer).status == "error"


def test_what_a_faulty_answer_cost_is_kept():
    (answer, _) = of_both_ways(RatingAnswer(7, tokens_in=3, tokens_out=2, cost=0.5))
    assert (answer.status, answer.tokens_in, answer.tokens_out, answer.cost) == ("error", 3, 2, 0.5)


@pytest.mark.parametrize("value", [True, 1, np.float32(1), np.int64(1), np.bool_(True)])
def test_value_is_a_plain_number_alone_and_in_an_answer(value):
    for given in (value, RatingAnswer(value, reason="so")):
        (answer, streamed) = of_both_ways(given)
        assert answer == streamed
        assert (type(answer.value), answer.value, answer.status) == (float, 1.0, "ok")
        assert row(answer).value == 1.0


@pytest.mark.parametrize("value", [np.array([0.1, 0.2]), 10**400, "0.5", 1j])
def test_what_is_not_one_number_fails_its_request(value):
    for answer in (*of_both_ways(value), *of_both_ways(RatingAnswer(value))):
        assert (answer.status, answer.value) == ("error", None)
        assert "number" in str(answer.error)


@pytest.mark.parametrize("choice", ["A", None, 1, ["first"]])
def test_choice_is_one_of_three(choice):
    with pytest.raises(ValueError, match="a choice is first, second or tie"):
        checked_answer(RatingAnswer(choice=choice), RatedDimension(), prefers=True)


def test_function_cannot_rate_lists():
    def words(article, item):
        return len(item.split())

    words.dimensions = {"words": RatedDimension(0, None), "all": RatedDimension(0, 1, of_list=True)}
    with pytest.raises(ConfigError, match=r"rater 'words': `dimensions` of all: a function gets"):
        RaterContract().adapt(words, "words")
    words.dimensions = {"words": RatedDimension(0, None)}
    assert RaterContract().adapt(words, "words").dimensions("summary") == words.dimensions
