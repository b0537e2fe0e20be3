"""How the verbs print: results in a format, progress on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

from bench.cli.options import TableFormat
from bench.data.urls import told
from bench.report.terminal import console, printable, show, write_data

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from bench.runs.finished import FinishedRun
    from bench.runs.results import Results


@contextmanager
def models_at_work() -> Iterator[None]:
    """What is printed meanwhile, by a model or by a process it starts, goes to standard error.

    Standard output is for results, which another program may be reading.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def print_results(results: Results, chosen: TableFormat) -> None:
    """Print the leaderboards for people, or as data: ``json`` is the text of ``results.json``."""
    from bench.report.leaderboard import leaderboards
    from bench.report.publication import FORMS

    if chosen == "table":
        show(leaderboards(results))
    else:
        write_data(FORMS[chosen](results, {}))


def print_notes(notes: Iterable[str]) -> None:
    """Say on standard error what is left out."""
    for note in notes:
        console(error=True).print(f"note: {printable(told(note))}", style="yellow", soft_wrap=True)


def opened_run(path: Path, allow_modified: bool) -> FinishedRun:
    """The run in a directory; files that have changed since are an error, or a note each."""
    from bench.runs.finished import finished_run

    def report(fault: str) -> None:
        print_notes([f"{fault}; read all the same"])

    return finished_run(path, report if allow_modified else None)


def print_means_only(runs: Iterable[FinishedRun]) -> None:
    """Say of which scores only means are shown, because the metric's own code would be needed."""
    for run in runs:
        reasons = (run.needs_metric(score) for score in sorted(run.results.scores))
        print_notes(dict.fromkeys(reason for reason in reasons if reason))


_AGAIN = "the same command keeps what is done and tries only those articles again"


@contextmanager
def rescored_runs(
    runs: Sequence[FinishedRun], wanted: bool, *, notes: bool = True
) -> Iterator[list[FinishedRun]]:
    """The runs, their predictions scored again with today's code if that is wanted.

    Otherwise, unless ``notes`` is off, it is said where they were scored with other versions.
    """
    if not wanted:
        from bench.compare.comparable import version_notes

        print_notes(version_notes(runs) if notes else ())
        yield list(runs)
        return
    from contextlib import ExitStack

    from bench.runs.rescore import rescored

    with ExitStack() as stack:
        with progress_bars() as progress:
            found = [stack.enter_context(rescored(run, progress)) for run in runs]
        for run in found:
            for line in _broken_metrics(run.results):
                print_notes([f"{run.place}: {line}"])
        yield found


def raise_failures(results: Results, place: str, remedy: str = _AGAIN, otherwise: str = "") -> None:
    """Say which models failed, on how many articles and why, which metrics, and what helps.

    Args:
        results: of the run.
        place: its directory.
        remedy: what helps where there are no predictions.
        otherwise: what helps too, whatever the reason.

    Raises:
        RunFailedError: any model failed on any article, or a metric failed.
    """
    from bench.errors import RunFailedError

    lines, broken = failures(results, place), list(_broken_metrics(results))
    if broken:
        raise RunFailedError([*lines, *broken, "every other score is kept"])
    if lines:
        helps = [*_remedies(results, place, remedy), otherwise]
        raise RunFailedError([*lines, "; ".join(filter(None, helps))])


def _remedies(results: Results, place: str, remedy: str) -> list[str]:
    """What to do about articles that models failed on: another tokenizer may be all they need."""
    from bench.runs.fetched import fetched_run
    from bench.runs.predictions import prediction_file

    unread: dict[str, None] = {}
    lacking = False
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            if model.failed:
                rows = prediction_file(fetched_run(place), name, task).read()
                lacking |= any(row.status == "error" for row in rows)
                if model.reason and "tokenizer" in model.reason:
                    unread[f"choose another tokenizer: {model.reason.rpartition('; ')[2]}"] = None
    return [*([remedy] if lacking or not unread else []), *unread]


def failures(results: Results, place: str) -> list[str]:
    """A line for each model that failed on an article: on how many, and why on the first."""
    from bench.runs.fetched import fetched_run
    from bench.runs.predictions import prediction_file

    lines: list[str] = []
    directory: Path | None = None
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            if model.failed:
                directory = directory or fetched_run(place)
                rows = prediction_file(directory, name, task).read()
                first = next((row for row in rows if row.status == "error"), None)
                why = model.reason or (
                    f"{first.article!r} for one: {first.error}"
                    if first
                    else "while it was scored: `events` in run.json says more"
                )
                lines.append(
                    f"{name} failed on {model.failed} of {result.articles} articles ({task}), {why}"
                )
    return lines


def raise_broken_metrics(results: Results) -> None:
    """Say which metrics failed.

    Raises:
        RunFailedError: any did.
    """
    from bench.errors import RunFailedError

    if broken := list(_broken_metrics(results)):
        raise RunFailedError([*broken, "every other score is kept"])


def _broken_metrics(results: Results) -> Iterator[str]:
    """One line for each metric that failed: its first fault, and how many more there are."""
    found: dict[str, list[str]] = {}
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            for metric, fault in model.faults.items():
                found.setdefault(metric, []).append(f"{fault} ({name}, {task})")
    for metric, faults in found.items():
        more = f"; and with {len(faults) - 1} more" if len(faults) > 1 else ""
        yield f"{faults[0]}{more}; there is no score by {metric!r} for them"


_PATIENCE = 30.0  # seconds between two lines where nobody watches bars


@contextmanager
def progress_bars() -> Iterator[_Progress]:
    """A bar for each model and task on standard error; a line now and then where it is a file."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    error = console(error=True)
    with Progress(*columns, console=error, transient=True, disable=not error.is_terminal) as bars:
        yield _Progress(bars)


class _Progress:
    """The bars, as ``bench.runs`` sees them."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._current: TaskID | None = None
        self._label, self._articles, self._found, self._done = "", 0, 0, 0
        self._began = self._told = time.monotonic()

    def start(self, label: str, articles: int, done: int = 0) -> None:
        self._current = self._bars.add_task(label, total=articles, completed=done, rate="")
        self._label, self._articles, self._found, self._done = label, articles, done, done
        self._began = time.monotonic()

    def tell(self, event: str) -> None:
        self._bars.console.print(f"note: {printable(told(event))}", style="yellow", soft_wrap=True)

    def advance(self, articles: int) -> None:
        if self._current is None:
            return
        self._done += articles
        now = time.monotonic()
        rate = (self._done - self._found) / max(now - self._began, 1e-9)
        shown = f"{rate:.1f}/s" if rate >= 1 else f"{1 / max(rate, 1e-9):.1f} s each"
        self._bars.update(self._current, advance=articles, rate=shown)
        if self._bars.disable and now - self._told > _PATIENCE:
            self._told = now
            left = (self._articles - self._done) / max(rate, 1e-9)
            line = f"{self._label}: {self._done}/{self._articles}, {shown}, {left:.0f} s left"
            print(line, file=sys.stderr, flush=True)
