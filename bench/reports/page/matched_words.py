"""Which words of two items their similarity counts as common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from bench.text.token_spans import Span, token_spans
from bench.text.tokens import TokenizerName

Spans = list[int]
"""How far on each stretch begins and how long it is, in turn, in UTF-16 units, as scripts count."""


class MatchedWords:
    """Marks the longest common subsequence of two items in their texts.

    Args:
        tokenizer: that the items were compared with.
    """

    def __init__(self, tokenizer: TokenizerName) -> None:
        self._tokenizer = tokenizer
        self._token_spans: dict[str, list[Span]] = {}

    def spans(self, texts: tuple[str, str], encoded: tuple[str, str]) -> tuple[Spans, Spans]:
        """Where the common words stand in both texts; words side by side are one stretch.

        Args:
            texts: the two items.
            encoded: the same with one code point a token, from one encoder.
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
    """The stretches that some tokens of a text cover.

    Args:
        text: the text.
        token_spans: of all its tokens.
        tokens: which of them, in rising order.
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
