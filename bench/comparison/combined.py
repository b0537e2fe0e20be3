"""Combines comparable runs: same articles, same metrics, a unique label per model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.comparison.comparable import table_obstacles
from bench.comparison.compared_models import ComparedModel, labelled, names_in
from bench.errors import RunDirectoryError
from bench.runs.files import FOLDERS, PREDICTIONS, RECORD, RESULTS, SCORES
from bench.runs.finished import FinishedRun
from bench.runs.record import is_being_written
from bench.runs.results import ModelResult, Results, TaskResult, with_positions


@dataclass(frozen=True)
class CombinedRuns:
    """Comparable runs, combined.

    Attributes:
        results: the results of all runs, with models by label.
        compared_models: the models behind the results, by label.
    """

    results: Results
    compared_models: Mapping[str, ComparedModel]


def combine_runs(runs: Sequence[FinishedRun]) -> CombinedRuns:
    """Combine the results of one or more runs.

    A model with the same name and the same results in several runs appears once. Scores that only
    some runs have are kept.

    Raises:
        RunDirectoryError: no runs, or runs that cannot share one table; the message has the
            reasons.
    """
    if not runs:
        raise RunDirectoryError("no finished run; `bench run` makes one")
    reasons = [reason for i, run in enumerate(runs) for reason in _first_obstacles(runs[:i], run)]
    if reasons:
        raise RunDirectoryError(reasons)
    compared_models = {c.label: c for c in labelled(_distinct(runs))}
    results = runs[0].results if len(runs) == 1 else _joined(runs, compared_models)
    return CombinedRuns(results, compared_models)


def comparable_groups(runs: Sequence[FinishedRun]) -> list[list[FinishedRun]]:
    """The runs in groups that ``combine_runs`` accepts; each run is in the first possible group."""
    groups: list[list[FinishedRun]] = []
    for run in runs:
        takes = (g for g in groups if not any(table_obstacles(other, run) for other in g))
        group = next(takes, None)
        if group is None:
            groups.append([run])
        else:
            group.append(run)
    return groups


def find_runs(directory: Path) -> list[Path]:
    """Find the finished runs in and below a directory, in order of their paths.

    Raises:
        RunDirectoryError: the directory does not exist.
    """
    return [path for path, done in _run_directories(directory) if done]


def find_unfinished(directory: Path) -> list[Path]:
    """Find the unfinished runs in and below a directory, in order of their paths."""
    return [path for path, done in _run_directories(directory) if not done]


def _run_directories(directory: Path) -> Iterator[tuple[Path, bool]]:
    """Run directories, and whether each run is finished."""
    if not directory.is_dir():
        raise RunDirectoryError(f"{directory}: no such directory; `bench run` makes runs")
    for folder, inner, files in os.walk(directory):
        is_run = PREDICTIONS in inner or not {RECORD, SCORES}.isdisjoint(files)
        done = is_run and RESULTS in files and not is_being_written(Path(folder))
        if done or PREDICTIONS in inner:
            yield Path(folder), done
        inner[:] = sorted(n for n in inner if n not in FOLDERS and not n.startswith("."))


def _first_obstacles(earlier: Sequence[FinishedRun], run: FinishedRun) -> list[str]:
    found = (table_obstacles(other, run) for other in earlier)
    return next((reasons for reasons in found if reasons), [])


def _distinct(runs: Sequence[FinishedRun]) -> list[tuple[FinishedRun, str]]:
    """The models of all runs, without duplicates."""
    found: list[tuple[FinishedRun, str, dict[str, ModelResult]]] = []
    for run in sorted(runs, key=lambda run: -len(run.results.tasks)):
        for name in names_in(run):
            own = _bare(run, name)
            if not any(name == n and own.items() <= theirs.items() for _, n, theirs in found):
                found.append((run, name, own))
    return sorted(((run, name) for run, name, _ in found), key=lambda pair: runs.index(pair[0]))


def _bare(run: FinishedRun, name: str) -> dict[str, ModelResult]:
    """The results of a model by task, without positions, which depend on the reference models."""
    return {
        task: result.models[name].model_copy(
            update={
                "scores": {
                    score: value.model_copy(update={"position": None})
                    for score, value in result.models[name].scores.items()
                }
            }
        )
        for task, result in run.results.tasks.items()
        if name in result.models
    }


def _joined(runs: Sequence[FinishedRun], compared_models: Mapping[str, ComparedModel]) -> Results:
    every = [run.results for run in runs]
    failed = (r for r in every for t in r.tasks.values() for m in t.models.values() if m.failed)
    joined = every[0].model_copy(
        update={
            "on_error": next(failed, every[0]).on_error,
            "resamples": min(r.resamples for r in every),
            "metrics": {name: facts for r in every for name, facts in r.metrics.items()},
        }
    )
    tasks = dict.fromkeys(task for r in every for task in r.tasks)
    return joined.model_copy(
        update={"tasks": {task: _task(task, joined, every, compared_models) for task in tasks}}
    )


def _task(
    task: str,
    joined: Results,
    every: Sequence[Results],
    compared_models: Mapping[str, ComparedModel],
) -> TaskResult:
    own = [r.tasks[task] for r in every if task in r.tasks]
    models = {
        label: c.run.results.tasks[task].models[c.name]
        for label, c in sorted(compared_models.items())
        if task in c.run.results.tasks and c.name in c.run.results.tasks[task].models
    }
    scores = dict.fromkeys(score for model in models.values() for score in model.scores)
    higher = {score: joined.facts(score).higher_is_better for score in scores}
    by_all = [
        t.primary for t in own if all(t.primary in m.scores for m in models.values() if m.scores)
    ]
    return own[0].model_copy(
        update={
            "primary": by_all[0] if by_all else own[0].primary,
            "items": next((t.items for t in own if t.items is not None), None),
            "models": with_positions(models, higher, joined.on_error),
        }
    )
