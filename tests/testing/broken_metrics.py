"""Metrics whose numbers break one promise each: shape, range, names, aggregation."""

from __future__ import annotations

import numpy as np

from tests.testing.sound_metrics import Share


class ShapeList(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block).tolist()


class ShapeNothing(Share):
    """Share."""

    def statistics(self, block):
        return None


class ShapeFlat(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block)[:, 0]


class ShapeRows(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block)[:1]


class ShapeMany(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block)[:2]


class ShapeText(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block).astype(str)


class ShapeRaises(Share):
    """Share."""

    def statistics(self, block):
        raise KeyError("quality")


class ShapeOfNoArticles(Share):
    """Share."""

    def statistics(self, block):
        return np.stack(list(super().statistics(block)))


class FiniteNan(Share):
    """Share."""

    def score(self, predictions, references):
        return super().score(predictions, references) or float("nan")


class FiniteInfiniteForBlanks(Share):
    """Share."""

    def score(self, predictions, references):
        return float("inf") if "" in predictions else super().score(predictions, references)


class RangeHigh(Share):
    """Share."""

    def score(self, predictions, references):
        return 100 * super().score(predictions, references)


class RangeLongItems(Share):
    """Share."""

    def score(self, predictions, references):
        odd = any(len(item) > 5000 for item in predictions)
        return -1 if odd else super().score(predictions, references)


class ScoresTooFewNames(Share):
    """Share."""

    fields = ("precision", "recall")


class ScoresSameNames(Share):
    """Share."""

    fields = ("f1", "f1")

    def statistics(self, block):
        return np.repeat(super().statistics(block), 2, axis=1)


class ScoresHeadline(Share):
    """Share."""

    def headline(self, name):
        return f"{name}.f2"


class OfSumsScalar(Share):
    """Share."""

    def of_sums(self, sums, articles):
        return np.array([float(sums.ravel()[0] / np.max(articles))])


class OfSumsElse(Share):
    """Share."""

    def of_sums(self, sums, articles):
        return 0.5 * sums / articles


class IsMeanRoot(Share):
    """Share."""

    def values(self, statistics):
        return np.sqrt(statistics)

    def of_sums(self, sums, articles):
        return np.sqrt(sums / articles)


class ScoresAsList(Share):
    """Share."""

    def values(self, statistics):
        return statistics.tolist()


class ScoresRaise(Share):
    """Share."""

    def scores(self, name):
        raise LookupError(name)


class AggregateRaises(Share):
    """Share."""

    def aggregate(self, statistics):
        raise ValueError("no weights")


class WrongFields(Share):
    """Share."""

    fields = "f1"


class WrongRange(Share):
    """Share."""

    range = (0, 1, 2)


class Unmade(Share):
    """Share."""

    def __init__(self):
        raise OSError("no word list")


def of_one_argument(predictions):
    """Number of words."""
    return float(len(predictions))


BROKEN = {
    ShapeList: "shape",
    ShapeNothing: "shape",
    ShapeFlat: "shape",
    ShapeRows: "shape",
    ShapeMany: "shape",
    ShapeText: "shape",
    ShapeRaises: "shape",
    ShapeOfNoArticles: "shape",
    FiniteNan: "finite",
    FiniteInfiniteForBlanks: "finite",
    RangeHigh: "range",
    RangeLongItems: "range",
    ScoresTooFewNames: "scores",
    ScoresSameNames: "made",
    ScoresHeadline: "made",
    OfSumsScalar: "of_sums",
    OfSumsElse: "of_sums",
    IsMeanRoot: "is_mean",
    ScoresAsList: "scores",
    ScoresRaise: "made",
    AggregateRaises: "aggregate",
}
"""Each with the check that it fails."""
