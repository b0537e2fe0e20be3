"""The series of each score, broken where runs are not comparable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.comparison.comparable import different_signature
from bench.histories.entry import HistoryEntry, MeasuredScore, MetricUse
from bench.histories.findings import LineBreak
from bench.stats.sample import FloatArray

_ROUNDING = 2e-9
"""Between scores that only hardware sets apart: results have nine decimals."""


@dataclass(frozen=True)
class Selection:
    """Which scores are shown.

    Attributes:
        tasks: names; all if empty.
        models: names; every competitor (no floors and ceilings) if empty.
        scores: full names; the primary score of each task if empty.
        every: all scores.
    """

    tasks: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    every: bool = False

    def of(self, entry: HistoryEntry) -> Iterator[tuple[str, str, str, str]]:
        """Task, model, score and role of what is wanted of a run, which may lack a score."""
        for task, primary in entry.tasks().items():
            if self.tasks and task not in self.tasks:
                continue
            for model, role in entry.models(task).items():
                if model in self.models if self.models else role == "model":
                    named = entry.scores(task, model) if self.every else self.scores
                    for score in named or (primary,):
                        yield task, model, score, role


@dataclass
class ComparableRuns:
    """Consecutive runs whose score can be compared.

    Attributes:
        runs: their indices.
        measured: the score of each.
        use: what the score depends on.
    """

    runs: list[int] = field(default_factory=list)
    measured: list[MeasuredScore] = field(default_factory=list)
    use: MetricUse | None = None

    def __len__(self) -> int:
        return len(self.runs)


@dataclass
class ScoreLine:
    """One score of one model over all runs.

    Attributes:
        dataset, task, model, score: the score.
        role: of the model.
        higher_is_better: its direction.
        parts: comparable runs, in order of time.
        breaks: between the parts.
        advisory: why it is only shown; "" if it may decide.
    """

    dataset: str
    task: str
    model: str
    score: str
    role: str
    higher_is_better: bool
    parts: list[ComparableRuns] = field(default_factory=list)
    breaks: list[LineBreak] = field(default_factory=list)
    advisory: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Task, model and score."""
        return self.task, self.model, self.score

    def add(self, run: int, entry: HistoryEntry, measured: MeasuredScore) -> None:
        """Add a run."""
        use = entry.use(*self.key)
        last = self.parts[-1] if self.parts else None
        reason = None if last is None or last.use is None else difference(last.use, use)
        if last is None or reason:
            self.parts.append(ComparableRuns())
        if reason:
            self.breaks.append(LineBreak(run, reason))
        part = self.parts[-1]
        part.runs.append(run)
        part.measured.append(measured)
        if part.use is None or use.on_error:
            part.use = use  # a run without failures says nothing of how they are handled


def difference(before: MetricUse, now: MetricUse) -> str | None:
    """Why a score of two runs is not comparable, in words; None if it is."""
    if before == now and now.identified:
        return None
    reasons = []
    if before.fingerprint != now.fingerprint:
        sizes = f" ({before.articles:,} articles before, {now.articles:,} now)"
        reasons.append(
            f"the dataset changed{sizes if before.articles != now.articles else ''}: other articles"
            " or references"
        )
    reasons += different_signature(now.metric, now.signature, before.signature, ("now", "before"))
    if None not in (before.items, now.items) and before.items != now.items:
        reasons.append(f"models were asked for {now.items} items, before for {before.items}")
    if before.on_error and now.on_error and before.on_error != now.on_error:
        reasons.append(
            f"failed articles are handled by on_error: {now.on_error!r}, before by"
            f" {before.on_error!r}"
        )
    return "; ".join(reasons) or None


def states_of(values: FloatArray) -> list[object]:
    """What is equal for runs whose scores differ by no more than other hardware can cause."""
    order = np.argsort(values, kind="stable")
    states = np.zeros(len(values), np.int64)
    states[order[1:]] = np.cumsum(np.diff(values[order]) > _ROUNDING)
    return list(states.tolist())


def lines_of(entries: Sequence[HistoryEntry], selection: Selection) -> list[ScoreLine]:
    """The line of each wanted score.

    Args:
        entries: runs in order of time.
        selection: which scores.
    """
    found: dict[tuple[str, str, str, str], ScoreLine] = {}
    for index, entry in enumerate(entries):
        for task, model, score, role in selection.of(entry):
            measured = entry.measured(task, model, score)
            if measured is None:
                continue
            key = entry.dataset, task, model, score
            line = found.get(key)
            if line is None:
                better = entry.higher_is_better(score)
                line = found[key] = ScoreLine(entry.dataset, task, model, score, role, better)
            line.advisory = entry.advisory(score)
            line.add(index, entry, measured)
    return list(found.values())
