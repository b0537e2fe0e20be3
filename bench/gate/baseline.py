"""Updates a baseline, and holds it to a digest."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import ExitStack
from pathlib import Path

from bench.data.files import replacing
from bench.errors import RunDirectoryError
from bench.runs.directory import sole_writer
from bench.runs.files import RATINGS, RECORD, REFERENCES, RESULTS, SCORES
from bench.runs.finished import FinishedRun
from bench.runs.origins import ORIGIN, origin_file
from bench.runs.predictions import files_of_predictions, prediction_file
from bench.runs.rating_files import files_of_ratings


def renew(baseline: Path, run: FinishedRun) -> None:
    """Replace the results in a run directory, or of a ``results.json``, with those of a run.

    Every file of the run is verified and copied before the baseline changes, so that a failure
    leaves the old one. ``results.json`` is deleted before other files change and written last, so
    that an incomplete baseline is never taken for a complete one. Files that are not part of a run
    are left alone.

    Raises:
        RunDirectoryError: the baseline is the run itself, has other content, or is not writable; or
            a file of the run is missing or has changed since the run.
    """
    baseline = baseline.parent if baseline.is_file() else baseline
    if baseline.resolve() == run.path.resolve():
        raise RunDirectoryError(f"{baseline}: is the run that is checked; name another directory")
    foreign = baseline.is_dir() and any(baseline.iterdir())
    if foreign and not any((baseline / f).exists() for f in (RECORD, RESULTS)):
        raise RunDirectoryError(f"{baseline}: not a run directory; name another")
    files = {name: file for name in _files(run) if (file := _verified(run, name)).exists()}
    with sole_writer(baseline), ExitStack() as copies:
        for name, file in files.items():
            shutil.copyfile(file, copies.enter_context(replacing(baseline / name)))
        (baseline / RESULTS).unlink(missing_ok=True)
        rows = [*files_of_predictions(baseline), *files_of_ratings(baseline)]
        for stale in [*rows, *(baseline / name for name in (RECORD, SCORES, REFERENCES))]:
            if stale.relative_to(baseline).as_posix() not in files:
                stale.unlink(missing_ok=True)


def _files(run: FinishedRun) -> list[str]:
    """The files of a run; the copies replace those of a baseline from the last to the first."""
    jobs = [(m, task) for task, result in run.results.tasks.items() for m in result.models]
    predictions = [prediction_file(Path(), model, task).path.as_posix() for model, task in jobs]
    origins = [origin_file(Path(), model, task).as_posix() for model, task in jobs]
    rows = [*predictions, *origins, *run.seal.written(RATINGS)]
    return [RESULTS, RECORD, REFERENCES, SCORES, *rows]


def _verified(run: FinishedRun, name: str) -> Path:
    """A file of the run; its record and the origins of its predictions have no digests."""
    unsealed = name == RECORD or name.endswith(ORIGIN)
    return run.file(name) if unsealed else run.stored(name)


def refuse_other_baseline(baseline: FinishedRun, digest: str) -> None:
    """Refuse a baseline other than the one that was meant.

    ``run.json`` holds the digests of all other files, so its own stands for the whole run.

    Args:
        baseline: the baseline.
        digest: the wanted SHA-256 of its ``run.json``, with or without ``sha256:``.

    Raises:
        RunDirectoryError: it has another one, or has lost the file.
    """
    file = baseline.file(RECORD)
    found = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "missing"
    if found != digest.strip().lower().removeprefix("sha256:"):
        raise RunDirectoryError(
            f"{baseline.location}/{RECORD}: not the baseline that --baseline-digest names: its"
            f" SHA-256 is {found}"
        )
