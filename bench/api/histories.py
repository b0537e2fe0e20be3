"""``bench.history`` and ``bench.record``: runs over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.api.comparing import AnyRun, opened_run
from bench.data.urls import masked
from bench.runs.finished import FinishedRun

if TYPE_CHECKING:
    from bench.histories.findings import History
    from bench.histories.row import Outcome


def history(  # noqa: PLR0913 - an option each, all by name
    *results: str | Path | FinishedRun,
    since: str | None = None,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    metrics: Sequence[str] = (),
    confidence: float = 0.95,
    note: Callable[[str], None] | None = None,
) -> History:
    """Scores over many runs, the runs where they changed, and slow drift.

    Args:
        results: history files, run directories or directories of these, as paths or URLs.
        since: use only runs from this date, commit or run on.
        models: names; every competitor (no floors and ceilings) if not given.
        tasks: names; all if not given.
        metrics: scores (``"rougeL.recall"``) or metrics (``"rougeL"``: its F1), or ``"all"``; each
            task's primary score if not given.
        confidence: of all scores, that none is said to have changed that did not.
        note: called with a line for each thing that is left out, which the result lists, too.

    Returns:
        The scores of each run, changes, drifts, and where runs are not comparable.

    Raises:
        DataError: a line of a history file cannot be used.
        RunDirectoryError: there is no such file or directory, or no finished run.
        UnknownNameError: no run has a model, task or score, or ``since`` names nothing.
    """
    from bench.errors import UnknownNameError
    from bench.histories.over_time import history_of
    from bench.histories.read import read_entries
    from bench.histories.read import since as from_start

    notes: list[str] = []
    locations = [str(one.path) if isinstance(one, FinishedRun) else str(one) for one in results]
    entries = read_entries(locations, notes.append, metrics)
    if since is not None:
        entries = from_start(entries, since)
        if not entries:
            raise UnknownNameError(f"--since {since}: no run of this history is as new")
    found = history_of(
        entries,
        models=models,
        tasks=tasks,
        scores=metrics,
        confidence=confidence,
        notes=notes,
    )
    if note is not None:
        for line in found.notes:
            note(line)
    return found


def record(  # noqa: PLR0913 - an option each, all by name
    run: AnyRun,
    file: str | Path,
    *,
    commit: str | None = None,
    date: str | None = None,
    outcome: Outcome | None = None,
    metrics: Sequence[str] = (),
) -> bool:
    """Append a run to a history file.

    Args:
        run: a finished run, or its directory or URL.
        file: the history file; a missing one is made.
        commit: of what was run; from CI (``GITHUB_SHA``, ``CI_COMMIT_SHA``) or git if not given.
        date: of the run, as in ``2026-01-31T12:00:00Z``; from the name of its directory, or when it
            finished, if not given.
        outcome: the verdict of the gate: ``"pass"``, ``"fail"``, ``"inconclusive"``, or
            ``"accepted"`` to begin a new level.
        metrics: scores of which the score of each article is kept, besides the primary ones, or
            ``"all"``.

    Returns:
        Whether it was appended; False if the file has the same run with this commit and date.

    Raises:
        ConfigError: the commit or date cannot be one, or the file is a URL.
        DataError: a line of the file cannot be used.
        RunDirectoryError: the run cannot be read, or the file not written.
    """
    from bench.histories.file import append_row
    from bench.histories.record import row_of

    opened = opened_run(run)
    names = [opened.score_named(name) for name in metrics if name != "all"]
    names += opened.results.scores if "all" in metrics else []
    row = row_of(opened, commit=commit, date=date, outcome=outcome, scores=names)
    return append_row(file, row)


def write_history(found: History, target: str) -> int:
    """Write a history to a file or URL, in the format of its ending.

    Args:
        found: the history.
        target: a file or URL whose name ends in ``.html`` (a page that needs no network), ``.md``,
            ``.csv``, ``.json`` or ``.tex``.

    Returns:
        The number of bytes.

    Raises:
        ConfigError: its ending is none of these, or it cannot be written.
        StorageError: the URL cannot be written.
    """
    from bench.api.reporting import format_of, write_report
    from bench.reports.history_page import history_page
    from bench.reports.render import render

    format = format_of(target)
    text = history_page(found) if format == "html" else render(found, format)
    write_report(text, target)
    return len(text.encode())


def runs_to_record(locations: Sequence[str], note: Callable[[str], None]) -> list[str]:
    """The run directories in and below some locations.

    Raises:
        ConfigError: a location is a history file.
        RunDirectoryError: a directory has no finished run.
    """
    from bench.api.leaderboards import found_runs
    from bench.errors import ConfigError
    from bench.histories.read import is_history_file

    for location in locations:
        if is_history_file(location):
            raise ConfigError(f"{masked(location)}: only run directories can be recorded")
    return [str(run.path) for run in found_runs(locations, None, None, note)]
