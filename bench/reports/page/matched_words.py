"""Finds the common words of two matched items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from bench.text.token_spans import Span, token_spans
from bench.text.tokens import TokenizerName

Spans = list[int]
"""Alternating gaps and lengths of the spans, in UTF-16 units as in JavaScript."""


class MatchedWords:
    """Marks the longest common subsequence of two items in their texts.

    Args:
        tokenizer: the tokenizer of the similarity.
    """

    def __init__(self, tokenizer: TokenizerName) -> None:
        self._tokenizer = tokenizer
        self._token_spans: dict[str, list[Span]] = {}

    def spans(self, texts: tuple[str, str], encoded: tuple[str, str]) -> tuple[Spans, Spans]:
        """The spans of the common words in both texts; adjacent words form one span.

        Args:
            texts: the two items.
            encoded: the items with one code point per token, from the same encoder.
        """
        from rapidfuzz.distance import LCSseq

        blocks = [b for b in LCSseq.editops(*encoded).as_matching_blocks() if b.size]
        left = [range(b.a, b.a + b.size) for b in blocks]
        right = [range(b.b, b.b + b.size) for b in blocks]
        return self._marked(texts[0], left), self._marked(texts[1], right)

    def _marked(self, text: str, runs: Iterable[range]) -> Spans:
        if text not in self._token_spans:
            self._token_spans[text] = token_spans(text, self._tokenizer)
        return to_spans(text, self._token_spans[text], list(chain.from_iterable(runs)))


def to_spans(text: str, token_spans: Sequence[Span], tokens: Sequence[int]) -> Spans:
    """The spans that some tokens of a text cover.

    Args:
        text: the text.
        token_spans: the spans of all tokens.
        tokens: indices of the tokens, in rising order.
    """
    stretches: list[list[int]] = []
    previous = None
    for token in tokens:
        start, end = token_spans[token]
        # The next word, or another word of the same character.
        if stretches and (token - 1 == previous or start < stretches[-1][1]):
            stretches[-1][1] = max(end, stretches[-1][1])
        else:
            stretches.append([start, end])
        previous = token
    spans, reached = [], 0
    for start, end in stretches:
        spans += [_units(text[reached:start]), _units(text[start:end])]
        reached = end
    return spans


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
