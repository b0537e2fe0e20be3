"""What so many articles can show, and how many it would take."""

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
"""Numbers of articles that the curve is drawn at."""


@dataclass(frozen=True)
class PairPower:
    """One pair of models.

    Attributes:
        model: the one.
        other: the other.
        articles: that both have a score on.
        difference: observed, the one's score less the other's.
        spread: standard deviation of the paired differences over articles.
        detectable: the smallest true difference that this many articles show.
        needed: articles that the effect needs (the observed difference, where none is given); None
            where no number of articles would do.
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
        articles: the most that a pair has in common.
        pairs: each with each, or each with the baseline.
        spread: of the median pair.
        detectable: for the median pair.
        needed: articles that the effect needs for the median pair; None without an effect.
        curve: numbers of articles, and what each can show for the median pair.
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
    """What ``bench power`` found."""

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
    """How small a difference between models a run's articles can show.

    From the spread of the observed paired differences; for one comparison at level ``alpha``.

    Args:
        run: a run with at least two models and two articles.
        models: names; every competitor if none are given.
        tasks: every task if none are given.
        scores: names of scores or metrics; each task's primary score if none are given.
        baseline: look at pairs with this model only.
        effect: a true difference that one would like to show.
        power: the wanted chance of finding it.
        alpha: level of the two-sided test.

    Raises:
        UnknownNameError: no such model, task or score.
        ConfigError: fewer than two models or articles.
    """
    compared_models = chosen([run], models, baseline)
    found = []
    for task, score, present in scores_in_common([run], compared_models, tasks, scores, baseline):
        seen = [pair for pair in _pairs(task, score, present, baseline) if pair.articles > 1]
        if not seen:
            raise ConfigError(
                f"{run.path}: {task}: no two models have at least two articles in common, and one"
                " says nothing of how differences spread"
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
        raise ConfigError(f"{run.path}: nothing to compare: no two of its models share a score")
    return PowerReport(alpha, power, effect, tuple(found))


def _pairs(
    task: str, score: str, present: Sequence[ComparedModel], baseline: str | None
) -> Iterator[PairPower]:
    """Each pair as it was observed, on the articles that both have."""
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
