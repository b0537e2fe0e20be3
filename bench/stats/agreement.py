"""How far measures order items and systems as people do, and resamples of that.

Everything but the correlations over systems follows from sums within each article, which depend on
how often each system is drawn; the articles are then weighted by how often they are. What is drawn
twice is weighted twice and never copied, so that thousands of resamples take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.article_grid import ArticleGrid, by_size
from bench.stats.sample import FloatArray
from bench.stats.system_level import SystemCells, SystemMeans
from bench.stats.two_way import TwoWayDraws
from bench.stats.within_articles import (
    MeasureValues,
    PeopleValues,
    WithinArticles,
    joined,
    of_articles,
)

Codes = NDArray[np.intp]
RESAMPLED = ("both", "articles", "systems")
"""What is resampled: articles and systems together, or one of them."""
SYSTEM_LEVEL = ("system.pearson", "system.spearman", "system.kendall")
_CELLS = 1_000_000  # of an array of draws
_SIGNIFICANT = 14  # digits of the largest value; smaller differences are float noise, and ties
_NOISE = 1e-13
_DIGITS = 12  # of scaled values


@dataclass(frozen=True, eq=False)
class RatedItems:
    """Items with people's value, shape (items,) each, without missing values.

    Attributes:
        article: the article of each item, 0 to articles - 1.
        system: the system of each item, 0 to systems - 1.
        people: people's value.
        length: what is controlled for; None if it is not known.
        articles: how many articles there are, with those without an item.
        systems: how many systems there are, likewise.
    """

    article: Codes
    system: Codes
    people: FloatArray
    length: FloatArray | None
    articles: int
    systems: int


class _SizeGroup:
    """Articles with about as many items each."""

    def __init__(  # noqa: PLR0913, PLR0917 - all items, and which of them
        self,
        items: RatedItems,
        people: FloatArray,
        length: FloatArray | None,
        measures: Sequence[FloatArray],
        members: Codes,
        rows: Codes,
    ) -> None:
        article = np.searchsorted(members, items.article[rows])
        grid = ArticleGrid(article, items.system[rows], len(members))
        own = None if length is None else length[rows]
        self.people = PeopleValues(grid, people[rows], own)
        self.measures = [MeasureValues(self.people, values[rows]) for values in measures]

    def under(self, systems: FloatArray) -> list[WithinArticles]:
        """The sums of each measure, under weights of systems."""
        people = self.people.under(systems)
        return [measure.under(people) for measure in self.measures]


class Agreement:
    """The agreement of measures with people, and its resamples.

    By name: ``system.pearson``, ``system.spearman`` and ``system.kendall`` (tau-b) over the means
    of systems; ``accuracy`` over pairs of items of one article that people did not tie; ``pooled``,
    Pearson's correlation over all items; ``length_controlled``, the partial correlation within
    articles given the length; ``within.pearson``, ``within.spearman`` and ``within.kendall``, means
    over the articles in which neither side is constant. Values are NaN where undefined.

    Args:
        items: the items.
        measures: the values of each measure, shape (measures, items).
    """

    def __init__(self, items: RatedItems, measures: FloatArray) -> None:
        self._items = items
        people = scaled(items.people)
        length = None if items.length is None else scaled(items.length)
        own = [scaled(values) for values in measures]
        groups = by_size(items.article, items.articles)
        self._order = np.concatenate([np.zeros(0, np.intp), *(members for members, _ in groups)])
        self._parts = [_SizeGroup(items, people, length, own, *group) for group in groups]
        cells = SystemCells(items.article, items.system, (items.articles, items.systems))
        self._means = SystemMeans(cells, people, own)
        self._size = len(own)

    @property
    def pairs(self) -> int:
        """How many pairs of items of one article people did not tie."""
        return round(sum(float(part.people.untied.sum()) for part in self._parts) / 2)

    @property
    def articles(self) -> list[int]:
        """In how many articles both a measure and people's values vary."""
        return [sum(part.measures[m].varying for part in self._parts) for m in range(self._size)]

    def values(self) -> list[dict[str, float]]:
        """The agreement of each measure by name."""
        every_article, every_system = self._everything()
        within = self._within(every_system)
        return [
            {name: float(value[0]) for name, value in found.items()}
            for found in self._together(every_article, every_system, within)
        ]

    def draws(self, draws: TwoWayDraws) -> list[dict[str, dict[str, FloatArray]]]:
        """The agreement of each measure under each draw.

        Returns:
            For each measure, by what is resampled and by name, shape (draws,).
        """
        every_article, every_system = self._everything()
        unweighted = self._within(every_system)
        parts: list[dict[str, list[dict[str, FloatArray]]]] = [
            {kind: [] for kind in RESAMPLED} for _ in range(self._size)
        ]
        for block in self._blocks(len(draws.articles)):
            articles, systems = draws.articles[block], draws.systems[block]
            within = self._within(systems)
            for kind, weights, own, sums in (
                ("both", articles, systems, within),
                ("articles", articles, every_system, unweighted),
                ("systems", every_article, systems, within),
            ):
                for part, found in zip(parts, self._together(weights, own, sums), strict=True):
                    part[kind].append(found)
        return [
            {
                kind: {name: np.concatenate([one[name] for one in found]) for name in found[0]}
                for kind, found in part.items()
            }
            for part in parts
        ]

    def _within(self, systems: FloatArray) -> list[WithinArticles]:
        """The sums within articles of each measure, under weights of systems."""
        found = [part.under(systems) for part in self._parts]
        return [joined(of_measure) for of_measure in zip(*found, strict=True)]

    def _together(
        self, articles: FloatArray, systems: FloatArray, within: Sequence[WithinArticles]
    ) -> list[dict[str, FloatArray]]:
        over_systems = self._means.correlations(articles, systems)
        weights = articles[:, self._order]
        return [
            {**dict(zip(SYSTEM_LEVEL, over, strict=True)), **of_articles(sums, weights)}
            for over, sums in zip(over_systems, within, strict=True)
        ]

    def _everything(self) -> tuple[FloatArray, FloatArray]:
        return np.ones((1, self._items.articles)), np.ones((1, self._items.systems))

    def _blocks(self, resamples: int) -> Iterator[slice]:
        padded = sum(part.people.grid.cells for part in self._parts)
        cells = max(padded * self._size // 4, self._items.systems**2, 1)
        step = max(1, _CELLS // cells)
        return (slice(start, start + step) for start in range(0, resamples, step))


def scaled(values: FloatArray) -> FloatArray:
    """Values centred and scaled to at most 1, rounded so that no difference is float noise."""
    if not values.size:
        return values
    exact = np.round(values / (float(np.abs(values).max()) or 1.0), _SIGNIFICANT)
    centred = exact - exact.mean()
    largest = float(np.abs(centred).max())
    if largest <= _NOISE:
        return np.zeros(len(values))
    return np.asarray(np.round(centred / largest, _DIGITS), np.float64)
