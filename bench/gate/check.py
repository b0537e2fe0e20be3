"""Verdicts: each model and score of a run against a baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from bench.comparison.comparable import (
    not_comparable,
    obstacles,
    other_articles,
    version_notes,
)
from bench.component import UNKNOWN
from bench.display import Displayed
from bench.errors import RunDirectoryError
from bench.gate.margins import Margin, Margins
from bench.runs.finished import FinishedRun
from bench.runs.results import ModelResult
from bench.stats import Bootstrap, Interval, Sample
from bench.stats.bootstrap import CONFIDENCE, RESAMPLES

Outcome = Literal["pass", "fail", "inconclusive"]
Method = Literal["exact", "interval", "missing"]
_ROUNDING = 1e-9  # a loss that different hardware can cause


@dataclass(frozen=True)
class Verdict:
    """The verdict on one model and score.

    Attributes:
        task: the task.
        model: the model.
        score: the score.
        outcome: pass, fail or inconclusive.
        method: by the interval of the paired difference; exactly, for a single article or
            unchanged predictions; or because something is missing.
        reason: the reason, in words.
        articles: the number of common articles.
        before: the score of the baseline on these.
        now: the score of the run; None if it is missing.
        interval: of the difference ``now`` - ``before``; None if it was not needed.
        margin: the tolerated loss, in units of the score.
    """

    task: str
    model: str
    score: str
    outcome: Outcome
    method: Method
    reason: str
    articles: int = 0
    before: float | None = None
    now: float | None = None
    interval: Interval | None = None
    margin: float = 0.0

    @property
    def difference(self) -> float | None:
        """The score of the run minus that of the baseline."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, repr=False)
class GateReport(Displayed):
    """All verdicts, worst first, with notes."""

    run: str
    baseline: str
    confidence: float
    """Confidence level of each interval."""
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """The number of verdicts with this outcome."""
        return Counter(verdict.outcome for verdict in self.verdicts)[outcome]

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts."""
        found = {verdict.outcome for verdict in self.verdicts}
        return "fail" if "fail" in found else "inconclusive" if "inconclusive" in found else "pass"


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
        _GatedScore(run, baseline, task, model, score, named.get(score, margins.other))
        for task, result in baseline.results.tasks.items()
        for model in result.models
        for score in dict.fromkeys([result.primary, *wanted])
        if score in result.models[model].scores
    ]
    if not subjects:
        raise RunDirectoryError(
            f"{baseline.path}: nothing to check: none of its models has a score"
        )
    _refuse_obstacles(subjects, run, baseline)
    _refuse_other_scores(subjects)
    certain, uncertain = _exact_verdicts(subjects)
    checks = len(uncertain)
    if simultaneous and checks:
        confidence = 1 - (1 - confidence) / checks
    by_interval = _by_intervals(uncertain, confidence, resamples, seed)
    verdicts = [certain.get(subject) or by_interval[subject] for subject in subjects]
    notes = [*_notes(run, baseline), *_false_alarms(checks, confidence, simultaneous)]
    order = ("fail", "inconclusive", "pass")
    return GateReport(
        run=run.place,
        baseline=baseline.place,
        confidence=confidence,
        verdicts=tuple(sorted(verdicts, key=lambda v: order.index(v.outcome))),
        notes=tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class _GatedScore:
    """One model and score to check."""

    run: FinishedRun
    baseline: FinishedRun
    task: str
    model: str
    score: str
    margin: Margin

    @property
    def present(self) -> ModelResult | None:
        """The model in the run, if the run has it with the score."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model if model and self.score in model.scores else None

    @property
    def higher_is_better(self) -> bool:
        return self.baseline.results.facts(self.score).higher_is_better

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that the baseline and the run have in common."""
        there = self.baseline.scored_articles(self.task, self.model, self.score)
        here = set(self.run.scored_articles(self.task, self.model, self.score))
        return tuple(article for article in there if article in here)

    def samples(self, articles: tuple[str, ...]) -> tuple[Sample, Sample]:
        """The samples of the run and of the baseline."""
        key = (self.task, self.model, self.score)
        return self.run.sample(*key, articles), self.baseline.sample(*key, articles)

    def unchanged(self, articles: tuple[str, ...]) -> bool:
        """Whether the predictions for these articles are unchanged."""
        here = self.run.items(self.task, self.model)
        there = self.baseline.items(self.task, self.model)
        if here is None or there is None:
            return False
        return all(here.get(article) == there.get(article) for article in articles)

    def equal(self, articles: tuple[str, ...]) -> bool:
        """Whether the score is unchanged on every article."""
        now, before = self.samples(articles)
        return np.array_equal(now.columns, before.columns)

    @property
    def fault(self) -> str | None:
        """The fault that kept the metric from scoring the model in the run, if any."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model.faults.get(self.baseline.results.metric_of(self.score)) if model else None

    def missing(self) -> str | None:
        """What the run lacks, in words; None if nothing."""
        results = self.run.results
        if self.task not in results.tasks:
            return f"the run lacks the task {self.task}"
        if self.model not in results.tasks[self.task].models:
            return "the run lacks the model"
        if self.present is None:
            return f"the run lacks its score {self.score}"
        wanted = self.baseline.scored_articles(self.task, self.model, self.score)
        lacking = sorted(set(wanted) - set(self.articles))
        if lacking:
            return f"the run lacks {len(lacking)} of {len(wanted)} articles ({lacking[0]!r})"
        return None

    def verdict(self, outcome: Outcome, method: Method, reason: str, **facts: Any) -> Verdict:
        verdict = Verdict(self.task, self.model, self.score, outcome, method, reason)
        return replace(verdict, **facts)


def _exact_verdicts(
    subjects: Sequence[_GatedScore],
) -> tuple[dict[_GatedScore, Verdict], dict[_GatedScore, tuple[str, ...]]]:
    """The exact verdicts, and the articles of each score that needs an interval."""
    certain: dict[_GatedScore, Verdict] = {}
    uncertain: dict[_GatedScore, tuple[str, ...]] = {}
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
    uncertain: Mapping[_GatedScore, tuple[str, ...]], confidence: float, resamples: int, seed: int
) -> dict[_GatedScore, Verdict]:
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


def _exact(subject: _GatedScore, articles: tuple[str, ...]) -> Verdict:
    now, before = (sample.estimate for sample in subject.samples(articles))
    margin = subject.margin.of(before)
    loss = before - now if subject.higher_is_better else now - before
    if subject.unchanged(articles):
        how = "its predictions are unchanged"
    elif len(articles) == 1:
        how = "one article: compared exactly"
    else:
        how = "the score of every article is unchanged"
    if loss > margin + _ROUNDING and not subject.unchanged(articles):
        outcome: Outcome = "fail"
        reason = f"lost {loss:.4g}, margin {margin:.4g} ({how}{_failures(subject)})"
    else:
        outcome, reason = "pass", how
    facts = {"articles": len(articles), "before": before, "now": now, "margin": margin}
    return subject.verdict(outcome, "exact", reason, **facts)


def _by_interval(
    subject: _GatedScore, after: Sample, baseline: Sample, bounds: Interval
) -> Verdict:
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


def _failures(subject: _GatedScore) -> str:
    now = subject.present
    before = subject.baseline.results.tasks[subject.task].models[subject.model]
    if now is None or now.failed <= before.failed:
        return ""
    return f"; failed articles: {now.failed}, {before.failed} before"


def _refuse_obstacles(
    subjects: Sequence[_GatedScore], run: FinishedRun, baseline: FinishedRun
) -> None:
    shared = dict.fromkeys((s.task, s.score) for s in subjects if s.present)
    reasons = list(_unidentified(subjects))
    reasons += [r for task, score in shared for r in obstacles(baseline, run, task, score)]
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


def _unidentified(subjects: Sequence[_GatedScore]) -> Iterator[str]:
    """A line for each model whose code cannot be identified."""
    for model in dict.fromkeys(subject.model for subject in subjects):
        for run in (subjects[0].baseline, subjects[0].run):
            if UNKNOWN in run.signatures.get(model, ""):
                yield (
                    f"{run.place}: the code of the model {model!r} cannot be identified, so its"
                    " scores cannot be gated; define it in a module, without global state"
                )


def _refuse_other_scores(subjects: Sequence[_GatedScore]) -> None:
    """Refuse scores that differ for unchanged predictions: a metric has changed."""
    reasons = []
    for subject in subjects:
        articles = subject.articles
        fault = subject.fault
        if fault:
            reasons.append(not_comparable(subject.baseline, subject.run, fault))
        if subject.present is None or not articles or not subject.unchanged(articles):
            continue
        now, before = (sample.estimate for sample in subject.samples(articles))
        if abs(now - before) > _ROUNDING * max(1.0, abs(before)):
            what = (
                f"{subject.model}: its predictions are unchanged, but its {subject.score} differs"
                f" by {now - before:+.4g}: the metric has changed; score both runs again with"
                " --rescore"
            )
            reasons.append(not_comparable(subject.baseline, subject.run, what))
    if reasons:
        raise RunDirectoryError(reasons)


def _notes(run: FinishedRun, baseline: FinishedRun) -> Iterator[str]:
    yield from version_notes([run, baseline])
    for task, result in run.results.tasks.items():
        known: Mapping[str, ModelResult] = {}
        if task in baseline.results.tasks:
            known = baseline.results.tasks[task].models
        new = sorted(model for model in result.models if model not in known)
        if new:
            yield f"{task}: not checked, since the baseline lacks it: {', '.join(new)}"
        for model, now in sorted(result.models.items()):
            if now.failed and model in known and now.failed > known[model].failed:
                yield f"{task}: {model} failed on {now.failed} of {result.articles} articles"
    for task, result in baseline.results.tasks.items():
        for model, before in sorted(result.models.items()):
            if not before.scores:
                yield f"{task}: {model} is not checked, since the baseline has no scores of it"


def _false_alarms(
    checks: int,
    confidence: float,
    simultaneous: bool,
) -> Iterator[str]:
    chance = 1 - (1 - (1 - confidence) / 2) ** checks
    if chance > 0.1 and not simultaneous:
        yield (
            f"{checks} checks with intervals of {100 * confidence:g} %: without any change, up to"
            f" {100 * chance:.0f} % of such gates fail by chance; margins reduce that, and"
            " --simultaneous keeps it at the level of one check"
        )
