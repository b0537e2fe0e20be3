"""Verdicts on scores that have changed, by one test for the whole gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.comparison.clusters import joint_units
from bench.gate.gated_score import GatedScore
from bench.gate.sampling_noise import with_sampling_noise
from bench.gate.verdict import Method, Verdict
from bench.stats import FEWEST, Check, Judgement, judge

_METHODS: dict[str, Method] = {
    "sign flips": "interval",
    "too few": "too few",
    "exact": "exact",
}


@dataclass(frozen=True)
class Level:
    """How sure the verdicts are.

    Attributes:
        confidence: of the whole gate.
        per_check: let it be that of each check by itself.
        flips: random sign flips; as many as needed if None.
        seed: of the flips.
    """

    confidence: float
    per_check: bool
    flips: int | None
    seed: int


def tested_verdicts(
    uncertain: Mapping[GatedScore, tuple[str, ...]], level: Level, share: float
) -> dict[GatedScore, Verdict]:
    """A verdict for each score, given the articles that both runs have.

    Args:
        uncertain: the scores.
        level: how sure the verdicts are.
        share: the part of the chance of a wrong verdict that these tests may have; other tests of
            the gate have the rest.
    """
    checks = []
    for subject, articles in uncertain.items():
        now, before = subject.samples(articles)
        checks.append(
            Check(
                now=now,
                before=before,
                labels=joint_units([subject.baseline, subject.run], articles),
                margin=subject.margin.of(before.estimate),
                higher_is_better=subject.higher_is_better,
                limit=subject.largest_difference,
            )
        )
    judgements = judge(
        checks,
        confidence=level.confidence if share == 1 else 1 - share * (1 - level.confidence),
        per_check=level.per_check,
        flips=level.flips,
        seed=level.seed,
    )
    return {
        subject: with_sampling_noise(_verdict(subject, check, judgement, share), subject, articles)
        for (subject, articles), check, judgement in zip(
            uncertain.items(), checks, judgements, strict=True
        )
    }


def _verdict(subject: GatedScore, check: Check, found: Judgement, share: float) -> Verdict:
    adjusted = found.p_adjusted
    return subject.verdict(
        found.outcome,
        _METHODS[found.method],
        _reason(subject, check, found),
        articles=len(check.now),
        before=check.before.estimate,
        now=check.now.estimate,
        interval=found.interval,
        margin=check.margin,
        p_value=found.p_value,
        p_adjusted=None if adjusted is None else min(1.0, adjusted / share),
        conservative=found.conservative,
        units=found.units,
        changed=found.changed,
    )


def _reason(subject: GatedScore, check: Check, found: Judgement) -> str:
    loss = -found.difference if check.higher_is_better else found.difference
    lost = f"lost {loss:.4g}, margin {check.margin:.4g}"
    units = "articles" if found.units == len(check.now) else "clusters of articles"
    if found.method == "too few":
        few = f"too few {units} to test ({found.units}; {FEWEST} are needed)"
        if found.outcome == "fail":
            return f"loss, {few}: {lost}{subject.new_failures}"
        return f"{few}: no loss above {check.margin:.4g} was observed"
    if found.method == "exact":
        how = "one cluster: compared exactly" if found.changed else "the score is unchanged"
        return f"{lost} ({how}{subject.new_failures})" if found.outcome == "fail" else how
    if found.outcome == "fail":
        return f"{lost}, significant regression{subject.new_failures}"
    return _reason_without_loss(check, found, units)


def _reason_without_loss(check: Check, found: Judgement, units: str) -> str:
    if found.outcome == "pass" and check.margin == 0:
        return "no loss: significantly better"
    if found.outcome == "pass":
        return f"no loss above {check.margin:.4g}"
    if found.interval is None:
        return f"too few {units} ({found.units}) to rule out a loss above {check.margin:.4g}"
    largest = -found.interval.low if check.higher_is_better else found.interval.high
    return f"a loss of up to {max(largest, 0.0):.4g} cannot be ruled out"
