"""Verdicts on scores of judges, as corrected by people's ratings of both runs.

The score of a judge alone is only shown: what looks like a loss may be the judge's error. Where
people rated articles of both runs, the gate tests the corrected difference, whose interval allows
for that error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bench.comparison.clusters import joint_units
from bench.display import count
from bench.gate.gated_score import GatedScore
from bench.gate.verdict import Outcome, Verdict
from bench.raters import HUMAN
from bench.runs.finished import FinishedRun
from bench.runs.judges.items import ArticleMeans, article_means, judged_tasks, other_scale
from bench.runs.judges.measured import corrected_score, judge_entries
from bench.stats.corrected_difference import CorrectedDifference, corrected_difference
from bench.stats.interval import level_of
from bench.stats.prediction_powered import FEWEST_LABELS, FEWEST_OTHERS, uncommon
from bench.stats.sample import FloatArray

Means = Mapping[tuple[str, str], ArticleMeans]
"""The values of a judge and of people, by task and model."""


class JudgedScores:
    """The scores of judges that are gated, with what people said in both runs.

    Args:
        run: the run to check.
        baseline: the run to check against.
        scores: names of scores; those of other raters and metrics are left out.
    """

    def __init__(self, run: FinishedRun, baseline: FinishedRun, scores: Iterable[str]) -> None:
        self._run, self._baseline = run, baseline
        self._means: dict[str, tuple[Means, Means]] = {}
        for score in dict.fromkeys(scores):
            judge, _, dimension = score.rpartition(".")
            if judge in _judges(run):
                self._means[score] = (
                    _means_of(run, judge, dimension),
                    _means_of(baseline, judge, dimension),
                )

    def __contains__(self, score: str) -> bool:
        return score in self._means

    def obstacle(self, score: str) -> str | None:
        """Why a score cannot be gated; None if it can, or is not that of a judge."""
        if score not in self._means:
            return None
        judge, _, dimension = score.rpartition(".")
        for side, means in zip((self._run, self._baseline), self._means[score], strict=True):
            if note := other_scale(side, judge, dimension):
                return f"{side.location}: {score} cannot be checked: {note}"
            if not any(len(own.labels) for own in means.values()):
                return (
                    f"{side.location}: {score} cannot be checked without people: they rated none of"
                    " the items, so that nobody knows how wrong the judge is; with ratings of"
                    " people in both runs (`bench rate`) the corrected score is checked"
                )
        return None

    def is_rated(self, subject: GatedScore) -> bool:
        """Whether people rated the model in either run."""
        found = self._of(subject)
        return any(own is not None and len(own.labels) for own in found)

    def level(self, subject: GatedScore) -> float | None:
        """The corrected score of the baseline; None if people rated none of its items there."""
        _, before = self._of(subject)
        if before is None or not len(before.labels):
            return None
        limits = self._baseline.results.range_of(subject.score)
        return corrected_score(self._baseline, before, limits).estimate

    def unchanged(self, subject: GatedScore, articles: tuple[str, ...]) -> Verdict:
        """The verdict on unchanged predictions, whatever raters said of them this time."""
        level = self.level(subject)
        facts = {"articles": len(articles), "before": level, "now": level}
        return subject.verdict("pass", "exact", "its predictions are unchanged", **facts)

    def verdicts(
        self, subjects: Sequence[GatedScore], confidence: float, tests: int
    ) -> dict[GatedScore, Verdict]:
        """A verdict on each score.

        Args:
            subjects: the scores, which the run has.
            confidence: of all tests together.
            tests: the number of tests that share what is left of it.
        """
        return {subject: self._verdict(subject, confidence, tests) for subject in subjects}

    def notes(self, subjects: Sequence[GatedScore], verdicts: Sequence[Verdict]) -> Iterator[str]:
        """Notes on the labels, on models that people rated in neither run, and on other people."""
        for task, score in dict.fromkeys((s.task, s.score) for s in subjects):
            own = [v for v in verdicts if (v.task, v.score) == (task, score) and v.labels]
            if own:
                rated = ", ".join(f"{v.model} {v.labels}" for v in own)
                yield (
                    f"{task}: {score} is corrected by people; articles that they rated in both"
                    f" runs: {rated}"
                )
        for subject in subjects:
            if not self.is_rated(subject):
                yield (
                    f"{subject.task}: {subject.score} of {subject.model} is not checked: people"
                    " rated none of its items"
                )
        for subject in {s.task: s for s in subjects if self.is_rated(s)}.values():
            now, before = (
                _people(side, subject.task, subject.model) for side in (self._run, self._baseline)
            )
            if now != before:
                yield (
                    f"{subject.task}: other people rated the run ({', '.join(now) or 'nobody'})"
                    f" than the baseline ({', '.join(before) or 'nobody'}): that some rate higher"
                    " is part of the difference"
                )

    def _of(self, subject: GatedScore) -> tuple[ArticleMeans | None, ArticleMeans | None]:
        now, before = self._means[subject.score]
        key = (subject.task, subject.model)
        return now.get(key), before.get(key)

    def _verdict(self, subject: GatedScore, confidence: float, tests: int) -> Verdict:
        now, before = self._of(subject)
        level = self.level(subject)
        if now is None or before is None or level is None:
            reason = "people rated none of its items in the baseline"
            return subject.verdict("inconclusive", "too few", reason, margin=subject.margin.amount)
        margin = subject.margin.of(level)
        pairs = now.minus(before)
        runs = [self._baseline, self._run]
        clusters = joint_units(runs, pairs.labelled)
        found = corrected_difference(
            pairs.labels,
            pairs.judged,
            pairs.rest,
            clusters=clusters,
            rest_clusters=joint_units(runs, pairs.others),
        )
        facts = {
            "articles": len(pairs.labels) + len(pairs.rest),
            "labels": len(pairs.labels),
            "before": level,
            "margin": margin,
        }
        if found is None:
            few = _too_few(pairs.labels, len(set(clusters)))
            return subject.verdict("inconclusive", "too few", few, **facts)
        return _tested(subject, found, margin, level_of(confidence), tests, facts)


def _too_few(labels: FloatArray, units: int) -> str:
    """Why people's ratings of both runs are too few for a test."""
    articles = count(len(labels), "article")
    if units >= FEWEST_LABELS:
        return (
            f"people rated {articles} in both runs, of which {uncommon(labels)} have another"
            f" difference than most; {FEWEST_OTHERS} are needed"
        )
    of = "" if units == len(labels) else f" of {count(units, 'cluster')}"
    needed = f"{FEWEST_LABELS} clusters" if of else FEWEST_LABELS
    return f"people rated too few in both runs: {articles}{of}; {needed} are needed"


def _tested(  # noqa: PLR0913, PLR0917 - what a verdict is
    subject: GatedScore,
    found: CorrectedDifference,
    margin: float,
    level: float,
    tests: int,
    facts: Mapping[str, float],
) -> Verdict:
    sign = 1 if subject.higher_is_better else -1
    loss = -sign * found.estimate
    p_value = found.p_value(-sign * margin)
    adjusted = min(1.0, p_value * tests)
    interval = found.interval(level / tests)
    outcome: Outcome = "inconclusive"
    if adjusted <= level:
        outcome = "fail" if loss > margin else "pass"
    lost = f"lost {loss:.4g}, margin {margin:.4g}, significant regression{subject.new_failures}"
    largest = max(-sign * (interval.low if sign > 0 else interval.high), 0.0)
    words = {
        "fail": lost,
        "pass": f"no loss above {margin:.4g}" if margin else "no loss: significantly better",
        "inconclusive": f"a loss of up to {largest:.4g} cannot be ruled out",
    }
    by = (
        f"corrected by people's ratings of {count(found.labels, 'article')} in both runs, the judge"
        f" has the weight {found.weight:z.2f}"
    )
    verdict = subject.verdict(outcome, "corrected", f"{words[outcome]} ({by})", **facts)
    return replace(
        verdict,
        now=(verdict.before or 0.0) + found.estimate,
        interval=interval,
        p_value=p_value,
        p_adjusted=adjusted,
        units=found.units,
        changed=found.labels,
    )


def _judges(run: FinishedRun) -> set[str]:
    """The judges of a run that rate items."""
    return {e.label for e in judge_entries(run) if not e.parameters.get("pairwise")}


def _means_of(run: FinishedRun, judge: str, dimension: str) -> Means:
    """The values of the judge and of people; empty without the judge."""
    found: dict[tuple[str, str], ArticleMeans] = {}
    if judge not in _judges(run):
        return found
    for task, result in run.results.tasks.items():
        for judged in judged_tasks(run, judge, task):
            if judged.dimension == dimension:
                for model in result.models:
                    own = [item for item in judged.items if item.model == model]
                    found[task, model] = article_means(own)
    return found


def _people(run: FinishedRun, task: str, model: str) -> list[str]:
    """The people who rated what a model wrote."""
    return sorted({row.rater for row in run.ratings(HUMAN, task, model) if row.status == "ok"})
