"""A run directory: its lock, its temporary files, and the content of ``run.json``."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from bench.data.files import write_atomic
from bench.data.urls import masked_values, masked_within
from bench.errors import RunDirectoryError
from bench.runs.files import FOLDERS, OWNER, is_run_file
from bench.runs.plan import Plan
from bench.runs.record import RunRecord
from bench.runs.results import Results, read_results

TRAITS = {
    "sees_references": "sees_references",
    "sees_dataset": "sees_dataset",
    "heeds_items": "honors_item_count",
}
"""Fields of a model in ``run.json`` on which predictions depend, and its attributes."""
SCORERS = ("qgbench", "numpy", "scipy", "rapidfuzz", "sacrebleu", "rouge-score", "evaluate")
"""The distributions that compute scores."""
_PACKAGES = (*SCORERS, "sentencex", "lemminflect")
_found_version = cache(version)  # reads the metadata; does not remember what is missing


_PRIVATE = (".lock", ".*.part", OWNER)
_PART = re.compile(r"\.(.+)\.[0-9a-f]{12}\.part")  # as bench.data.files names them


@contextmanager
def sole_writer(directory: Path) -> Iterator[None]:
    """Lock the directory for this process; the lock ends with the process.

    Raises:
        RunDirectoryError: another process holds it, or it cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        directory.mkdir(parents=True, exist_ok=True)
        _refuse_links(directory)
        lock = FileLock(directory / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise RunDirectoryError(
            f"{directory}: another run is writing there; wait for it, or give --output another"
            " directory"
        ) from error
    except OSError as error:
        raise RunDirectoryError(
            f"{directory}: cannot be written to: {error.strerror}; give --output another directory"
        ) from error
    try:
        _ignore_private_files(directory)
        sweep(directory)
        yield
    finally:
        lock.release()


def _refuse_links(directory: Path) -> None:
    """Refuse a directory whose links would make a run write elsewhere.

    Raises:
        RunDirectoryError: the lock, or one of its folders, is a link out of it.
    """
    for name in (".lock", *FOLDERS):
        if (directory / name).is_symlink():
            where = (directory / name).resolve()
            if name == ".lock" or not where.is_relative_to(directory.resolve()):
                raise RunDirectoryError(
                    f"{directory / name}: is a link, and a run would write where it leads to;"
                    " delete it, or give --output another directory"
                )


def _ignore_private_files(directory: Path) -> None:
    """Keep files out of git that only a running run needs."""
    file = directory / ".gitignore"
    if not file.exists() and not file.is_symlink():
        with suppress(OSError):
            write_atomic(file, "".join(f"{name}\n" for name in _PRIVATE))


def sweep(directory: Path) -> None:
    """Delete the temporary files of killed runs; only the sole writer may call it.

    Deletes only temporary copies of files of a run that are older than this call.
    """
    now = time.time()
    for folder in ("", *(f"{name}/" for name in FOLDERS)):
        for file in (directory / folder).glob(".*.part"):
            found = _PART.fullmatch(file.name)
            if found and _is_written_by_runs(folder + found[1]):
                with suppress(OSError):
                    if file.lstat().st_mtime <= now:
                        file.unlink()


def _is_written_by_runs(name: str) -> bool:
    own = name == ".gitignore" or name.endswith(".origin.json")
    return own or is_run_file(name)


def withdraw_results(directory: Path, job: tuple[str, str] | None = None) -> None:
    """Delete ``results.json`` before a file that it summarises changes.

    Args:
        directory: the run directory.
        job: the task and model whose predictions will change, if nothing else will: results
            without them stay.
    """
    if job is not None:
        with suppress(RunDirectoryError):
            task, model = job
            earlier = read_results(directory).tasks
            if task not in earlier or model not in earlier[task].models:
                return
    (directory / "results.json").unlink(missing_ok=True)


_UNMASKED = frozenset({"base_url"})
"""Options whose URLs have no secrets: ``endpoint`` refuses them in plain text."""


def recorded_config(config: dict[str, Any]) -> dict[str, Any]:
    """A config, or a part of one, as a run records it: without secrets in URLs."""
    found: dict[str, Any] = masked_values(config, _UNMASKED)
    return found


def run_record(
    plan: Plan,
    results: Results,
    events: Sequence[str],
    ratings: Mapping[str, Any] | None = None,
    stops: Sequence[str] = (),
) -> dict[str, Any]:
    """The content of ``run.json``: config, dataset, models, versions, counts and events.

    Args:
        plan: the run.
        results: its results.
        events: what happened.
        ratings: what the ratings of each rater took.
        stops: why raters stopped before they had rated everything.
    """
    jobs: dict[tuple[str, str], dict[str, Any]] = {
        (task.name, spec.name): {
            "asked": plan.count_for(spec, task),
            "signature": spec.signature_for(task.name),
        }
        for spec, task in plan.jobs
    }
    return {
        "config": recorded_config(plan.config.model_dump(mode="json")),
        "dataset": results.dataset.model_dump(mode="json"),
        "whole": {
            "fingerprint": plan.dataset.declared.fingerprint,
            "articles": len(plan.dataset.declared),
        },
        "clustered_by": plan.dataset.clustered_by,
        "models": _models(plan),
        "metrics": {name: plan.signature(name) for name in plan.metrics},
        "notes": list(map(masked_within, plan.notes)),
        "events": list(map(masked_within, events)),
        "counts": {
            task: {
                name: {
                    **model.model_dump(include={"articles", "failed", "empty", "truncated"}),
                    **jobs[task, name],
                    "cost": model.cost,
                    **({"asked": model.outputs, "samples": model.samples} if model.outputs else {}),
                    **({} if model.seconds is None else {"seconds": round(model.seconds, 6)}),
                }
                for name, model in result.models.items()
            }
            for task, result in results.tasks.items()
        },
        **({"raters": _raters(plan), "ratings": ratings} if plan.raters else {}),
        **({"unrated": list(stops)} if stops else {}),
        "versions": {
            "python": python_version(),
            **{name: installed_version(name) for name in _PACKAGES},
        },
    }


def _models(plan: Plan) -> dict[str, dict[str, Any]]:
    """The facts about each model that scoring needs without its code."""
    found: dict[str, dict[str, Any]] = {}
    for spec in plan.model_specs:
        facts: dict[str, Any] = {"signature": spec.signature, "role": spec.role, "tasks": []}
        facts |= {field: getattr(spec.model, name) for field, name in TRAITS.items()}
        facts["is_reference"] = spec.model.is_reference
        found.setdefault(spec.name, facts)["tasks"] += spec.tasks
    return found


def _raters(plan: Plan) -> dict[str, dict[str, Any]]:
    """The signature of each score of each rater, and the versions of what it depends on."""
    return {
        spec.name: {
            "signature": spec.identity.text,
            "versions": {name: installed_version(name) for name in spec.rater.made_with},
        }
        for spec in plan.raters
    }


def versions_of_scorers(record: RunRecord) -> dict[str, str]:
    """The recorded versions of the distributions that a run was scored with."""
    return {name: record.versions[name] for name in SCORERS if name in record.versions}


def installed_version(distribution: str) -> str:
    """The version of a distribution, or ``not installed``, as in a checkout without an install."""
    try:
        return _found_version(distribution)
    except PackageNotFoundError:
        return "not installed"
