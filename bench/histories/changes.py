"""Finds where each line changed, and tests over the articles whether it would elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bench.display import count
from bench.errors import BenchError
from bench.histories.entry import HistoryEntry
from bench.histories.findings import LevelChange, LevelDrift, ScoreHistory, ScorePoint
from bench.histories.lines import ComparableRuns, ScoreLine, states_of
from bench.histories.notes import Note
from bench.histories.pooled import adjusted_means, pooled_scores
from bench.histories.steps import ArticleTest, article_test, split_by_articles
from bench.stats import holm, level_of
from bench.stats.change_points import (
    FEWEST_RUNS,
    Drift,
    LevelChanges,
    level_changes,
    repeats_exactly,
)
from bench.stats.sample import FloatArray

AROUND = 25
"""Runs on either side of a change whose articles are tested."""
_AROUND_DIRECTORIES = 3  # likewise, of runs that were not recorded
_OPENED = 60  # directories whose articles are read for this, those of the latest changes first
_TESTED = 500  # changes
_DIRECTORIES = 100  # runs that are opened at most because they lack articles


@dataclass(frozen=True, eq=False)
class _LinePart:
    """One line between two breaks."""

    line: int
    runs: ComparableRuns
    values: FloatArray
    exact: bool


def found_changes(
    entries: Sequence[HistoryEntry], lines: Sequence[ScoreLine], confidence: float, note: Note
) -> tuple[list[ScoreHistory], int]:
    """The history of each line, and how many parts of lines were tested.

    Args:
        entries: runs in order of time.
        lines: the scores.
        confidence: that no change is found in any line that has none.
        note: called with a line for each thing that cannot be tested.
    """
    parts = [
        _part(entries, line, number, runs, note)
        for number, line in enumerate(lines)
        for runs in line.parts
    ]
    tests = max(1, sum(not part.exact and len(part.runs) > 1 for part in parts))
    alpha = level_of(confidence)
    tester = _Tester(entries, note)
    points: dict[int, list[ScorePoint]] = {number: [] for number in range(len(lines))}
    changes: dict[int, list[LevelChange]] = {number: [] for number in range(len(lines))}
    drifts: dict[int, list[LevelDrift]] = {number: [] for number in range(len(lines))}
    last: dict[int, LevelChanges] = {}
    for part in parts:
        found, own = _changes_of(part, lines[part.line], tester, alpha / tests, tests)
        last[part.line] = found
        changes[part.line] += own
        drifts[part.line] += [_drift(part, drift, tests) for drift in found.drifts]
        points[part.line] += [
            ScorePoint(run, measured.mean, measured.low, measured.high, float(level))
            for run, measured, level in zip(
                part.runs.runs, part.runs.measured, found.levels, strict=True
            )
        ]
    _test_articles(lines, changes, tester, alpha)
    histories = [
        ScoreHistory(
            dataset=line.dataset,
            task=line.task,
            model=line.model,
            score=line.score,
            role=line.role,
            higher_is_better=line.higher_is_better,
            points=tuple(points[number]),
            breaks=tuple(line.breaks),
            changes=tuple(changes[number]),
            drifts=tuple(drifts[number]),
            noise=last[number].noise,
            correlation=last[number].correlation,
            advisory=line.advisory,
        )
        for number, line in enumerate(lines)
    ]
    return histories, tests


def _part(
    entries: Sequence[HistoryEntry], line: ScoreLine, number: int, runs: ComparableRuns, note: Note
) -> _LinePart:
    values = np.array([one.mean for one in runs.measured], np.float64)
    if len({one.articles for one in runs.measured}) > 1:
        values = _on_all_articles(entries, line, runs, values, note)
    return _LinePart(number, runs, values, repeats_exactly(states_of(values)))


def _on_all_articles(
    entries: Sequence[HistoryEntry],
    line: ScoreLine,
    runs: ComparableRuns,
    values: FloatArray,
    note: Note,
) -> FloatArray:
    """The scores of runs that do not have the same articles, as if they had."""
    name = f"{line.task}, {line.model}, {line.score}"
    opened = [entries[run] for run in runs.runs]
    if sum(not entry.is_recorded for entry in opened) > _DIRECTORIES:
        note(
            f"{name}: runs have different articles; their means are compared as they are. Record"
            " the runs into a file with --record to allow for that"
        )
        return values
    try:
        articles = []
        for entry in opened:
            run = entry.opened()
            own = run.scored_articles(*line.key)
            scores = run.values(*line.key).values.tolist() if own else []
            articles.append(dict(zip(own, scores, strict=True)))
    except BenchError as error:
        note(f"{name}: {error}")
        return values
    if not all(articles):
        note(f"{name}: runs have different articles, and not all keep the scores of each")
        return values
    return adjusted_means(articles)


def _changes_of(
    part: _LinePart, line: ScoreLine, tester: _Tester, alpha: float, tests: int
) -> tuple[LevelChanges, list[LevelChange]]:
    runs = part.runs.runs
    if not part.exact and len(part.runs) < FEWEST_RUNS:
        splits = split_by_articles(len(runs), alpha, tester.of(line, runs))
        levels = np.empty(len(runs))
        edges = [0, *(cut for cut, _ in splits), len(runs)]
        for start, end in pairwise(edges):
            levels[start:end] = part.values[start:end].mean()
        own = [
            LevelChange(
                runs[cut],
                runs[cut - 1],
                float(levels[cut - 1]),
                float(levels[cut]),
                "articles",
                min(1.0, p_value * tests),
            )
            for cut, p_value in splits
        ]
        return LevelChanges((), (), levels, None), own
    found = level_changes(part.values, states_of(part.values), alpha=alpha)
    own = [
        LevelChange(
            run=runs[step.index],
            last=runs[step.index - 1],
            before=step.before,
            after=step.after,
            method="exact" if step.p_value is None else "runs",
            p_value=None if step.p_value is None else min(1.0, step.p_value * tests),
        )
        for step in found.steps
    ]
    return found, own


def _drift(part: _LinePart, drift: Drift, tests: int) -> LevelDrift:
    runs = part.runs.runs
    return LevelDrift(
        runs[drift.start],
        runs[drift.end - 1],
        drift.first,
        drift.last,
        min(1.0, drift.p_value * tests),
    )


class _Tester:
    """Tests over the articles of runs; a run whose articles cannot be read has no test."""

    def __init__(self, entries: Sequence[HistoryEntry], note: Note) -> None:
        self._entries, self._note = entries, note
        self._directories: set[int] = set()

    def is_quick(self, runs: Sequence[int]) -> bool:
        """Whether all of the runs were recorded."""
        return all(self._entries[run].is_recorded for run in runs)

    def may_open(self, runs: Sequence[int]) -> bool:
        """Whether the runs can be opened without reading too many directories in total."""
        directories = {run for run in runs if not self._entries[run].is_recorded}
        if len(self._directories | directories) > _OPENED:
            return False
        self._directories |= directories
        return True

    def note_untested(self, changes: int) -> None:
        """Say how many changes are not tested over articles because it would take too long."""
        if changes:
            self._note(
                f"{count(changes, 'earlier change')}: not tested over articles; record the runs"
                " into a file with --record, or start later with --since"
            )

    def of(
        self, line: ScoreLine, runs: Sequence[int]
    ) -> Callable[[Sequence[int], Sequence[int]], ArticleTest | None]:
        """A test of one score between some of the runs, by their numbers in ``runs``."""

        def test(before: Sequence[int], after: Sequence[int]) -> ArticleTest | None:
            return self.between(line, [runs[n] for n in before], [runs[n] for n in after])

        return test

    def between(
        self, line: ScoreLine, before: Sequence[int], after: Sequence[int]
    ) -> ArticleTest | None:
        """The test of a score between some runs."""
        try:
            sides = [[self._entries[n].opened() for n in side] for side in (before, after)]
            pooled = [pooled_scores(side, *line.key) for side in sides]
            if pooled[0] is None or pooled[1] is None:
                return None
            return article_test(line.key, sides, pooled[0], pooled[1])
        except BenchError as error:
            self._note(f"{line.task}, {line.model}, {line.score}: not tested: {error}")
            return None


def _test_articles(
    lines: Sequence[ScoreLine],
    changes: dict[int, list[LevelChange]],
    tester: _Tester,
    alpha: float,
) -> None:
    """Add to each change the paired test over articles, corrected for all changes."""
    every = [(number, index) for number, own in changes.items() for index in range(len(own))]
    every.sort(key=lambda key: changes[key[0]][key[1]].run, reverse=True)
    tested: dict[tuple[int, int], ArticleTest] = {}
    left_out = len(every[_TESTED:])
    for number, index in every[:_TESTED]:
        before, after = _around(lines[number], changes[number], index)
        if not tester.is_quick([*before, *after]):
            before, after = before[-_AROUND_DIRECTORIES:], after[:_AROUND_DIRECTORIES]
        if not tester.may_open([*before, *after]):
            left_out += 1
            continue
        found = tester.between(lines[number], before, after)
        if found is not None:
            tested[number, index] = found
    tester.note_untested(left_out)
    with_p = [key for key, one in tested.items() if one.p_value is not None]
    corrected = holm([tested[key].p_value or 0.0 for key in with_p]).tolist()
    adjusted = dict(zip(with_p, corrected, strict=True))
    for key, one in tested.items():
        p_articles = adjusted.get(key)
        changes[key[0]][key[1]] = replace(
            changes[key[0]][key[1]],
            interval=one.interval,
            p_articles=p_articles,
            significant=p_articles is not None and p_articles <= alpha,
            changed=one.changed,
            articles=one.articles,
        )


def _around(line: ScoreLine, own: Sequence[LevelChange], index: int) -> tuple[list[int], list[int]]:
    """The runs next to a change, none beyond the changes beside it."""
    change = own[index]
    (part,) = (part for part in line.parts if change.run in part.runs)
    first = max((c.run for c in own[:index]), default=-math.inf)
    end = min((c.run for c in own[index + 1 :]), default=math.inf)
    before = [run for run in part.runs if first <= run <= change.last]
    after = [run for run in part.runs if change.run <= run < end]
    if change.method == "exact":
        return before[-1:], after[:1]
    return before[-AROUND:], after[:AROUND]
