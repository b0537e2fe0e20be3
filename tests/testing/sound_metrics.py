"""Metrics that keep their contract, in every form that a metric may have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.metrics import Block, Metric


def share(predictions, references):
    """Share of the reference items that were written."""
    return len(set(predictions) & set(references)) / len(set(references))


@dataclass(frozen=True)
class Share(Metric):
    """Share of the reference items that were written."""

    def score(self, predictions, references):
        return share(predictions, references)

    def statistics(self, block: Block):
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[self.score(p, r)] for p, r in pairs], float).reshape(-1, 1)


class Duck:
    """Share of the reference items that were written."""

    def statistics(self, block):
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[share(p, r)] for p, r in pairs])  # of no articles: shape (0,)


class WithArguments(Metric):
    """Share, of items cut to some length."""

    def __init__(self, length: int = 200, lower: bool = True, mode: str = "cut"):
        object.__setattr__(self, "length", length)
        object.__setattr__(self, "lower", lower)

    def statistics(self, block):
        def cut(items):
            return [item[: vars(self)["length"]] for item in items]

        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[share(cut(p), cut(r))] for p, r in pairs])


class Logging(Share):
    """Share, and a log of how often it was computed."""

    def statistics(self, block):
        with open("metric_log.txt", "a") as log:  # noqa: PTH123
            log.write("once")
        return super().statistics(block)


class Corpus(Share):
    """Written reference items of all articles, as a share of all reference items."""

    is_mean = False
    ignores_order = True

    def statistics(self, block):
        pairs = zip(block.predictions, block.references, strict=True)
        rows = [[len(set(p) & set(r)), len(set(r))] for p, r in pairs]
        return np.array(rows, float).reshape(-1, 2)

    def values(self, statistics):
        return statistics[..., :1] / np.maximum(statistics[..., 1:], 1)

    def of_sums(self, sums, articles):
        return self.values(sums)


class Distance(Share):
    """Share of the reference items that were not written."""

    higher_is_better = False

    def score(self, predictions, references):
        return 1 - share(predictions, references)


def keeps(threshold):
    def score(predictions, references):
        """Whether enough was written."""
        return float(share(predictions, references) >= threshold)

    return score


def length(predictions, references):
    """Number of words."""
    return sum(len(item.split()) for item in predictions)


half = keeps(0.5)
length.reference_free = True
