"""How far measures agree with people: reads nothing, computes everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from bench.agreement.analysis import DimensionAnalysis, Measure
from bench.agreement.figures import FigureMaker
from bench.agreement.findings import (
    AgreementReport,
    DimensionAgreement,
    MeasureAgreement,
    MeasureDifference,
    RaterAgreementFinding,
    SystemMean,
)
from bench.agreement.measures import LENGTH, RANDOM, given_length, random_values
from bench.agreement.ratings import Ratings
from bench.display import count
from bench.stats.interval import CONFIDENCE, level_of
from bench.stats.sample import FloatArray
from bench.stats.swaps import SwapTest, accuracy_swaps, system_swaps

RESAMPLES = 1000
FEWEST_UNITS, FEWEST_SYSTEMS = 10, 10
"""Articles (or clusters) and systems below which intervals may be too narrow."""


def agreement_with(  # noqa: PLR0913 - an option each, all by name
    ratings: Ratings,
    measures: Sequence[Measure],
    *,
    clusters: Mapping[str, str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    confidence: float = CONFIDENCE,
    notes: Sequence[str] = (),
) -> AgreementReport:
    """Compute how far measures agree with people.

    Args:
        ratings: what people said.
        measures: the measures; ``length`` and ``random`` are added.
        clusters: the cluster of each article, for those that the ratings name none for.
        resamples: draws of articles and systems, and swaps of each test.
        seed: of the draws and swaps, and of ``random``.
        confidence: of the intervals.
        notes: on what was read.
    """
    items = ratings.items
    labels = {**(clusters or {}), **ratings.clusters}
    given = {measure.name for measure in measures}
    length = next((m.values for m in measures if m.name == LENGTH), given_length(items))
    every = [*measures]
    if LENGTH not in given:
        every.append(Measure(LENGTH, "baseline", length))
    if RANDOM not in given:
        every.append(Measure(RANDOM, "baseline", random_values(items, seed)))
    found: list[dict[str, DimensionAgreement]] = []
    raters: list[RaterAgreementFinding] = []
    differences: list[MeasureDifference] = []
    systems: list[SystemMean] = []
    figures = FigureMaker(confidence)
    dimensions = [
        DimensionAnalysis(items, one, length, labels, figures, (resamples, seed))
        for one in ratings.dimensions
    ]
    for dimension in dimensions:
        found.append(dimension.of(every))
        raters.append(dimension.raters())
        differences += _differences(dimension, every, resamples, seed, level_of(confidence))
        systems += dimension.system_means(every)
    articles = {item.article for item in items}
    units = {labels.get(article) or ("article", article) for article in articles}
    return AgreementReport(
        measures=tuple(
            MeasureAgreement(
                one.name,
                one.origin,
                {
                    dimension.name: by_name[one.name]
                    for dimension, by_name in zip(dimensions, found, strict=True)
                },
            )
            for one in every
        ),
        raters=tuple(raters),
        differences=tuple(differences),
        systems=tuple(systems),
        articles=len(articles),
        clusters=len(units) if len(units) < len(articles) else None,
        system_count=len({item.system for item in items}),
        items=len(items),
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        notes=(*ratings.notes, *notes, *_limits(dimensions, length, given)),
    )


def _differences(
    dimension: DimensionAnalysis,
    measures: Sequence[Measure],
    resamples: int,
    seed: int,
    level: float,
) -> Iterator[MeasureDifference]:
    """Tests of all pairs of measures that have values in a dimension."""
    items, values = dimension.all_items, [dimension.values_of(one) for one in measures]
    kept = [n for n, one in enumerate(values) if not np.isnan(one).all()]
    if len(kept) < 2:
        return
    table: FloatArray = np.stack([values[n] for n in kept])
    tests: list[tuple[Literal["item", "system"], str, Callable[..., list[SwapTest]]]] = []
    if dimension.has_pairs:
        tests.append(("item", "accuracy", accuracy_swaps))
    if len(dimension.systems) > 2:
        tests.append(("system", "system.kendall", system_swaps))
    for name, statistic, test in tests:
        for one in test(items, table, resamples, seed):
            first, second = measures[kept[one.first]].name, measures[kept[one.second]].name
            interval = dimension.interval_of_difference(first, second, statistic)
            apart = interval is None or interval.low > 0 or interval.high < 0
            yield MeasureDifference(
                dimension.name,
                name,
                first,
                second,
                one.difference,
                interval,
                one.p_value,
                one.p_adjusted,
                significant=one.p_adjusted <= level and apart,
            )


def _limits(
    dimensions: Sequence[DimensionAnalysis], length: FloatArray, given: set[str]
) -> Iterator[str]:
    """What limits the figures."""
    units = min((len(one.units) for one in dimensions), default=0)
    unit = next((one.unit for one in dimensions if len(one.units) == units), "article")
    if units < FEWEST_UNITS:
        yield f"{count(units, unit)}: intervals may be too narrow below {FEWEST_UNITS}"
    systems = min((len(one.systems) for one in dimensions), default=0)
    if systems < FEWEST_SYSTEMS:
        yield (f"{count(systems, 'system')}: intervals may be too narrow below {FEWEST_SYSTEMS}")
    missing = int(np.isnan(length).sum())
    if missing:
        yield (
            f"the length of {count(missing, 'rated item')} is not known: name items by their text,"
            " add a column items, or give a measure called length"
        )
    for name in sorted(given & {LENGTH, RANDOM}):
        yield f"{name} is that of the measures given"
