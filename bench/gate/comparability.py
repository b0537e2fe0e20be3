"""Refuses runs that cannot be gated, and notes what a gate does not check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bench.comparison.clusters import other_clusters
from bench.comparison.comparable import (
    not_comparable,
    obstacles,
    other_articles,
    version_notes,
)
from bench.component import UNKNOWN
from bench.display import count
from bench.errors import ConfigError, RunDirectoryError
from bench.gate.corrected import JudgedScores
from bench.gate.gated_score import GatedScore
from bench.runs.finished import FinishedRun
from bench.runs.results import ModelResult
from bench.stats.verdicts import ROUNDING


def refuse_obstacles(
    subjects: Sequence[GatedScore], run: FinishedRun, baseline: FinishedRun
) -> None:
    """Refuse runs that are not comparable.

    Raises:
        RunDirectoryError: they are not; the message has the reasons.
    """
    shared = dict.fromkeys((s.task, s.score) for s in subjects if s.present)
    reasons = list(_unidentified(subjects))
    reasons += [r for task, score in shared for r in obstacles(baseline, run, task, score)]
    reasons += [not_comparable(baseline, run, r) for r in other_clusters(baseline, run)]
    if not shared:
        reasons += [not_comparable(baseline, run, r) for r in other_articles(baseline, run)]
    more = sorted(run.digests.keys() - baseline.digests.keys())
    if more and not reasons:
        reasons.append(
            not_comparable(
                baseline,
                run,
                f"articles of the run missing in the baseline: {len(more)} (e.g. {more[0]!r});"
                " update the baseline with --update",
            )
        )
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


def _unidentified(subjects: Sequence[GatedScore]) -> Iterator[str]:
    """A line for each model whose code cannot be identified."""
    for model in dict.fromkeys(subject.model for subject in subjects):
        for run in (subjects[0].baseline, subjects[0].run):
            if UNKNOWN in run.signatures.get(model, ""):
                yield (
                    f"{run.location}: the code of the model {model!r} cannot be identified, so its"
                    " scores cannot be gated; define it in a module, without global state"
                )


def refuse_advisory(
    scores: Iterable[str], run: FinishedRun, baseline: FinishedRun, judged: JudgedScores
) -> None:
    """Refuse scores that are only shown, and those of judges that people do not correct.

    Raises:
        ConfigError: one line for each.
    """
    problems = {}
    for side in (baseline, run):
        for score in scores:
            facts = side.results.metrics.get(side.results.metric_of(score))
            if obstacle := judged.obstacle(score):
                problems[score] = obstacle
            elif facts and facts.advisory and score not in judged:
                problems[score] = (
                    f"{side.location}: {score} cannot be checked, it is only shown:"
                    f" {facts.advisory}"
                )
    if problems:
        raise ConfigError(problems.values())


def refuse_other_scores(subjects: Sequence[GatedScore]) -> None:
    """Refuse scores that differ for unchanged predictions, since a metric has changed.

    Raises:
        RunDirectoryError: there are such scores.
    """
    reasons = []
    for subject in subjects:
        articles = subject.articles
        fault = subject.fault
        if fault:
            reasons.append(not_comparable(subject.baseline, subject.run, fault))
        if subject.baseline.results.facts(subject.score).rater is not None:
            continue  # other people may have rated, or a checkpoint in other batches
        if subject.present is None or not articles or not subject.unchanged(articles):
            continue
        now, before = (sample.estimate for sample in subject.samples(articles))
        if abs(now - before) > ROUNDING * max(1.0, abs(before)):
            what = (
                f"{subject.model}: its predictions are unchanged, but its {subject.score} differs"
                f" by {now - before:+.4g}: the metric has changed; score both runs again with"
                " --rescore"
            )
            reasons.append(not_comparable(subject.baseline, subject.run, what))
    if reasons:
        raise RunDirectoryError(reasons)


def gate_notes(run: FinishedRun, baseline: FinishedRun) -> Iterator[str]:
    """Notes on models that are not checked, failures and library versions."""
    yield from version_notes([run, baseline])
    for task, result in run.results.tasks.items():
        known: Mapping[str, ModelResult] = {}
        if task in baseline.results.tasks:
            known = baseline.results.tasks[task].models
        new = sorted(model for model in result.models if model not in known)
        if new:
            yield f"{task}: not in the baseline, so not checked: {', '.join(new)}"
        for model, now in sorted(result.models.items()):
            if now.failed and model in known and now.failed > known[model].failed:
                yield f"{task}: {model} failed on {count(now.failed, now.counted)}"
    for task, result in baseline.results.tasks.items():
        for model, before in sorted(result.models.items()):
            if not before.scores:
                yield f"{task}: {model} is not checked, since the baseline has no scores of it"


def false_alarm_note(checks: int, confidence: float, *, per_check: bool) -> Iterator[str]:
    """A note if a gate of this many separate checks often fails by chance."""
    chance = 1 - (1 - (1 - confidence) / 2) ** checks
    if per_check and chance > 0.1:
        yield (
            f"{count(checks, 'check')} at {100 * confidence:g} % each: without any change, up to"
            f" {100 * chance:z.0f} % of such gates fail by chance; without --per-check at most"
            f" {50 * (1 - confidence):.3g} % do"
        )
