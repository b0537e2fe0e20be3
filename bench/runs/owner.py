"""The owner of a run directory: one config name and one dataset.

``run.json`` names the owner of a finished run. A run writes ``owner.json`` before its first
prediction, and deletes it after ``run.json`` is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from itertools import count as numbers
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bench.data.files import write_atomic
from bench.data.parquet_limits import excess
from bench.data.urls import local_path, masked, masked_values
from bench.display import count
from bench.errors import OccupiedError, RunDirectoryError
from bench.runs.config import ModelEntry
from bench.runs.files import OWNER, RECORD, REFERENCES, RESULTS, SCORES, VECTORS
from bench.runs.plan import Plan
from bench.runs.predictions import files_of_predictions
from bench.runs.rating_files import files_of_ratings
from bench.runs.strict_json import read_json, regular

_READING = ("dataset", "split", "subset", "revision", "preset", "columns", "group_by")
_PARTS = ("limit", "shard")
"""Keys of a config that select the articles: by their source, and by their number."""
_SHOWN = 5  # names of models in a message

Relation = Literal["same", "edited", "other"]
"""The same dataset and config; the same dataset with edited articles; anything else."""


@dataclass(frozen=True)
class Policy:
    """What a run does with an earlier run in its directory.

    Attributes:
        keep: models and tasks of the same config and dataset that this run does not name stay in
            the results; otherwise only their predictions stay.
        overwrite: a run of another config or dataset is removed; otherwise it is an error.
        allow_modified: rows of prediction files that were edited since the last run finished are
            used as they are; otherwise that is an error, or with ``overwrite`` they are made again.
        one_task: a run of other tasks counts as another run.
        configured: the models of the whole config, to be compared with those that are kept.
    """

    keep: bool = False
    overwrite: bool = False
    allow_modified: bool = False
    one_task: bool = False
    configured: tuple[ModelEntry, ...] = ()


DEFAULT = Policy()


class Owner(BaseModel):
    """The config and the dataset that a run directory belongs to.

    Attributes:
        config: the name of the config; None if unknown.
        reading: the options of the config that select the articles.
        dataset: the name of the dataset; None if the record cannot be read.
        fingerprint: the fingerprint of the dataset.
        articles: its number of articles.
        tasks: the tasks of the run.
        models: the models of the run.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    config: str | None = None
    reading: dict[str, Any] = {}
    dataset: str | None = None
    fingerprint: str | None = None
    articles: int | None = None
    tasks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.dataset is None:
            return "a run whose record cannot be read"
        more = len(self.models) - _SHOWN
        models = ", ".join(self.models[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return self.articles_of + (f", models: {models}" if models else "")

    @property
    def articles_of(self) -> str:
        """Config, articles and tasks as text."""
        config = f"config {self.config!r}, " if self.config is not None else ""
        split = self.reading.get("split")
        part = f", split {split!r}" if split not in (None, "test") else ""
        articles = "" if self.articles is None else count(self.articles, "article")
        limit = "".join(
            f" of --{option} {self.reading[option]}"
            for option in _PARTS
            if self.reading.get(option)
        )
        return (
            f"{config}dataset {self.dataset!r}{part} ({articles}{limit}; {', '.join(self.tasks)})"
        )


def owner_of(plan: Plan) -> Owner:
    """The owner of a directory in which the plan is carried out."""
    return Owner(
        config=plan.config.name,
        reading=_reading(plan.config.model_dump(mode="json")),
        dataset=plan.dataset.name,
        fingerprint=plan.dataset.fingerprint,
        articles=len(plan.dataset),
        tasks=tuple(task.name for task in plan.tasks),
        models=tuple(spec.name for spec in plan.model_specs),
    )


def read_owner(directory: Path) -> Owner | None:
    """The owner of a directory; None if it has none."""
    readers: dict[str, Callable[[Any], Owner]] = {
        RECORD: _of_record,
        OWNER: Owner.model_validate,
        RESULTS: _of_results,
    }
    broken = (RunDirectoryError, ValueError, KeyError, TypeError, AttributeError)
    for name, read in readers.items():
        file = directory / name
        if file.exists():
            try:
                return read(read_json(file, directory)[1])
            except broken:
                return Owner()
    return None


def relation(owner: Owner | None, plan: Plan, directory: Path, policy: Policy) -> Relation:
    """How the run in a directory relates to a plan; a directory without an owner fits any."""
    if owner is None:
        return "same"
    own = owner_of(plan)
    if owner.config is not None and owner.config != own.config:
        return "other"
    if policy.one_task and owner.tasks and set(owner.tasks) != set(own.tasks):
        return "other"
    if owner.fingerprint == own.fingerprint:
        return "same"
    if owner.config is None or _source(owner.reading) != _source(own.reading):
        return "other"
    edits = edits_since(directory, plan)
    return "edited" if edits is None or edits.known else "other"


@dataclass(frozen=True)
class Edits:
    """How the articles of a plan differ from those that an earlier run scored.

    Attributes:
        articles: the number that the plan can score.
        known: the number of those that the earlier run scored, in any version.
        changed: the number that are new or have changed.
    """

    articles: int
    known: int
    changed: int


def edits_since(directory: Path, plan: Plan) -> Edits | None:
    """The changes since the last run in a directory; None without its scores."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: dict[str, set[str]] = {"article": set(), "digest": set()}
    try:
        file = regular(directory / SCORES, directory)
        with pq.ParquetFile(file, read_dictionary=list(found)) as stored:
            if excess(stored.metadata, file.stat().st_size):
                return None
            for batch in stored.iter_batches(columns=list(found)):
                for name, values in found.items():
                    values.update(batch.column(name).dictionary.to_pylist())
    except (OSError, KeyError, ValueError, TypeError, RunDirectoryError, pa.ArrowException):
        return None
    articles = known = unchanged = 0
    for article in plan.dataset:
        if any(task.references(article) for task in plan.tasks):
            articles += 1
            known += article.id in found["article"]
            unchanged += article.digest() in found["digest"]
    return Edits(articles, known, articles - unchanged)


def claim(plan: Plan, directory: Path, policy: Policy) -> list[str]:
    """Claim a directory for a plan, before anything is written into it.

    Only the sole writer of the directory may call it.

    Returns:
        A note for each thing that happened to an earlier run.

    Raises:
        OccupiedError: it belongs to another config or dataset, and ``overwrite`` is not set.
    """
    owner = read_owner(directory)
    found = relation(owner, plan, directory, policy)
    if found == "other" and not policy.overwrite:
        raise OccupiedError(
            f"{directory}: belongs to another run: {owner}; this one is of"
            f" {owner_of(plan).articles_of}; give another --output, or --overwrite to replace what"
            " is there"
        )
    notes = []
    if found == "edited" and (edits := edits_since(directory, plan)):
        notes.append(
            f"the dataset has changed since the last run: {edits.changed} of"
            f" {count(edits.articles, 'article')} new or different, predicted and scored again"
        )
    if found == "other":
        notes.append(f"{directory}: replaced another run: {owner}")
        remove_run(directory)
    if not (directory / RECORD).exists():
        write_atomic(directory / OWNER, owner_of(plan).model_dump_json(indent=1) + "\n")
    return notes


def remove_run(directory: Path) -> None:
    """Delete the files of a run and no others, those that name the owner last."""
    (directory / RESULTS).unlink(missing_ok=True)
    for file in [*files_of_predictions(directory), *files_of_ratings(directory)]:
        file.unlink()
    for file in (directory / VECTORS).glob("*.vectors"):
        file.unlink()
    for name in (SCORES, REFERENCES, OWNER, RECORD):
        (directory / name).unlink(missing_ok=True)


def choose_directory(plan: Plan, root: Path, policy: Policy) -> tuple[Path, Owner | None]:
    """Choose the directory of a run without ``--output``: its own below ``root``, or a free one.

    Returns:
        The directory, and the owner of the one named after the config if that is another run.
    """
    shard = plan.config.shard
    name = f"{plan.config.name}-{shard.replace('/', '-of-')}" if shard else plan.config.name
    first = root / name
    owner = read_owner(first)
    if policy.overwrite or relation(owner, plan, first, policy) != "other":
        return first, None
    described = "-".join([name, *_differences(owner, plan)])
    names = chain([described], (f"{described}-{number}" for number in numbers(2)))
    candidates = (root / name for name in names)
    free = (p for p in candidates if relation(read_owner(p), plan, p, policy) != "other")
    return next(free), owner


def _differences(owner: Owner | None, plan: Plan) -> list[str]:
    """How the articles of a plan differ from those of another run, as parts of a file name."""
    own, other = owner_of(plan).reading, owner.reading if owner else {}
    words = []
    same_source = _source({"dataset": own["dataset"]}) == _source({"dataset": other.get("dataset")})
    if not same_source:
        words.append(re.sub(r"[^\w.-]+", "-", plan.dataset.name).strip("-."))
    if own["split"] != other.get("split") and own["split"]:
        words.append(re.sub(r"[^\w.-]+", "-", own["split"]))
    if own["limit"] != other.get("limit"):
        words += [f"first-{own['limit']}"] if own["limit"] else ["all"] if same_source else []
    return [word for word in words if word]


def _reading(config: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a config that selects the articles, without secrets in URLs."""
    return {key: masked_values(config.get(key)) for key in (*_READING, *_PARTS)}


def _source(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The options that select the articles, with the path in a normal form."""
    dataset = str(reading.get("dataset"))
    found = {key: value for key, value in reading.items() if value}
    if isinstance(columns := found.pop("columns", None), dict):  # labels select no articles
        found["columns"] = {name: column for name, column in columns.items() if name != "cluster"}
    found = {key: value for key, value in found.items() if value}
    path = local_path(dataset)
    try:
        return {**found, "dataset": str(path.resolve()) if path.exists() else masked(dataset)}
    except (OSError, ValueError):  # the name in a record need not be a path
        return {**found, "dataset": masked(dataset)}


def _of_record(record: Mapping[str, Any]) -> Owner:
    config, dataset = record["config"], record["dataset"]
    return Owner(
        config=config["name"],
        reading=_reading(config),
        dataset=dataset["name"],
        fingerprint=dataset["fingerprint"],
        articles=dataset["articles"],
        tasks=tuple(record.get("counts", ())),
        models=tuple(record.get("models", ())),
    )


def _of_results(record: Mapping[str, Any]) -> Owner:
    dataset, tasks = record["dataset"], record["tasks"]
    return Owner(
        dataset=dataset["name"],
        fingerprint=dataset["fingerprint"],
        articles=dataset["articles"],
        tasks=tuple(tasks),
        models=tuple(dict.fromkeys(name for task in tasks.values() for name in task["models"])),
    )
