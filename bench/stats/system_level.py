"""Correlations over the means of systems, under weights of articles and of systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray

FEWEST_SYSTEMS = 3
"""Systems from which a correlation says anything; two always correlate by 1 or -1."""
_DIGITS = 10  # of means; fewer than of the values, whose rounding errors add up


class SystemCells:
    """Which systems have items of which articles; items of one system and article are averaged.

    Args:
        article: the article of each item.
        system: the system of each item.
        shape: how many articles and systems there are.
    """

    def __init__(
        self, article: NDArray[np.intp], system: NDArray[np.intp], shape: tuple[int, int]
    ) -> None:
        self._at = (article, system)
        counts = self._summed(np.ones(len(article)), shape)
        self._counts = np.maximum(counts, 1)
        self.present = (counts > 0).astype(np.float64)

    def _summed(self, values: FloatArray, shape: tuple[int, int]) -> FloatArray:
        table = np.zeros(shape)
        np.add.at(table, self._at, values)
        return table

    def averaged(self, values: FloatArray) -> FloatArray:
        """The mean of the items of each article and system, 0 where there are none."""
        table = self._summed(values, (self.present.shape[0], self.present.shape[1]))
        return np.asarray(table / self._counts, np.float64)


class SystemMeans:
    """Means of systems over articles, by people's values and by measures.

    Args:
        cells: which items belong together.
        people: people's value of each item, of at most 1.
        measures: the values of each measure, of at most 1.
    """

    def __init__(
        self, cells: SystemCells, people: FloatArray, measures: Sequence[FloatArray]
    ) -> None:
        self._cells = cells
        self._people = cells.averaged(people)
        self._measures = [cells.averaged(values) for values in measures]

    def correlations(
        self, articles: FloatArray, systems: FloatArray
    ) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
        """Pearson's and Spearman's correlation and Kendall's tau-b of each measure.

        Args:
            articles: how often each article is drawn, shape (draws, articles) or (1, articles).
            systems: how often each system is drawn, shape (draws, systems) or (1, systems).

        Returns:
            For each measure three arrays of shape (draws,); NaN where a side does not vary, and
            with fewer than three systems.
        """
        counted = articles @ self._cells.present
        known = counted > 0
        weights = systems * known
        several = (self._cells.present.sum(axis=0) > 0).sum() >= FEWEST_SYSTEMS
        people = _Side(_means(articles @ self._people, counted), weights)
        for table in self._measures:
            own = _Side(_means(articles @ table, counted), weights)
            defined = (own.untied > 0) & (people.untied > 0) & several
            found = (
                _correlation(own.means, people.means, weights, defined),
                _correlation(own.ranks, people.ranks, weights, defined),
                _pairs(own.signs * people.signs, weights)
                / np.sqrt(np.where(defined, own.untied * people.untied, 1.0)),
            )
            pearson, spearman, kendall = (np.where(defined, one, np.nan) for one in found)
            yield pearson, spearman, kendall


class _Side:
    """The means of systems under each draw, and what rank correlations need of them."""

    def __init__(self, means: FloatArray, weights: FloatArray) -> None:
        self.means = means
        self.signs = np.sign(means[:, :, None] - means[:, None, :])
        self.untied = _pairs(np.abs(self.signs), weights)
        self.ranks = (self.signs @ weights[:, :, None])[:, :, 0]


def _means(sums: FloatArray, counted: FloatArray) -> FloatArray:
    return np.asarray(np.round(sums / np.where(counted > 0, counted, 1.0), _DIGITS), np.float64)


def _pairs(table: FloatArray, weights: FloatArray) -> FloatArray:
    columns = weights[:, :, None]
    return np.asarray((weights * (table @ columns)[:, :, 0]).sum(axis=1) / 2, np.float64)


def _correlation(
    first: FloatArray, second: FloatArray, weights: FloatArray, defined: NDArray[np.bool_]
) -> FloatArray:
    total = np.where(defined, weights.sum(axis=1), 1.0)[:, None]
    own = first - (weights * first).sum(axis=1, keepdims=True) / total
    other = second - (weights * second).sum(axis=1, keepdims=True) / total
    squares = [(weights * side**2).sum(axis=1) for side in (own, other)]
    root = np.sqrt(np.where(defined, squares[0], 1.0)) * np.sqrt(np.where(defined, squares[1], 1.0))
    cross = (weights * own * other).sum(axis=1) / np.where(root > 0, root, 1.0)
    return np.asarray(np.clip(cross, -1, 1), np.float64)
