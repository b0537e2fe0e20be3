"""Computes the agreement of measures with people, dimension by dimension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bench.agreement.figures import UNKNOWN_LENGTH, FigureMaker
from bench.agreement.findings import (
    DimensionAgreement,
    Figure,
    Origin,
    RaterAgreementFinding,
    SystemMean,
)
from bench.agreement.ratings import Dimension, RatedItem, means_of_raters
from bench.agreement.reliability import reliability_of
from bench.agreement.verdicts import verdict_of
from bench.errors import ConfigError
from bench.stats.agreement import Agreement, RatedItems
from bench.stats.interval import Interval
from bench.stats.krippendorff import LEVELS, RaterAgreement
from bench.stats.sample import FloatArray
from bench.stats.two_way import TwoWayDraws, two_way_draws
from bench.stats.units import Units, units_of

_PAIRS = 10_000_000
"""Ordered pairs of items of one article, of all measures that are looked at together."""
_MOST_PAIRS = 50_000_000
_RATERS = 20
"""Raters that are compared with the others, those with most ratings."""


@dataclass(frozen=True)
class Measure:
    """A measure: its value of each rated item, NaN without one."""

    name: str
    origin: Origin
    values: FloatArray


class DimensionAnalysis:
    """The items that people rated in one dimension, with the draws for its intervals.

    Args:
        items: all rated items.
        dimension: what raters said of it.
        length: the length of each item in words; NaN where not known.
        clusters: the cluster of each article that has one.
        figures: makes values with intervals.
        draws: how many, and the seed.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the data and how it is resampled
        self,
        items: Sequence[RatedItem],
        dimension: Dimension,
        length: FloatArray,
        clusters: Mapping[str, str],
        figures: FigureMaker,
        draws: tuple[int, int],
    ) -> None:
        self.name = dimension.name
        self._dimension, self._figures, self._draws = dimension, figures, draws
        self._kept = np.flatnonzero(~np.isnan(dimension.means))
        own = [items[n] for n in self._kept.tolist()]
        self._articles = list(dict.fromkeys(item.article for item in own))
        self.systems = sorted({item.system for item in own})
        article, system = (
            {name: n for n, name in enumerate(names)} for names in (self._articles, self.systems)
        )
        self._article = np.array([article[item.article] for item in own], np.intp)
        self._system = np.array([system[item.system] for item in own], np.intp)
        self._length = length[self._kept]
        self._drawn: dict[tuple[str, str], tuple[bytes, FloatArray]] = {}
        self._labels = [clusters.get(name) or ("article", name) for name in self._articles]

    @cached_property
    def units(self) -> Units:
        """The articles, and the clusters that are resampled as a whole."""
        return units_of(len(self._articles), self._labels)

    @cached_property
    def draws(self) -> TwoWayDraws:
        """The resamples of this dimension, the same for all measures."""
        return two_way_draws(self.units, len(self.systems), *self._draws)

    @property
    def unit(self) -> str:
        """The word for what is resampled."""
        return "article" if self.units.codes is None else "cluster"

    def items_with(self, known: NDArray[np.bool_], people: FloatArray) -> RatedItems:
        """The items for which something is known, of those rated in this dimension."""
        length = self._length[known]
        return RatedItems(
            self._article[known],
            self._system[known],
            people[known],
            None if np.isnan(length).any() else length,
            len(self._articles),
            len(self.systems),
        )

    @property
    def people(self) -> FloatArray:
        """People's mean of each item rated in this dimension."""
        return np.asarray(self._dimension.means[self._kept], np.float64)

    @property
    def all_items(self) -> RatedItems:
        """All items rated in this dimension."""
        return self.items_with(np.ones(len(self._kept), np.bool_), self.people)

    def values_of(self, measure: Measure) -> FloatArray:
        """A measure's values of the items rated in this dimension."""
        return np.asarray(measure.values[self._kept], np.float64)

    @cached_property
    def has_pairs(self) -> bool:
        """Whether people rated two items of one article differently."""
        lowest = np.full(len(self._articles), np.inf)
        np.minimum.at(lowest, self._article, self.people)
        return bool((self.people > lowest[self._article]).any())

    def of(self, measures: Sequence[Measure]) -> dict[str, DimensionAgreement]:
        """The agreement of each measure; those with values of the same items at once."""
        found: dict[str, DimensionAgreement] = {}
        known: list[Measure] = []
        for measure in measures:
            if np.isnan(self.values_of(measure)).all():
                found[measure.name] = self._judged(_without_items(measure), measure)
            else:
                known.append(measure)
        for same in self._batches(known):
            kept = ~np.isnan(self.values_of(same[0]))
            items = self.items_with(kept, self.people)
            table = np.stack([self.values_of(one)[kept] for one in same])
            agreement = Agreement(items, table)
            drawn = agreement.draws(self.draws)
            rows = zip(same, table, agreement.values(), drawn, agreement.articles, strict=True)
            for measure, values, own, draws, articles in rows:
                for name in ("accuracy", "system.kendall"):
                    self._drawn[measure.name, name] = kept.tobytes(), draws["both"][name]
                figures = {
                    name: self._figures.of(
                        name,
                        value,
                        {kind: one[name] for kind, one in draws.items()},
                        self._described(items, values),
                    )
                    for name, value in own.items()
                }
                result = _assembled(figures, agreement.pairs, articles, len(values))
                result = replace(result, reliability=reliability_of(items, values))
                found[measure.name] = self._judged(result, measure)
        return found

    def _batches(self, measures: Sequence[Measure]) -> Iterator[Sequence[Measure]]:
        """Measures with values of the same items, no more than fit in memory at once."""
        counts = np.bincount(self._article)
        pairs = int((counts.astype(np.int64) ** 2).sum())
        if pairs > _MOST_PAIRS:
            raise ConfigError(
                f"{self.name}: {int(counts.max()):,} items of one article; too many to compare all"
                " of them: rate fewer, or give each group of them an article of its own"
            )
        groups: dict[bytes, list[Measure]] = {}
        for measure in measures:
            known = ~np.isnan(self.values_of(measure))
            groups.setdefault(known.tobytes(), []).append(measure)
        size = max(1, _PAIRS // pairs)
        for same in groups.values():
            yield from (same[start : start + size] for start in range(0, len(same), size))

    def interval_of_difference(self, first: str, second: str, name: str) -> Interval | None:
        """The interval of the difference of two measures, after ``of``.

        Args:
            first: a measure.
            second: the measure whose agreement is subtracted.
            name: ``accuracy`` or ``system.kendall``.

        Returns:
            None where the measures have values of different items, and where it is undefined.
        """
        (items, own), (others, other) = self._drawn[first, name], self._drawn[second, name]
        if items != others or len(self.units) < 2:
            return None
        return self._figures.interval(own - other)

    def _judged(self, found: DimensionAgreement, measure: Measure) -> DimensionAgreement:
        is_length = measure.origin == "baseline" and measure.name == "length"
        verdict, reason = verdict_of(found, len(self.units), self.unit, is_length=is_length)
        return replace(found, verdict=verdict, reason=reason)

    def _described(self, items: RatedItems, values: FloatArray) -> Mapping[str, bool]:
        """What may leave a value undefined."""
        return {
            "one_system": len(np.unique(items.system)) < 2,
            "few_systems": len(np.unique(items.system)) < 3,
            "one_article": len(self.units) < 2,
            "one_item": len(values) < 2,
            "constant_measure": bool(np.ptp(values) == 0),
            "constant_people": bool(np.ptp(items.people) == 0),
            "no_length": items.length is None,
        }

    def raters(self) -> RaterAgreementFinding:
        """How far raters agree, and each of them with the others."""
        ratings = self._dimension.ratings[:, self._kept]
        agreement = RaterAgreement(ratings)
        several = len(self._dimension.raters) > 1
        alpha: dict[str, Figure] = {
            level: self._figures.of_articles(
                agreement.alpha(level),
                [agreement.alpha(level, one[self._article]) for one in self.draws.articles]
                if several
                else [],
                agreement.undefined,
                enough=len(self.units) > 1,
            )
            for level in LEVELS
        }
        one, compared = self._one_against_others(ratings) if several else (None, 0)
        return RaterAgreementFinding(
            self.name, len(self._dimension.raters), agreement.units, alpha, one, compared
        )

    def _one_against_others(self, ratings: FloatArray) -> tuple[DimensionAgreement | None, int]:
        """Means over raters of the agreement of each with the mean of the others."""
        counts = (~np.isnan(ratings)).sum(axis=1)
        chosen = np.argsort(-counts, kind="stable")[:_RATERS]
        values, drawn, pairs, articles, items = [], [], 0, [], 0
        for rater in sorted(chosen.tolist()):
            others = means_of_raters(np.delete(ratings, rater, axis=0))
            known = ~np.isnan(ratings[rater]) & ~np.isnan(others)
            if not known.any():
                continue
            rated = self.items_with(known, others)
            agreement = Agreement(rated, ratings[rater][known][None])
            values.append(agreement.values()[0])
            drawn.append(agreement.draws(self.draws)[0])
            pairs += agreement.pairs
            items += int(known.sum())
            articles.append(agreement.articles[0])
        if not values:
            return None, 0
        every = self.all_items
        cases = {**self._described(every, every.people), "constant_measure": False}
        figures = {
            name: self._figures.of(
                name,
                _mean([one[name] for one in values]),
                {
                    kind: _means([one[kind][name] for one in drawn])
                    for kind in ("both", "articles", "systems")
                },
                cases,
            )
            for name in values[0]
        }
        return _assembled(figures, pairs, max(articles), items), len(values)

    def system_means(self, measures: Sequence[Measure]) -> list[SystemMean]:
        """The means of each system over its articles."""
        every = np.ones((1, len(self._articles)))
        weights = np.concatenate([every, self.draws.articles])
        sides = [self.people, *(self.values_of(measure) for measure in measures)]
        people, *own = [self._means_by_system(weights, values) for values in sides]
        return [
            SystemMean(
                self.name,
                system,
                people[n],
                {one.name: figures[n] for one, figures in zip(measures, own, strict=True)},
            )
            for n, system in enumerate(self.systems)
        ]

    def _means_by_system(self, weights: FloatArray, values: FloatArray) -> list[Figure]:
        shape = len(self._articles), len(self.systems)
        known = ~np.isnan(values)
        at = self._article[known], self._system[known]
        sums, counts = np.zeros(shape), np.zeros(shape)
        np.add.at(sums, at, values[known])
        np.add.at(counts, at, 1)
        present = counts > 0
        tables = np.concatenate([sums / np.maximum(counts, 1), present], axis=1)
        found = weights @ tables
        totals = found[:, shape[1] :]
        means = np.where(totals > 0, found[:, : shape[1]] / np.maximum(totals, 1), np.nan)
        return [
            self._figures.of_articles(
                None if np.isnan(column[0]) else float(column[0]),
                column[1:].tolist(),
                "no value",
                enough=len(self.units) > 1,
            )
            for column in means.T
        ]


def _assembled(
    figures: Mapping[str, Figure], pairs: int, articles: int, items: int
) -> DimensionAgreement:
    kinds = ("pearson", "spearman", "kendall")
    return DimensionAgreement(
        system={kind: figures[f"system.{kind}"] for kind in kinds},
        accuracy=figures["accuracy"],
        pairs=pairs,
        within={kind: figures[f"within.{kind}"] for kind in kinds},
        within_articles=articles,
        pooled=figures["pooled"],
        length_controlled=figures["length_controlled"],
        items=items,
    )


def _without_items(measure: Measure) -> DimensionAgreement:
    """The agreement of a measure that has no value of any item rated in a dimension."""
    is_length = measure.origin == "baseline"  # a random number is always there
    reason = UNKNOWN_LENGTH if is_length else "no item has both a rating and a value of the measure"
    nothing = Figure(None, reason=reason)
    levels = dict.fromkeys(("pearson", "spearman", "kendall"), nothing)
    return DimensionAgreement(levels, nothing, 0, levels, 0, nothing, nothing, 0)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]  # noqa: PLR0124 - NaN is not
    return sum(known) / len(known) if known else float("nan")


def _means(draws: Sequence[FloatArray]) -> FloatArray:
    table = np.stack(draws)
    known = ~np.isnan(table)
    counts = known.sum(axis=0)
    sums = np.where(known, table, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
