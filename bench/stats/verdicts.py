"""A gate: has any score lost more than its margin, decided for all of them at once."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.stats.contrast import contrasts
from bench.stats.flips import Method, paired_tests
from bench.stats.interval import CONFIDENCE, Interval, level_of
from bench.stats.max_t import FamilyTest, family_tests
from bench.stats.sample import Sample

Outcome = Literal["pass", "fail", "inconclusive"]
ROUNDING = 1e-9
"""A difference that other hardware can cause."""


@dataclass(frozen=True, eq=False)
class Check:
    """One score before and after a change.

    Attributes:
        now: the score after the change.
        before: the score before it, over the same articles.
        labels: what identifies the unit of each article: its id, or the label of its cluster.
            Checks share the sign flips of the units they share.
        margin: the loss that is tolerated, in units of the score; at least 0.
        higher_is_better: which way the score goes.
        limit: the largest difference that there can be (1 for scores from 0 to 1).
    """

    now: Sample
    before: Sample
    labels: Sequence[Hashable]
    margin: float = 0.0
    higher_is_better: bool = True
    limit: float = math.inf


@dataclass(frozen=True)
class Judgement:
    """What is known of one check.

    Attributes:
        outcome: ``fail`` if the loss is significantly larger than the margin, ``pass`` if it is
            significantly smaller, otherwise ``inconclusive``. Where nothing is tested, a loss
            above the margin fails; none passes for one unit and where no score changed.
        method: by the test; exactly (one unit, or no score changed); or too few units to test.
        difference: now less before, whichever way is better.
        interval: of that; None where there is no test. Its bound is on one side of the margin
            exactly where the outcome says so.
        p_value: of the loss being the margin, two-sided, not corrected.
        p_adjusted: the same, corrected over the whole gate; equal to ``p_value`` per check.
        conservative: whether the interval allows for changes too rare to be seen.
        units: articles or clusters.
        changed: units whose score is not the same.
    """

    outcome: Outcome
    method: Method
    difference: float
    interval: Interval | None
    p_value: float | None
    p_adjusted: float | None
    conservative: bool
    units: int
    changed: int


def judge(
    checks: Sequence[Check],
    *,
    confidence: float = CONFIDENCE,
    per_check: bool = False,
    flips: int | None = None,
    seed: int = 0,
) -> list[Judgement]:
    """Judge all checks of a gate.

    The chance that any of them fails or passes wrongly is at most what is left of the confidence;
    where no loss is larger than its margin, about half of it is left for any to fail.

    Args:
        checks: what is judged.
        confidence: of the whole gate.
        per_check: let it be that of each check by itself.
        flips: random sign flips; as many as needed if None.
        seed: of these; 0 is a seed.
    """
    parts = [
        contrasts(
            [check.now, check.before],
            [(0, 1) if check.higher_is_better else (1, 0)],
            clusters=check.labels,
            limits=[check.limit],
        )
        for check in checks
    ]
    changed = [bool(np.count_nonzero(part.sums(0))) for part in parts]
    tested = [index for index, different in enumerate(changed) if different]
    margins = [-checks[index].margin for index in tested]
    chosen = [parts[index] for index in tested]
    if per_check:
        tests = [
            paired_tests(part, margins=[m], confidence=confidence, flips=flips, seed=seed)[0]
            for part, m in zip(chosen, margins, strict=True)
        ]
        family = FamilyTest(
            tuple(tests),
            tuple(test.p_value for test in tests),
            tuple(test.interval for test in tests),
            0,
        )
    else:
        keys = [list(dict.fromkeys(checks[index].labels)) for index in tested]
        family = family_tests(
            chosen, keys, margins=margins, confidence=confidence, flips=flips, seed=seed
        )
    position = {index: number for number, index in enumerate(tested)}
    alpha = level_of(confidence)
    return [
        _judged(check, family, position[index], alpha) if index in position else _unchanged(check)
        for index, check in enumerate(checks)
    ]


def _unchanged(check: Check) -> Judgement:
    units = len(set(check.labels))
    return Judgement("pass", "exact", 0.0, None, None, None, False, units, 0)


def _judged(check: Check, family: FamilyTest, position: int, alpha: float) -> Judgement:
    test, adjusted = family.tests[position], family.adjusted[position]
    interval = family.intervals[position]
    above = -test.difference > check.margin + ROUNDING
    if adjusted is None:
        less: Outcome = "pass" if test.method == "exact" else "inconclusive"
        outcome: Outcome = "fail" if above else less
    elif adjusted > alpha:
        outcome = "inconclusive"
    else:
        outcome = "fail" if test.difference < -check.margin else "pass"
    difference = test.difference
    if not check.higher_is_better:
        difference = -difference
        interval = interval and Interval(-interval.high, -interval.low)
    return Judgement(
        outcome,
        test.method,
        difference,
        interval,
        test.p_value,
        adjusted,
        test.conservative,
        test.units,
        test.changed,
    )
