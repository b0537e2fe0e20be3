"""``bench leaderboard``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    AllowModifiedOption,
    DirectoriesArgument,
    FormatOption,
    RescoreOption,
    SortOption,
    TasksOption,
)
from bench.cli.output import accepted_with_note, print_note, print_result, rescored_runs


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
    from bench.api.leaderboards import combined_leaderboard, found_runs
    from bench.api.reporting import note_means_only

    report = accepted_with_note if allow_modified else None
    runs = found_runs(directories, dataset, report, print_note)
    ranked = format not in ("table", "json")
    with rescored_runs(runs, rescore) as compared:
        found = combined_leaderboard(compared, directories, task or (), metric, ranks=ranked)
        note_means_only(compared if ranked else (), print_note)
        print_result(found, format)
