"""Values weighted by the probabilities of the scale, where the server returns them."""

from __future__ import annotations

import math

import pytest

from bench.models.chat.probabilities import ScoredToken, tokens_in
from bench.raters.judging.reading import read_value
from bench.raters.judging.weighting import weighted_value

SCALE = {str(value): float(value) for value in range(1, 6)}


def token(text: str, **shares: float) -> ScoredToken:
    return ScoredToken(text, {name.strip("_"): math.log(share) for name, share in shares.items()})


def weighted(*tokens: ScoredToken, meanings: dict[str, float] = SCALE) -> float | None:
    found = read_value("".join(t.text for t in tokens), (1, 2, 3, 4, 5))
    return weighted_value(tokens, found.start, meanings)


def test_value_is_the_normalised_mean_by_hand():
    found = weighted(token("4", _4=0.6, _5=0.2, _3=0.1, I=0.1))
    assert found == pytest.approx((4 * 0.6 + 5 * 0.2 + 3 * 0.1) / 0.9)


def test_spellings_of_one_value_count_together():
    four = ScoredToken(
        " 4", {" 4": math.log(0.3), "4": math.log(0.3), '"4"': math.log(0.2), "2": -1e9}
    )
    assert weighted(four) == pytest.approx(4)


def test_verdict_is_found_among_other_digits():
    reason = [token('{"reason": "It has '), token("4", _4=1.0), token(' parts", "value": ')]
    assert weighted(*reason, token("4", _4=0.5, _2=0.5), token("}")) == pytest.approx(3)
    lines = [token("4", _4=0.5, _2=0.5), token("\nIt has "), token("4", _4=1.0), token(" parts.")]
    assert weighted(*lines) == pytest.approx(3)


@pytest.mark.parametrize(
    "tokens",
    [
        [],
        [ScoredToken("4", {})],
        [token("4", _5=1.0)],  # its own probability is missing
        [token("4/5", **{"4/5": 1.0})],
        [token("Score: 4", **{"Score: 4": 1.0})],
    ],
)
def test_value_without_its_probability_is_not_weighted(tokens):
    assert weighted_value(tokens, 0, SCALE) is None


def test_values_that_begin_alike_are_not_weighted():
    meanings = {str(value): float(value) for value in range(1, 11)}
    assert weighted_value([token("1", _1=0.5, _2=0.5)], 0, meanings) is None


def test_unknown_start_is_not_weighted():
    assert weighted_value([token("4", _4=1.0)], -1, SCALE) is None


CHAT = {
    "content": [
        {
            "token": "4",
            "logprob": -0.1,
            "top_logprobs": [{"token": "4", "logprob": -0.1}, {"token": "5", "logprob": -2.0}],
        }
    ]
}
COMPLETION = {"tokens": ["4"], "token_logprobs": [-0.1], "top_logprobs": [{"5": -2.0}]}


@pytest.mark.parametrize("logprobs", [CHAT, COMPLETION])
def test_tokens_are_read_from_both_forms(logprobs):
    assert tokens_in({"logprobs": logprobs}) == (ScoredToken("4", {"4": -0.1, "5": -2.0}),)


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        [],
        "4",
        {"content": None},
        {"content": [None]},
        {"content": "4"},
        {"tokens": "4"},
        {"tokens": [4]},
    ],
)
def test_other_forms_have_no_tokens(logprobs):
    assert tokens_in({"logprobs": logprobs}) == ()


@pytest.mark.parametrize("logprob", [None, "x", True, math.nan, 2.0, [1]])
def test_invalid_probabilities_are_ignored(logprob):
    entry = {"token": "4", "logprob": logprob, "top_logprobs": "none"}
    assert tokens_in({"logprobs": {"content": [entry]}}) == (ScoredToken("4", {}),)
    completion = {"tokens": ["4"], "token_logprobs": [logprob], "top_logprobs": [7]}
    assert tokens_in({"logprobs": completion}) == (ScoredToken("4", {}),)
