"""What agreement with people was found, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.display import Displayed
from bench.stats.interval import Interval

Verdict = Literal["trust", "weak", "cannot tell from this much data"]
Origin = Literal["file", "computed", "baseline"]


@dataclass(frozen=True)
class Figure:
    """A value with its intervals.

    Attributes:
        value: None where it is undefined.
        interval: by resampling articles (or clusters) and systems together; None where it is
            undefined.
        by_articles: by resampling only articles.
        by_systems: by resampling only systems.
        reason: why something is undefined; empty otherwise.
    """

    value: float | None
    interval: Interval | None = None
    by_articles: Interval | None = None
    by_systems: Interval | None = None
    reason: str = ""

    def as_record(self) -> dict[str, Any]:
        """The figure as JSON data."""
        record: dict[str, Any] = {"value": self.value, **_bounds(self.interval)}
        record["by_articles"] = None if self.by_articles is None else _bounds(self.by_articles)
        record["by_systems"] = None if self.by_systems is None else _bounds(self.by_systems)
        return record | ({"reason": self.reason} if self.reason else {})


def _bounds(interval: Interval | None) -> dict[str, float | None]:
    if interval is None:
        return {"low": None, "high": None}
    return {"low": interval.low, "high": interval.high}


@dataclass(frozen=True)
class ReliabilityBin:
    """Pairs of items whose values of a measure differ by about as much.

    Attributes:
        low, high: the least and the largest difference, in the unit of the measure.
        pairs: how many pairs that people did not tie.
        accuracy: the share that the measure orders as people do, a tie as one half.
    """

    low: float
    high: float
    pairs: int
    accuracy: float


@dataclass(frozen=True)
class DimensionAgreement:
    """The agreement of a measure with people in one dimension.

    Attributes:
        system: ``pearson``, ``spearman`` and ``kendall`` over the means of systems.
        accuracy: the share of pairs of items of one article, of those that people did not tie, that
            the measure orders as they do; a tie of the measure counts one half.
        pairs: how many pairs.
        within: means over articles of ``pearson``, ``spearman`` and ``kendall``.
        within_articles: over how many articles: those in which neither side is constant.
        pooled: Pearson's correlation over all items.
        length_controlled: the partial correlation within articles given the length in words.
        items: how many items have a rating and a value of the measure.
        verdict: in a word; None without one.
        reason: the verdict in a sentence, with what would settle it.
        reliability: by how much the measure differs, from the least to the largest differences.
    """

    system: Mapping[str, Figure]
    accuracy: Figure
    pairs: int
    within: Mapping[str, Figure]
    within_articles: int
    pooled: Figure
    length_controlled: Figure
    items: int
    verdict: Verdict | None = None
    reason: str = ""
    reliability: tuple[ReliabilityBin, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """The agreement as JSON data."""
        record: dict[str, Any] = {
            "system": {name: figure.as_record() for name, figure in self.system.items()},
            "item": {"accuracy": self.accuracy.as_record(), "pairs": self.pairs},
            "within": {name: figure.as_record() for name, figure in self.within.items()},
            "pooled": self.pooled.as_record(),
            "length_controlled": self.length_controlled.as_record(),
            "items": self.items,
            "verdict": self.verdict,
            "reason": self.reason,
        }
        record["within"]["articles"] = self.within_articles
        record["reliability"] = [vars(one) for one in self.reliability]
        return record


@dataclass(frozen=True)
class MeasureAgreement:
    """The agreement of a measure with people.

    Attributes:
        name: the measure.
        origin: where its values come from.
        dimensions: by name.
    """

    name: str
    origin: Origin
    dimensions: Mapping[str, DimensionAgreement]


@dataclass(frozen=True)
class RaterAgreementFinding:
    """How far raters agree in one dimension.

    Attributes:
        dimension: the dimension.
        raters: how many there are.
        items: how many items two of them or more rated.
        alpha: Krippendorff's alpha by level: nominal, ordinal, interval.
        one_against_others: each rater as a measure, against the mean of the others; means over the
            raters. None where a single rater rated each item.
        compared: over how many raters that is.
    """

    dimension: str
    raters: int
    items: int
    alpha: Mapping[str, Figure]
    one_against_others: DimensionAgreement | None
    compared: int = 0

    def as_record(self) -> dict[str, Any]:
        """The finding as JSON data."""
        one = self.one_against_others
        alpha = {
            level: {k: v for k, v in figure.as_record().items() if not k.startswith("by_")}
            for level, figure in self.alpha.items()
        }
        return {
            "raters": self.raters,
            "items": self.items,
            "alpha": alpha,
            "one_against_others": None if one is None else one.as_record(),
            "compared": self.compared,
        }


@dataclass(frozen=True)
class MeasureDifference:
    """The difference of the agreement of two measures, tested by swapping their values.

    Attributes:
        dimension: what people rated.
        level: ``item`` for the accuracy on pairs, ``system`` for Kendall's tau-b over systems.
        first, second: the measures.
        difference: the agreement of the first less that of the second.
        interval: by resampling articles and systems; None where the measures have values of
            different items, and where it is undefined.
        p_value: two-sided, not corrected.
        p_adjusted: corrected for all pairs of measures.
        significant: whether the corrected p-value is at most the level and the interval, if there
            is one, excludes 0.
    """

    dimension: str
    level: Literal["item", "system"]
    first: str
    second: str
    difference: float
    interval: Interval | None
    p_value: float
    p_adjusted: float
    significant: bool

    def as_record(self) -> dict[str, Any]:
        """The difference as JSON data."""
        record = {key: value for key, value in vars(self).items() if key != "interval"}
        return record | _bounds(self.interval)


@dataclass(frozen=True)
class SystemMean:
    """The means of a system in one dimension, with intervals from resampled articles."""

    dimension: str
    system: str
    people: Figure
    measures: Mapping[str, Figure]


@dataclass(frozen=True, repr=False)
class AgreementReport(Displayed):
    """How far measures agree with people.

    Attributes:
        measures: those given or computed, then ``length`` and ``random``.
        raters: by dimension.
        differences: of all pairs of measures, by dimension and level.
        systems: means of systems.
        articles, clusters, system_count, items: how many there are; ``clusters`` is None without.
        confidence: of the intervals.
        resamples, seed: of the draws.
        notes: what was found in the files, and what limits the figures.
    """

    measures: tuple[MeasureAgreement, ...]
    raters: tuple[RaterAgreementFinding, ...]
    differences: tuple[MeasureDifference, ...]
    systems: tuple[SystemMean, ...]
    articles: int
    clusters: int | None
    system_count: int
    items: int
    confidence: float
    resamples: int
    seed: int
    notes: tuple[str, ...] = field(default=())

    @property
    def dimensions(self) -> list[str]:
        """The dimensions that people rated."""
        return [one.dimension for one in self.raters]

    @property
    def tried(self) -> int:
        """How many measures were tried, which tests are corrected for."""
        return len(self.measures)

    def as_record(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {
            "version": 1,
            "articles": self.articles,
            "clusters": self.clusters,
            "systems": self.system_count,
            "items": self.items,
            "confidence": self.confidence,
            "resamples": self.resamples,
            "seed": self.seed,
            "measures_tried": self.tried,
            "measures": {
                one.name: {
                    "origin": one.origin,
                    "dimensions": {n: found.as_record() for n, found in one.dimensions.items()},
                }
                for one in self.measures
            },
            "raters": {one.dimension: one.as_record() for one in self.raters},
            "differences": [one.as_record() for one in self.differences],
            "system_means": [
                {
                    "dimension": one.dimension,
                    "system": one.system,
                    "people": _mean_record(one.people),
                    "measures": {n: _mean_record(figure) for n, figure in one.measures.items()},
                }
                for one in self.systems
            ],
            "notes": list(self.notes),
        }


def _mean_record(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, **_bounds(figure.interval)}
