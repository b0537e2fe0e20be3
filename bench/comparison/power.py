"""Power analysis: detectable differences, and the number of articles needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from bench.comparison.clusters import joint_units
from bench.comparison.compared_models import (
    ComparedModel,
    chosen,
    largest_difference,
    pairs_of,
    scores_in_common,
)
from bench.comparison.more_samples import sampling_advice
from bench.comparison.power_findings import GatePower, PairPower, PowerReport, ScorePower
from bench.comparison.predictions import Planner, bounds
from bench.errors import NotComparedError
from bench.runs.finished import FinishedRun
from bench.stats import RareChanges, contrasts
from bench.stats.contrast import EQUAL
from bench.stats.planning import ALPHA, POWER

CURVE = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Numbers of articles at which the curve is drawn."""

MarginOf = Callable[[str, float], float]
"""The tolerated loss of a score, given its name and the value of the baseline."""

__all__ = ["CURVE", "GatePower", "PairPower", "PowerReport", "ScorePower", "power_of"]


def power_of(  # noqa: PLR0913 - an option each, all by name
    run: FinishedRun,
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    scores: Sequence[str] = (),
    baseline: str | None = None,
    effect: float | None = None,
    margin: MarginOf | None = None,
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
        margin: the loss that a gate tolerates, to predict its verdicts.
        power: the probability of detecting the effect, or of passing the gate.
        alpha: significance level of the two-sided test.

    Raises:
        UnknownNameError: unknown model, task or score.
        NotComparedError: fewer than two models or articles.
    """
    compared_models = chosen([run], models, baseline)
    found = []
    for task, score, present in scores_in_common([run], compared_models, tasks, scores, baseline):
        pairs = pairs_of(present, task, score, baseline)
        seen = [_seen(task, score, *pair, alpha, power) for pair in pairs]
        if not seen:
            raise NotComparedError(
                f"{run.location}: {task}: no two models have at least two articles in common; the"
                " spread of differences needs two"
            )
        tolerated = None
        if margin is not None:
            level = _score_of(run, task, score, present, baseline)
            tolerated = margin(score, level), level
        advice = sampling_advice(task, score, present, baseline)
        planned = _score_power(task, score, seen, effect, tolerated)
        why = run.results.facts(score).advisory
        found.append(replace(planned, sampling=advice, advisory=why))
    if not found:
        raise NotComparedError(
            f"{run.location}: nothing to compare: no two of its models have a score in common"
        )
    return PowerReport(alpha, power, effect, tuple(found))


_Seen = tuple[PairPower, Planner]


def _score_power(
    task: str,
    score: str,
    seen: Sequence[_Seen],
    effect: float | None,
    tolerated: tuple[float, float] | None,
) -> ScorePower:
    pairs = tuple(_pair_power(pair, planner, effect) for pair, planner in seen)
    largest = max(seen, key=lambda one: one[0].articles)
    articles, widest = largest[0].articles, largest[1]
    spread = median(planner.spread for _, planner in seen)
    typical = min((planner for _, planner in seen), key=lambda one: abs(one.spread - spread))
    middle = replace(widest, spread=spread, changes=typical.changes)
    curve = [(n, middle.detectable(n)) for n in sorted({*CURVE, articles})]
    detectable = middle.detectable()
    return ScorePower(
        task=task,
        score=score,
        articles=articles,
        pairs=pairs,
        spread=middle.spread,
        detectable=None if detectable is None else detectable.estimate,
        needed=None if effect is None else middle.needed(effect),
        curve=tuple((n, r.estimate) for n, r in curve if r and r.estimate is not None),
        band=tuple((r.low, r.high) for _, r in curve if r and r.estimate is not None),
        detectable_range=bounds(detectable),
        needed_range=None if effect is None else middle.needed_for(effect),
        units=widest.units,
        gate=None if tolerated is None else middle.gate(*tolerated),
    )


def _pair_power(pair: PairPower, planner: Planner, effect: float | None) -> PairPower:
    wanted = pair.difference if effect is None else effect
    detectable = planner.detectable()
    chance = planner.power(wanted, observed=effect is None)
    ranged = planner.needed_for_observed if effect is None else planner.needed_for
    return replace(
        pair,
        detectable=None if detectable is None else detectable.estimate,
        needed=planner.needed(wanted),
        detectable_range=bounds(detectable),
        needed_range=ranged(wanted),
        power=None if chance is None else chance.estimate,
        power_range=bounds(chance),
    )


def _seen(  # noqa: PLR0913, PLR0917 - what a pair is
    task: str,
    score: str,
    one: ComparedModel,
    other: ComparedModel,
    shared: tuple[str, ...],
    alpha: float,
    wanted: float,
) -> _Seen:
    """What was observed of a pair, and what it predicts."""
    samples = [c.run.sample(task, c.name, score, shared) for c in (one, other)]
    found = contrasts(samples, [(0, 1)], clusters=joint_units([one.run, other.run], shared))
    sums, sizes = found.sums(0), found.weights(0)
    units, difference = len(sizes), float(found.estimates[0])
    size = len(shared) / units
    spread = 0.0
    if units > 1:
        squares = float(((sums - sums.sum() / sizes.sum() * sizes) ** 2).sum())
        spread = float(np.sqrt(squares / (units - 1))) / size
    largest = max(float(np.abs(sample.values).max()) for sample in samples)
    limit = largest_difference(one.run, score)
    pair = PairPower(
        model=one.label,
        other=other.label,
        articles=len(shared),
        difference=difference,
        spread=spread if spread > EQUAL * largest else 0.0,
        units=units,
    )
    changes = RareChanges.of(sums / size, limit) if pair.spread else None
    return pair, Planner(pair.spread, units, size, alpha, wanted, changes)


def _score_of(
    run: FinishedRun, task: str, score: str, present: Sequence[ComparedModel], baseline: str | None
) -> float:
    """The score that a margin may be a share of: the baseline's, or that of the median model."""
    models = run.results.tasks[task].models
    own = [c.name for c in present if baseline is None or c.label == baseline]
    return median(models[name].scores[score].mean for name in own)
