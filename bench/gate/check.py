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
_ROUNDING = 1e-9  # a loss that other hardware can cause


@dataclass(frozen=True)
class Verdict:
    """What was decided of one model and score.

    Attributes:
        task: the task.
        model: the model.
        score: the score.
        outcome: pass, fail or inconclusive.
        method: by the interval of the paired difference; exactly, where there is one article or
            the predictions are the baseline's; or for want of something.
        reason: why, in words.
        articles: how many the two have in common.
        before: the baseline's score on these.
        now: the run's; None where it is missing.
        interval: of the difference, ``now`` less ``before``; None where it was not needed.
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
        """The run's score less the baseline's."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """All verdicts, worst first, and what else there is to know."""

    run: str
    baseline: str
    confidence: float
    """Of each interval."""
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many verdicts are this."""
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
) -> Report:
    """Check a run against a baseline.

    Every model of the baseline is checked on the primary score of each task and on every score
    that is named. It passes if the lower bound of the paired difference is above minus the margin;
    it fails if the upper bound is below zero and the loss is above the margin; all else is
    inconclusive. (For scores where lower is better, the other way round.) Whatever the run lacks
    fails.

    Args:
        run: what is to be checked.
        baseline: what it is checked against.
        margins: how much loss is tolerated; none by default.
        scores: names of scores or metrics to check besides the primary ones.
        confidence: of the interval of each difference.
        simultaneous: let it be the confidence that all intervals hold together (Bonferroni), for
            gates that check many things and must seldom fail by chance.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        UnknownNameError: the baseline has no such score.
        RunDirectoryError: the two are not comparable, with the reasons.
    """
    margins = margins or Margins()
    named = margins.by_score(baseline)
    wanted = [*named, *(baseline.score_named(score) for score in scores)]
    subjects = [
        _Subject(run, baseline, task, model, score, named.get(score, margins.other))
        for task, result in baseline.results.tasks.items()
        for model in result.models
        for score in dict.fromkeys([result.primary, *wanted])
        if score in result.models[model].scores
    ]
    if not subjects:
        raise RunDirectoryError(
            f"{baseline.path}: no model in it has a score, so nothing is checked"
        )
    _refuse_obstacles(subjects, run, baseline)
    _refuse_other_scores(subjects)
    certain, uncertain = _sorted_out(subjects)
    checks = len(uncertain)
    if simultaneous and checks:
        confidence = 1 - (1 - confidence) / checks
    by_interval = _by_intervals(uncertain, confidence, resamples, seed)
    verdicts = [certain.get(subject) or by_interval[subject] for subject in subjects]
    notes = [*_notes(run, baseline), *_false_alarms(checks, confidence, simultaneous)]
    order = ("fail", "inconclusive", "pass")
    return Report(
        run=run.location,
        baseline=baseline.location,
        confidence=confidence,
        verdicts=tuple(sorted(verdicts, key=lambda v: order.index(v.outcome))),
        notes=tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class _Subject:
    """One model and score to be judged."""

    run: FinishedRun
    baseline: FinishedRun
    task: str
    model: str
    score: str
    margin: Margin

    @property
    def present(self) -> ModelResult | None:
        """The model in the run, if it is there and has the score."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model if model and self.score in model.scores else None

    @property
    def higher_is_better(self) -> bool:
        return self.baseline.results.facts(self.score).higher_is_better

    @property
    def articles(self) -> tuple[str, ...]:
        """Those of the baseline that the run has too."""
        there = self.baseline.scored_articles(self.task, self.model, self.score)
        here = set(self.run.scored_articles(self.task, self.model, self.score))
        return tuple(article for article in there if article in here)

    def samples(self, articles: tuple[str, ...]) -> tuple[Sample, Sample]:
        """Of the run and of the baseline."""
        key = (self.task, self.model, self.score)
        return self.run.sample(*key, articles), self.baseline.sample(*key, articles)

    def unchanged(self, articles: tuple[str, ...]) -> bool:
        """Whether the model wrote the same for all of these articles."""
        here = self.run.items(self.task, self.model)
        there = self.baseline.items(self.task, self.model)
        if here is None or there is None:
            return False
        return all(here.get(article) == there.get(article) for article in articles)

    def equal(self, articles: tuple[str, ...]) -> bool:
        """Whether the score is the same on every article."""
        now, before = self.samples(articles)
        return np.array_equal(now.columns, before.columns)

    @property
    def fault(self) -> str | None:
        """What kept the metric from scoring the model in the run, if anything did."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model.faults.get(self.baseline.results.metric_of(self.score)) if model else None

    def missing(self) -> str | None:
        """What the run lacks, in words."""
        results = self.run.results
        if self.task not in results.tasks:
            return f"the run lacks the task {self.task}"
        if self.model not in results.tasks[self.task].models:
            return "the run lacks the model"
        if self.present is None:
            return f"the run has no {self.score} for it"
        wanted = self.baseline.scored_articles(self.task, self.model, self.score)
        lacking = sorted(set(wanted) - set(self.articles))
        if lacking:
            return f"the run lacks {len(lacking)} of {len(wanted)} articles ({lacking[0]!r})"
        return None

    def verdict(self, outcome: Outcome, method: Method, reason: str, **facts: Any) -> Verdict:
        verdict = Verdict(self.task, self.model, self.score, outcome, method, reason)
        return replace(verdict, **facts)


def _sorted_out(
    subjects: Sequence[_Subject],
) -> tuple[dict[_Subject, Verdict], dict[_Subject, tuple[str, ...]]]:
    """What can be said for certain, and the articles of each subject that needs an interval."""
    certain: dict[_Subject, Verdict] = {}
    uncertain: dict[_Subject, tuple[str, ...]] = {}
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
    uncertain: Mapping[_Subject, tuple[str, ...]], confidence: float, resamples: int, seed: int
) -> dict[_Subject, Verdict]:
    """A verdict for each subject; those over the same articles share their draws."""
    verdicts = {}
    for articles in dict.fromkeys(uncertain.values()):
        group = [subject for subject, own in uncertain.items() if own == articles]
        samples = [sample for subject in group for sample in subject.samples(articles)]
        bootstrap = Bootstrap(samples, resamples=resamples, seed=seed)
        for place, subject in enumerate(group):
            bounds = bootstrap.difference(2 * place, 2 * place + 1, confidence)
            assert bounds is not None  # two articles or more
            now, then = samples[2 * place], samples[2 * place + 1]
            verdicts[subject] = _by_interval(subject, now, then, bounds)
    return verdicts


def _exact(subject: _Subject, articles: tuple[str, ...]) -> Verdict:
    now, before = (sample.estimate for sample in subject.samples(articles))
    margin = subject.margin.of(before)
    loss = before - now if subject.higher_is_better else now - before
    if subject.unchanged(articles):
        how = "its predictions are the baseline's"
    elif len(articles) == 1:
        how = "one article: compared exactly"
    else:
        how = "no article's score changed"
    if loss > margin + _ROUNDING and not subject.unchanged(articles):
        outcome: Outcome = "fail"
        reason = f"lost {loss:.4g}, margin {margin:.4g} ({how}{_failures(subject)})"
    else:
        outcome, reason = "pass", how
    facts = {"articles": len(articles), "before": before, "now": now, "margin": margin}
    return subject.verdict(outcome, "exact", reason, **facts)


def _by_interval(subject: _Subject, after: Sample, baseline: Sample, bounds: Interval) -> Verdict:
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
        reason = f"lost {-gain:.4g}, margin {margin:.4g}, surely a loss{_failures(subject)}"
    else:
        outcome = "inconclusive"
        reason = f"could be a loss of {max(-low, 0.0):.4g}; more articles would tell"
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


def _failures(subject: _Subject) -> str:
    now = subject.present
    before = subject.baseline.results.tasks[subject.task].models[subject.model]
    if now is None or now.failed <= before.failed:
        return ""
    return f"; it failed on {now.failed} articles, and on {before.failed} before"


def _refuse_obstacles(
    subjects: Sequence[_Subject], run: FinishedRun, baseline: FinishedRun
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
                f"the run has {len(more)} articles that the baseline lacks (e.g. {more[0]!r});"
                " renew the baseline with --update",
            )
        )
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


def _unidentified(subjects: Sequence[_Subject]) -> Iterator[str]:
    """A line for each model whose code nobody can tell from another one's."""
    for model in dict.fromkeys(subject.model for subject in subjects):
        for run in (subjects[0].baseline, subjects[0].run):
            if UNKNOWN in run.signatures.get(model, ""):
                yield (
                    f"{run.location}: the code of the model {model!r} cannot be identified, so its"
                    " scores cannot be gated; define it in a module, without state of its own"
                )


def _refuse_other_scores(subjects: Sequence[_Subject]) -> None:
    """Refuse scores that differ although the model wrote the same: something else has changed."""
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
                f"{subject.model} wrote the same in both, but its {subject.score} differs by"
                f" {now - before:+.4g}: what scores it has changed; score both with today's code:"
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
            yield f"{task}: not in the baseline, so not checked: {', '.join(new)}"
        for model, now in sorted(result.models.items()):
            if now.failed and model in known and now.failed > known[model].failed:
                yield f"{task}: {model} failed on {now.failed} of {result.articles} articles"
    for task, result in baseline.results.tasks.items():
        for model, before in sorted(result.models.items()):
            if not before.scores:
                yield f"{task}: {model} has no scores in the baseline, so it is not checked"


def _false_alarms(
    checks: int,
    confidence: float,
    simultaneous: bool,
) -> Iterator[str]:
    chance = 1 - (1 - (1 - confidence) / 2) ** checks
    if chance > 0.1 and not simultaneous:
        yield (
            f"{checks} checks by intervals of {100 * confidence:g} %: were nothing changed, up to"
            f" {100 * chance:.0f} % of such gates would fail by chance; margins make it fewer, and"
            " --simultaneous keeps it below what one check risks"
        )
