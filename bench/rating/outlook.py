"""How many more ratings decisions between models need, and which ones are worth the most.

Articles to rate next are the next ones of the same random order: choosing them by what is expected
of them would bias the means. Items to rate again are those whose further rating lowers the variance
of an undecided difference most: few raters so far, raters who disagree, short lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from bench.comparison.compare import compare
from bench.comparison.findings import PairResult
from bench.comparison.power import power_of
from bench.comparison.power_findings import PairPower, ScorePower
from bench.data.ratings import Rating
from bench.display import Displayed
from bench.errors import ConfigError
from bench.raters import HUMAN
from bench.rating.stored import read_ratings
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import PREFERRED
from bench.stats.planning import ALPHA, POWER
from bench.stats.variance import split_of_differences

MOST_ITEMS = 10
"""Items to rate again that are named by default."""


class _Rated(NamedTuple):
    """What is rated: a text, whoever wrote it, or else an item or the list of one model.

    Attributes:
        article: the id of the article.
        item: the text, the index in the list, or None for the whole list.
        model: the model; "" for a text.
        sample: the number of its sample.
    """

    article: str
    item: str | int | None
    model: str
    sample: int


@dataclass(frozen=True)
class Decision:
    """Which of two models is better by a criterion.

    Attributes:
        task: the task.
        dimension: the criterion.
        model: the model with the higher mean.
        other: the other model.
        difference: of their means.
        low: lower end of its interval; None with fewer than six articles.
        high: upper end.
        decided: whether the difference is significant, corrected for all pairs and criteria.
        articles: how many articles have ratings of both.
        needed: how many articles are needed to detect the difference; None if no number is enough.
        needed_low: as far as the spread and the difference are known.
        needed_high: the same; None if no number is enough.
        more_values: how many more ratings of both models that means, at as many for each article.
        noise: the part of the variance of the difference that more ratings of the same articles
            would remove, 0 to 1; None if it is not known.
    """

    task: str
    dimension: str
    model: str
    other: str
    difference: float
    low: float | None
    high: float | None
    decided: bool
    articles: int
    needed: int | None
    needed_low: float | None
    needed_high: float | None
    more_values: int | None
    noise: float | None


@dataclass(frozen=True)
class ItemToRate:
    """An item that another person should rate.

    Attributes:
        task: the task.
        dimension: the criterion.
        article: the id of the article.
        item: the text; the index in the list of the model if that is how it was rated; None for the
            whole list.
        models: the models that wrote it and are in an undecided pair.
        values: the ratings so far, from the lowest.
        gain: by how much a further rating lowers the variance of the mean of a model, relative to
            the most useful one: 1 for the first.
    """

    task: str
    dimension: str
    article: str
    item: str | int | None
    models: tuple[str, ...]
    values: tuple[float, ...]
    gain: float


@dataclass(frozen=True, repr=False)
class RatingOutlook(Displayed):
    """How many more ratings are needed, and which.

    Attributes:
        run: the run directory.
        power: the required probability of detecting a difference.
        alpha: the significance level.
        effect: the difference to detect; None for the observed ones.
        decisions: each pair of models by each criterion, the closest last.
        items: the items that are worth another rating, most useful first.
    """

    run: str
    power: float
    alpha: float
    effect: float | None
    decisions: tuple[Decision, ...]
    items: tuple[ItemToRate, ...]


def outlook_of(
    run: FinishedRun,
    *,
    effect: float | None = None,
    power: float = POWER,
    alpha: float = ALPHA,
    items: int = MOST_ITEMS,
) -> RatingOutlook:
    """Estimate how many more ratings the run needs.

    Args:
        run: a run with ratings of people.
        effect: the difference of means to detect; the observed ones if None.
        power: the required probability of detecting it.
        alpha: the significance level.
        items: how many items to name at most.

    Raises:
        ConfigError: the run has no ratings of at least two models on two articles.
    """
    scores = [
        name
        for name, facts in run.results.metrics.items()
        if facts.rater == HUMAN and not name.endswith(PREFERRED)
    ]
    if not scores:
        raise ConfigError(
            f"{run.location}: has no ratings of people yet; make sheets with `bench rate"
            f" {run.location}`, and import them with --import"
        )
    scores = [name for name in scores if _models_with(run, name) > 1]
    if not scores:
        raise ConfigError(
            f"{run.location}: has ratings of a single model; rate another one to compare it with"
        )
    rows = [row for row in read_ratings(run.path).ratings if row.value is not None]
    tested = compare([run], scores=scores, confidence=1 - alpha)
    predicted = {
        (one.task, one.score, pair.model, pair.other): pair
        for one in _powers(run, scores, effect=effect, power=power, alpha=alpha)
        for pair in one.pairs
    }
    decisions = []
    for one in tested.scores:
        dimension = one.score.removeprefix(f"{HUMAN}.")
        own = [row for row in rows if (row.task, row.dimension) == (one.task, dimension)]
        for pair in one.pairs:
            key = (one.task, one.score)
            found = predicted.get((*key, pair.model, pair.other)) or predicted.get(
                (*key, pair.other, pair.model)
            )
            decisions.append(_decision(run, (one.task, dimension), pair, found, own))
    decisions.sort(key=lambda one: (one.decided, -abs(one.difference)))
    open_models: dict[tuple[str, str], set[str]] = defaultdict(set)
    for decision in decisions:
        if not decision.decided:
            names = {decision.model, decision.other}
            open_models[decision.task, decision.dimension] |= names
    return RatingOutlook(
        run=run.location,
        power=power,
        alpha=alpha,
        effect=effect,
        decisions=tuple(decisions),
        items=tuple(items_to_rate(rows, open_models))[:items],
    )


def _models_with(run: FinishedRun, score: str) -> int:
    """The most competitors of a task that have a score."""
    return max(
        sum(score in model.scores for model in task.models.values() if model.role == "model")
        for task in run.results.tasks.values()
    )


def _powers(run: FinishedRun, scores: Sequence[str], **options: Any) -> Iterator[ScorePower]:
    """The power analysis of each score; none for those with a single article."""
    for score in scores:
        with suppress(ConfigError):
            yield from power_of(run, scores=[score], **options).scores


def _decision(
    run: FinishedRun,
    name: tuple[str, str],
    pair: PairResult,
    predicted: PairPower | None,
    rows: Sequence[Rating],
) -> Decision:
    sides = [_by_article([row for row in rows if row.model == m]) for m in (pair.model, pair.other)]
    shared = sorted(sides[0].keys() & sides[1].keys())
    values = sum(len(side[article]) for side in sides for article in shared)
    split = split_of_differences(
        [_item_means(sides[0][article]) for article in shared],
        [_item_means(sides[1][article]) for article in shared],
        run.units(shared),
    )
    more = None
    if predicted is not None and predicted.needed is not None and shared:
        missing = max(0, predicted.needed - pair.articles)
        more = round(missing * values / len(shared))
    needed_range = predicted.needed_range if predicted else None
    interval = pair.difference.interval
    return Decision(
        task=name[0],
        dimension=name[1],
        model=pair.model,
        other=pair.other,
        difference=pair.difference.difference,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        decided=pair.significant,
        articles=pair.articles,
        needed=predicted.needed if predicted else None,
        needed_low=needed_range[0] if needed_range else None,
        needed_high=needed_range[1] if needed_range else None,
        more_values=more,
        noise=split.share if split else None,
    )


def _by_article(rows: Sequence[Rating]) -> dict[str, list[Rating]]:
    found: dict[str, list[Rating]] = defaultdict(list)
    for row in rows:
        found[row.article].append(row)
    return found


def _item_means(rows: Sequence[Rating]) -> list[float]:
    """The mean rating of each item."""
    found: dict[object, list[float]] = defaultdict(list)
    for row in rows:
        if row.value is not None:
            found[row.sample, row.item].append(row.value)
    return [float(np.mean(own)) for own in found.values()]


def _rated(row: Rating) -> _Rated:
    if isinstance(row.item, str):
        return _Rated(row.article, row.item, "", 0)
    return _Rated(row.article, row.item, row.model, row.sample)


def _order(one: ItemToRate) -> tuple[float, str, str, str, str, tuple[str, ...]]:
    """The most useful first; then by name."""
    return (-one.gain, one.task, one.dimension, one.article, str(one.item), one.models)


def items_to_rate(
    rows: Sequence[Rating], models: Mapping[tuple[str, str], set[str]]
) -> Iterator[ItemToRate]:
    """The items of some models, by how much a further rating lowers the variance of their mean.

    The mean weighs an item by 1 / (articles times items of the article). With n ratings of variance
    v, one more lowers the variance of the mean by the squared weight times v / (n (n + 1)). An
    item's own variance is drawn towards that of all items, as if that had one degree of freedom.

    Args:
        rows: ratings.
        models: by task and dimension, the models that count.
    """
    found: list[ItemToRate] = []
    for (task, dimension), names in sorted(models.items()):
        groups: dict[tuple[str, _Rated], list[float]] = defaultdict(list)
        for row in rows:
            is_asked = (row.task, row.dimension) == (task, dimension) and row.model in names
            if is_asked and row.value is not None:
                groups[row.model, _rated(row)].append(float(row.value))
        freedom = sum(len(own) - 1 for own in groups.values())
        squares = sum(float(((np.array(own) - np.mean(own)) ** 2).sum()) for own in groups.values())
        pooled = squares / freedom if freedom else 1.0
        articles = {m: len({what.article for own, what in groups if own == m}) for m in names}
        lengths = Counter((model, what.article) for model, what in groups)
        gains: dict[_Rated, tuple[float, list[str], list[float]]] = {}
        for (model, what), own in sorted(groups.items(), key=lambda group: group[0][0]):
            weight = 1 / (articles[model] * lengths[model, what.article])
            spread = float(((np.array(own) - np.mean(own)) ** 2).sum())
            variance = (spread + pooled) / len(own)
            gain = weight**2 * variance / (len(own) * (len(own) + 1))
            before, known, _ = gains.get(what, (0.0, [], own))
            gains[what] = (before + gain, [*known, model], own)
        found += [
            ItemToRate(
                *(task, dimension, what.article, what.item),
                *(tuple(known), tuple(sorted(own)), gain),
            )
            for what, (gain, known, own) in gains.items()
        ]
    found.sort(key=_order)
    largest = found[0].gain if found else 0.0
    for one in found:
        yield replace(one, gain=one.gain / largest if largest else 0.0)
