"""The history of runs: which scores, and where they changed."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import UnknownNameError, unknown_name
from bench.histories.changes import found_changes
from bench.histories.entry import HistoryEntry
from bench.histories.findings import History, RunOfHistory
from bench.histories.lines import Selection, lines_of


def history_of(  # noqa: PLR0913 - an option each, all by name
    entries: Sequence[HistoryEntry],
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    scores: Sequence[str] = (),
    confidence: float = 0.95,
    notes: Sequence[str] = (),
) -> History:
    """The history of some runs.

    Args:
        entries: in order of time.
        models: names; every competitor (no floors and ceilings) if empty.
        tasks: names; all if empty.
        scores: names of scores or metrics, or ``all``; each task's primary score if empty.
        confidence: of all scores, that none is said to have changed that did not.
        notes: what was left out so far.

    Raises:
        UnknownNameError: no run has a model, task or score.
    """
    known = _RunNames(entries)
    for task in tasks:
        known.check("task", task, known.tasks)
    for model in models:
        known.check("model", model, known.models)
    selection = Selection(
        frozenset(tasks),
        frozenset(models),
        frozenset(known.score_named(score) for score in scores if score != "all"),
        every="all" in scores,
    )
    said = list(notes)
    lines = lines_of(entries, selection)
    if not lines:
        raise UnknownNameError("no run of this history has the model and score on the task")
    found, tests = found_changes(entries, lines, confidence, said.append)
    runs = tuple(RunOfHistory(e.run, e.commit, e.date, e.outcome) for e in entries)
    return History(runs, tuple(found), confidence, tests, tuple(dict.fromkeys(said)))


class _RunNames:
    """The names that the runs have."""

    def __init__(self, entries: Sequence[HistoryEntry]) -> None:
        self._entries = entries
        self.tasks: set[str] = set()
        self.models: set[str] = set()
        for entry in entries:
            for task in entry.tasks():
                self.tasks.add(task)
                self.models.update(entry.models(task))

    def check(self, kind: str, name: str, names: set[str]) -> None:
        """Raise an error for an unknown name."""
        if name not in names:
            raise UnknownNameError(unknown_name(f"{kind} of these runs", name, names))

    def score_named(self, wanted: str) -> str:
        """The full name of a score; the name of a metric means its F1 or its only score."""
        for name in (wanted, f"{wanted}.f1"):
            if any(self._has(entry, name) for entry in self._entries):
                return name
        self.check("score", wanted, self._scores())
        return wanted

    def _has(self, entry: HistoryEntry, score: str) -> bool:
        return any(
            entry.measured(task, model, score) is not None
            for task in entry.tasks()
            for model in entry.models(task)
        )

    def _scores(self) -> set[str]:
        return {
            score
            for entry in self._entries
            for task in entry.tasks()
            for model in entry.models(task)
            for score in entry.scores(task, model)
        }
