"""BLEU of all pairs of items, with results equal to those of sacrebleu.

sacrebleu counts the n-grams of both texts for every pair. Here the n-grams of each text are counted
once, common ones are counted for all pairs together, and sacrebleu computes the score of each
distinct row of counts once, since there are few.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.metrics.base import FloatArray, Items
from bench.text.encoder import Counts, check_number, lengths_of, numbered
from bench.text.pairs import PAIRS

Tokens = tuple[str, ...]
Rows = NDArray[np.int64]


class BleuPairs:
    """Sentence BLEU of all pairs.

    Args:
        scorer: the scorer of sacrebleu.
    """

    def __init__(self, scorer: Any) -> None:
        self.scorer = scorer
        self._orders = range(1, scorer.max_ngram_order + 1)

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        """Scores from 0 to 1, shape (predictions, references)."""
        own, wanted = (list(map(self._tokens, side)) for side in (predictions, references))
        found = np.zeros((len(own), len(wanted)))
        if not found.size:
            return found
        forms = [_forms(own, wanted, n) for n in self._orders]
        step = max(1, PAIRS // len(wanted))
        for start in range(0, len(own), step):
            part = slice(start, start + step)
            common = np.stack([_common(left[part], right) for left, right in forms], axis=1)
            distinct, which = _distinct(self._rows(own[part], wanted, common))
            scores = np.array(
                [self.scorer._compute_score_from_stats(row).score for row in distinct.tolist()]
            )
            found[part] = scores[which].reshape(-1, len(wanted)) / 100
        return np.clip(found, 0.0, 1.0)

    def _tokens(self, item: str) -> Tokens:
        return tuple(self.scorer._preprocess_segment(item).split())

    def _rows(self, own: Sequence[Tokens], wanted: Sequence[Tokens], common: Rows) -> Rows:
        """The rows of counts for sacrebleu, pair by pair."""
        sizes = np.repeat(self._sizes(own), len(wanted), axis=0)
        others = np.concatenate([self._sizes(wanted)] * len(own))
        return np.column_stack([sizes[:, 0], others[:, 0], common, sizes])

    def _sizes(self, texts: Sequence[Tokens]) -> Rows:
        """The number of n-grams of each order in each text."""
        lengths = lengths_of(texts)
        return np.stack([np.maximum(lengths - n + 1, 0) for n in self._orders], axis=1)


def scores_with_others(scorer: Any, items: Items) -> list[float]:
    """Sentence BLEU of each item with all others as references.

    sacrebleu clips each n-gram by its highest count in any reference; for all items but one, that
    follows from the two highest counts.
    """
    texts = [tuple(scorer._preprocess_segment(item).split()) for item in items]
    orders = range(1, scorer.max_ngram_order + 1)
    highest: dict[Tokens, tuple[int, int]] = {}
    for text in texts:
        for gram, count in _counts(text, orders).items():
            most, second = highest.get(gram, (0, 0))
            highest[gram] = (max(most, count), max(second, min(most, count)))
    lengths = sorted(map(len, texts))
    found = []
    for text in texts:
        common, own = [0] * len(orders), [max(len(text) - n + 1, 0) for n in orders]
        for gram, count in _counts(text, orders).items():
            most, second = highest[gram]
            common[len(gram) - 1] += min(count, second if count == most else most)
        row = [len(text), _nearest_other(lengths, len(text)), *common, *own]
        found.append(float(scorer._compute_score_from_stats(row).score))
    return found


def _counts(text: Tokens, orders: Sequence[int]) -> Counter[Tokens]:
    return Counter(gram for n in orders for gram in _ngrams(text, n))


def _nearest_other(lengths: Sequence[int], own: int) -> int:
    """The closest length among the other texts; the shorter one in a tie.

    Args:
        lengths: sorted lengths of all texts, including this one.
        own: the length of this text.
    """
    index = bisect_left(lengths, own)
    beside = [*lengths[max(0, index - 1) : index], *lengths[index + 1 : index + 2]]
    return min(beside, key=lambda length: (abs(length - own), length))


def _forms(own: Sequence[Tokens], wanted: Sequence[Tokens], n: int) -> tuple[list[str], list[str]]:
    """Encode the n-grams of each text that a reference has, sorted, one code point each.

    Raises:
        TooManyTokensError: the references have more distinct n-grams than code points exist.
    """
    known: dict[Tokens, int] = {}
    for text in wanted:
        for gram in _ngrams(text, n):
            known.setdefault(gram, len(known) + 1)
    check_number(len(known))

    def form(text: Tokens) -> str:
        return "".join(map(chr, sorted(known[g] for g in _ngrams(text, n) if g in known)))

    return list(map(form, own)), list(map(form, wanted))


def _ngrams(text: Tokens, n: int) -> Iterator[Tokens]:
    return (text[k : k + n] for k in range(len(text) - n + 1))


def _common(left: Sequence[str], right: Sequence[str]) -> Counts:
    """The number of common n-grams of each pair, by longest common subsequence."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cdist

    lengths = cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32)
    return lengths.ravel().astype(np.int64)


def _distinct(rows: Rows) -> tuple[Rows, Counts]:
    """The distinct rows, and the index of each row among them."""
    which = np.zeros(len(rows), np.int64)
    for column in rows.T:
        which, _ = numbered(which.astype(np.uint64) << np.uint64(32) | column.astype(np.uint64))
    return rows[np.unique(which, return_index=True)[1]], which
