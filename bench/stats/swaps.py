"""Does one measure agree with people better than another? Tests by swapping their values.

PERM-BOTH of Deutsch, Dror and Roth (2021): under the null hypothesis the standardised values of two
measures are exchangeable for each item, so that they are swapped at random. The accuracy on pairs
of one article is linear in the signs of the swaps, so that no pair is looked at twice. All pairs of
measures are one family, corrected by step-down max-T over the shared swaps (Westfall and Young
1993).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bench.stats.agreement import RatedItems, scaled
from bench.stats.sample import FloatArray
from bench.stats.within_articles import ArticleGrid

_DIGITS = 12  # of standardised values; smaller differences are float noise
_DIGITS_OF_MEANS = 10  # fewer, since rounding errors add up


@dataclass(frozen=True)
class SwapTest:
    """The difference of the agreement of two measures.

    Attributes:
        first, second: the indices of the measures.
        difference: the agreement of the first less that of the second.
        p_value: two-sided, not corrected.
        p_adjusted: corrected for all pairs of measures.
    """

    first: int
    second: int
    difference: float
    p_value: float
    p_adjusted: float


def accuracy_swaps(
    items: RatedItems, measures: FloatArray, resamples: int, seed: int
) -> list[SwapTest]:
    """Test the accuracy on pairs of items of one article that people did not tie.

    Args:
        items: the items.
        measures: shape (measures, items); NaN where a measure has no value. Two measures are
            compared on the items that both have.
        resamples: how often all items are swapped at random.
        seed: any integer; 0 is a seed.
    """
    grid = ArticleGrid(items.article, items.system, items.articles)
    people = grid.signs(scaled(items.people))
    pairs = list(combinations(range(len(measures)), 2))
    swaps = _swaps(len(items.people), resamples, seed)
    effects = np.zeros((len(pairs), len(items.people)))
    for k, (first, second) in enumerate(pairs):
        effects[k] = _effects(grid, people, measures[first], measures[second])
    return _tested(pairs, effects.sum(axis=1), (swaps @ effects.T).T)


def system_swaps(
    items: RatedItems, measures: FloatArray, resamples: int, seed: int
) -> list[SwapTest]:
    """Test Kendall's tau-b over the means of systems; arguments as for ``accuracy_swaps``."""
    pairs = list(combinations(range(len(measures)), 2))
    means = _SwappedMeans(items, measures, _swaps(len(items.people), resamples, seed))
    differences = np.zeros(len(pairs))
    drawn = np.zeros((len(pairs), resamples))
    for k, (first, second) in enumerate(pairs):
        both = ~np.isnan(measures[first]) & ~np.isnan(measures[second])
        (x, x_change), (y, y_change) = means.of(first, both), means.of(second, both)
        middle, change = (x + y) / 2, (x_change - y_change) / 2
        own = means.taus(middle + change, both)
        other = means.taus(middle - change, both)
        differences[k], drawn[k] = (own - other)[0], (own - other)[1:]
    return _tested(pairs, differences, drawn)


class _SwappedMeans:
    """Means of systems, as they are and with the signs of the swaps."""

    def __init__(self, items: RatedItems, measures: FloatArray, swaps: FloatArray) -> None:
        self._items, self._measures = items, measures
        self._people = scaled(items.people)
        self._swaps = np.concatenate([np.ones((1, swaps.shape[1])), swaps])
        self._upper = np.triu_indices(items.systems, 1)
        self._known: dict[tuple[int, bytes], tuple[FloatArray, FloatArray]] = {}

    def of(self, measure: int, kept: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
        """The means of a measure, shape (systems,), and signed, shape (1 + swaps, systems)."""
        key = measure, kept.tobytes()
        if key not in self._known:
            parts = _standardised(self._measures[measure], kept)[:, None]
            parts = parts * _shares(self._items, kept)
            self._known[key] = parts.sum(axis=0), self._swaps @ parts
        return self._known[key]

    def taus(self, means: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
        """Kendall's tau-b of means with those of people, shape (1 + swaps,); 0 if undefined."""
        shares = _shares(self._items, kept)
        known = np.asarray((shares > 0).any(axis=0), np.bool_)
        own = self._signs(means, known)
        people = self._signs((self._people @ shares)[None], known)
        untied = np.abs(own).sum(axis=1) * np.abs(people).sum()
        found = (own @ people[0]) / np.sqrt(np.where(untied > 0, untied, 1.0))
        return np.asarray(found, np.float64)

    def _signs(self, means: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
        """Signs of the differences of systems that have items, shape (draws, pairs)."""
        rounded, (rows, columns) = np.round(means, _DIGITS_OF_MEANS), self._upper
        signs = np.sign(rounded[:, rows] - rounded[:, columns])
        return np.asarray(signs * (known[rows] & known[columns]), np.float64)


def _swaps(items: int, resamples: int, seed: int) -> FloatArray:
    """1 where an item keeps its values and -1 where they are swapped, shape (resamples, items)."""
    generator = np.random.default_rng(seed % 2**64)
    return np.asarray(generator.integers(0, 2, (resamples, items)) * 2.0 - 1.0, np.float64)


def _standardised(values: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    """Values with mean 0 and variance 1 over the kept items, 0 for the others."""
    known = scaled(values[kept])
    centred = known - known.mean() if known.size else known
    spread = float(np.sqrt((centred**2).mean())) if known.size else 0.0
    standardised = np.zeros(len(values))
    standardised[kept] = np.round(centred / spread, _DIGITS) if spread > 0 else 0.0
    return standardised


def _effects(
    grid: ArticleGrid, people: FloatArray, first: FloatArray, second: FloatArray
) -> FloatArray:
    """What each item adds to the difference of the accuracies; its negative if it is swapped."""
    both = ~np.isnan(first) & ~np.isnan(second)
    kept = grid.padded(both.astype(np.float64))
    wanted = people * kept[:, :, None] * kept[:, None, :]
    x, y = (grid.padded(_standardised(values, both)) for values in (first, second))

    def signs(rows: FloatArray, columns: FloatArray) -> FloatArray:
        return np.asarray(np.sign(rows[:, :, None] - columns[:, None, :]), np.float64)

    alike = signs(x, x) - signs(y, y)
    across = signs(x, y) - signs(y, x)
    pairs = float(np.abs(wanted).sum()) / 2
    found = (wanted * (alike + across)).sum(axis=2) / 4 / max(pairs, 1.0)
    return grid.items(found)


def _shares(items: RatedItems, kept: NDArray[np.bool_]) -> FloatArray:
    """The share of each item in the mean of its system, shape (items, systems)."""
    cells = items.article * items.systems + items.system
    counts = np.bincount(cells[kept], minlength=items.articles * items.systems)
    articles = (counts.reshape(items.articles, items.systems) > 0).sum(axis=0)
    shares = np.zeros((len(kept), items.systems))
    rows = np.flatnonzero(kept)
    systems = items.system[rows]
    shares[rows, systems] = 1 / (counts[cells[rows]] * articles[systems])
    return shares


def _tested(
    pairs: Sequence[tuple[int, int]], differences: FloatArray, drawn: FloatArray
) -> list[SwapTest]:
    """Two-sided p-values, in which the observed difference counts as one of the draws."""
    resamples = drawn.shape[1] if drawn.size else 0
    spread = np.sqrt((drawn**2).mean(axis=1)) if resamples else np.zeros(len(pairs))
    scale = np.where(spread > 0, spread, 1.0)
    observed = np.abs(differences) / scale
    sizes = np.abs(drawn) / scale[:, None]
    least = observed * (1 - 1e-9)
    alone = (1 + (sizes >= least[:, None]).sum(axis=1)) / (1 + resamples)
    adjusted = np.ones(len(pairs))
    highest, worst = np.zeros(resamples), []
    for k in np.argsort(observed, kind="stable"):
        highest = np.maximum(highest, sizes[k])
        adjusted[k] = (1 + np.count_nonzero(highest >= least[k])) / (1 + resamples)
        worst.append(k)
    running = 0.0
    for k in reversed(worst):
        running = max(running, float(adjusted[k]))
        adjusted[k] = running
    return [*_results(pairs, differences, alone, np.maximum(adjusted, alone))]


def _results(
    pairs: Sequence[tuple[int, int]], differences: FloatArray, alone: FloatArray, all_: FloatArray
) -> Iterator[SwapTest]:
    for k, (first, second) in enumerate(pairs):
        yield SwapTest(first, second, float(differences[k]), float(alone[k]), float(all_[k]))
