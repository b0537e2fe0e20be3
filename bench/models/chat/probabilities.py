"""Reads the log-probabilities of tokens in the choices of a response.

Servers of chat completions have a list of tokens with their alternatives; older completions have
parallel lists. Anything else, or a part of it that is malformed, is as if it were not there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST = 20_000  # tokens of an answer
_ROUNDING = 1e-3  # above 0, for probabilities of 1
_ALTERNATIVES = 100


@dataclass(frozen=True)
class ScoredToken:
    """A token of an answer.

    Attributes:
        text: the token.
        alternatives: log-probabilities of tokens at its position, itself among them if known.
    """

    text: str
    alternatives: Mapping[str, float]


def tokens_in(choice: Mapping[str, Any]) -> tuple[ScoredToken, ...]:
    """The tokens of a choice with their log-probabilities; empty where these are missing."""
    given = choice.get("logprobs")
    if not isinstance(given, Mapping):
        return ()
    content = given.get("content")
    if isinstance(content, list):
        entries = [entry for entry in content[:_MOST] if isinstance(entry, Mapping)]
        found = [_token(entry) for entry in entries]
        return tuple(found) if len(found) == len(content) else ()
    return _of_completion(given)


def _token(entry: Mapping[str, Any]) -> ScoredToken:
    text = entry.get("token")
    text = text if isinstance(text, str) else ""
    found: dict[str, float] = {}
    others = entry.get("top_logprobs")
    for other in [*(others if isinstance(others, list) else []), entry][:_ALTERNATIVES]:
        if isinstance(other, Mapping):
            _add(found, other.get("token"), other.get("logprob"))
    return ScoredToken(text, found)


def _of_completion(given: Mapping[str, Any]) -> tuple[ScoredToken, ...]:
    texts, own, others = (given.get(k) for k in ("tokens", "token_logprobs", "top_logprobs"))
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return ()
    tokens = []
    for index, text in enumerate(texts[:_MOST]):
        found: dict[str, float] = {}
        _add(found, text, _at(own, index))
        alternatives = _at(others, index)
        if isinstance(alternatives, Mapping):
            for other, logprob in list(alternatives.items())[:_ALTERNATIVES]:
                _add(found, other, logprob)
        tokens.append(ScoredToken(text, found))
    return tuple(tokens)


def _at(values: Any, index: int) -> Any:
    usable = isinstance(values, Sequence) and not isinstance(values, str) and index < len(values)
    return values[index] if usable else None


def _add(found: dict[str, float], token: Any, logprob: Any) -> None:
    usable = isinstance(logprob, int | float) and not isinstance(logprob, bool)
    if isinstance(token, str) and usable and not math.isnan(logprob) and logprob <= _ROUNDING:
        found[token] = min(float(logprob), 0.0)
