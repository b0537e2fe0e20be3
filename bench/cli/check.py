"""``bench check``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from bench.cli.article_options import MovedDatasetOption
from bench.cli.check_history import (
    checked_against_history,
    history_level,
    record_checked,
    refuse_unused,
    required_baseline,
)
from bench.cli.commenting import (
    Commenting,
    CommentNameOption,
    CommentOption,
    LinkOption,
    PostOption,
)
from bench.cli.completion import names_of
from bench.cli.history_options import (
    CommitOption,
    DateOption,
    HistoryOption,
    RecentOption,
    RecordOption,
)
from bench.cli.options import (
    FILES,
    OUTPUT,
    STATISTICS,
    AllowModifiedOption,
    ConfidenceOption,
    ResamplesOption,
    ResamplingSeedOption,
    RescoreOption,
    RunArgument,
    TableFormat,
)
from bench.cli.output import opened_run, print_note, print_notes, print_result, rescored_runs
from bench.data.urls import masked
from bench.errors import BenchError, RunDirectoryError
from bench.reports.terminal import console, printable, write_data

if TYPE_CHECKING:
    from bench.gate.verdict import GateReport
    from bench.runs.public import Run

if TYPE_CHECKING:
    VerdictFormat = str
else:
    VerdictFormat = Literal[(*get_args(TableFormat), "junit")]


def check(
    run: RunArgument,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            "-b",
            metavar="RUN",
            help="Run directory (or its URL) of the baseline.",
            show_default=False,
            callback=required_baseline,
        ),
    ] = None,
    against: Annotated[
        Literal["baseline", "history"] | None,
        typer.Option(
            "--against",
            help="Check against the baseline, or against the recent level of the history (default:"
            " the history if only --history is given).",
        ),
    ] = None,
    margin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]LOSS",
            help="Tolerated loss, 0.01 or 2% of the baseline's score: for all scores, or for one"
            " (rougeL=0.01), which is then checked (repeatable).",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Check this score or metric too, besides the primary ones (repeatable).",
            autocompletion=names_of("metrics"),
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 if a verdict is inconclusive.")
    ] = False,
    confidence: ConfidenceOption = 0.95,
    simultaneous: Annotated[
        bool,
        typer.Option(
            "--simultaneous/--per-check",
            help="Apply the confidence level to the whole gate, or to each check by itself.",
            rich_help_panel=STATISTICS,
        ),
    ] = True,
    resamples: ResamplesOption = None,
    seed: ResamplingSeedOption = 0,
    history: HistoryOption = None,
    recent: RecentOption = 10,
    record: RecordOption = None,
    commit: CommitOption = None,
    date: DateOption = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Show what changes, then replace the baseline with the run; with --against"
            " history, record the run as a new level.",
            rich_help_panel=FILES,
        ),
    ] = False,
    baseline_digest: Annotated[
        str | None,
        typer.Option(
            "--baseline-digest",
            metavar="SHA256",
            help="Refuse a baseline whose run.json has another SHA-256 (`sha256sum run.json`).",
            rich_help_panel=FILES,
        ),
    ] = None,
    missing_baseline: Annotated[
        Literal["fail", "pass"],
        typer.Option(
            "--missing-baseline",
            help="What to do without a baseline: fail, or pass and say how to make one; --record"
            " and --junit apply.",
            rich_help_panel=FILES,
        ),
    ] = "fail",
    rescore: RescoreOption = False,
    allow_modified: AllowModifiedOption = False,
    dataset: MovedDatasetOption = None,
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit",
            metavar="FILE",
            help="Also write the verdicts as JUnit XML.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    comment: CommentOption = None,
    post: PostOption = False,
    comment_name: CommentNameOption = "Quality",
    link: LinkOption = None,
    format: Annotated[
        VerdictFormat,
        typer.Option("--format", "-f", help="Output format.", rich_help_panel=OUTPUT),
    ] = "table",
) -> None:
    """Fail if quality has dropped against a baseline.

    Each model of the baseline is checked on the primary score of each task, and on the scores that
    --margin and --metric name. A paired test decides: pass if the loss is significantly smaller
    than the margin, fail if it is significantly larger, else inconclusive. With a margin of 0 only
    a significantly better score passes. With one article, or with the same predictions as the
    baseline's, scores are compared exactly; with two to five, a loss above the margin fails
    untested. A model, task or article that the run lacks is a failure. Runs on other
    articles or with other metrics are refused. The score of a judge is checked as people's ratings
    of both runs correct it, and refused without these.

    If the code of a metric has changed since the baseline was scored, the runs are not comparable;
    --rescore scores the predictions of both with the installed metrics first.

    With --against history the baseline is the recent level of a history file: the mean of up to ten
    runs since the score last changed, without runs that failed. One lucky run hardly raises it, and
    a run that failed does not lower it. --record appends the run and its verdict.

    Margins can be part of the run's config: `margins: {rougeLsum: 0.01, all: 2%}`.

    In GitHub Actions the verdicts are added to the job summary. --comment and --post make one
    comment on a pull or merge request, which each run replaces. What cannot be posted is a note,
    never a failure.

    Exit codes: 0 no failure, 1 a failure, 2 not comparable, 3 inconclusive (with --strict).

    Examples:
      bench check results/mine --baseline results/baseline
      bench check results/mine --baseline results/baseline --margin 2% --junit bench.xml
      bench check results/mine --baseline results/baseline --update
      bench check results/mine --baseline s3://bucket/baseline --comment comment.md --post
      bench check results/mine --against history --record history.jsonl --update
      bench check results/mine --against history --record history.jsonl
    """
    from bench.gate.margins import margins

    level = history_level(against, baseline, history, record)
    refuse_unused(level, record, commit or date, baseline_digest, rescore=rescore)
    checked = opened_run(run, allow_modified)
    commenting = Commenting(comment, post, comment_name, link)
    may_lack = baseline and missing_baseline == "pass" and not (update or baseline_digest)
    lacking = _missing(baseline) if baseline and may_lack else None
    options: dict[str, Any] = {
        "margins": margins(checked.record.config.margins, margin or ()),
        "metrics": metric or (),
        "confidence": confidence,
        "simultaneous": simultaneous,
        "resamples": resamples,
        "seed": seed,
    }
    report: GateReport | None = None
    both: list[Run] = []
    try:
        if level is not None:
            report = checked_against_history(checked, level, recent, options, update=update)
        elif baseline and not lacking and (former := _former(baseline, update)):
            both = [checked, opened_run(former, allow_modified)]
            report = _checked(both, rescore, dataset, options, baseline_digest)
    except BenchError as error:
        if not update:
            raise
        print_notes(error.problems)
    if baseline and lacking:
        print_note(lacking)
        _hand_on_unchecked(checked, masked(baseline), lacking, format, junit, confidence)
        commenting.on_first(checked, masked(baseline))
    if report:
        _hand_on(report, format, junit, strict)
        commenting.on(report, both)
    if update and level is None and baseline is not None:
        _renew(baseline, checked)
    target = record or (level if update else None)
    if target is not None:
        outcome = "accepted" if update else report.outcome if report else None
        kept = [*(metric or ()), *options["margins"].named]
        record_checked(checked, target, commit, date, outcome, kept)
    if report and not update:
        _exit(report, strict)


def _former(baseline: str, update: bool) -> str | None:
    """The baseline; None if it does not exist yet and is to be made."""
    reason = _missing(baseline)
    if reason and not update:
        raise RunDirectoryError(reason)
    return None if reason else baseline


def _missing(baseline: str) -> str | None:
    """That there is no such baseline, in words; None if there is."""
    from bench.runs.remote_read import fetch_run

    former, _ = fetch_run(baseline)
    if former.path.exists():
        return None
    return f"{former}: no such baseline; add --update to make this run the baseline"


def _checked(
    both: Sequence[Run],
    rescore: bool,
    dataset: str | None,
    options: Mapping[str, Any],
    digest: str | None,
) -> GateReport:
    from bench.api.comparing import check as checked_against
    from bench.gate.baseline import refuse_other_baseline

    if digest:
        refuse_other_baseline(both[1], digest)
    with rescored_runs(both, rescore, dataset, notes=False) as (now, then):
        return checked_against(now, then, **options)


def _renew(baseline: str, checked: Run) -> None:
    from bench.gate.baseline import renew
    from bench.runs.remote_write import run_directory

    with run_directory(baseline) as directory:
        renew(directory, checked)
    line = printable(f"{masked(baseline)} now holds the results of {checked.location}")
    console(error=True).print(line, soft_wrap=True)


def _hand_on(report: GateReport, format: str, junit: Path | None, strict: bool) -> None:
    """Print the verdicts, and write them wherever else they are wanted."""
    from bench.data.files import write_atomic
    from bench.reports.formats.junit import to_junit
    from bench.reports.render import render

    if format == "junit":
        write_data(to_junit(report, strict=strict))
    else:
        print_result(report, format)
    if junit:
        write_atomic(junit, to_junit(report, strict=strict))
    _add_to_job_summary(render(report, "markdown"))


def _hand_on_unchecked(
    run: Run, baseline: str, reason: str, format: str, junit: Path | None, confidence: float
) -> None:
    """Write to JUnit files that there was no baseline; data formats print nothing."""
    from bench.data.files import write_atomic
    from bench.gate.verdict import GateReport
    from bench.reports.formats.junit import to_junit

    report = GateReport(run.location, baseline, confidence, verdicts=(), notes=(reason,))
    if format == "junit":
        print_result(report, format)
    if junit:
        write_atomic(junit, to_junit(report))


def _exit(report: GateReport, strict: bool) -> None:
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
        print_note(f"{file}: cannot be written: {error.strerror}")
