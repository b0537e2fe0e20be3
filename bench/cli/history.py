"""``bench history``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.history_options import CommitOption, DateOption
from bench.cli.options import (
    OUTPUT,
    STATISTICS,
    ModelsOption,
    ScoresOption,
    TasksOption,
)
from bench.cli.output import print_note, print_result
from bench.data.urls import masked
from bench.reports.render import FORMATS
from bench.reports.terminal import printable

if TYPE_CHECKING:
    HistoryFormat = str
else:
    HistoryFormat = Literal[tuple(name for name in FORMATS if name != "junit")]

_CONFIDENCE = 0.95


def history(
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULTS...",
            help="History files (.jsonl), run directories, or directories of run directories, or"
            " their URLs.",
            show_default=False,
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="START",
            help="Use only runs from this date (2026-01-31), commit or run on.",
        ),
    ] = None,
    model: ModelsOption = None,
    task: TasksOption = None,
    metric: ScoresOption = None,
    confidence: Annotated[
        float,
        typer.Option(
            "--confidence",
            metavar="LEVEL",
            min=0.5,
            max=0.9999,
            help="Chance that no score is reported as changed that did not change.",
            rich_help_panel=STATISTICS,
        ),
    ] = _CONFIDENCE,
    record: Annotated[
        str | None,
        typer.Option(
            "--record",
            metavar="FILE",
            help="Append the run directories to this history file instead, each once.",
        ),
    ] = None,
    commit: CommitOption = None,
    date: DateOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write a page (.html) or tables (.md, .csv, .json, .tex) to a file or URL.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    format: Annotated[
        HistoryFormat,
        typer.Option("--format", "-f", help="Output format.", rich_help_panel=OUTPUT),
    ] = "table",
) -> None:
    """Show scores over many runs, the commits where they changed, and slow drift.

    Runs come from a history file, to which `bench check --record` and `bench history --record`
    append a line for each run, or from run directories. Their order is that of their dates: the
    date in the name of a run directory (2026-01-31), otherwise when the run finished.

    A model that repeats its scores exactly has changed where they differ. The scores of a model
    that samples differ from run to run by chance: its level has changed where they differ by more
    than that, over all runs and scores that are tested. Each change is tested over the articles
    too, as `bench compare` does: * marks those that would show on other articles as well. Where the
    dataset or a metric changed, runs are not comparable: the line breaks there, with the reason.

    Examples:
      bench history history.jsonl
      bench history results --metric all --since 2026-01-31 -o history.html
      bench history results/now --record history.jsonl
    """
    from bench.api.histories import history as history_of

    if record is not None:
        shown: dict[str, object] = {
            "--since": since,
            "--model": model,
            "--task": task,
            "--confidence": confidence != _CONFIDENCE,
            "--output": output,
            "--format": format != "table",
        }
        _refuse_unused([name for name, given in shown.items() if given])
        _record(results, record, commit, date, metric or [])
        return
    if commit is not None or date is not None:
        from bench.errors import ConfigError

        raise ConfigError("--commit and --date apply only with --record; add it or remove them")
    found = history_of(
        *results,
        since=since,
        models=model or (),
        tasks=task or (),
        metrics=metric or (),
        confidence=confidence,
    )
    if output is None:
        if format != "table":
            for line in found.notes:
                print_note(line)
        print_result(found, format)
        return
    from bench.api.histories import write_history

    size = write_history(found, output)
    print(f"{printable(masked(output))}: {size / 1e6:.1f} MB", file=sys.stderr)


def _refuse_unused(options: list[str]) -> None:
    """Refuse options that have no effect on what is recorded."""
    if options:
        from bench.errors import ConfigError

        raise ConfigError(
            f"{', '.join(options)}: without effect on what --record appends; remove"
            f" {'it' if len(options) == 1 else 'them'}, and give only the runs to record"
        )


def _record(
    results: list[str], file: str, commit: str | None, date: str | None, metrics: list[str]
) -> None:
    """Append run directories to a history file."""
    from bench.api.histories import record, runs_to_record
    from bench.display import count

    locations = runs_to_record(results, print_note)
    if len(locations) > 1 and (commit is not None or date is not None):
        from bench.errors import ConfigError

        raise ConfigError("--commit and --date apply to one run; give one run directory")
    new = 0
    for location in locations:
        known = "" if commit is None and len(locations) > 1 else commit
        new += record(location, file, commit=known, date=date, metrics=metrics)
    old = len(locations) - new
    line = f"{printable(masked(file))}: {count(new, 'run')} recorded"
    print(line + (f", {old:,} known already" if old else ""), file=sys.stderr)
