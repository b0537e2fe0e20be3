"""Reads a finished run as a ``Run``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

from bench.data.local_copy import LocalCopy
from bench.runs.finished import FinishedRun
from bench.runs.opening import finished_run
from bench.runs.public import Run
from bench.runs.remote_read import fetch_run
from bench.runs.seal import Report


def load_run(
    location: str | Path, *, allow_modified: bool = False, report: Report | None = None
) -> Run:
    """Read a finished run.

    Args:
        location: its directory or its ``results.json``, as a path or a URL.
        allow_modified: also read files that have changed since the run.
        report: called for each such file (default: a warning).

    Raises:
        RunDirectoryError: no finished run is there, or a file has changed.
        StorageError: the URL cannot be read.
    """
    reporter = (report or _warn) if allow_modified else None
    copy, fetch = fetch_run(str(location))
    return opened_copy(copy, reporter, fetch)


def opened_copy(
    copy: LocalCopy, report: Report | None = None, fetch: Callable[[str], None] = lambda _: None
) -> Run:
    """Read a finished run from its local copy.

    Args:
        copy: its directory or its ``results.json``.
        report: called for each file that has changed since the run; if None, that is an error.
        fetch: fetches a file of the run by its path relative to the directory.

    Raises:
        RunDirectoryError: no finished run is there, or a file has changed.
    """
    found = finished_run(copy.path, report, copy=copy if copy.url else None)
    return as_run(replace(found, fetch=fetch))


def as_run(found: FinishedRun) -> Run:
    """The finished run as a ``Run``."""
    if isinstance(found, Run):
        return found
    return Run(**{field.name: getattr(found, field.name) for field in fields(found)})


def _warn(fault: str) -> None:
    import warnings

    warnings.warn(f"{fault}; it is read anyway", UserWarning, stacklevel=4)
