"""The config of a run: a YAML file, validated as a whole before the run starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PlainValidator,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import ErrorDetails

from bench.data.rows import Dataset, load_dataset
from bench.data.shape import ArticleField
from bench.engines import Resources
from bench.errors import ConfigError, unknown_name
from bench.limits import BATCH, ITEMS, SAMPLES, WORKERS
from bench.limits import RESAMPLES as RESAMPLES_LIMIT
from bench.metrics import STANDARD
from bench.metrics.base import MAX_ITEMS
from bench.raters import HUMAN
from bench.runs.names import is_rater_name
from bench.stats import CONFIDENCE
from bench.strict_model import StrictModel
from bench.tasks import TaskName
from bench.text.tokens import TokenizerName
from bench.validation import plain_reason, shown

OnVersionChange = Literal["stop", "keep", "redo"]
OnError = Literal["score-zero", "skip", "stop"]
FileName = Annotated[str, Field(pattern=r"^\w[\w@.-]*$")]
_SHARD = 21  # characters
_PERCENTAGE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,15})?%")


def _margin(value: Any) -> float | str:
    """Validate a margin: a number of at least 0, or a percentage."""
    if isinstance(value, str) and _PERCENTAGE.fullmatch(value):
        return value
    with suppress(TypeError, ValueError, OverflowError):
        number = float(value)
        if 0 <= number < inf and not isinstance(value, bool):
            return number
    raise ValueError(f'must be a number from 0 on or a percentage ("2%"), not {shown(value)}')


_MARGIN_SCHEMA: JsonSchemaValue = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": f"^{_PERCENTAGE.pattern}$"},
    ]
}
Margin = Annotated[float | str, PlainValidator(_margin), WithJsonSchema(_MARGIN_SCHEMA)]


def shard_of(text: str) -> tuple[int, int]:
    """The number and the count of shards in ``2/5``.

    Raises:
        ValueError: it is not of that form, or there is no such shard.
    """
    number, slash, count = text.partition("/")
    digits = slash and all(part.isascii() and part.isdigit() for part in (number, count))
    if not digits or len(text) > _SHARD or not 1 <= int(number) <= int(count):
        raise ValueError(f'must be of the form "2/5", the second of five, not {shown(text)}')
    return int(number), int(count)


def _shard(text: str) -> str:
    return "{}/{}".format(*shard_of(text))


Shard = Annotated[str, AfterValidator(_shard)]
AnyEntry = TypeVar("AnyEntry", bound="Entry")


class Entry(BaseModel):
    """A model or metric by name, with its parameters: ``{use: lead, name: lead-3, k: 3}``.

    A string is short for ``{use: STRING}``, and ``{evaluate: NAME}`` selects a measure of the
    ``evaluate`` library.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    use: str
    """A name from ``bench list``, or ``module:Class``."""
    name: FileName | None = None
    """The name in tables and file names, if it differs from ``use``."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"use": value}
        if isinstance(value, dict) and isinstance(value.get("evaluate"), str):
            rest = {key: v for key, v in value.items() if key != "evaluate"}
            return {"use": "evaluate", "measure": value["evaluate"], **rest}
        return value

    @property
    def label(self) -> str:
        """The name in tables and file names."""
        return self.name or self.use.rpartition(":")[2]

    @property
    def parameters(self) -> dict[str, Any]:
        """All keys except ``use`` and ``name``."""
        return dict(self.model_extra or {})


class Needs(StrictModel):
    """The resources of one copy of a model, and the number of copies.

    The engine ``local`` has one copy and ignores the resources.
    """

    cpu: PositiveFloat = Field(default=1, le=WORKERS)
    gpu: NonNegativeFloat = Field(default=0, le=WORKERS)
    memory: PositiveFloat | None = Field(default=None, le=1 << 20)
    """In GiB."""
    replicas: PositiveInt | None = Field(default=None, le=WORKERS)
    """The maximum number of copies (default: as many as fit)."""

    def declared(self) -> Resources:
        """The resources in the form that engines use."""
        memory = int(self.memory * 2**30) if self.memory else None
        return Resources(cpus=self.cpu, gpus=self.gpu, memory=memory, replicas=self.replicas)


class ModelEntry(Entry):
    """A model, the resources it needs, and how often it is asked."""

    resources: Needs | None = None
    samples: PositiveInt | None = Field(default=None, le=SAMPLES)
    """Samples of each article if it draws at random (default: those of the run)."""
    family: str | None = None
    """Whose model it is; judges of the same `family` may prefer it, which is measured."""


class RaterEntry(Entry):
    """A rater, and the resources it needs."""

    resources: Needs | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_words(cls, value: Any) -> Any:
        """Undo that YAML reads the rater's name ``yes`` as true."""
        if isinstance(value, dict):
            named = {key: "yes" for key in ("use", "name") if value.get(key) is True}
            return {**value, **named}
        return "yes" if value is True else value


class EngineOptions(StrictModel):
    """The engine that distributes the work; a string is short for ``{use: STRING}``."""

    use: Literal["local", "processes", "ray"] = "local"
    workers: PositiveInt | None = Field(default=None, le=WORKERS)
    """Number of worker processes, or of cores of a Ray cluster that is started (default: all)."""
    address: str | None = None
    """Address of a Ray cluster: ``auto``, ``host:port`` or ``ray://host:port`` (default: start
    one)."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.address and self.use != "ray":
            raise ValueError(f"`address` is for the engine ray, not for {self.use}")
        if self.workers and (self.use == "local" or self.address):
            what = "local has none" if self.use == "local" else "an existing cluster has its own"
            raise ValueError(
                f"`workers` is for processes and for a Ray cluster that is started here; {what}"
            )
        return self


class TaskOptions(StrictModel):
    """The options of one task."""

    items: PositiveInt | None = Field(default=None, le=ITEMS)
    """The number of items that models are asked for (default: that of the task)."""
    primary: str | None = None
    """The score that leaderboards are sorted by."""


def _no_name_twice(entries: tuple[AnyEntry, ...]) -> tuple[AnyEntry, ...]:
    names = Counter(entry.label for entry in entries)
    for name, count in names.items():
        if count > 1:
            raise ValueError(f"duplicate name {name!r}; give one of them another `name:`")
    return entries


def _names_of_raters(entries: tuple[RaterEntry, ...]) -> tuple[RaterEntry, ...]:
    for entry in entries:
        if entry.label == HUMAN:
            raise ValueError(f"{HUMAN!r} is the name of people's ratings; give another `name:`")
        if not is_rater_name(entry.label):
            raise ValueError(
                f"the name {shown(entry.label)} of a rater names files: up to 60 letters, digits"
                " and _ - @ only; give another `name:`"
            )
    return _no_name_twice(entries)


Metrics = Annotated[tuple[Entry, ...], Field(min_length=1)]
Models = Annotated[tuple[ModelEntry, ...], Field(min_length=1), AfterValidator(_no_name_twice)]
Raters = Annotated[tuple[RaterEntry, ...], AfterValidator(_names_of_raters)]


class Config(StrictModel):
    """Everything that determines a run."""

    name: FileName
    """Names the run directory: ``results/<name>``."""
    dataset: str
    """A name from ``bench list datasets``, a file of rows, a folder that holds one, or
    ``owner/name`` of a dataset on the hub."""
    split: str | None = None
    """Dataset split (default: that of the preset, or ``test``)."""
    subset: str | None = None
    """Configuration of a hub dataset."""
    revision: str | None = None
    """Branch, tag or commit of a hub dataset."""
    streaming: bool = False
    """Fetch only as many rows of a hub dataset as are needed."""
    preset: str | None = None
    """Read the rows in the layout of this well-known dataset."""
    columns: dict[ArticleField, str] = Field(default={})
    """The column of each field of an article; ``a.b`` for a nested one."""
    group_by: str | None = None
    """The column that identifies the article, if each row is one question."""
    cluster: str | None = None
    """The column that says which articles belong together, such as their source, day or story;
    intervals and tests resample them together (default: that of the preset, or the articles' own
    field `cluster`; "" for none)."""
    tasks: dict[TaskName, TaskOptions] = Field(
        default={"summary": TaskOptions(), "questions": TaskOptions()}, min_length=1
    )
    models: Models
    metrics: Metrics = Field(default=STANDARD, validate_default=True)
    raters: Raters = Field(default=())
    """What rates the items that models wrote, besides the metrics: checkpoints and judges."""
    tokenizer: TokenizerName = "rouge-score"
    """The tokenizer of every metric that does not set its own."""
    stemmer: bool = True
    """Apply Porter stemming in every metric that does not set its own."""
    references: Literal["first", "best"] = "first"
    """The reference list of an article that has several: the first, or the best-scoring one."""
    max_items: PositiveInt = MAX_ITEMS
    """The maximum number of items of a prediction that are scored; longer lists are cut."""
    seed: int = Field(default=0, ge=0, lt=1 << 64)
    limit: PositiveInt | None = Field(default=None, lt=1 << 63)
    """Use only the first N articles."""
    shard: Shard | None = None
    """Run on one part of the articles, such as 2/5 for the second of five; `bench merge` joins the
    runs of all parts."""
    samples: PositiveInt = Field(default=1, le=SAMPLES)
    """How often a model that draws at random is asked for each article; the scores of an article
    are averaged over its samples. Other models are asked once."""
    batch_size: PositiveInt = Field(default=16, le=BATCH)
    """Number of articles in a batch for a model."""
    block_size: PositiveInt = Field(default=256, le=BATCH)
    """Number of articles in a batch for scoring. Results do not depend on it."""
    engine: EngineOptions = EngineOptions()
    """This process, processes of this machine, or a cluster. Results do not depend on it."""
    on_error: OnError = "score-zero"
    """Whether an article that a model fails on scores 0, is skipped, or stops the run."""
    on_version_change: OnVersionChange = "stop"
    """Whether predictions of other versions of a library or of the parser stop the run, are kept,
    or are made again."""
    confidence: float = Field(default=CONFIDENCE, gt=0, lt=1)
    """Confidence level of the intervals."""
    resamples: int = Field(default=10_000, ge=100, le=RESAMPLES_LIMIT)
    """Has no effect: intervals of scores no longer need resamples. Accepted for older configs."""
    margins: dict[str, Margin] = Field(default={})
    """The loss that `bench check` tolerates, by score: 0.01, or "2%" of the baseline's score."""

    @model_validator(mode="before")
    @classmethod
    def _task_names(cls, value: Any) -> Any:
        tasks = value.get("tasks") if isinstance(value, dict) else None
        if isinstance(tasks, list) and all(isinstance(task, str) for task in tasks):
            return {**value, "tasks": {task: {} for task in tasks}}
        if isinstance(tasks, dict):
            return {**value, "tasks": {k: {} if v is None else v for k, v in tasks.items()}}
        return value

    def articles(self, spec: str | Path | None = None) -> Dataset:
        """Load the articles that it names, or those at ``spec`` with the same options.

        Raises:
            BenchError: they cannot be read or used; one line for each fault.
        """
        dataset = load_dataset(
            self.dataset if spec is None else spec,
            split=self.split,
            limit=self.limit,
            columns={str(name): column for name, column in self.columns.items()},
            group_by=self.group_by,
            cluster=self.cluster,
            preset=self.preset,
            subset=self.subset,
            revision=self.revision,
            streaming=self.streaming,
        )
        return dataset if self.shard is None else dataset.shard(*shard_of(self.shard))

    def changed(self, **changes: Any) -> Self:
        """The config with some values replaced; None keeps a value.

        Raises:
            ConfigError: a value is invalid; one line for each.
        """
        given = {key: value for key, value in changes.items() if value is not None}
        try:
            return self.model_validate({**self.model_dump(), **given})
        except ValidationError as error:
            raise ConfigError(
                problem_of(fault, lambda _: "") for fault in error.errors()
            ) from error


def parsed_config(given: Mapping[str, Any]) -> Config:
    """Validate a mapping as a config.

    Raises:
        ConfigError: a key or value is invalid; one line for each.
    """
    try:
        return Config.model_validate(given)
    except ValidationError as error:
        raise ConfigError(problem_of(fault, lambda _: "") for fault in error.errors()) from error


def problem_of(fault: ErrorDetails, line_of: Callable[[Sequence[str | int]], str]) -> str:
    """One line for an error of pydantic; ``line_of`` gives ``file:line``."""
    location = fault["loc"]
    where, key = line_of(location), ".".join(map(str, location))
    if fault["type"] == "extra_forbidden":
        return unknown_name("key", str(location[-1]), _record_at(location).model_fields, where)
    if fault["type"] == "literal_error":
        known = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        of_key = location[-1] == "[key]"
        given = location[-2] if of_key else fault["input"]
        keys = "article field" if location[0] == "columns" else "task"
        return unknown_name(keys if of_key else key, str(given), known, where)
    message = _PLAIN_WORDS.get(fault["type"]) or plain_reason(fault)
    what = f"{key}: " if key else ""
    return f"{where + ': ' if where else ''}{what}{message}"


def _record_at(location: Sequence[str | int]) -> type[BaseModel]:
    """The record that holds an unknown key."""
    if "resources" in location:
        return Needs
    parts: dict[str | int, type[BaseModel]] = {"tasks": TaskOptions, "engine": EngineOptions}
    return parts.get(location[0], Config)


_PLAIN_WORDS = {
    "model_type": "a config is a mapping of keys to values",
    "model_attributes_type": "must be a name or a mapping that has the key `use`",
    "string_pattern_mismatch": "letters, digits and . _ - @ only, because it names files",
}
