"""Checks each model and score of a run against a baseline."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import RunDirectoryError
from bench.gate.comparability import (
    false_alarm_note,
    gate_notes,
    refuse_advisory,
    refuse_obstacles,
    refuse_other_scores,
)
from bench.gate.corrected import JudgedScores
from bench.gate.gated_score import GatedScore
from bench.gate.margins import Margins
from bench.gate.tested import Level, tested_verdicts
from bench.gate.verdict import GateReport, Outcome, Verdict
from bench.runs.finished import FinishedRun
from bench.stats import CONFIDENCE
from bench.stats.verdicts import ROUNDING


def check(  # noqa: PLR0913 - an option each, all by name
    run: FinishedRun,
    baseline: FinishedRun,
    *,
    margins: Margins | None = None,
    scores: Sequence[str] = (),
    confidence: float = CONFIDENCE,
    simultaneous: bool = True,
    per_check: bool = False,
    resamples: int | None = None,
    seed: int = 0,
) -> GateReport:
    """Check a run against a baseline.

    Checks every model of the baseline on the primary score of each task and on every named score.
    The verdict is *fail* if the loss is significantly larger than the margin, *pass* if it is
    significantly smaller, and *inconclusive* otherwise. Anything that the run lacks fails.
    Named scores of judges are checked as people correct them; the tests then share what is left of
    the confidence.

    Args:
        run: the run to check.
        baseline: the run to check against.
        margins: the tolerated loss by score; no loss by default.
        scores: names of scores or metrics to check besides the primary ones.
        confidence: the chance that no verdict of the gate is wrong is at least this.
        simultaneous: False means the same as ``per_check``.
        per_check: let the confidence be that of each check by itself.
        resamples: number of random sign flips; as many as needed if None.
        seed: seed of the sign flips.

    Raises:
        UnknownNameError: the baseline lacks a named score.
        ConfigError: a score is only shown, or is that of a judge, and people did not rate items of
            both runs.
        RunDirectoryError: the two are not comparable; the message has the reasons.
    """
    margins = margins or Margins()
    alone = per_check or not simultaneous
    named = margins.by_score(baseline)
    wanted = [*named, *(baseline.score_named(score) for score in scores)]
    primaries = [result.primary for result in baseline.results.tasks.values()]
    judged = JudgedScores(run, baseline, wanted)
    refuse_advisory(dict.fromkeys([*primaries, *wanted]), run, baseline, judged)
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
    by_judges = [subject for subject in subjects if subject.score in judged]
    subjects = [s for s in subjects if s.score not in judged or judged.is_rated(s)]
    certain, uncertain = _exact_verdicts(subjects, judged)
    corrected = [subject for subject in uncertain if subject.score in judged]
    others = {s: articles for s, articles in uncertain.items() if s.score not in judged}
    level = Level(confidence, per_check=alone, flips=resamples, seed=seed)
    shared = 1 if alone else len(uncertain)
    tested = {
        **tested_verdicts(others, level, 1.0 if alone else len(others) / max(shared, 1)),
        **judged.verdicts(corrected, confidence, shared),
    }
    verdicts = [certain.get(subject) or tested[subject] for subject in subjects]
    checks = sum(verdict.p_value is not None for verdict in verdicts)
    notes = [
        *gate_notes(run, baseline),
        *judged.notes(by_judges, verdicts),
        *false_alarm_note(checks, confidence, per_check=alone),
    ]
    order = ("fail", "inconclusive", "pass")
    return GateReport(
        run=run.location,
        baseline=baseline.location,
        confidence=confidence,
        verdicts=tuple(sorted(verdicts, key=lambda v: order.index(v.outcome))),
        notes=tuple(notes),
        per_check=alone,
    )


def _exact_verdicts(
    subjects: Sequence[GatedScore], judged: JudgedScores
) -> tuple[dict[GatedScore, Verdict], dict[GatedScore, tuple[str, ...]]]:
    """The exact verdicts, and the articles of each score that needs a test."""
    certain: dict[GatedScore, Verdict] = {}
    uncertain: dict[GatedScore, tuple[str, ...]] = {}
    for subject in subjects:
        missing = subject.missing()
        articles = subject.articles
        if missing:
            model = subject.baseline.results.tasks[subject.task].models[subject.model]
            before: float | None = model.scores[subject.score].mean
            if subject.score in judged:
                before = judged.level(subject)
            certain[subject] = subject.verdict("fail", "missing", missing, before=before)
        elif subject.score in judged:
            if subject.unchanged(articles):
                certain[subject] = judged.unchanged(subject, articles)
            else:
                uncertain[subject] = articles
        elif len(articles) == 1 or subject.unchanged(articles) or subject.equal(articles):
            certain[subject] = _exact(subject, articles)
        else:
            uncertain[subject] = articles
    return certain, uncertain


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
        reason = f"lost {loss:.4g}, margin {margin:.4g} ({how}{subject.new_failures})"
    else:
        outcome, reason = "pass", how
    facts = {"articles": len(articles), "before": before, "now": now, "margin": margin}
    return subject.verdict(outcome, "exact", reason, **facts)
