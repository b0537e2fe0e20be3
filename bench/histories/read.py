"""Reads histories: files, run directories, and directories of these."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from bench.data.urls import is_url, local_path, masked, name_parts
from bench.errors import RunDirectoryError, UnknownNameError
from bench.histories.dates import parsed_date
from bench.histories.directories import UnreadableRunError, directory_entry, run_directories
from bench.histories.entry import HistoryEntry, RecordedEntry
from bench.histories.file import read_rows
from bench.histories.notes import Note
from bench.runs.files import RESULTS
from bench.runs.remote_read import fetch_runs


def read_entries(
    locations: Sequence[str], note: Note = lambda _: None, scores: Sequence[str] = ()
) -> list[HistoryEntry]:
    """The runs of files and directories, each once, in order of time.

    Args:
        locations: history files, run directories or directories of these, as paths or URLs.
        note: called with a line for each thing that is left out.
        scores: names of scores or metrics that will be asked for besides the primary ones, or
            ``all``; others take longer.

    Raises:
        BenchError: a location or a line of a file cannot be used.
    """
    found: dict[str, HistoryEntry] = {}
    skipped: list[str] = []
    wanted = None if "all" in scores else {name for s in scores for name in (s, f"{s}.f1")}
    with _without_collection():
        for location in locations:
            for entry in _entries(location, skipped.append, wanted):
                found.setdefault(entry.id, entry)
    if not found:
        shown = ", ".join(map(masked, locations))
        line = f"{shown}: contains no finished run; `bench run` makes one"
        raise RunDirectoryError([line, *skipped])
    for line in skipped:
        note(line)
    return sorted(found.values(), key=lambda entry: entry.date)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Do not look for garbage while many records that stay are made: it takes half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _entries(location: str, note: Note, wanted: set[str] | None) -> Iterator[HistoryEntry]:
    if is_history_file(location):
        yield from (RecordedEntry(row, masked(location)) for row in read_rows(location, note))
        return
    copy = fetch_runs(location)
    if not copy.path.is_dir():
        fix = "give run directories or a history file (.jsonl)"
        raise RunDirectoryError(f"{masked(location)}: no such run or history; {fix}")
    with copy.errors_renamed():
        for path in run_directories(copy.path):
            try:
                known = None if wanted is None else frozenset(wanted)
                entry = directory_entry(path, known, copy.inside(path).url)
            except UnreadableRunError as error:
                note(f"{copy.inside(path)}: skipped: {error}")
                continue
            if wanted is not None:
                wanted.update(entry.tasks().values())  # the next run has the same, mostly
            yield entry


def since(entries: Sequence[HistoryEntry], start: str) -> list[HistoryEntry]:
    """The runs from a date, a commit or a run on.

    Args:
        entries: runs in order of time.
        start: a date, the beginning of a commit (seven characters or more), or the name of a run.

    Raises:
        UnknownNameError: it is none of these.
    """
    for index, entry in enumerate(entries):
        by_commit = entry.commit and len(start) >= _COMMIT and entry.commit.startswith(start)
        if by_commit or entry.run == start:
            return list(entries[index:])
    try:
        date: datetime = parsed_date(start)
    except ValueError:
        raise UnknownNameError(
            f"--since {start[:60]!r}: no run or commit of this history, and no date such as"
            " 2026-01-31"
        ) from None
    return [entry for entry in entries if entry.date >= date]


_COMMIT = 7
_ENDINGS = (".jsonl", ".ndjson")


def is_history_file(location: str) -> bool:
    """Whether a location names a history file rather than a run or a directory of runs."""
    if is_url(location):
        return name_parts(location)[-1].endswith(_ENDINGS)
    path = local_path(location)
    return path.name.endswith(_ENDINGS) or (path.is_file() and path.name != RESULTS)
