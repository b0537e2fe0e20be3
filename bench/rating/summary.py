"""Computes what ratings say: agreement, severity, means of models and their strengths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.data.ratings import Preference, Rating
from bench.rating.candidates import Lists
from bench.rating.findings import (
    DimensionSummary,
    ModelRating,
    ModelStrength,
    PreferenceSummary,
    RaterSummary,
    RatingEstimate,
)
from bench.runs.human_preferences import POINTS
from bench.stats import (
    BradleyTerry,
    RaterAgreement,
    Sample,
    bradley_terry,
    rater_variance,
    score_interval,
    severity_of,
)
from bench.stats.krippendorff import Level

Units = Callable[[Sequence[str]], Sequence[Hashable]]
"""The unit that each article belongs to: its cluster, or itself."""
Limits = Mapping[str, tuple[float | None, float | None]]
"""The lowest and highest value of each criterion."""
_RESAMPLES = 1000


@dataclass(frozen=True)
class RatingSummaries:
    """Summaries of ratings, all with intervals of one confidence.

    Attributes:
        lists: by task, the items of each model.
        units: which articles belong together.
        limits: the range of each criterion.
        confidence: of all intervals.
    """

    lists: Mapping[str, Lists]
    units: Units
    limits: Limits
    confidence: float

    def dimensions(self, rows: Iterable[Rating]) -> tuple[DimensionSummary, ...]:
        """A summary for each task and criterion."""
        groups: dict[tuple[str, str], list[Rating]] = defaultdict(list)
        for row in rows:
            if row.value is not None:
                groups[row.task, row.dimension].append(row)
        return tuple(self._dimension(*name, own) for name, own in sorted(groups.items()))

    def _dimension(self, task: str, dimension: str, rows: Sequence[Rating]) -> DimensionSummary:
        once = self.once(rows)
        items = [item for _, item in once]
        names = sorted({rater for rater, _ in once})
        index = {item: number for number, item in enumerate(dict.fromkeys(items))}
        table = np.full((len(names), len(index)), np.nan)
        for (rater, item), value in once.items():
            table[names.index(rater), index[item]] = value
        articles = [article for article, _ in index]
        models = [
            self._model(name, dimension, [row for row in rows if row.model == name])
            for name in sorted({row.model for row in rows})
        ]
        models.sort(key=lambda one: (-(one.mean.value or 0.0), one.model))
        agreement = RaterAgreement(table)
        return DimensionSummary(
            task=task,
            dimension=dimension,
            values=len(once),
            items=len(index),
            shared=int(((~np.isnan(table)).sum(axis=0) > 1).sum()),
            raters=len(names),
            alpha=self._alpha(agreement, articles, "ordinal"),
            alpha_undefined=agreement.undefined,
            models=tuple(models),
        )

    def once(self, rows: Iterable[Rating]) -> dict[tuple[str, tuple[str, Hashable]], float]:
        """The values by rater and item; an item that several models wrote counts once."""
        return {
            (row.rater, (row.article, self._item(row))): row.value
            for row in rows
            if row.value is not None
        }

    def _item(self, row: Rating) -> Hashable:
        if isinstance(row.item, str):
            return row.item
        samples = self.lists.get(row.task, {}).get(row.model, {}).get(row.article, {})
        items = samples.get(row.sample, ())
        if isinstance(row.item, int) and row.item < len(items):
            return items[row.item]
        return (row.model, row.sample, row.item)

    def _model(self, name: str, dimension: str, rows: Sequence[Rating]) -> ModelRating:
        by_list: dict[str, dict[int, dict[Hashable, list[float]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        by_rater: dict[tuple[str, str], list[float]] = defaultdict(list)
        for row in rows:
            if row.value is not None:
                by_list[row.article][row.sample][row.item].append(row.value)
                by_rater[row.article, row.rater].append(row.value)
        articles = sorted(by_list)
        means = [
            _mean([_mean([_mean(own) for own in of.values()]) for of in by_list[article].values()])
            for article in articles
        ]
        found = score_interval(
            Sample(np.array(means)),
            limits=self.limits.get(dimension, (None, None)),
            clusters=list(self.units(articles)),
            confidence=self.confidence,
            raters=rater_variance(
                [_mean(own) for own in by_rater.values()],
                [article for article, _ in by_rater],
                [rater for _, rater in by_rater],
            ),
        )
        mean = _mean(means)
        bounds = (found.interval.low, found.interval.high) if found else (None, None)
        return ModelRating(name, RatingEstimate(mean, *bounds), len(articles), len(rows))

    def severities(
        self, rows: Iterable[Rating]
    ) -> dict[str, dict[tuple[str, str], RatingEstimate]]:
        """By rater, task and criterion: how much higher the rater's values are."""
        groups: dict[tuple[str, str], list[Rating]] = defaultdict(list)
        for row in rows:
            groups[row.task, row.dimension].append(row)
        found: dict[str, dict[tuple[str, str], RatingEstimate]] = defaultdict(dict)
        for name, own in sorted(groups.items()):
            once = self.once(own)
            items, raters = [item for _, item in once], [rater for rater, _ in once]
            values = list(once.values())
            for rater in sorted(set(raters)):
                deviations, chosen = severity_of(values, items, raters, rater)
                articles = [items[index][0] for index in chosen]
                if articles:
                    found[rater][name] = self._mean_of(deviations.tolist(), articles)
        return found

    def _mean_of(
        self,
        values: Sequence[float],
        articles: Sequence[str],
        limits: tuple[float | None, float | None] = (None, None),
    ) -> RatingEstimate:
        """The mean over articles of what belongs to each, with its interval."""
        groups: dict[str, list[float]] = defaultdict(list)
        for article, value in zip(articles, values, strict=True):
            groups[article].append(value)
        means = [_mean(own) for own in groups.values()]
        found = score_interval(
            Sample(np.array(means)),
            limits=limits,
            clusters=list(self.units(list(groups))),
            confidence=self.confidence,
        )
        bounds = (found.interval.low, found.interval.high) if found else (None, None)
        return RatingEstimate(_mean(means), *bounds)

    def _alpha(
        self, agreement: RaterAgreement, articles: Sequence[str], level: Level
    ) -> RatingEstimate:
        """Krippendorff's alpha; its interval resamples articles."""
        value = agreement.alpha(level)
        labels = list(self.units(articles))
        known = {label: number for number, label in enumerate(dict.fromkeys(labels))}
        if value is None or len(known) < 2:
            return RatingEstimate(value)
        codes = np.array([known[label] for label in labels])
        generator = np.random.default_rng(0)
        drawn = []
        for _ in range(_RESAMPLES):
            counts = np.bincount(
                generator.integers(len(known), size=len(known)), minlength=len(known)
            )
            one = agreement.alpha(level, counts[codes])
            if one is not None:
                drawn.append(one)
        if len(drawn) < _RESAMPLES / 2:
            return RatingEstimate(value)
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(drawn, [tail, 1 - tail])
        return RatingEstimate(value, min(float(low), value), max(float(high), value))

    def preferences(self, rows: Iterable[Preference]) -> tuple[PreferenceSummary, ...]:
        """A summary for each task and criterion."""
        groups: dict[tuple[str, str], list[Preference]] = defaultdict(list)
        for row in rows:
            if row.choice is not None:
                groups[row.task, row.dimension].append(row)
        return tuple(self._preference(*name, own) for name, own in sorted(groups.items()))

    def _preference(
        self, task: str, dimension: str, rows: Sequence[Preference]
    ) -> PreferenceSummary:
        names = sorted({name for row in rows for name in (row.first, row.second)})
        found = bradley_terry(
            [names.index(row.first) for row in rows],
            [names.index(row.second) for row in rows],
            [POINTS[str(row.choice)] for row in rows],
            list(self.units([row.article for row in rows])),
            len(names),
            confidence=self.confidence,
        )
        decided = [row for row in rows if row.choice != "tie"]
        first = [float(row.choice == "first") for row in decided]
        sides = [row.article for row in decided]
        agreement, articles = self._choices(rows)
        return PreferenceSummary(
            task=task,
            dimension=dimension,
            comparisons=len(rows),
            first=self._mean_of(first, sides, (0.0, 1.0)) if sides else RatingEstimate(None),
            alpha=self._alpha(agreement, articles, "nominal"),
            alpha_undefined=agreement.undefined,
            models=tuple(_strength(found, index, names) for index in found.order),
            unconnected=_groups(found, names),
        )

    def _choices(self, rows: Sequence[Preference]) -> tuple[RaterAgreement, list[str]]:
        """The agreement of raters on which of two lists is better, and the article of each pair."""
        raters = sorted({row.rater for row in rows})
        pairs = dict.fromkeys((row.article, *sorted((row.first, row.second))) for row in rows)
        index = {pair: number for number, pair in enumerate(pairs)}
        table = np.full((len(raters), len(pairs)), np.nan)
        for row in rows:
            one, other = sorted((row.first, row.second))
            points = POINTS[str(row.choice)]
            wins = points if row.first == one else 1 - points
            table[raters.index(row.rater), index[row.article, one, other]] = wins
        return RaterAgreement(table), [article for article, *_ in pairs]


def rater_summaries(
    rows: Sequence[Rating | Preference],
    severities: Mapping[str, Mapping[tuple[str, str], RatingEstimate]],
    summaries: RatingSummaries,
) -> tuple[RaterSummary, ...]:
    """The raters, by name."""
    articles: dict[str, set[str]] = defaultdict(set)
    values: dict[str, int] = defaultdict(int)
    for row in rows:
        articles[row.rater].add(row.article)
    ratings = [row for row in rows if isinstance(row, Rating)]
    for task, dimension in {(row.task, row.dimension) for row in ratings}:
        own = (row for row in ratings if (row.task, row.dimension) == (task, dimension))
        for rater, _ in summaries.once(own):
            values[rater] += 1
    for row in rows:
        values[row.rater] += isinstance(row, Preference)
    return tuple(
        RaterSummary(name, values[name], len(articles[name]), dict(severities.get(name, {})))
        for name in sorted(articles)
    )


def _strength(found: BradleyTerry, index: int, names: Sequence[str]) -> ModelStrength:
    log = float(found.log_strengths[index])
    return ModelStrength(
        model=names[index],
        preferred=RatingEstimate(
            _known(found.shares[index]),
            _known(found.shares_low[index]),
            _known(found.shares_high[index]),
        ),
        wins=int(found.wins[index].sum()),
        ties=int(found.ties[index].sum()),
        losses=int(found.wins[:, index].sum()),
        log_strength=None if np.isnan(log) else log,
    )


def _groups(found: BradleyTerry, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    groups: dict[int, list[str]] = defaultdict(list)
    for name, group in zip(names, found.groups.tolist(), strict=True):
        groups[group].append(name)
    return tuple(map(tuple, groups.values())) if len(groups) > 1 else ()


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
