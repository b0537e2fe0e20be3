"""How the verbs print: results in a format, progress on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import cache
from typing import TYPE_CHECKING, Any

from bench.cli.options import TableFormat
from bench.data.urls import masked_within
from bench.errors import ConfigError
from bench.reports.terminal import console, printable, show, write_data

if TYPE_CHECKING:
    from pathlib import Path

    from bench.runs.failures import Rows
    from bench.runs.finished import FinishedRun
    from bench.runs.public import Run
    from bench.runs.results import Results


@contextmanager
def models_at_work() -> Iterator[None]:
    """Redirect the output of models, and of processes they start, to standard error.

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


def print_result(result: Any, chosen: str) -> None:
    """Print a result for people, or as data in a format of ``bench.reports.render``."""
    from bench.reports.render import render, view_of

    if chosen == "table":
        show(view_of(result))
    else:
        write_data(render(result, chosen))


def print_results(results: Results, chosen: TableFormat, rated: str | None = None) -> None:
    """Print the leaderboards of a run.

    Args:
        results: what is shown.
        chosen: the format.
        rated: the run directory, if it has raters, whose judges are then measured.
    """
    from bench.runs.leaderboard import Leaderboard
    from bench.runs.loading import load_run

    judges = () if rated is None else tuple(load_run(rated).judges())
    print_result(Leaderboard(results, judges=judges), chosen)


def print_lines(lines: Iterable[str], chosen: str) -> None:
    """Print lines below a result for people; beside data they are notes."""
    if chosen != "table":
        print_notes(lines)
        return
    for line in lines:
        console().print(printable(line), style="dim", soft_wrap=True, markup=False, highlight=False)


def print_notes(notes: Iterable[str]) -> None:
    """Print notes on standard error."""
    for note in notes:
        print_note(note)


def print_note(note: str) -> None:
    """Print a note on standard error."""
    line = f"note: {printable(masked_within(note))}"
    console(error=True).print(line, style="yellow", soft_wrap=True)


def opened_run(location: str | Path, allow_modified: bool) -> Run:
    """A finished run; files that have changed since it finished raise an error, or give a note."""
    from bench.runs.loading import load_run

    return load_run(location, allow_modified=allow_modified, report=accepted_with_note)


def accepted_with_note(fault: str) -> None:
    """Note a file that has changed since its run and is read all the same."""
    print_note(f"{fault}; accepted")


_AGAIN = "run the same command again to retry only those articles"


@contextmanager
def rescored_runs(
    runs: Sequence[FinishedRun], wanted: bool, dataset: str | None = None, *, notes: bool = True
) -> Iterator[list[FinishedRun]]:
    """The runs, with their predictions scored again by the installed metrics on request.

    Args:
        runs: the runs.
        wanted: whether to score them again.
        dataset: the path of their articles, if it has moved.
        notes: whether to note runs that were scored with other versions.

    Raises:
        ConfigError: a dataset is given, but nothing is scored again.
    """
    if dataset is not None and not wanted:
        raise ConfigError(
            "--dataset applies only with --rescore; add --rescore or remove --dataset"
        )
    if not wanted:
        from bench.comparison.comparable import version_notes

        print_notes(version_notes(runs) if notes else ())
        yield list(runs)
        return
    from bench.api.comparing import scored
    from bench.reports.progress import progress_bars
    from bench.runs.failures import broken_metrics

    with (
        progress_bars() as progress,
        scored(runs, rescore=True, dataset=dataset, progress=progress) as found,
    ):
        for run in found:
            for line in broken_metrics(run.results):
                print_note(f"{run.location}: {line}")
        yield list(found)


def raise_failures(
    results: Results, location: str, remedy: str = _AGAIN, otherwise: str = ""
) -> None:
    """Raise an error with the failures of models and metrics, and how to fix them.

    Args:
        results: the results of the run.
        location: the run directory.
        remedy: how to fix missing predictions.
        otherwise: an alternative for failures of any kind.

    Raises:
        RunFailedError: any model failed on any article, or a metric failed.
    """
    from bench.errors import RunFailedError
    from bench.runs.failures import broken_metrics, failures

    rows = _rows_at(location)
    lines, broken = failures(results, rows), list(broken_metrics(results))
    if broken:
        raise RunFailedError([*lines, *broken, "all other scores are kept"])
    if lines:
        helps = [*_remedies(results, rows, remedy), otherwise]
        raise RunFailedError([*lines, "; ".join(filter(None, helps))])


def raise_missing_outputs(results: Results, location: str, on_error: str) -> None:
    """Raise an error with what files of outputs lack, and how to fix it.

    Args:
        results: the results of the models from these files.
        location: the run directory.
        on_error: with ``skip``, articles without an output are only noted.

    Raises:
        RunFailedError: an output is missing or failed, or a metric failed.
    """
    from bench.runs.failures import failures

    if on_error != "skip":
        otherwise = "or pass --on-error skip to leave those articles out"
        raise_failures(results, location, "complete the file", otherwise)
        return
    print_notes(f"{line}; skipped" for line in failures(results, _rows_at(location)))
    raise_broken_metrics(results)


def _rows_at(location: str) -> Rows:
    """The predictions of a run, which is opened when they are first asked for."""
    from bench.runs.loading import load_run

    opened = cache(lambda: load_run(location))
    return lambda task, model: opened().rows(task, model)


def raise_stops(location: str) -> None:
    """Raise an error if a rater stopped before it had rated everything.

    Raises:
        RunFailedError: one line for each, which says how to go on.
    """
    from bench.errors import RunFailedError
    from bench.runs.loading import load_run

    stops = load_run(location).record.unrated
    if stops:
        raise RunFailedError([*stops, "all answers are kept, and the scores are of these"])


def _remedies(results: Results, rows: Rows, remedy: str) -> list[str]:
    """How to fix failures of models; some need only another tokenizer."""
    unread: dict[str, None] = {}
    lacking = False
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            if model.failed:
                lacking |= any(row.status == "error" for row in rows(task, name))
                if model.reason and "tokenizer" in model.reason:
                    unread[f"choose another tokenizer: {model.reason.rpartition('; ')[2]}"] = None
    return [*([remedy] if lacking or not unread else []), *unread]


def raise_broken_metrics(results: Results) -> None:
    """Raise an error with the failures of metrics.

    Raises:
        RunFailedError: any did.
    """
    from bench.errors import RunFailedError
    from bench.runs.failures import broken_metrics

    if broken := list(broken_metrics(results)):
        raise RunFailedError([*broken, "all other scores are kept"])
