"""Run directories as entries of a history: their means at once, their articles when needed.

A thousand directories are read in about a second, so that a run is not checked as strictly as one
that is opened; its scores are checked when a test needs those of its articles.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.errors import BenchError, RunDirectoryError
from bench.histories.dates import date_of_directory, directory_name
from bench.histories.entry import HistoryEntry, MeasuredScore, MetricUse
from bench.histories.partial_results import partial_results
from bench.runs.files import PREDICTIONS, RECORD, RESULTS, SCORES
from bench.runs.finished import FinishedRun
from bench.runs.opening import finished_run
from bench.runs.strict_json import LARGEST, regular
from bench.tasks import TASKS

_LARGEST = 1e15


class UnreadableRunError(ValueError):
    """The directory has no run that can be part of a history."""


@dataclass(frozen=True, eq=False)
class DirectoryEntry(HistoryEntry):
    """A run that is read from its directory.

    Attributes:
        path: the directory.
        results: the content of its ``results.json``, of the scores only the wanted ones.
        wanted: full names of the scores that were read; None if all were.
        digest: of ``results.json`` as it was read.
        url: of which the directory is a copy, without secrets; None if it is no copy.
    """

    path: Path
    results: Mapping[str, Any]
    wanted: frozenset[str] | None
    digest: bytes
    url: str | None = None

    def __post_init__(self) -> None:
        known: dict[str, Any] = {
            "id": f"directory:{self.url or self.path.resolve()}",
            "run": directory_name(self.path),
            "commit": None,
            "date": datetime.fromtimestamp(0, UTC),
            "outcome": None,
            "dataset": str(self.results["dataset"]["name"]),
        }
        known["date"] = date_of_directory(self.path)
        for name, value in known.items():
            object.__setattr__(self, name, value)

    def tasks(self) -> Mapping[str, str]:
        """The primary score of each task."""
        return {name: task["primary"] for name, task in self.results["tasks"].items()}

    def models(self, task: str) -> Mapping[str, str]:
        """The role of each model of a task; empty without the task."""
        found = self.results["tasks"].get(task)
        return {name: own["role"] for name, own in found["models"].items()} if found else {}

    def scores(self, task: str, model: str) -> Iterable[str]:
        """The scores of a model."""
        found: Iterable[str] = self._whole["tasks"][task]["models"][model]["scores"]
        return found

    def measured(self, task: str, model: str, score: str) -> MeasuredScore | None:
        """A score of a model; None if the run lacks it."""
        results = self.results if self.wanted is None or score in self.wanted else self._whole
        found = results["tasks"].get(task, {}).get("models", {}).get(model)
        own = found["scores"].get(score) if found else None
        if own is None:
            return None
        get = own.get if isinstance(own, dict) else dict[str, Any]().get
        mean, low, high = get("mean"), get("low"), get("high")
        bounds = (low is None or _is_score(low)) and (high is None or _is_score(high))
        if mean is None or not (_is_score(mean) and bounds):
            raise RunDirectoryError(
                f"{self.path / RESULTS}: {task}, {model}, {score[:60]}: is not a score; the run"
                " directory is damaged; restore the file, or run again: predictions are kept"
            )
        return MeasuredScore(mean, low, high, found["articles"])

    def use(self, task: str, model: str, score: str) -> MetricUse:
        """What a score that it has depends on."""
        results = self.results
        found = results["tasks"][task]
        return MetricUse(
            results["dataset"]["fingerprint"],
            results["dataset"]["articles"],
            self._metric_of(score),
            self._metric(score)["signature"],
            found["items"],
            results["on_error"] if found["models"][model]["failed"] else "",
        )

    def higher_is_better(self, score: str) -> bool:
        """The direction of a score that it has."""
        return bool(self._metric(score)["higher_is_better"])

    def advisory(self, score: str) -> str:
        """Why a score that it has is only shown; "" if it may decide."""
        return str(self._metric(score).get("advisory", ""))

    def _metric_of(self, score: str) -> str:
        return score if score in self.results["metrics"] else score.rpartition(".")[0]

    def _metric(self, score: str) -> Mapping[str, Any]:
        metrics: Mapping[str, Mapping[str, Any]] = self.results["metrics"]
        name = self._metric_of(score)
        if name not in metrics:
            raise RunDirectoryError(
                f"{self.path / RESULTS}: no metric of the run has a score {score[:60]!r}; run again"
            )
        return metrics[name]

    @cached_property
    def _whole(self) -> Mapping[str, Any]:
        """The results with all scores."""
        if self.wanted is None:
            return self.results
        try:
            data = _content(self.path, RESULTS)
            if hashlib.sha256(data).digest() == self.digest:
                return _all_results(data)
            reason = "has changed since it was read; try again"
        except (OSError, ValueError) as error:
            reason = f"cannot be read: {error!s:.120}"
        raise RunDirectoryError(f"{self.path / RESULTS}: {reason}")

    @cached_property
    def _run(self) -> FinishedRun:
        return finished_run(self.path)

    def opened(self) -> FinishedRun:
        """The run with the scores of its articles."""
        return self._run


def run_directories(directory: Path) -> Iterator[Path]:
    """The directories with results in and below a directory, in order of their paths."""
    for folder, inner, files in os.walk(directory):
        if RESULTS in files and not {RECORD, SCORES}.isdisjoint(files):
            yield Path(folder)
            inner.clear()
        inner[:] = sorted(n for n in inner if n != PREDICTIONS and not n.startswith("."))


def directory_entry(
    directory: Path, scores: frozenset[str] | None = frozenset(), url: str | None = None
) -> DirectoryEntry:
    """The entry of a run directory.

    Args:
        directory: the run directory.
        scores: full names of scores that are read at once besides the primary ones; the others are
            read when one of them is asked for. None for all of them.
        url: of which the directory is a copy, without secrets; None if it is no copy.

    Raises:
        UnreadableRunError: it is unfinished or damaged, with the reason.
    """
    from pydantic_core import from_json

    try:
        data = _content(directory, RESULTS)
        digest = hashlib.sha256(data)
        if os.path.lexists(directory / RECORD):
            _check_ending(from_json(_content(directory, RECORD)), digest.hexdigest())
        results, wanted = _results(data, scores)
        _check_shape(results)
        return DirectoryEntry(directory, results, wanted, digest.digest(), url)
    except BenchError as error:
        raise UnreadableRunError(str(error).removeprefix(f"{directory}{os.sep}")) from None
    except OSError as error:
        raise UnreadableRunError(f"cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
        raise UnreadableRunError(f"its results cannot be read ({reason:.120})") from None


def _content(directory: Path, name: str) -> bytes:
    """The content of a file of a run, which is no device and no link out of the directory."""
    file = os.path.join(directory, name)  # noqa: PTH118 - quicker, for thousands of directories
    status = os.lstat(file)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        regular(
            directory / name, directory, LARGEST
        )  # says what is wrong, or follows a link inside
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123
        return stream.read()


def _check_ending(record: Any, digest: str) -> None:
    if not record.get("finished", True):
        raise UnreadableRunError("it has not finished")
    digests = record.get("digests") or {}
    wanted = digests.get(RESULTS)
    if wanted is not None and wanted != f"sha256:{digest}":
        raise UnreadableRunError(f"{RESULTS} is not as the run wrote it")


def _results(
    data: bytes, scores: frozenset[str] | None
) -> tuple[dict[str, Any], frozenset[str] | None]:
    """The results with the wanted scores and the primary ones, and which these are."""
    while scores is not None:
        results = partial_results(data, scores)
        if results is None:
            break
        primary = {task["primary"] for task in results["tasks"].values()}
        if primary <= scores:
            return results, scores
        scores |= primary
    return _all_results(data), None


def _all_results(data: bytes) -> dict[str, Any]:
    from pydantic_core import from_json

    results: dict[str, Any] = from_json(data, allow_inf_nan=False)
    return results


def _check_shape(results: Any) -> None:
    """Check the shape of the results; a score is checked when it is read.

    Raises:
        ValueError: a value is none that a run can have written; KeyError, TypeError and
            AttributeError likewise.
    """
    metrics = results["metrics"]
    for facts in metrics.values():
        _texts(facts["signature"], facts.get("advisory", ""))
        if not isinstance(facts["higher_is_better"], bool):
            raise TypeError("the direction of a metric is not true or false")
    _texts(results["dataset"]["name"], results["dataset"]["fingerprint"], results["on_error"])
    _whole(results["dataset"]["articles"])
    for name, task in results["tasks"].items():
        if name not in TASKS:
            raise ValueError(f"unknown task {name[:60]!r}")
        _texts(task["primary"])
        if task["items"] is not None:
            _whole(task["items"])
        for model in task["models"].values():
            _texts(model["role"])
            _whole(model["articles"], model["failed"])
            if not isinstance(model["scores"], dict):
                raise TypeError("the scores of a model are not a mapping")


def _is_score(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= _LARGEST


def _texts(*values: Any) -> None:
    for value in values:
        if type(value) is not str:
            raise ValueError("a name is not a string")


def _whole(*values: Any) -> None:
    for value in values:
        if type(value) is not int or value < 0:
            raise ValueError("a count is not a whole number")
