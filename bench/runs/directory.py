"""A run directory: who may write in it, and what it remembers of how it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
from bench.runs.results import Results, read_results

TRAITS = ("sees_references", "sees_dataset", "heeds_items")
"""What ``run.json`` holds of a model beside its signature: predictions depend on it, too."""
SCORERS = ("qgbench", "numpy", "scipy", "rapidfuzz", "sacrebleu", "rouge-score", "nltk", "evaluate")
"""Distributions that scores are worked out with."""
_PACKAGES = (*SCORERS, "sentencex", "sumy", "yake", "lemminflect")


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


def withdraw_results(directory: Path, job: tuple[str, str] | None = None) -> None:
    """Take away the results of an earlier run, before a file that they belong to is changed.

    Args:
        directory: the run directory.
        job: the task and model whose predictions are about to change, if nothing else is: results
            that do not have them stay.
    """
    if job is not None:
        with suppress(RunDirectoryError):
            task, model = job
            earlier = read_results(directory).tasks
            if task not in earlier or model not in earlier[task].models:
                return
    (directory / "results.json").unlink(missing_ok=True)


def run_record(plan: Plan, results: Results, events: Sequence[str]) -> str:
    """The text of ``run.json``: what was asked for, of what, with which code, what happened."""
    jobs: dict[tuple[str, str], dict[str, Any]] = {
        (task.name, e.name): {"asked": plan.count_for(e, task), "signature": e.signature}
        for e, task in plan.jobs
    }
    record = {
        "config": plan.config.model_dump(mode="json"),
        "dataset": results.dataset.model_dump(mode="json"),
        "models": _models(plan),
        "metrics": {name: plan.signature(name) for name in plan.metrics},
        "notes": list(plan.notes),
        "events": list(events),
        "counts": {
            task: {
                name: {
                    **model.model_dump(include={"articles", "failed", "empty", "truncated"}),
                    **jobs[task, name],
                    "cost": model.cost,
                }
                for name, model in result.models.items()
            }
            for task, result in results.tasks.items()
        },
        "versions": {"python": python_version(), **_versions()},
    }
    # A URL may carry a password.
    return told(json.dumps(record, ensure_ascii=False, indent=1)) + "\n"


def _models(plan: Plan) -> dict[str, dict[str, Any]]:
    """What is known of each model, so that its predictions can be scored without its code."""
    found: dict[str, dict[str, Any]] = {}
    for e in plan.entrants:
        facts: dict[str, Any] = {"signature": e.signature, "role": e.role, "tasks": []}
        facts |= {trait: getattr(e.model, trait) for trait in TRAITS}
        facts["is_reference"] = e.model.is_reference
        found.setdefault(e.name, facts)["tasks"] += e.tasks
    return found


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


def versions_of_scorers(run: Path) -> dict[str, str]:
    """The versions that a run was scored with, as far as its record has them."""
    try:
        versions = json.loads((run / "run.json").read_bytes())["versions"]
        return {name: str(versions[name]) for name in SCORERS if name in versions}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def signatures_of(run: Path) -> dict[str, str]:
    """The signature of each model, as far as the record of a run has them."""
    try:
        models = json.loads((run / "run.json").read_bytes())["models"]
        return {name: str(facts["signature"]) for name, facts in models.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that was never installed
            found[package] = "not installed"
    return found
