"""The recent level of a history, as a baseline to check a run against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.display import count
from bench.errors import BenchError, RunDirectoryError, UnknownNameError
from bench.histories.dates import date_of_directory
from bench.histories.entry import HistoryEntry, MetricUse
from bench.histories.lines import difference, states_of
from bench.histories.pooled import pooled_scores
from bench.histories.record import run_id
from bench.histories.recorded_run import RecordedRun
from bench.histories.steps import article_test
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.finished import FinishedRun
from bench.runs.results import Results, Score
from bench.stats.change_points import LevelChanges, level_changes

RECENT = 10
"""Runs that make up a level, at most."""
FEWEST = 6
"""Runs from which on their noise is known, and decides what a change is."""
_LEVEL = 0.05  # of the tests between fewer runs


@dataclass(frozen=True)
class RunSpread:
    """How runs of one level differ from each other.

    Attributes:
        runs: the number of runs.
        variance: between the runs, of what all articles of a run share; what articles vary by
            themselves is not in it.
    """

    runs: int
    variance: float


@dataclass(frozen=True, eq=False)
class RecentLevel(RecordedRun):
    """The mean of the recent runs in the form of a finished run.

    Attributes:
        spread: how the runs of each score differ.
        notes: what a reader has to know.
    """

    spread: Mapping[Key, RunSpread] | None = None
    notes: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        """What it is, for messages."""
        return self.label

    def score_named(self, wanted: str) -> str:
        """The full name of a score of which the history keeps the articles.

        Raises:
            UnknownNameError: it does not keep them.
        """
        try:
            return self.results.score_named(wanted)
        except UnknownNameError:
            raise UnknownNameError(
                f"{self.label}: keeps no scores of articles for {wanted[:60]!r}; record runs with"
                f" --metric {wanted[:60]} to check it"
            ) from None


def recent_level(
    run: FinishedRun, entries: Sequence[HistoryEntry], name: str, *, recent: int = RECENT
) -> RecentLevel:
    """The recent level of a history on the articles of a run.

    For each score, the mean of up to ``recent`` runs since it last changed, since the last accepted
    run, and without runs that failed the gate.

    Args:
        run: the run to check.
        entries: the runs of the history, in order of time.
        name: of the history, for messages.
        recent: the most runs.

    Raises:
        RunDirectoryError: no run of the history is comparable, with the reason.
    """
    entries = _without_itself(run, entries)
    on_dataset = [entry for entry in entries if entry.dataset == run.results.dataset.name]
    accepted = [n for n, entry in enumerate(on_dataset) if entry.outcome == "accepted"]
    same = [entry for entry in on_dataset[max(accepted, default=0) :] if entry.outcome != "fail"]
    latest = next((e for e in reversed(same) if not _obstacle(run, e)), None)
    if latest is None:
        reason = _obstacle(run, same[-1]) if same else "it has no run on this dataset"
        raise RunDirectoryError(
            f"{name} and {run.location} are not comparable: {reason}; --update records the run as"
            " the new level"
        )
    kept: dict[Key, ArticleScores] = {}
    spread: dict[Key, RunSpread] = {}
    notes: list[str] = []
    results = latest.opened().results
    for task, found in results.tasks.items():
        for model, own in found.models.items():
            for score in own.scores:
                key = task, model, score
                comparable = [e for e in same if e.measured(*key) and not _of_score(run, e, key)]
                if not comparable:
                    continue
                runs = _since_change(comparable, key, recent, notes)
                pooled = pooled_scores(runs, *key)
                if pooled is not None:
                    kept[key] = pooled
                    spread[key] = _spread(runs, key, pooled)
    if not kept:
        raise RunDirectoryError(
            f"{name}: keeps the articles' scores of no score of {run.location}; --update records"
            " the run as the new level"
        )
    most = max(one.runs for one in spread.values())
    return RecentLevel(
        path=run.path.parent / "history",
        results=_results(results, kept),
        has_ending=False,
        label=f"{name} (mean of the last {most} runs)" if most > 1 else f"{name} (its last run)",
        kept=kept,
        ids=tuple(sorted({a for one in kept.values() for a in one.articles})),
        labels=latest.opened().cluster_labels,
        spread=spread,
        notes=tuple(notes),
    )


def _without_itself(run: FinishedRun, entries: Sequence[HistoryEntry]) -> Sequence[HistoryEntry]:
    """The entries without the run, if it was recorded before it is checked once more."""
    date = date_of_directory(run.path)
    others = [one for one in entries if one.id != run_id(run, one.commit, date)]
    return others or entries


def _obstacle(run: FinishedRun, entry: HistoryEntry) -> str | None:
    """Why no score of an entry is comparable with the run; None if one is."""
    reason: str | None = "it has no model and score of the run"
    for task, result in run.results.tasks.items():
        for model, own in result.models.items():
            for score in own.scores:
                key = task, model, score
                if entry.measured(*key) is not None:
                    reason = _of_score(run, entry, key)
                    if reason is None:
                        return None
    return reason


def _of_score(run: FinishedRun, entry: HistoryEntry, key: Key) -> str | None:
    """Why a score of the entry and of the run are not comparable; None if they are."""
    task, model, score = key
    results = run.results
    if task not in results.tasks or results.metric_of(score) not in results.metrics:
        return None  # the gate says what the run lacks
    own = results.tasks[task].models.get(model)
    failed = own.failed if own else 0
    now = MetricUse(
        results.dataset.fingerprint,
        results.dataset.articles,
        results.metric_of(score),
        results.facts(score).signature,
        results.tasks[task].items,
        results.on_error if failed else "",
    )
    return difference(entry.use(*key), now)


def _since_change(
    entries: Sequence[HistoryEntry], key: Key, recent: int, notes: list[str]
) -> list[FinishedRun]:
    """The latest runs whose level is the same."""
    measured = [entry.measured(*key) for entry in entries]
    values = np.array([one.mean for one in measured if one], np.float64)
    found = level_changes(values, states_of(values))
    start = found.steps[-1].index if found.steps else 0
    task, model, score = key
    if found.steps:
        step = found.steps[-1]
        first = entries[start]
        notes.append(
            f"{task}, {model}, {score}: the level is that since"
            f" {(first.commit or first.run)[:40]}, when it changed by"
            f" {step.after - step.before:+.4g}"
        )
    notes += _drift_notes(found, key, len(entries))
    runs = []
    for entry in reversed(entries[start:]):
        try:
            run = entry.opened()
        except BenchError as error:
            notes.append(f"{entry.run}: left out of the level: {error}")
            continue
        if run.scored_articles(*key):
            runs.append(run)
        if len(runs) == recent:
            break
    runs.reverse()
    return runs if found.steps or len(runs) >= FEWEST else _of_one_level(runs, key, notes)


def _of_one_level(runs: Sequence[FinishedRun], key: Key, notes: list[str]) -> list[FinishedRun]:
    """The latest of a few runs that the paired test over articles does not tell apart.

    Runs are too few to tell a change from their noise, as ``bench history`` says of such a change.
    """
    kept = list(runs[-1:])
    for run in reversed(runs[:-1]):
        before, after = pooled_scores([run], *key), pooled_scores(kept, *key)
        test = article_test(key, [[run], kept], before, after) if before and after else None
        if test and test.p_value is not None and test.p_value <= _LEVEL / (len(runs) - 1):
            notes.append(
                f"{', '.join(key)}: the level is that of the last {count(len(kept), 'run')}, which"
                " differs significantly from the one before"
            )
            break
        kept.insert(0, run)
    return kept


def _drift_notes(found: LevelChanges, key: Key, count: int) -> list[str]:
    task, model, score = key
    return [
        f"{task}, {model}, {score}: drifts slowly, by {drift.last - drift.first:+.4g} over the last"
        f" {drift.end - drift.start} runs; the level moves with it"
        for drift in found.drifts
        if drift.end == count
    ]


def _spread(runs: Sequence[FinishedRun], key: Key, pooled: ArticleScores) -> RunSpread:
    """What the runs of a level vary by beyond their articles (method of moments, at least 0)."""
    if len(runs) < 3:
        return RunSpread(len(runs), 0.0)
    scores = np.stack([run.values(*key).on(pooled.articles).values for run in runs])
    between = float(scores.mean(axis=1).var(ddof=1))
    within = float(scores.var(axis=0, ddof=1).sum()) / scores.shape[1] ** 2
    return RunSpread(len(runs), max(0.0, between - within))


def _results(results: Results, kept: Mapping[Key, ArticleScores]) -> Results:
    """The results of the latest run with the means of the level."""
    tasks = {}
    for task, found in results.tasks.items():
        models = {}
        for model, own in found.models.items():
            scores = {
                score: Score(mean=float(kept[task, model, score].values.mean()))
                for score in own.scores
                if (task, model, score) in kept
            }
            if scores:
                models[model] = own.model_copy(update={"scores": scores})
        if models:
            tasks[task] = found.model_copy(update={"models": models})
    return results.model_copy(update={"tasks": tasks})
