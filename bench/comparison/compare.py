"""Tests which differences between models are statistically significant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from bench.comparison.clusters import other_clusters
from bench.comparison.comparable import not_comparable, obstacles
from bench.comparison.compared_models import (
    ComparedModel,
    chosen,
    has_score,
    labelled,
    names_in,
    role_of,
    scores_in_common,
)
from bench.comparison.family import Correction, Settings, tested
from bench.comparison.findings import Comparison, ScoreComparison
from bench.comparison.pairing import Pairing
from bench.errors import ConfigError, RunDirectoryError
from bench.runs.finished import FinishedRun
from bench.stats import CONFIDENCE, ranks


def compare(  # noqa: PLR0913 - an option each, all by name
    runs: Sequence[FinishedRun],
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    scores: Sequence[str] = (),
    baseline: str | None = None,
    confidence: float = CONFIDENCE,
    correction: Correction = "max-t",
    resamples: int | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare models, within one run or across several.

    Args:
        runs: one or more.
        models: labels: a name, or ``RUN:NAME`` where several share the name; by default every
            competitor (no floors and ceilings).
        tasks: by default every task that at least two of the models have been run on.
        scores: names of scores or metrics; by default each task's primary score.
        baseline: compare every model with this one only.
        confidence: confidence level; the significance level of the tests is 1 - confidence.
        correction: for testing many pairs: ``max-t`` (step-down max-T) or ``holm``.
        resamples: number of random sign flips; as many as the tests need if None.
        seed: seed of the sign flips.

    Raises:
        UnknownNameError: unknown model, task, score or correction.
        RunDirectoryError: the runs are not comparable; the message has the reasons.
        ConfigError: fewer than two models to compare.
    """
    settings = Settings(confidence, correction, resamples, seed)
    compared_models = chosen(runs, models, baseline)
    pairings = []
    for task, score, present in scores_in_common(runs, compared_models, tasks, scores, baseline):
        _refuse_obstacles(present, task, score)
        against = next((c for c in present if c.label == baseline), None)
        pairings.append(Pairing(task, score, present, against))
    if not pairings:
        raise ConfigError(f"nothing to compare: {_why_nothing(runs, compared_models)}")
    found = tested(pairings, settings)
    return Comparison(
        confidence=confidence,
        resamples=found.flips,
        seed=seed,
        baseline=baseline,
        tests=found.tests,
        scores=tuple(map(_ranked, found.comparisons)),
        correction=correction,
    )


def compare_each(
    compared_models: Sequence[ComparedModel],
    columns: Iterable[tuple[str, str]],
    *,
    confidence: float = CONFIDENCE,
) -> dict[tuple[str, str], ScoreComparison]:
    """Compare competitors on some scores as one family, as ``compare`` does.

    Args:
        compared_models: models of comparable runs; floors and ceilings are skipped.
        columns: tasks and scores; those that fewer than two competitors share are skipped.
        confidence: 1 - significance level of the tests, corrected over all of them.
    """
    pairings = []
    for task, score in columns:
        present = [
            c for c in compared_models if role_of(c) == "model" and has_score(c, task, score)
        ]
        with suppress(ConfigError):  # too few models, or articles in common
            pairings.append(Pairing(task, score, present, None))
    found = tested(pairings, Settings(confidence))
    return {(one.task, one.score): _ranked(one) for one in found.comparisons}


def _why_nothing(runs: Sequence[FinishedRun], compared_models: Sequence[ComparedModel]) -> str:
    if len(compared_models) > 1:
        return "no two of the models have the score on the same task"
    here = [one.label for one in compared_models]
    everyone = labelled([(run, name) for run in runs for name in names_in(run)])
    others = ", ".join(one.label for one in everyone if one.label not in here)
    remedy = f"name the others to compare with: {others}" if others else "give another run too"
    return f"two models are needed, not only {here[0] if here else 'floors and ceilings'}; {remedy}"


def _refuse_obstacles(present: Sequence[ComparedModel], task: str, score: str) -> None:
    runs = {id(c.run): c.run for c in present}.values()
    reasons: list[str] = []
    for one, other in combinations(runs, 2):  # that two fit to a third says nothing of the two
        reasons += obstacles(one, other, task, score)
        reasons += [not_comparable(one, other, reason) for reason in other_clusters(one, other)]
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


def _ranked(comparison: ScoreComparison) -> ScoreComparison:
    labels = [s.label for s in comparison.standings]
    all_pairs = len(comparison.pairs) == len(labels) * (len(labels) - 1) // 2
    if not all_pairs or all(pair.articles < 2 for pair in comparison.pairs):
        return comparison
    better = [[False] * len(labels) for _ in labels]
    for pair in comparison.pairs:
        if pair.significant:
            ahead = pair.difference.difference > 0
            winner, loser = (
                (pair.model, pair.other)
                if ahead == comparison.higher_is_better
                else (pair.other, pair.model)
            )
            better[labels.index(winner)][labels.index(loser)] = True
    speaking = [i for i, s in enumerate(comparison.standings) if not s.silent]
    found = ranks(speaking, better)
    standings = (
        replace(s, rank=None if s.silent else found[i]) for i, s in enumerate(comparison.standings)
    )
    return replace(comparison, standings=tuple(standings))
