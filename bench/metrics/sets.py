"""Set metrics: compare two lists of items by the similarity of their items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bench.component import Identity, identify
from bench.metrics.base import Block, FloatArray, Items, Metric, f1_score
from bench.metrics.similarity import Similarity, checked_matrices, similarity_named
from bench.text.bleu_tokens import BleuTokenizer
from bench.text.pairs import PAIRS
from bench.text.tokens import TokenizerName

Duplicates = Literal["keep", "drop"]
PASSED_ON = ("tokenizer", "stemmer", "beta", "tokenize")
"""Parameters of a set metric that are passed on to its similarity."""
REPEATED = 0.7
"""The similarity from which two items are near-duplicates, by default."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SetMetric(Metric):
    """Base class of metrics over the pairwise similarities of items.

    Attributes:
        similarity: a name from ``bench list similarities``, or a mapping with ``use`` and
            parameters.
        tokenizer: passed on to a similarity with this parameter.
        stemmer: passed on to a similarity with this parameter.
        beta: passed on to an F-score similarity: the weight of recall relative to precision.
        duplicates: whether verbatim duplicates among the predictions count; Ray Chowdhury et al.
            drop them.
        tokenize: passed on to the similarity ``bleu``: the tokenizer of sacrebleu.
    """

    similarity: Any = "rougeL"
    tokenizer: TokenizerName | None = None
    stemmer: bool | None = None
    beta: float | None = None
    duplicates: Duplicates = "keep"
    tokenize: BleuTokenizer | None = None

    def __post_init__(self) -> None:
        given = {key: getattr(self, key) for key in PASSED_ON}
        said: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        object.__setattr__(self, "similarity", similarity_named(self.similarity, **said))
        for key in said:  # they are the similarity's from now on
            object.__setattr__(self, key, None)

    @property
    def measure(self) -> Similarity:
        """The similarity."""
        similarity: Similarity = self.similarity
        return similarity

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers of the similarity, which may ignore ``tokenizer`` (``chrf``)."""
        return self.measure.tokenizers

    @cached_property
    def identity(self) -> Identity:
        return identify(self, self.name, after=["agg:mean"], without=PASSED_ON)

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        """The similarity matrix of each article, computed once for all metrics that share it."""

        def compare() -> list[FloatArray]:
            if self.duplicates == "keep":
                return checked_matrices(self.measure, block, inside=inside)
            distinct = [list(dict.fromkeys(items)) for items in block.predictions]
            once_each = Block(distinct, block.references, block.texts, block.encoders)
            return checked_matrices(self.measure, once_each, inside=inside)

        identity = self.measure.identity
        which = id(self.measure) if identity.unknown else identity.text
        return block.once(("similarities", which, self.duplicates, inside), compare)


@dataclass(frozen=True)
class OneToOne(SetMetric):
    """Scores of the one-to-one assignment that maximises the summed similarity."""

    description = "each item matched with one reference item at most, as well as possible"
    source = "Ray Chowdhury, Mahata and Caragea 2022"
    ignores_order = True
    fields = ("precision", "recall", "f1")

    @property
    def name(self) -> str:
        return f"set_{self.measure.name}"

    def statistics(self, block: Block) -> FloatArray:
        def totals(matrix: FloatArray) -> tuple[float, float]:
            total = float(matrix[assignment(matrix)].sum())
            return total / matrix.shape[0], total / matrix.shape[1]

        return _with_f1(_per_article(totals, self.matrices(block), width=2))


@dataclass(frozen=True)
class Greedy(SetMetric):
    """Matches every item with its best counterpart, which may be used repeatedly."""

    description = "each item with its nearest counterpart; blind to repetition, never the headline"
    source = "the form of BERTScore (Zhang et al. 2020) and of lmqg's QAAligned score"
    ignores_order = True
    fields = ("precision", "recall", "f1")

    @property
    def name(self) -> str:
        return f"greedy_{self.measure.name}"

    def statistics(self, block: Block) -> FloatArray:
        def best(matrix: FloatArray) -> tuple[float, float]:
            return float(matrix.max(axis=1).mean()), float(matrix.max(axis=0).mean())

        return _with_f1(_per_article(best, self.matrices(block), width=2))


@dataclass(frozen=True)
class Coverage(SetMetric):
    """Share of the reference items whose assigned match has a similarity of at least ``at``.

    Attributes:
        at: the minimum similarity.
    """

    description = "share of reference items matched one-to-one with at least this similarity"
    source = "this project, over the assignment of the set scores"

    at: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_threshold(self.at)

    @property
    def name(self) -> str:
        return _qualified(f"coverage@{self.at:g}", self.measure.name)

    def statistics(self, block: Block) -> FloatArray:
        def covered(matrix: FloatArray) -> tuple[float]:
            reached = [reaches(similarity, self.at) for similarity in matrix[assignment(matrix)]]
            return (float(sum(reached)) / matrix.shape[1],)

        return _per_article(covered, self.matrices(block), width=1)


@dataclass(frozen=True)
class BestOfFirst(SetMetric):
    """Mean similarity of the best match among the first ``n`` predictions.

    Attributes:
        n: the number of predictions that count.
    """

    description = "best match of each reference item among the first n predictions (MAP@N)"
    source = "Xu et al. 2022 (FairytaleQA)"

    n: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return _qualified(f"map@{self.n}", self.measure.name)

    def statistics(self, block: Block) -> FloatArray:
        def best(matrix: FloatArray) -> tuple[float]:
            return (float(matrix[: self.n].max(axis=0).mean()),)

        return _per_article(best, self.matrices(block), width=1)


@dataclass(frozen=True)
class NearDuplicates(SetMetric):
    """Share of the pairs of predicted items that are near-duplicates.

    Where a similarity depends on which item comes first (``chrf``), the greater one counts.

    Attributes:
        at: the minimum similarity of near-duplicates.
    """

    description = "share of pairs of predicted items that are nearly the same (by default s >= 0.7)"
    source = "this project"
    higher_is_better = False
    reference_free = True
    ignores_order = True

    at: float = REPEATED

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_threshold(self.at)
        if not self.measure.is_symmetric:  # version 1 compared in one direction only
            object.__setattr__(self, "version", 2)

    @property
    def name(self) -> str:
        return _qualified("near_duplicates", self.measure.name)

    def statistics(self, block: Block) -> FloatArray:
        if all(len(items) ** 2 <= PAIRS for items in block.predictions):
            matrices = self.matrices(block, inside=True)
            both = [np.maximum(matrix, matrix.T) for matrix in matrices]
            return np.array([[_share(self._alike(m, 0), len(m))] for m in both]).reshape(-1, 1)
        return np.array([[self._rate(items, block)] for items in block.predictions])

    def _rate(self, items: Items, block: Block) -> float:
        """The share for one list, computed in blocks of rows."""
        kept = list(items) if self.duplicates == "keep" else list(dict.fromkeys(items))
        step = max(1, PAIRS // max(1, len(kept)))
        alike = 0
        for start in range(0, len(kept), step):
            rows = kept[start : start + step]
            matrix = self._compared(rows, kept, block)
            if not self.measure.is_symmetric:
                matrix = np.maximum(matrix, self._compared(kept, rows, block).T)
            alike += self._alike(matrix, start)
        return _share(alike, len(kept))

    def _compared(self, rows: Items, columns: Items, block: Block) -> FloatArray:
        (matrix,) = checked_matrices(self.measure, Block([rows], [columns], None, block.encoders))
        return matrix

    def _alike(self, rows: FloatArray, first: int) -> int:
        """The number of near-duplicate pairs in these rows of a matrix."""
        later = np.arange(rows.shape[1]) > np.arange(first, first + len(rows))[:, None]
        return int(np.count_nonzero(later & (rows >= self.at - _ROUNDING)))


def reaches(similarity: float, threshold: float) -> bool:
    """Whether the similarity is at least the threshold, up to rounding."""
    return similarity >= threshold - _ROUNDING


def assignment(matrix: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the one-to-one assignment with the greatest summed similarity."""
    rows, columns = _solver()(matrix, maximize=True)
    return rows, columns


@cache
def _solver() -> Any:
    """``scipy.optimize.linear_sum_assignment``.

    Its compiled module is loaded by itself where it is in its place: the whole of
    ``scipy.optimize`` takes a third of a second to import.
    """
    package = find_spec("scipy")
    locations = (package and package.submodule_search_locations) or ()
    folders = [f"{folder}/optimize" for folder in locations]
    found = PathFinder.find_spec("_lsap", folders)
    if found is not None and found.loader is not None:
        module = module_from_spec(found)
        found.loader.exec_module(module)
        if hasattr(module, "linear_sum_assignment"):
            return module.linear_sum_assignment
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment


def _check_threshold(at: float) -> None:
    if not 0 < at <= 1:
        raise ValueError(f"at must be above 0 and at most 1, not {at:g}")


def _share(alike: int, items: int) -> float:
    """The share of near-duplicates among all pairs of items."""
    return alike / (items * (items - 1) / 2) if items > 1 else 0.0


def _qualified(name: str, similarity: str) -> str:
    return name if similarity == "rougeL" else f"{name}_{similarity}"


def _per_article(
    score: Callable[[FloatArray], tuple[float, ...]], matrices: Sequence[FloatArray], width: int
) -> FloatArray:
    rows = [score(matrix) if matrix.size else (0.0,) * width for matrix in matrices]
    return np.array(rows, dtype=float).reshape(len(rows), width)


def _with_f1(rates: FloatArray) -> FloatArray:
    return np.column_stack([rates, f1_score(rates[:, 0], rates[:, 1])])
