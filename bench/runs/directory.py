"""A run directory: who may write in it, and what it remembers of how it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from pydantic import ValidationError

from bench.data.presets import PRESETS
from bench.data.rows import Dataset
from bench.data.urls import told
from bench.errors import BenchError, RunDirectoryError
from bench.runs.config import Config
from bench.runs.plan import Plan
from bench.runs.results import Results

_PACKAGES = ("qgbench", "numpy", "scipy", "rouge-score", "sentencex", "sumy", "yake", "lemminflect")


@contextmanager
def sole_writer(directory: Path) -> Iterator[None]:
    """Hold the directory for this process; the lock goes with the process, however it ends.

    Raises:
        RunDirectoryError: another process holds it, or it cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise RunDirectoryError(
            f"{directory}: another run is writing there; wait for it, or give --output another"
            " directory"
        ) from error
    except OSError as error:
        raise RunDirectoryError(f"{directory}: cannot be written to: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def withdraw_results(directory: Path) -> None:
    """Take away the results of an earlier run, before a file that they belong to is changed."""
    (directory / "results.json").unlink(missing_ok=True)


def run_record(plan: Plan, results: Results, events: Sequence[str]) -> str:
    """The text of ``run.json``: what was asked for, of what, with which code, what happened."""
    record = {
        "config": plan.config.model_dump(mode="json"),
        "dataset": results.dataset.model_dump(mode="json"),
        "models": {
            e.name: {"signature": e.signature, "role": e.role, "tasks": list(e.tasks)}
            for e in plan.entrants
        },
        "metrics": {name: plan.signature(name) for name in plan.metrics},
        "notes": list(plan.notes),
        "events": list(events),
        "counts": {
            task: {
                name: model.model_dump(include={"articles", "failed", "empty", "truncated"})
                for name, model in result.models.items()
            }
            for task, result in results.tasks.items()
        },
        "versions": {"python": python_version(), **_versions()},
    }
    # A URL may carry a password.
    return told(json.dumps(record, ensure_ascii=False, indent=1)) + "\n"


def dataset_of(
    run: Path, given: str | None, results: Results, reading: Mapping[str, Any] | None = None
) -> Dataset:
    """The articles that a run was about.

    Args:
        run: the run directory.
        given: where they lie now, if not where the run's config says.
        results: the run's results, whose fingerprint the articles must have.
        reading: keys of the config that say how they are read, if not as the run's config says.

    Raises:
        RunDirectoryError: they cannot be found, or are not the same any more.
    """
    config = config_of(run)
    spec = given or config.dataset
    changes = (
        {"preset": config.preset or config.dataset} if given and config.dataset in PRESETS else {}
    )
    try:
        dataset = config.changed(**{**changes, **(reading or {})}).articles(spec)
    except BenchError as error:
        raise RunDirectoryError(
            f"{run}: its articles cannot be read; say where they are with --dataset ({error})"
        ) from error
    if dataset.fingerprint != results.dataset.fingerprint:
        raise RunDirectoryError(
            f"{run}: {spec} has changed since the run; run again, or name the articles of then"
            " with --dataset"
        )
    return dataset


def config_of(run: Path) -> Config:
    """What a run was told.

    Raises:
        RunDirectoryError: its record is missing or broken.
    """
    file = run / "run.json"
    try:
        record: dict[str, Any] = json.loads(file.read_bytes())
        return Config.model_validate(record["config"])
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, ("config", *fault["loc"])))
        reason = f"{place}: {fault['msg']}; {fault['input']!r:.60}"
        raise RunDirectoryError(f"{file}: cannot be read: {reason}") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunDirectoryError(f"{file}: cannot be read ({type(error).__name__})") from error


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that was never installed
            found[package] = "not installed"
    return found
