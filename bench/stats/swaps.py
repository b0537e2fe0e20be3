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

from bench.stats.agreement import Codes, RatedItems, scaled
from bench.stats.article_grid import ArticleGrid, by_size
from bench.stats.sample import FloatArray

_DIGITS = 12  # of standardised values; smaller differences are float noise
_CELLS = 30_000_000  # of all signs that are kept
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
    pairs = list(combinations(range(len(measures)), 2))
    swaps = _swaps(len(items.people), resamples, seed)
    effects = np.zeros((len(pairs), len(items.people)))
    compared = np.zeros(len(pairs))
    for members, rows in by_size(items.article, items.articles):
        orders = _Orders(items, measures, members, rows)
        for k, (first, second) in enumerate(pairs):
            effects[k, rows], number = orders.effects(first, second)
            compared[k] += number
    effects /= np.maximum(compared, 1)[:, None]
    return _tested(pairs, effects.sum(axis=1), (swaps @ effects.T).T)


class _Orders:
    """How measures order the items of each article, of some articles."""

    def __init__(
        self, items: RatedItems, measures: FloatArray, members: Codes, rows: Codes
    ) -> None:
        article = np.searchsorted(members, items.article[rows])
        self._grid = ArticleGrid(article, items.system[rows], len(members))
        self._people = self._grid.signs(scaled(items.people)[rows])
        self._measures, self._rows, self._known = measures, rows, ~np.isnan(measures)
        self._kept: dict[tuple[int, bytes], tuple[FloatArray, FloatArray]] = {}

    def effects(self, first: int, second: int) -> tuple[FloatArray, float]:
        """What each item adds to the difference of the accuracies, times the number of pairs.

        If the values of the item are swapped, it adds the negative.

        Returns:
            Shape (items of these articles,), and how many pairs are compared.
        """
        both = self._known[first] & self._known[second]
        wanted = self._people
        if not both.all():
            kept = self._grid.padded(both[self._rows].astype(np.float64))
            wanted = wanted * kept[:, :, None] * kept[:, None, :]
        (x, alike), (y, other) = self._signs(first, both), self._signs(second, both)
        across = np.sign(x[:, :, None] - y[:, None, :])
        swapped = np.swapaxes(across, 1, 2)  # signs of y less x are those of x less y, negated
        pairs = float(np.abs(wanted).sum()) / 2
        found = (wanted * (alike - other + across + swapped)).sum(axis=2) / 4
        return self._grid.items(found), pairs

    def _signs(self, measure: int, kept: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
        """The standardised values of a measure by article, and the signs of their differences."""
        key = measure, kept.tobytes()
        if key in self._kept:
            return self._kept[key]
        values = _standardised(self._measures[measure], kept)
        table = self._grid.padded(values[self._rows])
        found = table, np.sign(table[:, :, None] - table[:, None, :])
        if self._people.size * (len(self._kept) + 1) <= _CELLS:
            self._kept[key] = found
        return found


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
        self._people_signs: dict[bytes, tuple[FloatArray, NDArray[np.bool_]]] = {}

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
        people, known = self._of_people(kept)
        own = self._signs(means, known)
        untied = np.abs(own).sum(axis=1) * np.abs(people).sum()
        found = (own @ people[0]) / np.sqrt(np.where(untied > 0, untied, 1.0))
        return np.asarray(found, np.float64)

    def _of_people(self, kept: NDArray[np.bool_]) -> tuple[FloatArray, NDArray[np.bool_]]:
        """The signs of people's means, and which systems have items."""
        key = kept.tobytes()
        if key not in self._people_signs:
            shares = _shares(self._items, kept)
            known = np.asarray((shares > 0).any(axis=0), np.bool_)
            signs = self._signs((self._people @ shares)[None], known)
            self._people_signs[key] = signs, known
        return self._people_signs[key]

    def _signs(self, means: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
        """Signs of the differences of systems that have items, shape (draws, pairs)."""
        rounded, (rows, columns) = np.round(means, _DIGITS_OF_MEANS), self._upper
        signs = np.sign(rounded[:, rows] - rounded[:, columns])
        if not known.all():
            signs *= known[rows] & known[columns]
        return np.asarray(signs, np.float64)


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
