"""``bench leaderboard``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.options import (
    AllowModifiedOption,
    DirectoriesArgument,
    FormatOption,
    RescoreOption,
    SortOption,
    TasksOption,
)
from bench.cli.output import (
    opened_run,
    print_notes,
    print_result,
    rescored_runs,
)
from bench.errors import RunDirectoryError, UnknownNameError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.comparison.combined import CombinedRuns
    from bench.runs.finished import FinishedRun


def leaderboard(
    directories: DirectoriesArgument,
    task: TasksOption = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset",
            "-d",
            metavar="NAME",
            help="Use only runs on this dataset.",
        ),
    ] = None,
    metric: SortOption = None,
    rescore: RescoreOption = False,
    allow_modified: AllowModifiedOption = False,
    format: FormatOption = "table",
) -> None:
    """Combine finished runs into one leaderboard.

    A model that several runs have is called RUN:MODEL, unless its results are the same in all of
    them. Runs on other articles, with other versions of a metric or with other numbers of requested
    items cannot share a table: they are refused, with the reasons and the command that shows each
    group.

    Examples:
      bench leaderboard results
      bench leaderboard results --dataset briefs --task questions --format markdown
      bench leaderboard results/monday results/friday --metric coverage@0.5
    """
    from bench.api.reporting import note_means_only
    from bench.comparison.combined import combine_runs
    from bench.comparison.leaderboards import leaderboard_of

    runs = _on(dataset, _found(directories, allow_modified), directories)
    with rescored_runs(runs, rescore) as compared:
        _refuse_groups(compared, directories)
        combined = _sorted_by(metric, _only(task, combine_runs(compared)))
        ranked = format not in ("table", "json")
        note_means_only(compared if ranked else (), lambda line: print_notes([line]))
        print_result(leaderboard_of(combined, ranks=ranked), format)


def _found(places: Sequence[str], allow_modified: bool) -> list[FinishedRun]:
    """The finished runs, each once; a note names the others."""
    from bench.comparison.combined import find_runs, find_unfinished
    from bench.runs.incomplete import reason_of_missing
    from bench.runs.remote_read import fetch_runs

    def opened(path: Path) -> FinishedRun:
        return opened_run(path, allow_modified)

    directories = [fetch_runs(place) for place in places]

    unfinished = {path.resolve(): path for d in directories for path in find_unfinished(d)}
    print_notes(f"{path}: skipped: {reason_of_missing(path)}" for path in unfinished.values())
    found = (run for directory in directories for run in find_runs(directory, opened))
    return list({run.path.resolve(): run for run in found}.values())


def _on(
    dataset: str | None, runs: list[FinishedRun], directories: Sequence[str]
) -> list[FinishedRun]:
    if not runs:
        places = ", ".join(map(str, directories))
        raise RunDirectoryError(f"{places}: contains no finished run; `bench run` makes one")
    names = {run.results.dataset.name for run in runs}
    if dataset is not None and dataset not in names:
        raise UnknownNameError(unknown_name("data set of these runs", dataset, names))
    return [run for run in runs if dataset in (None, run.results.dataset.name)]


def _refuse_groups(runs: Sequence[FinishedRun], directories: Sequence[str]) -> None:
    """Refuse runs that belong in several tables, and say how to see each.

    Raises:
        RunDirectoryError: the reasons, and a command for each table.
    """
    from shlex import join

    from bench.comparison.combined import combine_runs, comparable_groups

    groups = comparable_groups(runs)
    if len(groups) < 2:
        return
    try:
        combine_runs(runs)
    except RunDirectoryError as error:
        lines = list(error.problems)
    lines.append(f"the runs form {len(groups)} separate leaderboards; to show each:")
    for group in groups:
        name = group[0].results.dataset.name
        whole = group == [run for run in runs if run.results.dataset.name == name]
        chosen = [*map(str, directories), "--dataset", name]
        named = [str(run.path) for run in group]
        command = join(["bench", "leaderboard", *(chosen if whole else named)])
        lines.append(f"  {command}    # {', '.join(run.name for run in group)}")
    raise RunDirectoryError(lines)


def _only(tasks: Sequence[str] | None, combined: CombinedRuns) -> CombinedRuns:
    from dataclasses import replace

    known = combined.results.tasks
    for task in tasks or ():
        if task not in known:
            raise UnknownNameError(unknown_name("task of these runs", task, known))
    kept = {name: result for name, result in known.items() if not tasks or name in tasks}
    return replace(combined, results=combined.results.model_copy(update={"tasks": kept}))


def _sorted_by(metric: str | None, combined: CombinedRuns) -> CombinedRuns:
    """With another score for the primary one, in the tasks that have it."""
    from dataclasses import replace

    if metric is None:
        return combined
    score = combined.results.score_named(metric)
    kept = {
        task: result.by(score)
        if any(score in model.scores for model in result.models.values())
        else result
        for task, result in combined.results.tasks.items()
    }
    return replace(combined, results=combined.results.model_copy(update={"tasks": kept}))
