"""Checks each model and score of a run against a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.display import count
from bench.errors import RunDirectoryError
from bench.gate.comparability import (
    false_alarm_note,
    gate_notes,
    refuse_obstacles,
    refuse_other_scores,
)
from bench.gate.gated_score import ROUNDING, GatedScore
from bench.gate.margins import Margins
from bench.gate.verdict import GateReport, Outcome, Verdict
from bench.runs.finished import FinishedRun
from bench.stats import Bootstrap, Interval, Sample
from bench.stats.bootstrap import CONFIDENCE, RESAMPLES


def check(  # noqa: PLR0913 - an option each, all by name
    run: FinishedRun,
    baseline: FinishedRun,
    *,
    margins: Margins | None = None,
    scores: Sequence[str] = (),
    confidence: float = CONFIDENCE,
    simultaneous: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> GateReport:
    """Check a run against a baseline.

    Checks every model of the baseline on the primary score of each task and on every named score.
    The verdict is *pass* if the lower bound of the paired difference is above minus the margin,
    *fail* if the upper bound is below zero and the loss is above the margin, and *inconclusive*
    otherwise (reversed for scores where lower is better). Anything that the run lacks fails.

    Args:
        run: the run to check.
        baseline: the run to check against.
        margins: the tolerated loss by score; no loss by default.
        scores: names of scores or metrics to check besides the primary ones.
        confidence: confidence level of the interval of each difference.
        simultaneous: apply the confidence level to all intervals together (Bonferroni), which
            reduces false alarms of gates with many checks.
        resamples: number of bootstrap draws.
        seed: seed of the draws.

    Raises:
        UnknownNameError: the baseline lacks a named score.
        RunDirectoryError: the two are not comparable; the message has the reasons.
    """
    margins = margins or Margins()
    named = margins.by_score(baseline)
    wanted = [*named, *(baseline.score_named(score) for score in scores)]
    subjects = [
        GatedScore(run, baseline, task, model, score, named.get(score, margins.other))
        for task, result in baseline.results.tasks.items()
        for model in result.models
        for score in dict.fromkeys([result.primary, *wanted])
        if score in result.models[model].scores
    ]
    if not subjects:
        raise RunDirectoryError(
            f"{baseline.location}: nothing to check: none of its models has a score"
        )
    refuse_obstacles(subjects, run, baseline)
    refuse_other_scores(subjects)
    certain, uncertain = _exact_verdicts(subjects)
    checks = len(uncertain)
    if simultaneous and checks:
        confidence = 1 - (1 - confidence) / checks
    by_interval = _by_intervals(uncertain, confidence, resamples, seed)
    verdicts = [certain.get(subject) or by_interval[subject] for subject in subjects]
    notes = [*gate_notes(run, baseline), *false_alarm_note(checks, confidence, simultaneous)]
    order = ("fail", "inconclusive", "pass")
    return GateReport(
        run=run.location,
        baseline=baseline.location,
        confidence=confidence,
        verdicts=tuple(sorted(verdicts, key=lambda v: order.index(v.outcome))),
        notes=tuple(notes),
    )


def _exact_verdicts(
    subjects: Sequence[GatedScore],
) -> tuple[dict[GatedScore, Verdict], dict[GatedScore, tuple[str, ...]]]:
    """The exact verdicts, and the articles of each score that needs an interval."""
    certain: dict[GatedScore, Verdict] = {}
    uncertain: dict[GatedScore, tuple[str, ...]] = {}
    for subject in subjects:
        missing = subject.missing()
        articles = subject.articles
        if missing:
            model = subject.baseline.results.tasks[subject.task].models[subject.model]
            before = model.scores[subject.score].mean
            certain[subject] = subject.verdict("fail", "missing", missing, before=before)
        elif len(articles) == 1 or subject.unchanged(articles) or subject.equal(articles):
            certain[subject] = _exact(subject, articles)
        else:
            uncertain[subject] = articles
    return certain, uncertain


def _by_intervals(
    uncertain: Mapping[GatedScore, tuple[str, ...]], confidence: float, resamples: int, seed: int
) -> dict[GatedScore, Verdict]:
    """A verdict for each score; scores over the same articles share their draws."""
    verdicts = {}
    for articles in dict.fromkeys(uncertain.values()):
        group = [subject for subject, own in uncertain.items() if own == articles]
        samples = [sample for subject in group for sample in subject.samples(articles)]
        bootstrap = Bootstrap(samples, resamples=resamples, seed=seed)
        for number, subject in enumerate(group):
            bounds = bootstrap.difference(2 * number, 2 * number + 1, confidence)
            assert bounds is not None  # there are two articles or more
            now, then = samples[2 * number], samples[2 * number + 1]
            verdicts[subject] = _by_interval(subject, now, then, bounds)
    return verdicts


def _exact(subject: GatedScore, articles: tuple[str, ...]) -> Verdict:
    now, before = (sample.estimate for sample in subject.samples(articles))
    margin = subject.margin.of(before)
    loss = before - now if subject.higher_is_better else now - before
    if subject.unchanged(articles):
        how = "its predictions are unchanged"
    elif len(articles) == 1:
        how = "one article: compared exactly"
    else:
        how = "the score of every article is unchanged"
    if loss > margin + ROUNDING and not subject.unchanged(articles):
        outcome: Outcome = "fail"
        reason = f"lost {loss:.4g}, margin {margin:.4g} ({how}{_failures(subject)})"
    else:
        outcome, reason = "pass", how
    facts = {"articles": len(articles), "before": before, "now": now, "margin": margin}
    return subject.verdict(outcome, "exact", reason, **facts)


def _by_interval(subject: GatedScore, after: Sample, baseline: Sample, bounds: Interval) -> Verdict:
    now, before = after.estimate, baseline.estimate
    margin = subject.margin.of(before)
    gain, low, high = now - before, bounds.low, bounds.high
    if not subject.higher_is_better:
        gain, low, high = -gain, -high, -low
    if low > -margin:
        outcome: Outcome = "pass"
        reason = "no loss" if margin == 0 else f"no loss above {margin:.4g}"
    elif high < 0 and -gain > margin:
        outcome = "fail"
        reason = (
            f"lost {-gain:.4g}, margin {margin:.4g}, significant regression{_failures(subject)}"
        )
    else:
        outcome = "inconclusive"
        reason = f"a loss of up to {max(-low, 0.0):.4g} cannot be ruled out"
    return subject.verdict(
        outcome,
        "interval",
        reason,
        articles=len(after),
        before=before,
        now=now,
        interval=bounds,
        margin=margin,
    )


def _failures(subject: GatedScore) -> str:
    now = subject.present
    before = subject.baseline.results.tasks[subject.task].models[subject.model]
    if now is None or now.failed <= before.failed:
        return ""
    return f"; it failed on {count(now.failed, 'article')}, and on {before.failed} before"
