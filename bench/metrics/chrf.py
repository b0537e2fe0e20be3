"""chrF (Popovic 2015), with results equal to those of ``sacrebleu``, over texts and pairs of items.

The package counts the n-grams of one pair of texts at a time. Here each text is its characters
without white space, so that the n-grams of a whole block are counted at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.component import Identity, identify
from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.metrics.item_pairs import ItemPairs, Layout
from bench.metrics.similarity_base import Similarity
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import counts_of, ngrams_by_order, shared_in_order
from bench.text.term_index import index_terms

ORDERS = 6
"""The longest n-grams, in characters."""
_BETA = 2  # the weight of recall relative to precision
_CHARACTERS = 1 << 20  # characters of items whose n-grams are counted at once
_OPTIONS = ("case:mixed", "eff:yes", f"nc:{ORDERS}", "nw:0", "space:no")  # as sacrebleu says it

_SOURCE = "Popovic 2015; chrF2 of the sacrebleu package (Post 2018)"


@dataclass(frozen=True)
class _ChrfOfTexts(Metric):
    """Base class of chrF over all items of a list as one text, from 0 to 100."""

    source = _SOURCE
    range = (0.0, 100.0)

    @cached_property
    def identity(self) -> Identity:
        aggregation = f"agg:{'mean' if self.is_mean else 'corpus'}"
        return identify(self, self.name, after=[*_OPTIONS, aggregation])

    def counts(self, block: Block) -> Counts:
        """N-grams of the prediction, of the reference, and common ones, for each order.

        Returns:
            Shape (articles, 3 * ORDERS). Where a reference has no n-grams of an order, those of the
            prediction do not count.
        """

        def count() -> Counts:
            predicted, wanted = (
                [_characters("".join(items)) for items in side]
                for side in (block.predictions, block.references)
            )
            sizes = lengths_of(predicted) + lengths_of(wanted)
            parts = [_counts(predicted[part], wanted[part]) for part in _parts(sizes)]
            return np.concatenate(parts) if parts else np.zeros((0, 3 * ORDERS), np.int64)

        return block.once("n-grams of characters", count)


@dataclass(frozen=True)
class Chrf(_ChrfOfTexts):
    """Corpus chrF: the F score of the n-grams of all articles."""

    name = "chrf"
    description = "F score of character n-grams, counted over all articles (chrF)"
    is_mean = False

    def statistics(self, block: Block) -> FloatArray:
        return self.counts(block).astype(np.float64)

    def values(self, statistics: FloatArray) -> FloatArray:
        return _f_score(_by_order(statistics))[..., None]

    def of_sums(self, sums: FloatArray, articles: int | FloatArray) -> FloatArray:  # noqa: ARG002 - part of the contract
        return self.values(sums)


@dataclass(frozen=True)
class SentenceChrf(_ChrfOfTexts):
    """chrF of each article, averaged."""

    name = "sentence_chrf"
    description = "chrF of each article's items as one segment, averaged"

    def statistics(self, block: Block) -> FloatArray:
        return _f_score(_by_order(self.counts(block)))[..., None]


@dataclass(frozen=True)
class ChrfSimilarity(Similarity):
    """Sentence chrF of the predicted against the reference item, as a share of 100."""

    description = "sentence chrF, as by sacrebleu"

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        return self.matrices(Block([predictions], [references]))[0]

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        rows = [list(map(_characters, items)) for items in block.predictions]
        columns = rows if inside else [list(map(_characters, items)) for items in block.references]
        sizes = np.array([sum(map(len, [*a, *b])) for a, b in zip(rows, columns, strict=True)], int)
        layouts = (Layout(rows[p], None if inside else columns[p]) for p in _parts(sizes))
        return [matrix for layout in layouts for matrix in _matrices(layout)]


def _matrices(layout: Layout) -> list[FloatArray]:
    """The similarities of items, given as characters."""
    items = layout.distinct
    forms = list(shared_in_order(items, ORDERS, layout.in_columns))
    lengths = [counts_of(items, n) for n in range(1, ORDERS + 1)]

    def values(pairs: ItemPairs) -> FloatArray:
        counted = (
            pairs.counts(form, size, in_order=True)
            for form, size in zip(forms, lengths, strict=True)
        )
        shares = _f_score((own, wanted, common) for common, own, wanted in counted) / 100
        return np.clip(shares, 0.0, 1.0)

    return layout.filled(values)


def _counts(predicted: Sequence[str], wanted: Sequence[str]) -> Counts:
    """The counts of each pair of texts, shape (texts, 3 * ORDERS)."""
    columns = []
    half = len(wanted)
    for n, (grams, owners) in enumerate(ngrams_by_order([*wanted, *predicted], ORDERS), 1):
        cut = int(np.searchsorted(owners, half))
        index = index_terms(grams[:cut], owners[:cut], grams[cut:], owners[cut:] - half)
        own, of_reference = counts_of(predicted, n), counts_of(wanted, n)
        columns += [np.where(of_reference > 0, own, 0), of_reference, index.common(half)]
    return np.stack(columns, axis=1)


def _f_score(orders: Iterable[Sequence[NDArray[Any]]]) -> FloatArray:
    """The chrF of counts, averaged over the orders that both sides have, from 0 to 100.

    The arithmetic is that of sacrebleu, step by step, so that results are equal to the last bit.

    Args:
        orders: for each order the n-grams of the prediction, of the reference, and common ones.
    """
    precision = recall = np.zeros(())
    effective: NDArray[Any] = np.zeros((), np.int64)
    for own, wanted, common in orders:
        both = (own > 0) & (wanted > 0)
        precision = precision + both * common / np.maximum(own, 1)
        recall = recall + both * common / np.maximum(wanted, 1)
        effective = effective + both
    precision, recall = (rate / np.maximum(effective, 1) for rate in (precision, recall))
    weighed = _BETA**2 * precision + recall
    score = (1 + _BETA**2) * precision * recall / np.where(weighed > 0, weighed, 1.0)
    return np.asarray(100 * score, np.float64)


def _by_order(statistics: NDArray[Any]) -> Iterator[Sequence[NDArray[Any]]]:
    for first in range(0, 3 * ORDERS, 3):
        yield [statistics[..., first + i] for i in range(3)]


def _characters(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def _parts(sizes: Counts) -> Iterator[slice]:
    """As many neighbours at once as have about ``_CHARACTERS`` characters, given those of each."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        room = int(ends[first] - sizes[first]) + _CHARACTERS
        last = max(first + 1, int(np.searchsorted(ends, room, side="right")))
        yield slice(first, last)
        first = last
