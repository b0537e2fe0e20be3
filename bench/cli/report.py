"""``bench report``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bench.cli.options import (
    AllowModifiedOption,
    ArticlesOption,
    ColumnsOption,
    GroupByOption,
    PresetOption,
    RunsArgument,
    SplitOption,
    reading,
)
from bench.cli.output import opened_run, print_means_only, print_notes, progress_bars
from bench.data.files import write_atomic
from bench.data.storage import folder_at
from bench.data.urls import is_url, local_path, masked
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name
from bench.report.terminal import printable, write_data

if TYPE_CHECKING:
    from bench.article import Article
    from bench.compare.gather import Gathered
    from bench.runs.finished import FinishedRun

ReportFormat = Literal["html", "markdown", "latex", "csv", "json"]


def report(
    runs: RunsArgument,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to, a file or a URL; - is standard output. A page: report.html in the run"
            " directory, or here where there are several; a table: standard output.",
        ),
    ] = None,
    format: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="A page, or tables to paste.")
    ] = "html",
    articles: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="How many articles get a page of their own: the first N, all, or none.",
        ),
    ] = "2000",
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Of the page; else the data set's name.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="The others are compared with it at first."),
    ] = None,
    dataset: ArticlesOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    allow_modified: AllowModifiedOption = False,
) -> None:
    """Write a page to look at, or tables to paste into a pull request or a paper.

    The page is one file that needs no network: leaderboards with intervals, differences between
    models and whether they are real, and every article with what each model wrote for it. Several
    runs must be comparable; a model that more than one of them has is called RUN:MODEL.

    The page holds the texts of its articles, where they are at hand; a URL or hub name that a run
    was about is not followed, --dataset is. With --articles none it can be shown where texts may
    not be.

    Examples:
      bench report results/mine

      bench report results/monday results/friday --baseline monday:mine -o both.html

      bench report results/mine --format latex > table.tex
    """
    from bench.compare.gather import gather

    finished = [opened_run(run, allow_modified) for run in runs]
    gathered = gather(finished)
    if format != "html":
        from bench.report.publication import report_text, standings_of

        standings = {} if format == "json" else standings_of(gathered)
        print_means_only(finished if standings else ())
        _write(report_text(gathered, format, standings), output)
        return
    if baseline is not None and baseline not in gathered.contestants:
        raise UnknownNameError(unknown_name("model", baseline, gathered.contestants))
    read = reading(columns, group_by, split, preset)
    chosen = _chosen(finished[0], articles, dataset, read)
    print_means_only(finished)
    _write_page(gathered, finished, chosen, title, baseline, output or _beside(finished))


def _beside(runs: Sequence[FinishedRun]) -> str:
    """Where the page lies if nobody says: in the one run's directory or at its URL, else here."""
    return f"{runs[0].place.rstrip('/')}/report.html" if len(runs) == 1 else "report.html"


def _chosen(
    run: FinishedRun, wanted: str, dataset: str | None, read: dict[str, Any]
) -> list[Article]:
    """The articles that get a page."""
    from bench.runs.articles import articles_of

    if wanted == "none":
        return []
    if wanted != "all" and not (wanted.isdecimal() and int(wanted) > 0):
        raise ConfigError(f"--articles {wanted!r}: write a number, all, or none")
    try:
        there = articles_of(run, dataset, read)
        print_notes([there.note] if there.note else [])
        return list(islice(there.articles, None if wanted == "all" else int(wanted)))
    except RunDirectoryError as error:
        without = "--articles none leaves the articles' pages out"
        raise RunDirectoryError([*error.problems, without]) from error


def _write_page(
    gathered: Gathered,
    runs: Sequence[FinishedRun],
    articles: Sequence[Article],
    title: str | None,
    baseline: str | None,
    target: str,
) -> None:
    from bench.report.page.assemble import page

    with progress_bars() as bars:
        bars.start("articles", len(articles))
        pieces = page(
            gathered,
            runs,
            articles,
            title=title or f"Benchmark on {gathered.results.dataset.name}",
            baseline=baseline,
            progress=bars.advance,
        )
        text = "".join(pieces)
    _write(text, target)
    if target != "-":
        print(f"{printable(masked(target))}: {len(text.encode()) / 1e6:.1f} MB", file=sys.stderr)


def _write(text: str, output: str | None) -> None:
    if output is None or output == "-":
        write_data(text)
        return
    if is_url(output):
        folder, _, name = output.rpartition("/")
        with folder_at(folder) as copy:
            write_atomic(copy / name, text)
        return
    try:
        write_atomic(local_path(output), text)
    except OSError as error:
        raise ConfigError(f"--output {output}: cannot be written: {error.strerror}") from error
