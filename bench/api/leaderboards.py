"""Leaderboards of the runs in and below directories, as ``bench leaderboard`` shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import join

from bench.comparison.combined import (
    CombinedRuns,
    combine_runs,
    comparable_groups,
    find_runs,
    find_unfinished,
)
from bench.comparison.leaderboards import leaderboard_of
from bench.data.urls import masked
from bench.errors import RunDirectoryError, UnknownNameError, unknown_name
from bench.runs.finished import FinishedRun
from bench.runs.incomplete import reason_of_missing
from bench.runs.leaderboard import Leaderboard
from bench.runs.loading import opened_copy
from bench.runs.public import Run
from bench.runs.remote_read import fetch_runs
from bench.runs.results import Results
from bench.runs.seal import Report


def found_runs(
    directories: Sequence[str],
    dataset: str | None,
    report: Report | None,
    note: Callable[[str], None],
) -> list[Run]:
    """The finished runs in and below directories, each once.

    Args:
        directories: paths or URLs.
        dataset: only runs on the dataset of this name.
        report: called for each file that has changed since its run; if None, that is an error.
        note: called with a line for each run that did not finish.

    Raises:
        RunDirectoryError: a directory does not exist or has no finished run, or a run is damaged.
        UnknownNameError: no run is on the dataset.
    """
    unfinished: dict[Path, str] = {}
    found: dict[Path, Run] = {}
    for directory in map(fetch_runs, directories):
        with directory.errors_renamed():
            for path in find_unfinished(directory.path):
                line = f"{directory.inside(path)}: skipped: {reason_of_missing(path)}"
                unfinished[path.resolve()] = line
            for path in find_runs(directory.path):
                found[path.resolve()] = opened_copy(directory.inside(path), report)
    for line in unfinished.values():
        note(line)
    if not found:
        names = ", ".join(map(masked, directories))
        raise RunDirectoryError(f"{names}: contains no finished run; `bench run` makes one")
    datasets = {run.results.dataset.name for run in found.values()}
    if dataset is not None and dataset not in datasets:
        raise UnknownNameError(unknown_name("dataset of these runs", dataset, datasets))
    return [run for run in found.values() if dataset in (None, run.results.dataset.name)]


def combined_leaderboard(
    runs: Sequence[FinishedRun],
    directories: Sequence[str],
    tasks: Sequence[str],
    metric: str | None,
    *,
    ranks: bool,
) -> Leaderboard:
    """One leaderboard of several runs.

    Args:
        runs: the runs.
        directories: the paths or URLs in which they were found, for the commands in an error.
        tasks: only these tasks; all if empty.
        metric: the score to sort by in the tasks that have it.
        ranks: whether the ranks that models may hold are computed.

    Raises:
        RunDirectoryError: the runs cannot share a table; with the reasons, and a command for each
            table.
        UnknownNameError: the task or score does not exist.
    """
    groups = comparable_groups(runs)
    try:
        combined = combine_runs(runs)
    except RunDirectoryError as error:
        if len(groups) < 2:
            raise
        raise RunDirectoryError([*error.problems, *_commands(groups, runs, directories)]) from None
    return leaderboard_of(_narrowed(combined, tasks, metric), runs, ranks=ranks)


def _commands(
    groups: Sequence[Sequence[FinishedRun]], runs: Sequence[FinishedRun], directories: Sequence[str]
) -> list[str]:
    """The command that shows the leaderboard of each group."""
    lines = [f"the runs form {len(groups)} separate leaderboards; to show each:"]
    for group in groups:
        name = group[0].results.dataset.name
        whole = group == [run for run in runs if run.results.dataset.name == name]
        chosen = [*map(masked, directories), "--dataset", name]
        command = join(
            ["bench", "leaderboard", *(chosen if whole else [r.location for r in group])]
        )
        lines.append(f"  {command}    # {', '.join(run.name for run in group)}")
    return lines


def _narrowed(combined: CombinedRuns, tasks: Sequence[str], metric: str | None) -> CombinedRuns:
    known = combined.results.tasks
    for task in tasks:
        if task not in known:
            raise UnknownNameError(unknown_name("task of these runs", task, known))
    kept = {name: result for name, result in known.items() if not tasks or name in tasks}
    results = combined.results.model_copy(update={"tasks": kept})
    return replace(combined, results=results if metric is None else _sorted_by(metric, results))


def _sorted_by(metric: str, results: Results) -> Results:
    """The results with another primary score, in the tasks that have it."""
    score = results.score_named(metric)
    tasks = {
        task: result.model_copy(update={"primary": score})
        if any(score in model.scores for model in result.models.values())
        else result
        for task, result in results.tasks.items()
    }
    return results.model_copy(update={"tasks": tasks})
