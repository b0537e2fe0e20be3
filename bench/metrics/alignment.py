"""The one-to-one assignment behind the set scores, and repeated items, for display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.metrics.base import FloatArray, Items
from bench.metrics.sets import REPEATED, assignment, reaches
from bench.metrics.similarity_base import Similarity


@dataclass(frozen=True)
class Alignment:
    """The matches between predicted and reference items.

    Attributes:
        matches: for each reference item the index of the matched prediction and their similarity;
            None if unmatched.
        extra: indices of the unmatched predictions.
        repeats: for each near-duplicate of an earlier prediction, the index of that one and their
            similarity.
    """

    matches: tuple[tuple[int, float] | None, ...]
    extra: tuple[int, ...]
    repeats: dict[int, tuple[int, float]]

    @property
    def groups(self) -> list[list[int]]:
        """The groups of predictions that say the same: each repeated one with its repetitions."""
        found: dict[int, list[int]] = {}
        first: dict[int, int] = {}
        for item, (earlier, _) in sorted(self.repeats.items()):
            first[item] = first.get(earlier, earlier)
            found.setdefault(first[item], [first[item]]).append(item)
        return list(found.values())


def align(
    predictions: Items,
    references: Items,
    similarity: Similarity,
    repeated_by: Similarity | None = None,
) -> Alignment:
    """The assignment behind the set scores, for display.

    Args:
        predictions: the predicted items.
        references: the reference items.
        similarity: of predicted and reference items.
        repeated_by: the similarity of predicted items; ``similarity`` by default.
    """
    matrix = similarity.matrix(predictions, references).reshape(len(predictions), len(references))
    inside = (repeated_by or similarity).matrix(predictions, predictions)
    return align_matrices(matrix, inside)


def align_matrices(matrix: FloatArray, inside: FloatArray) -> Alignment:
    """The alignment, from the similarities of predictions to references and to each other.

    A prediction repeats an earlier one as in ``near_duplicates``, at its default threshold.
    """
    matches: list[tuple[int, float] | None] = [None] * matrix.shape[1]
    rows, columns = assignment(matrix)
    taken = set()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if matrix[row, column] > 0:  # items without similarity do not match
            matches[column] = (row, float(matrix[row, column]))
            taken.add(row)
    repeats = {}
    both = np.maximum(inside, inside.T)
    for row in range(1, len(matrix)):
        nearest = int(np.argmax(both[row, :row]))
        if reaches(both[row, nearest], REPEATED):
            repeats[row] = (nearest, float(both[row, nearest]))
    extra = tuple(row for row in range(len(matrix)) if row not in taken)
    return Alignment(tuple(matches), extra, repeats)
