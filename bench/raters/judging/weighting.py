"""The mean of a scale, weighted by the probabilities of its values (Liu et al. 2023, G-Eval).

A judge that writes 4 may have been nearly as likely to write 5. Where the server returns the
probabilities of the tokens at the verdict, the value is the sum of p · value over the values of the
scale, p normalised over these: finer than the scale, with fewer ties. It is not used where the
verdict is not a single token, or where one value of the scale begins like another (1 and 10), since
the first token then belongs to both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bench.models.chat.probabilities import ScoredToken

_AROUND = " \t\n\"'*_`([{:"


def weighted_value(
    tokens: Sequence[ScoredToken], start: int, meanings: Mapping[str, float]
) -> float | None:
    """The mean of the scale at the token of a verdict; None if it cannot be computed.

    Args:
        tokens: the tokens of the answer.
        start: the index of the verdict in the text of all tokens.
        meanings: the value of each verdict of the scale, as it may be written.
    """
    if any(a != b and b.startswith(a) for a in meanings for b in meanings):
        return None
    token = _token_at(tokens, start)
    own = _verdict(token.text, meanings) if token else None
    if token is None or own is None:
        return None
    shares: dict[str, float] = {}
    for text, logprob in token.alternatives.items():
        verdict = _verdict(text, meanings)
        if verdict is not None:
            shares[verdict] = shares.get(verdict, 0.0) + math.exp(logprob)
    total = math.fsum(shares.values())
    if not total or own not in shares:
        return None
    return math.fsum(share * meanings[verdict] for verdict, share in shares.items()) / total


def _token_at(tokens: Sequence[ScoredToken], index: int) -> ScoredToken | None:
    """The token that holds the character at an index of the text of all."""
    end = 0
    for token in tokens:
        end += len(token.text)
        if index < end:
            return token if index >= 0 else None
    return None


def _verdict(text: str, meanings: Mapping[str, float]) -> str | None:
    bare = text.strip(_AROUND).removesuffix(".").upper()
    return bare if bare in meanings else None
