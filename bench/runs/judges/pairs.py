"""Measures judges that compare lists: only verdicts that both orders share count."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.data.ratings import Preference
from bench.runs.config import RaterEntry
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import POINTS
from bench.runs.judges.findings import PairFindings, PreferredModel, used_by
from bench.runs.preference_rows import EQUAL_LISTS
from bench.stats import BradleyTerry, Interval, bradley_terry
from bench.stats.ratios import Ratio, ratio

_EQUAL = 1e-9
_SHARE = (0.0, 1.0)


@dataclass
class _Pair:
    """The verdicts on the lists of two models for one article, in points of the first by name.

    Attributes:
        article: the id of the article.
        models: the models, in order of their names.
        points: 1, 0.5 or 0 for each order.
        choices: as they were given.
        is_asked: whether the judge saw the lists; equal lists are a tie without a question.
    """

    article: str
    models: tuple[str, str]
    points: list[float] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    is_asked: bool = True

    @property
    def is_consistent(self) -> bool:
        """Whether both orders have the same verdict."""
        return self.points[0] == self.points[1]


def pair_findings(run: FinishedRun, entry: RaterEntry, task: str) -> Iterator[PairFindings]:
    """What was found about a judge that compares lists, by criterion.

    Raises:
        RunDirectoryError: a file cannot be read or has changed since the run.
    """
    known = run.results.tasks[task].models
    by_dimension: dict[str, list[Preference]] = defaultdict(list)
    for row in run.preferences(entry.label, task):
        if row.first in known and row.second in known and row.article in run.digests:
            by_dimension[row.dimension].append(row)
    for dimension, rows in sorted(by_dimension.items()):
        yield _of_criterion(run, entry, task, dimension, rows)


def _of_criterion(
    run: FinishedRun, entry: RaterEntry, task: str, dimension: str, rows: Sequence[Preference]
) -> PairFindings:
    pairs = _pairs(rows)
    consistent = [pair for pair in pairs if pair.is_consistent]
    pairs = [pair for pair in pairs if pair.is_asked]
    baseline = entry.parameters.get("baseline")
    return PairFindings(
        judge=entry.label,
        task=task,
        dimension=dimension,
        baseline=baseline,
        models=_models(run, consistent, rows, baseline),
        pairs=len(pairs),
        flips=_share(run, pairs, [not pair.is_consistent for pair in pairs]),
        first=_share(run, pairs, [pair.choices == ["first"] * 2 for pair in pairs]),
        second=_share(run, pairs, [pair.choices == ["second"] * 2 for pair in pairs]),
        asked=len(rows),
        unparsed=sum(row.status == "unparsed" for row in rows),
        failed=sum(row.status == "error" for row in rows),
        lost_samples=sum(row.lost_samples for row in rows),
        samples=entry.parameters.get("samples", 1),
        used=used_by(rows),
    )


def _pairs(rows: Sequence[Preference]) -> list[_Pair]:
    """The pairs of lists with a verdict in both orders."""
    found: dict[tuple[str, str, str], _Pair] = {}
    for row in rows:
        if row.choice is None:
            continue
        a, b = sorted((row.first, row.second))
        pair = found.setdefault((row.article, a, b), _Pair(row.article, (a, b)))
        points = POINTS[row.choice]
        pair.points.append(points if row.first == a else 1 - points)
        pair.choices.append(row.choice)
        pair.is_asked = row.reason != EQUAL_LISTS
    return [pair for pair in found.values() if len(pair.points) == 2]


def _share(run: FinishedRun, pairs: Sequence[_Pair], hits: Sequence[bool]) -> Ratio | None:
    return ratio(
        np.array(hits, np.float64),
        np.ones(len(pairs)),
        run.units([pair.article for pair in pairs]),
        limits=_SHARE,
        confidence=run.results.confidence,
    )


def _models(
    run: FinishedRun, pairs: Sequence[_Pair], rows: Sequence[Preference], baseline: str | None
) -> tuple[PreferredModel, ...]:
    names = sorted({name for row in rows for name in (row.first, row.second)})
    index = {name: number for number, name in enumerate(names)}
    fit = bradley_terry(
        [index[pair.models[0]] for pair in pairs],
        [index[pair.models[1]] for pair in pairs],
        [pair.points[0] for pair in pairs],
        run.units([pair.article for pair in pairs]),
        len(names),
        confidence=run.results.confidence,
    )
    found = [
        _model(fit, name, index[name], index.get(baseline or ""), _points(run, pairs, name))
        for name in names
        if name != baseline
    ]
    return tuple(
        sorted(found, key=lambda one: (-(one.share if one.share is not None else -1), one.model))
    )


def _points(run: FinishedRun, pairs: Sequence[_Pair], model: str) -> Ratio | None:
    """The share of the points of its pairs that a model gets."""
    own = [pair for pair in pairs if model in pair.models]
    return ratio(
        np.array([abs(pair.models.index(model) - pair.points[0]) for pair in own], np.float64),
        np.ones(len(own)),
        run.units([pair.article for pair in own]),
        limits=_SHARE,
        confidence=run.results.confidence,
    )


def _model(
    fit: BradleyTerry, name: str, row: int, baseline: int | None, points: Ratio | None
) -> PreferredModel:
    if baseline is None:
        share, low, high = (part[row] for part in (fit.shares, fit.shares_low, fit.shares_high))
        wins, ties, losses = fit.wins[row].sum(), fit.ties[row].sum(), fit.wins[:, row].sum()
    else:
        cell = (row, baseline)
        share, low, high = (
            part[cell] for part in (fit.preferred, fit.preferred_low, fit.preferred_high)
        )
        wins, ties, losses = fit.wins[cell], fit.ties[cell], fit.wins[baseline, row]
    interval = None if math.isnan(low) else Interval(float(low), float(high))
    if interval and high - low < _EQUAL:  # all articles say the same, which is no certainty
        interval = points.interval if points else None
    return PreferredModel(
        model=name,
        share=None if math.isnan(share) else float(share),
        interval=interval if not math.isnan(share) else None,
        wins=int(wins),
        ties=int(ties),
        losses=int(losses),
    )
