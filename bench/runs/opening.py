"""Opens a finished run: reads how it ended, and prepares the checks of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.data.local_copy import LocalCopy
from bench.errors import RunDirectoryError
from bench.metrics import Metric
from bench.runs.files import RECORD, REFERENCES, RESULTS
from bench.runs.finished import FinishedRun
from bench.runs.incomplete import UNFINISHED
from bench.runs.record import read_ending, read_record
from bench.runs.results import Results, read_results
from bench.runs.seal import Report, Seal

_WITHOUT_RECORD = "its config, models, versions and digests are not known"


def finished_run(
    path: Path,
    report: Report | None = None,
    metrics: Mapping[str, Metric] | None = None,
    copy: LocalCopy | None = None,
) -> FinishedRun:
    """Read a finished run.

    Args:
        path: its directory or ``results.json``.
        report: called for each file that has changed since the run; if None, that is an error.
        metrics: by name, metrics that the user has run in this process.
        copy: the local copy of a remote run, by which errors name its URL.

    Raises:
        RunDirectoryError: no run is there, it did not finish, or its files do not match.
    """
    named = copy or LocalCopy(path)
    with named.errors_renamed():
        found = _opened(path, report and (lambda fault: report(named.renamed(fault))))
    return replace(found, metrics=metrics or {}, copy=copy)


def _opened(path: Path, report: Report | None) -> FinishedRun:
    results = read_results(path)
    directory = path if path.is_dir() else path.parent
    record = directory / RECORD
    seal = Seal(report=report)
    if not record.exists():
        seal.changed(record, "is missing, although the run wrote it", _WITHOUT_RECORD)
        return FinishedRun(directory, results, seal=seal, has_ending=False)
    try:
        found = read_ending(directory)
    except RunDirectoryError as error:
        seal.unreadable(error, _WITHOUT_RECORD)
        return FinishedRun(directory, results, seal=seal, has_ending=False)
    if not found.finished:
        raise RunDirectoryError(f"{directory}: {UNFINISHED}")
    seal = Seal(found.digests, report)
    if found.digests is None and (directory / REFERENCES).exists():
        seal.changed(record, "has lost the digests of the other files")
    seal.checked(directory, RESULTS)
    return FinishedRun(directory, _timed(results, directory), seal=seal)


def _timed(results: Results, directory: Path) -> Results:
    """The results with the times in the record of the run, as far as it has any."""
    models = [model for task in results.tasks.values() for model in task.models.values()]
    if not any(model.tokens_out for model in models):
        return results
    try:
        counts = read_record(directory).counts
    except RunDirectoryError:  # whatever needs the record reports it
        return results
    seconds = {
        (task, name): of.seconds for task, found in counts.items() for name, of in found.items()
    }
    return results.with_seconds(seconds)
