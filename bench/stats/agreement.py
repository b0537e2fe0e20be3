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

from bench.stats.sample import FloatArray
from bench.stats.system_level import SystemCells, SystemMeans
from bench.stats.two_way import TwoWayDraws
from bench.stats.within_articles import (
    ArticleGrid,
    MeasureValues,
    PeopleValues,
    WithinArticles,
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
        self._grid = ArticleGrid(items.article, items.system, items.articles)
        people, length = scaled(items.people), items.length
        self._people = PeopleValues(self._grid, people, None if length is None else scaled(length))
        own = [scaled(values) for values in measures]
        self._measures = [MeasureValues(self._people, values) for values in own]
        cells = SystemCells(items.article, items.system, (items.articles, items.systems))
        self._means = SystemMeans(cells, people, own)

    @property
    def pairs(self) -> int:
        """How many pairs of items of one article people did not tie."""
        return round(float(self._people.untied.sum()) / 2)

    @property
    def articles(self) -> list[int]:
        """In how many articles both a measure and people's values vary."""
        return [measure.varying for measure in self._measures]

    def values(self) -> list[dict[str, float]]:
        """The agreement of each measure by name."""
        every_article, every_system = self._everything()
        people = self._people.under(every_system)
        within = [measure.under(people) for measure in self._measures]
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
        people = self._people.under(every_system)
        unweighted = [measure.under(people) for measure in self._measures]
        parts: list[dict[str, list[dict[str, FloatArray]]]] = [
            {kind: [] for kind in RESAMPLED} for _ in self._measures
        ]
        for block in self._blocks(len(draws.articles)):
            articles, systems = draws.articles[block], draws.systems[block]
            people = self._people.under(systems)
            within = [measure.under(people) for measure in self._measures]
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

    def _together(
        self, articles: FloatArray, systems: FloatArray, within: Sequence[WithinArticles]
    ) -> list[dict[str, FloatArray]]:
        over_systems = self._means.correlations(articles, systems)
        return [
            {**dict(zip(SYSTEM_LEVEL, over, strict=True)), **of_articles(sums, articles)}
            for over, sums in zip(over_systems, within, strict=True)
        ]

    def _everything(self) -> tuple[FloatArray, FloatArray]:
        return np.ones((1, self._items.articles)), np.ones((1, self._items.systems))

    def _blocks(self, resamples: int) -> Iterator[slice]:
        cells = max(self._grid.cells * len(self._measures) // 4, self._items.systems**2, 1)
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
