"""``bench check``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.options import (
    AllowModifiedOption,
    ArticlesOption,
    ConfidenceOption,
    ResamplesOption,
    RescoreOption,
    RunArgument,
)
from bench.cli.output import opened_run, print_result, rescored_runs
from bench.data.urls import masked, redact
from bench.errors import BenchError, RunDirectoryError
from bench.reports.terminal import console, printable, write_data

if TYPE_CHECKING:
    from bench.gate.check import Report


def check(
    run: RunArgument,
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline",
            "-b",
            metavar="DIR",
            help="A run to check it against; a URL works too.",
            show_default=False,
        ),
    ],
    margin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]LOSS",
            help="Loss that is tolerated: 0.01 or 2% (of the baseline's score), for every score or"
            " for one: rougeL=0.01. May be repeated; a score named here is checked.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Check this score or metric too, not only the primary ones; may be repeated.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 if a verdict is inconclusive.")
    ] = False,
    simultaneous: Annotated[
        bool,
        typer.Option(
            "--simultaneous",
            help="Let the confidence hold for all intervals together (Bonferroni).",
        ),
    ] = False,
    rescore: RescoreOption = False,
    dataset: ArticlesOption = None,
    allow_modified: AllowModifiedOption = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Show what changes, then make the run the baseline."),
    ] = False,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", metavar="FILE", help="Write the verdicts as JUnit XML too."),
    ] = None,
    confidence: ConfidenceOption = 0.95,
    resamples: ResamplesOption = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 0,
    format: Annotated[
        Literal["table", "json", "csv", "markdown", "latex", "junit"],
        typer.Option("--format", "-f", help="A table for people, or data."),
    ] = "table",
) -> None:
    """Fail if quality has dropped against a baseline.

    Every model of the baseline is checked on each task's primary score, and on what --margin and
    --metric name. It passes if the paired difference is surely above minus the margin, fails if
    there is surely a loss and it is above the margin, and is inconclusive otherwise. One article,
    or predictions that are the baseline's, are compared exactly. A model, task or article that the
    run lacks is a failure. Runs that measured something else are refused.

    A baseline that was measured by other code of a metric is not comparable; --rescore scores the
    predictions of both with today's code and then checks.

    Margins can stand in the run's config: `margins: {rougeLsum: 0.01, all: 2%}`.

    In a GitHub job the verdicts are added to its summary page.

    Exit codes: 0 no failure, 1 a failure, 2 not comparable, 3 inconclusive (with --strict).

    Examples:
      bench check results/mine --baseline results/baseline

      bench check results/mine --baseline results/baseline --margin 2% --junit bench.xml

      bench check results/mine --baseline results/baseline --update
    """
    from bench.data.files import write_atomic
    from bench.gate.baseline import renew
    from bench.gate.check import check as check_run
    from bench.gate.margins import margins
    from bench.reports.formats.junit import to_junit
    from bench.reports.render import render
    from bench.runs.remote_read import fetch_run
    from bench.runs.remote_write import run_directory

    former = fetch_run(baseline)
    if not former.exists() and not update:
        line = f"{former}: no baseline there; add --update to make this run the baseline"
        raise RunDirectoryError(line)
    checked = opened_run(run, allow_modified)
    tolerated = margins(checked.record.config.margins, margin or ())
    report: Report | None = None
    try:
        if former.exists():
            both = [checked, opened_run(baseline, allow_modified)]
            with rescored_runs(both, rescore, dataset, notes=False) as (now, then):
                report = check_run(
                    now,
                    then,
                    margins=tolerated,
                    scores=metric or (),
                    confidence=confidence,
                    simultaneous=simultaneous,
                    resamples=resamples,
                    seed=seed,
                )
    except BenchError as error:
        if not update:
            raise
        for problem in error.problems:
            print(f"note: {printable(redact(problem))}", file=sys.stderr)
    if report:
        if format == "junit":
            write_data(to_junit(report, strict=strict))
        else:
            print_result(report, format)
        if junit:
            write_atomic(junit, to_junit(report, strict=strict))
        _add_to_job_summary(render(report, "markdown"))
    if update:
        with run_directory(baseline) as directory:
            renew(directory, checked)
        line = printable(f"{masked(baseline)} is now what {checked.location} gave")
        console(error=True).print(line, soft_wrap=True)
    elif report:
        _exit(report, strict)


def _exit(report: Report, strict: bool) -> None:
    if report.outcome == "fail":
        raise typer.Exit(1)
    if strict and report.outcome == "inconclusive":
        raise typer.Exit(3)


def _add_to_job_summary(text: str) -> None:
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")
    except OSError as error:
        print(f"note: {file}: cannot be written to: {error.strerror}", file=sys.stderr)
