"""Measures the judges of a finished run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np

from bench.runs.config import RaterEntry
from bench.runs.finished import FinishedRun
from bench.runs.judges.findings import (
    FamilyPreference,
    JudgedScore,
    JudgeFindings,
    PairFindings,
    PeopleAgreement,
)
from bench.runs.judges.items import (
    ArticleMeans,
    JudgedItem,
    JudgedTask,
    article_means,
    judged_tasks,
    other_scale,
)
from bench.runs.judges.pairs import pair_findings
from bench.runs.leaderboard import ordered
from bench.stats import CorrectedMean, Interval, corrected_mean, labels_to_halve
from bench.stats.prediction_powered import judge_correlation
from bench.stats.ratios import Ratio, ratio, within_slope

JUDGE = "judge"
"""The name by which a config uses a judge."""
_EQUAL = 1e-9
Limits = tuple[float | None, float | None]


def judge_entries(run: FinishedRun) -> list[RaterEntry]:
    """The judges of a run, as its config has them."""
    return [entry for entry in run.record.config.raters if entry.use == JUDGE]


def measured_judges(
    run: FinishedRun, task: str | None = None
) -> list[JudgeFindings | PairFindings]:
    """What was found about each judge of a run, by task and criterion.

    Args:
        run: the run.
        task: only this task; all if None.

    Raises:
        RunDirectoryError: a file cannot be read or has changed since the run.
    """
    found: list[JudgeFindings | PairFindings] = []
    for name, _ in ordered(run.results):
        if task in (None, name):
            for entry in judge_entries(run):
                found += (
                    pair_findings(run, entry, name)
                    if entry.parameters.get("pairwise")
                    else _findings(run, entry, name)
                )
    return found


def _findings(run: FinishedRun, entry: RaterEntry, task: str) -> Iterator[JudgeFindings]:
    for judged in judged_tasks(run, entry.label, task):
        score = f"{judged.judge}.{judged.dimension}"
        if score in run.results.metrics:
            yield _of_criterion(run, entry, judged, score)


def _of_criterion(
    run: FinishedRun, entry: RaterEntry, judged: JudgedTask, score: str
) -> JudgeFindings:
    models = run.results.tasks[judged.task].models
    competitors = {name for name, model in models.items() if model.role == "model"}
    limits = run.results.metrics[score].range
    note = other_scale(run, judged.judge, judged.dimension)
    labelled = [] if note else judged.labelled(competitors)
    values = list(judged.of(competitors))
    means = {
        name: article_means([] if note else [i for i in judged.items if i.model == name])
        for name in models
    }
    scores, leader = _scores(run, judged, score, means, limits)
    return JudgeFindings(
        judge=judged.judge,
        task=judged.task,
        dimension=judged.dimension,
        scores=scores,
        leader=leader,
        asked=len(judged.items),
        unparsed=judged.unparsed,
        failed=judged.failed,
        lost_samples=judged.lost_samples,
        samples=entry.parameters.get("samples", 1),
        used=judged.used,
        length=_slope(run, values, [float(i.judge or 0.0) for i in values]),
        length_beyond_people=_slope(run, labelled, _beyond(labelled)) if labelled else None,
        family=_family(run, entry, values, labelled),
        agreement=_agreement(run, labelled) if labelled else None,
        note=note,
    )


def _beyond(items: Iterable[JudgedItem]) -> list[float]:
    return [float(i.judge or 0.0) - float(i.people or 0.0) for i in items]


def _slope(run: FinishedRun, items: Sequence[JudgedItem], values: Sequence[float]) -> Ratio | None:
    articles = [item.article for item in items]
    return within_slope(
        np.array([item.words for item in items], np.float64),
        np.array(values, np.float64),
        articles,
        run.units(articles),
        confidence=run.results.confidence,
    )


def _scores(
    run: FinishedRun, judged: JudgedTask, score: str, means: dict[str, ArticleMeans], limits: Limits
) -> tuple[tuple[JudgedScore, ...], str]:
    models = run.results.tasks[judged.task].models
    corrected = {
        name: corrected_score(run, own, limits) for name, own in means.items() if len(own.labels)
    }
    competing = [name for name in corrected if models[name].role == "model"]
    leader = max(competing, key=lambda name: (corrected[name].estimate, name), default="")
    found = []
    for name, model in models.items():
        own = model.scores.get(score)
        if own is None:
            continue
        interval = None if own.low is None or own.high is None else Interval(own.low, own.high)
        labels = means[name]
        better = corrected.get(name)
        more = labels_to_halve(labels.labels, labels.judged, labels.rest) if better else None
        against = None
        if leader and name != leader and name in corrected:
            against = _difference(run, means[name], means[leader], limits)
        found.append(JudgedScore(name, own.mean, interval, better, more, against))

    def position(one: JudgedScore) -> tuple[bool, float, str]:
        value = one.judge if one.corrected is None else one.corrected.estimate
        return one.corrected is None and bool(corrected), -value, one.model

    return tuple(sorted(found, key=position)), leader


def corrected_score(run: FinishedRun, means: ArticleMeans, limits: Limits) -> CorrectedMean:
    """The mean of people over all articles of a run, estimated with the help of a judge."""
    has_clusters = bool(run.cluster_labels)
    return corrected_mean(
        means.labels,
        means.judged,
        means.rest,
        limits=limits,
        clusters=run.units(means.labelled) if has_clusters else None,
        rest_clusters=run.units(means.others) if has_clusters else None,
        confidence=run.results.confidence,
    )


def _difference(
    run: FinishedRun, a: ArticleMeans, b: ArticleMeans, limits: Limits
) -> CorrectedMean | None:
    """The corrected difference over the articles of both; labels count where both have them."""
    both = a.minus(b)
    if not len(both.labels):
        return None
    low, high = limits
    width = None if low is None or high is None else high - low
    return corrected_score(run, both, (None if width is None else -width, width))


def _family(
    run: FinishedRun,
    entry: RaterEntry,
    items: Sequence[JudgedItem],
    labelled: Sequence[JudgedItem],
) -> FamilyPreference | None:
    family = entry.parameters.get("family")
    families = {one.label: one.family for one in run.record.config.models if one.family}
    own = tuple(name for name, of in families.items() if of == family)
    others = tuple(name for name, of in families.items() if of != family)
    if not own or not others:
        return None
    difference = _between(run, items, own, others, [float(i.judge or 0.0) for i in items])
    if difference is None:
        return None
    beyond = _between(run, labelled, own, others, _beyond(labelled))
    return FamilyPreference(str(family), own, others, difference, beyond)


def _between(
    run: FinishedRun,
    items: Sequence[JudgedItem],
    own: Sequence[str],
    others: Sequence[str],
    values: Sequence[float],
) -> Ratio | None:
    """The mean difference over the articles that have items of both groups of models."""
    sums: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for item, value in zip(items, values, strict=True):
        if item.model in own or item.model in others:
            sums[item.article][item.model in others].append(value)
    found = {
        article: float(np.mean(mine) - np.mean(theirs))
        for article, (mine, theirs) in sums.items()
        if mine and theirs
    }
    return ratio(
        np.array(list(found.values()), np.float64),
        np.ones(len(found)),
        run.units(list(found)),
        confidence=run.results.confidence,
    )


def _agreement(run: FinishedRun, labelled: Sequence[JudgedItem]) -> PeopleAgreement:
    judge = np.array([float(item.judge or 0.0) for item in labelled], np.float64)
    people = np.array([float(item.people or 0.0) for item in labelled], np.float64)
    articles = [item.article for item in labelled]
    units = run.units(articles)
    bias = ratio(judge - people, np.ones(len(labelled)), units, confidence=run.results.confidence)
    assert bias is not None  # there are items
    return PeopleAgreement(
        accuracy=_accuracy(run, labelled),
        correlation=judge_correlation(people, judge),
        bias=bias,
        items=len(labelled),
    )


def _accuracy(run: FinishedRun, labelled: Sequence[JudgedItem]) -> Ratio | None:
    by_article: dict[str, list[JudgedItem]] = defaultdict(list)
    for item in labelled:
        by_article[item.article].append(item)
    right, pairs = [], []
    for own in by_article.values():
        found = [
            _agrees(float(a.judge or 0.0) - float(b.judge or 0.0), difference)
            for a, b in combinations(own, 2)
            if abs(difference := float(a.people or 0.0) - float(b.people or 0.0)) > _EQUAL
        ]
        right.append(sum(found))
        pairs.append(len(found))
    return ratio(
        np.array(right, np.float64),
        np.array(pairs, np.float64),
        run.units(list(by_article)),
        limits=(0.0, 1.0),
        confidence=run.results.confidence,
    )


def _agrees(judge: float, people: float) -> float:
    if abs(judge) <= _EQUAL:
        return 0.5
    return float((judge > 0) == (people > 0))
