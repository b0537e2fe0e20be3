"""Checks a run against the recent level of its history."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scipy.special import ndtr, ndtri

from bench.gate.check import check
from bench.gate.verdict import GateReport, Verdict
from bench.histories.entry import HistoryEntry
from bench.histories.level import RECENT, RecentLevel, RunSpread, recent_level
from bench.runs.finished import FinishedRun
from bench.stats import CONFIDENCE, Interval, level_of
from bench.stats.students import t_quantile


def check_against_history(
    run: FinishedRun,
    entries: Sequence[HistoryEntry],
    name: str,
    *,
    recent: int = RECENT,
    confidence: float = CONFIDENCE,
    **options: Any,
) -> GateReport:
    """Check a run against the recent level of a history.

    The paired test over articles is that of ``bench.gate.check``. Where runs of an unchanged model
    differ by more than the chance of their articles, the interval is widened by that.

    Args:
        run: the run to check.
        entries: the runs of the history, in order of time.
        name: of the history, for messages.
        recent: the most runs that make up the level.
        confidence: the chance that no verdict of the gate is wrong is at least this.
        options: as for ``bench.gate.check.check``.

    Raises:
        RunDirectoryError: no run of the history is comparable, with the reason.
        UnknownNameError: the history lacks a named score.
    """
    level = recent_level(run, entries, name, recent=recent)
    report = check(run, level, confidence=confidence, **options)
    alpha = level_of(confidence)
    tests = sum(verdict.p_value is not None for verdict in report.verdicts)
    share = 1.0 if report.per_check else 1.0 / max(1, tests)
    verdicts = [_with_spread(verdict, level, alpha, alpha * share) for verdict in report.verdicts]
    order = ("fail", "inconclusive", "pass")
    verdicts.sort(key=lambda verdict: order.index(verdict.outcome))
    checked = {(v.task, v.model, v.score) for v in verdicts}
    prefixes = tuple(f"{', '.join(key)}: " for key in checked)
    notes = [note for note in level.notes if note.startswith(prefixes) or ": left out" in note]
    return replace(report, verdicts=tuple(verdicts), notes=(*report.notes, *dict.fromkeys(notes)))


def _with_spread(verdict: Verdict, level: RecentLevel, alpha: float, share: float) -> Verdict:
    """The verdict with the chance of whole runs in its interval.

    Args:
        verdict: of the paired test over articles.
        level: the recent level.
        alpha: the level of the test, corrected p-values are compared with it.
        share: the level of this test alone.
    """
    spread = (level.spread or {}).get((verdict.task, verdict.model, verdict.score))
    found = verdict.interval
    if spread is None or found is None or spread.variance == 0 or verdict.difference is None:
        return verdict
    chance = _reach(spread, share)
    estimate = verdict.difference
    low = estimate - math.hypot(estimate - found.low, chance)
    high = estimate + math.hypot(found.high - estimate, chance)
    higher = level.results.facts(verdict.score).higher_is_better
    bound = -verdict.margin if higher else verdict.margin
    distance = abs(estimate - bound)
    side = estimate - low if estimate > bound else high - estimate
    before = estimate - found.low if estimate > bound else found.high - estimate
    adjusted = _p_value(distance / side if side else 0.0, alpha)
    alone = verdict.p_value
    if alone is not None:
        z = -float(ndtri(min(max(alone, 1e-300), 1.0) / 2))
        alone = min(2 * float(ndtr(-z * before / side)) if side else 1.0, adjusted)
    outside = bound < low or bound > high
    outcome = verdict.outcome if outside else "inconclusive"
    words = f"runs of this level differ by {math.sqrt(spread.variance):.2g} by themselves"
    if outcome != verdict.outcome:
        words += ", which may explain it"
    return replace(
        verdict,
        outcome=outcome,
        interval=Interval(low, high),
        p_value=alone,
        p_adjusted=None if verdict.p_adjusted is None else adjusted,
        reason=f"{verdict.reason}; {words}",
    )


def _reach(spread: RunSpread, alpha: float) -> float:
    """How far a new run may be from the mean of those of a level, by the chance of whole runs."""
    quantile = t_quantile(spread.runs - 1, 1 - alpha / 2)
    return quantile * math.sqrt(spread.variance * (1 + 1 / spread.runs))


def _p_value(halves: float, alpha: float) -> float:
    """The p-value of a bound so many half intervals away; ``alpha`` where it is their end."""
    return 2 * float(ndtr(float(ndtri(alpha / 2)) * halves))
