"""Similarities that break one promise each, and some that keep all of them."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import numpy as np

from bench.metrics.similarity import Similarity

_COUNTER = itertools.count()


def first_word(prediction, reference):
    """1 where two items begin with the same word."""
    return float(prediction.split()[:1] == reference.split()[:1])


@dataclass(frozen=True)
class FirstWord(Similarity):
    """1 where two items begin with the same word."""

    def pair(self, prediction, reference):
        return first_word(prediction, reference)

    def matrix(self, predictions, references):
        return np.array([[self.pair(p, r) for r in references] for p in predictions], float)


class Nested(FirstWord):
    """First word."""

    def matrix(self, predictions, references):
        return super().matrix(predictions, references).tolist()


class Transposed(FirstWord):
    """First word."""

    def matrix(self, predictions, references):
        return super().matrix(predictions, references).T


class Text(FirstWord):
    """First word."""

    def matrix(self, predictions, references):
        return super().matrix(predictions, references).astype(str)


class NotANumber(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return first_word(prediction, reference) or float("nan")


class Negative(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return 2 * first_word(prediction, reference) - 1


class PercentOfLongItems(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return 100.0 if len(prediction) > 5000 else first_word(prediction, reference)


class NoBlanks(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return float(prediction.split()[0] == reference.split()[0])


class NoEmptyLists(FirstWord):
    """First word."""

    def matrix(self, predictions, references):
        return np.stack([super(NoEmptyLists, self).matrix([p], references)[0] for p in predictions])


class Distance(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return 1 - first_word(prediction, reference)


class Halved(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return 0.5 * first_word(prediction, reference)


class Sorting(FirstWord):
    """First word."""

    def matrix(self, predictions, references):
        predictions.sort()
        return super().matrix(predictions, references)


class Counting(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        same = prediction == reference
        return float(same) or 1e-9 * next(_COUNTER)


class OtherBlocks(FirstWord):
    """First word."""

    def matrices(self, block, *, inside=False):
        return [0.5 * matrix for matrix in super().matrices(block, inside=inside)]


class ForgetsInside(FirstWord):
    """First word."""

    def matrices(self, block, *, inside=False):
        return super().matrices(block)


class NeighboursCount(FirstWord):
    """First word."""

    def matrices(self, block, *, inside=False):
        return super().matrices(block, inside=inside)[:1] * len(block.predictions)


class HoldsLambda(Similarity):
    """First word."""

    def __init__(self):
        object.__setattr__(self, "pair", lambda p, r: first_word(p, str(r)))

    def matrix(self, predictions, references):
        return np.array([[vars(self)["pair"](p, r) for r in references] for p in predictions])


class Hashing(FirstWord):
    """First word."""

    def pair(self, prediction, reference):
        return 1.0 if prediction == reference else hash(prediction) % 1000 / 1000


class Undescribed(FirstWord):
    pass


@dataclass(frozen=True)
class OneIdentity(FirstWord):
    """First word."""

    n: int = 1

    @property
    def identity(self):
        return FirstWord().identity


BROKEN = {
    Nested: "shape",
    Transposed: "shape",
    Text: "shape",
    NotANumber: "finite",
    Negative: "range",
    PercentOfLongItems: "range",
    NoBlanks: "odd_items",
    NoEmptyLists: "empty_lists",
    Distance: "identity_is_best",
    Halved: "identity_is_best",
    Sorting: "inputs",
    Counting: "repeatable",
    OtherBlocks: "blocks",
    ForgetsInside: "blocks",
    NeighboursCount: "blocks",
    HoldsLambda: "pickle",
    Hashing: "other_process",
    Undescribed: "description",
    OneIdentity: "parameter n",
}
"""Each with the check that it fails."""


class Duck:
    """First n words in common."""

    def __init__(self, n: int = 1, lower: bool = False):
        self.n = n

    def matrix(self, predictions, references):
        starts = [[item.split()[: self.n] for item in items] for items in (predictions, references)]
        return np.array([[float(p == r) for r in starts[1]] for p in starts[0]])


class Drawn(Duck):
    """First word, held with a source of random numbers whose state nobody can tell."""

    def __init__(self):
        super().__init__()
        self.draw = random.Random(0)
