"""``bench report``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.article_options import (
    ColumnsOption,
    GroupByOption,
    MovedDatasetOption,
    PresetOption,
    SplitOption,
    reading,
)
from bench.cli.options import OUTPUT, AllowModifiedOption, RunsArgument
from bench.cli.output import opened_run, print_note
from bench.data.urls import masked
from bench.errors import ConfigError
from bench.reports.progress import progress_bars
from bench.reports.render import REPORT_FORMATS
from bench.reports.terminal import printable, write_data

if TYPE_CHECKING:
    from bench.api.reporting import ArticleCount
    from bench.runs.public import Run

    ReportFormat = str
else:
    ReportFormat = Literal[REPORT_FORMATS]


def report(
    runs: RunsArgument,
    title: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Title of the report (default: the dataset's name)."),
    ] = None,
    articles: Annotated[
        str,
        typer.Option(
            metavar="N", help="Number of articles in the report: the first N, all or none."
        ),
    ] = "2000",
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Model that the report compares the others with (can be changed in the report).",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL",
            help="A label of the references, such as kind: tables by its values, or shown first in"
            " the report.",
        ),
    ] = None,
    allow_modified: AllowModifiedOption = False,
    dataset: MovedDatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File or URL to write, - for standard output (default: report.html in the run"
            " directory, or in the current one for several runs; standard output for tables).",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    format: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="Output format (default: as the ending of --output says, otherwise html).",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
) -> None:
    """Write an HTML report, or tables for a pull request or a paper.

    The report is one file that needs no network: leaderboards with intervals, differences between
    models and whether they are significant, and every article with the output of each model.
    Several runs must be comparable; a model that more than one of them has is called RUN:MODEL.

    The report contains the texts of its articles where they are available. A URL or hub name in a
    run is not followed; name the dataset with --dataset. Use --articles none for a report that may
    be shown where the texts may not.

    Examples:
      bench report results/mine
      bench report results/monday results/friday --baseline monday:mine -o both.html
      bench report results/mine --format latex > table.tex
    """
    from bench.api.reporting import format_of, report_text, write_report

    chosen = format or ("html" if output in (None, "-") else format_of(output))
    opened = [opened_run(run, allow_modified) for run in runs]
    with progress_bars() as bars:
        text = report_text(
            opened,
            chosen,
            articles=_count(articles),
            title=title,
            baseline=baseline,
            by=by,
            dataset=dataset,
            reading=reading(columns, group_by, split, preset),
            note=print_note,
            start=lambda number: bars.start("articles", number),
            progress=bars.advance,
        )
    target = output or (_beside(opened) if chosen == "html" else "-")
    if target == "-":
        write_data(text)
        return
    write_report(text, target)
    if chosen == "html":
        print(f"{printable(masked(target))}: {len(text.encode()) / 1e6:.1f} MB", file=sys.stderr)


def _beside(runs: Sequence[Run]) -> str:
    """Where the page goes by default: into the one run's directory or URL, otherwise here."""
    return f"{runs[0].location.rstrip('/')}/report.html" if len(runs) == 1 else "report.html"


def _count(articles: str) -> ArticleCount:
    if articles == "all":
        return "all"
    if articles == "none":
        return "none"
    if articles.isdecimal() and int(articles) > 0:
        return int(articles)
    raise ConfigError(f"--articles {articles!r}: write a number, all or none")
