"""Power analysis: detectable differences, and the number of articles needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from statistics import median

from bench.comparison.compared_models import (
    ComparedModel,
    articles_of,
    chosen,
    in_common,
    scores_in_common,
)
from bench.display import Displayed
from bench.errors import ConfigError
from bench.runs.finished import FinishedRun
from bench.stats import detectable, needed
from bench.stats.paired import spread_of_differences
from bench.stats.planning import ALPHA, POWER

CURVE = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Numbers of articles at which the curve is drawn."""


@dataclass(frozen=True)
class PairPower:
    """One pair of models.

    Attributes:
        model: the first model.
        other: the second model.
        articles: the number of articles on which both have a score.
        difference: the observed difference, first minus second.
        spread: standard deviation of the paired differences over articles.
        detectable: the smallest true difference that this many articles can detect.
        needed: number of articles needed to detect the effect (by default the observed
            difference); None if no number is enough.
    """

    model: str
    other: str
    articles: int
    difference: float
    spread: float
    detectable: float = 0.0
    needed: int | None = None


@dataclass(frozen=True)
class ScorePower:
    """All pairs on one score of one task.

    Attributes:
        task: the task.
        score: the score.
        articles: the largest number of articles that a pair has in common.
        pairs: all pairs, or each model with the baseline.
        spread: for the median pair.
        detectable: for the median pair.
        needed: number of articles needed for the median pair; None without an effect.
        curve: numbers of articles, and the detectable difference of the median pair at each.
    """

    task: str
    score: str
    articles: int
    pairs: tuple[PairPower, ...]
    spread: float
    detectable: float
    needed: int | None
    curve: tuple[tuple[int, float], ...]


@dataclass(frozen=True, repr=False)
class PowerReport(Displayed):
    """The result of ``bench power``."""

    alpha: float
    power: float
    effect: float | None
    scores: tuple[ScorePower, ...]


def power_of(  # noqa: PLR0913 - an option each, all by name
    run: FinishedRun,
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    scores: Sequence[str] = (),
    baseline: str | None = None,
    effect: float | None = None,
    power: float = POWER,
    alpha: float = ALPHA,
) -> PowerReport:
    """Compute the smallest difference between models that the articles of a run can detect.

    Based on the spread of the observed paired differences, for one comparison at level ``alpha``.

    Args:
        run: a run with at least two models and two articles.
        models: names; by default every competitor.
        tasks: by default every task.
        scores: names of scores or metrics; by default each task's primary score.
        baseline: only pairs with this model.
        effect: the true difference to detect.
        power: the probability of detecting it.
        alpha: significance level of the two-sided test.

    Raises:
        UnknownNameError: unknown model, task or score.
        ConfigError: fewer than two models or articles.
    """
    compared_models = chosen([run], models, baseline)
    found = []
    for task, score, present in scores_in_common([run], compared_models, tasks, scores, baseline):
        seen = [pair for pair in _pairs(task, score, present, baseline) if pair.articles > 1]
        if not seen:
            raise ConfigError(
                f"{run.location}: {task}: no two models have at least two articles in common; the"
                " spread of differences needs two"
            )
        articles = max(pair.articles for pair in seen)
        pairs = tuple(
            replace(
                pair,
                detectable=detectable(pair.spread, pair.articles, alpha=alpha, wanted=power),
                needed=needed(
                    pair.difference if effect is None else effect,
                    pair.spread,
                    alpha=alpha,
                    wanted=power,
                ),
            )
            for pair in seen
        )
        middle = median(pair.spread for pair in pairs)
        found.append(
            ScorePower(
                task=task,
                score=score,
                articles=articles,
                pairs=pairs,
                spread=middle,
                detectable=detectable(middle, articles, alpha=alpha, wanted=power),
                needed=None
                if effect is None
                else needed(effect, middle, alpha=alpha, wanted=power),
                curve=tuple(
                    (n, detectable(middle, n, alpha=alpha, wanted=power))
                    for n in sorted({*CURVE, articles})
                ),
            )
        )
    if not found:
        raise ConfigError(f"{run.location}: nothing to compare: its models have no score in common")
    return PowerReport(alpha, power, effect, tuple(found))


def _pairs(
    task: str, score: str, present: Sequence[ComparedModel], baseline: str | None
) -> Iterator[PairPower]:
    """The observed pairs, each on the articles that both have."""
    articles = dict(zip(present, articles_of(present, task, score), strict=True))
    for one, other in permutations(present, 2) if baseline else combinations(present, 2):
        shared = in_common(articles[one], articles[other])
        if not shared or (baseline and other.label != baseline):
            continue
        a, b = (c.run.sample(task, c.name, score, shared) for c in (one, other))
        yield PairPower(
            model=one.label,
            other=other.label,
            articles=len(shared),
            difference=a.estimate - b.estimate,
            spread=spread_of_differences(a, b),
        )
