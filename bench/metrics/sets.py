"""Two lists of items compared as sets: which item stands for which, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric, harmonic_mean
from bench.metrics.rouge import RougeSimilarity
from bench.text.tokens import TokenizerName

_ROUNDING = 1e-12  # a similarity of exactly t must reach t however its F1 was rounded


@dataclass(frozen=True)
class SetMetric(Metric):
    """Base of the metrics over the ROUGE-L similarity of every item with every other."""

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    @property
    def similarity(self) -> RougeSimilarity:
        """The similarity of two items."""
        return RougeSimilarity("rougeL", self.tokenizer, self.stemmer)


@dataclass(frozen=True)
class OneToOne(SetMetric):
    """Scores of the one-to-one assignment that maximises the summed similarity."""

    name = "set_rougeL"
    description = "each item matched with one reference item at most, as well as possible (ROUGE-L)"
    source = "Ray Chowdhury, Mahata and Caragea 2022"
    fields = ("precision", "recall", "f1")

    def statistics(self, block: Block) -> FloatArray:
        return _per_article(_one_to_one, block.similarities(self.similarity))


@dataclass(frozen=True)
class Greedy(SetMetric):
    """Every item with its best counterpart, however often that one was taken."""

    name = "greedy_rougeL"
    description = "each item with its nearest counterpart; blind to repetition (ROUGE-L)"
    source = "the form of BERTScore (Zhang et al. 2020) and of lmqg's QAAligned score"
    fields = ("precision", "recall", "f1")

    def statistics(self, block: Block) -> FloatArray:
        return _per_article(_greedy, block.similarities(self.similarity))


@dataclass(frozen=True)
class Coverage(SetMetric):
    """Share of the reference items whose assigned match is at least ``at`` alike."""

    description = "share of reference items matched one-to-one with at least this similarity"
    source = "this project, over the assignment of set_rougeL"

    at: float = 0.5

    @property
    def name(self) -> str:
        return f"coverage@{self.at:g}"

    def statistics(self, block: Block) -> FloatArray:
        def covered(matrix: FloatArray) -> tuple[float]:
            reached = matrix[assignment(matrix)] >= self.at - _ROUNDING
            return (float(np.count_nonzero(reached)) / matrix.shape[1],)

        return _per_article(covered, block.similarities(self.similarity), width=1)


@dataclass(frozen=True)
class NearDuplicates(SetMetric):
    """Share of the pairs of predicted items that say nearly the same."""

    name = "near_duplicates"
    description = "share of pairs of predicted items that are nearly the same (ROUGE-L >= 0.7)"
    source = "this project"
    higher_is_better = False

    at: float = 0.7

    def statistics(self, block: Block) -> FloatArray:
        def rate(matrix: FloatArray) -> tuple[float]:
            pairs = matrix[np.triu_indices(len(matrix), k=1)]
            alike = np.count_nonzero(pairs >= self.at - _ROUNDING)
            return (float(alike) / len(pairs) if len(pairs) else 0.0,)

        return _per_article(rate, block.similarities(self.similarity, inside=True), width=1)


@dataclass(frozen=True)
class Alignment:
    """Which predicted item was matched with which reference item.

    Attributes:
        matches: for each reference item the index of its prediction and their similarity, or None
            where no prediction was left for it.
        extra: indices of the predictions that were matched with nothing.
        repeats: for each prediction that is nearly the same as an earlier one, that one's index
            and their similarity.
    """

    matches: tuple[tuple[int, float] | None, ...]
    extra: tuple[int, ...]
    repeats: dict[int, tuple[int, float]]


def assignment(matrix: FloatArray) -> tuple[Sequence[int], Sequence[int]]:
    """Rows and columns of the one-to-one assignment with the greatest summed similarity."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return rows, columns


def align(
    predictions: Items, references: Items, similarity: RougeSimilarity, repeated_at: float = 0.7
) -> Alignment:
    """The assignment behind ``set_rougeL``, for people to look at."""
    matrix = similarity.matrix(predictions, references)
    matches: list[tuple[int, float] | None] = [None] * len(references)
    rows, columns = assignment(matrix)
    for row, column in zip(rows, columns, strict=True):
        matches[column] = (int(row), float(matrix[row, column]))
    taken = {int(row) for row in rows}
    inside = similarity.matrix(predictions, predictions)
    repeats = {}
    for row in range(1, len(predictions)):
        nearest = int(np.argmax(inside[row, :row]))
        if inside[row, nearest] >= repeated_at - _ROUNDING:
            repeats[row] = (nearest, float(inside[row, nearest]))
    extra = tuple(row for row in range(len(predictions)) if row not in taken)
    return Alignment(tuple(matches), extra, repeats)


def _one_to_one(matrix: FloatArray) -> tuple[float, float, float]:
    total = float(matrix[assignment(matrix)].sum())
    precision, recall = total / matrix.shape[0], total / matrix.shape[1]
    return precision, recall, harmonic_mean(precision, recall)


def _greedy(matrix: FloatArray) -> tuple[float, float, float]:
    precision, recall = float(matrix.max(axis=1).mean()), float(matrix.max(axis=0).mean())
    return precision, recall, harmonic_mean(precision, recall)


def _per_article(score, matrices, width: int = 3) -> FloatArray:  # type: ignore[no-untyped-def]
    rows = [score(matrix) if matrix.size else (0.0,) * width for matrix in matrices]
    return np.array(rows, dtype=float).reshape(len(rows), width)
