"""Updates a baseline, and holds it to a digest."""

from __future__ import annotations

import hashlib
import shutil
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

    ``results.json`` is deleted first and written last, so that an incomplete baseline is never
    taken for a complete one. Files that are not part of a run are left alone.

    Raises:
        RunDirectoryError: it is the run itself, has other content, or is not writable.
    """
    baseline = baseline.parent if baseline.is_file() else baseline
    if baseline.resolve() == run.path.resolve():
        raise RunDirectoryError(f"{baseline}: is the run that is checked; name another directory")
    foreign = baseline.is_dir() and any(baseline.iterdir())
    if foreign and not any((baseline / f).exists() for f in ("run.json", "results.json")):
        raise RunDirectoryError(f"{baseline}: not a run directory; name another")
    jobs = [(m, task) for task, result in run.results.tasks.items() for m in result.models]
    predictions = [prediction_file(Path(), model, task).path for model, task in jobs]
    predictions += [origin_file(Path(), model, task) for model, task in jobs]
    rows = [*predictions, *map(Path, run.seal.written(RATINGS))]
    with sole_writer(baseline):
        (baseline / "results.json").unlink(missing_ok=True)
        for stale in [*files_of_predictions(baseline), *files_of_ratings(baseline)]:
            if stale.relative_to(baseline) not in rows:
                stale.unlink()
        (baseline / REFERENCES).unlink(missing_ok=True)  # older runs have none
        for part in [*rows, *map(Path, (SCORES, REFERENCES, RECORD, RESULTS))]:
            if run.file(part.as_posix()).exists():
                if part != Path(RECORD) and not part.name.endswith(ORIGIN):
                    run.seal.checked(run.path, part.as_posix())
                with replacing(baseline / part) as copy:
                    shutil.copyfile(run.path / part, copy)


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
