"""Turns a config into a plan: resolves every name before anything starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.component import full_signature
from bench.data.rows import Dataset
from bench.display import count
from bench.errors import BenchError, ConfigError, DataError, UnknownNameError, unknown_name
from bench.metrics import Metric
from bench.metrics.base import MAX_ITEMS
from bench.models import MODELS
from bench.models.spec import ModelSpec, build_model
from bench.raters import RATERS
from bench.raters.base import RatedDimension
from bench.raters.spec import RaterSpec, build_rater
from bench.registry import Registry
from bench.runs.config import AnyEntry, Config, Entry, ModelEntry, RaterEntry
from bench.runs.config_file import ConfigFile
from bench.runs.dataset_summary import DatasetSummary, summarise_dataset
from bench.runs.named_code import named_code
from bench.runs.named_metrics import MetricsError, named_metrics
from bench.runs.readable import tokenizers_of
from bench.runs.results import MAX_ITEMS_KEY
from bench.runs.samples import asked_samples, sample_notes, samples_of
from bench.runs.split import SplitStatistics, split_statistics, whole_split
from bench.tasks import TASKS, Task, TaskName

Built = TypeVar("Built")
Chosen = TypeVar("Chosen", bound=Entry)
_EXTRA = re.compile(r"pip install '?qgbench\[(\w+)\]")


@dataclass(frozen=True)
class Plan:
    """A run, ready to start.

    Attributes:
        config: the config with the options of the command line.
        dataset: the articles, ``limit`` applied.
        tasks: the tasks that have references, with item counts and primary scores.
        model_specs: the models, in the order of the config.
        metrics: the metrics by name, in the order of the config.
        notes: what is skipped and why, one line each.
        dataset_summary: counts of the articles for these tasks and models.
        raters: the raters, in the order of the config.
        split: what metrics know of the references of the whole split; None if none needs them.
    """

    config: Config
    dataset: Dataset
    tasks: tuple[Task, ...]
    model_specs: tuple[ModelSpec, ...]
    metrics: dict[str, Metric]
    notes: tuple[str, ...]
    dataset_summary: DatasetSummary
    raters: tuple[RaterSpec, ...] = ()
    split: SplitStatistics | None = None

    def signature(self, metric: str) -> str:
        """The signature of a metric, with the settings for all metrics that are not defaults."""
        best = "|refs:best" if self.config.references == "best" else ""
        most = self.config.max_items
        cut = "" if most == MAX_ITEMS else f"|{MAX_ITEMS_KEY}{most}"
        return full_signature(self.metrics[metric]) + best + cut

    @property
    def jobs(self) -> list[tuple[ModelSpec, Task]]:
        """Every model with every task that it supports, task by task."""
        able = [
            (spec, task)
            for task in self.tasks
            for spec in self.model_specs
            if task.name in spec.tasks
        ]
        return [(spec, task) for spec, task in able if self.count_for(spec, task)]

    @property
    def score_columns(self) -> dict[str, tuple[Metric, int]]:
        """The metric of each score, and the column of the score in it."""
        return {
            score: (metric, column)
            for name, metric in self.metrics.items()
            for column, score in enumerate(metric.scores(name))
        }

    @property
    def rated_scores(self) -> dict[str, RatedDimension]:
        """What the values of each score of a rater mean."""
        return {
            spec.score(dimension): spec.declared(dimension)
            for spec in self.raters
            for task in self.tasks
            for dimension in spec.dimensions(task.name)
        }

    def count(self, task: Task) -> int:
        """The number of articles that have references for the task."""
        return self.dataset_summary.usable[task.name]

    def count_for(self, spec: ModelSpec, task: Task) -> int:
        """The number of those that the model applies to."""
        if spec.selects:
            return self.dataset_summary.applicable[spec.name, task.name]
        return self.count(task)

    def outputs_for(self, spec: ModelSpec, task: Task) -> int:
        """The number of outputs that the model is asked for: its samples of these articles."""
        if spec.samples == 1:
            return self.count_for(spec, task)
        return sum(1 for _ in samples_of(self.dataset, spec, task))


def make_plan(config: Config, file: ConfigFile | None = None, *, importing: bool = True) -> Plan:
    """Resolve every name of a config.

    Args:
        config: the config with the options of the command line.
        file: the file it came from, for line numbers in messages.
        importing: whether to import code from outside this package. If not, models and metrics
            that need such code are skipped with a note, and the plan cannot be carried out.

    Raises:
        BenchError: a name, parameter or row is invalid; one line for each.
    """
    problems: list[str] = []
    left_out: list[str] = []

    def known(entries: tuple[AnyEntry, ...]) -> tuple[AnyEntry, ...]:
        names = [() if importing else tuple(named_code(entry)) for entry in entries]
        left_out.extend(name for found in names for name in found)
        return tuple(entry for entry, found in zip(entries, names, strict=True) if not found)

    def build(
        kind: str, entries: tuple[AnyEntry, ...], one: Callable[[AnyEntry], Built]
    ) -> list[Built]:
        built = []
        for entry in entries:
            try:
                built.append(one(entry))
            except BenchError as error:
                location = _location(file, kind, entry)
                problems.extend(location + problem for problem in error.problems)
        return built

    def model(entry: ModelEntry) -> ModelSpec:
        samples, own = asked_samples(entry, config)
        parameters = {**entry.parameters, **own}
        if entry.family is not None and "family" in MODELS.parameters(entry.use):
            parameters["family"] = entry.family  # a parameter of its own has this name, too
        spec = build_model(entry.use, entry.label, parameters, config.seed, samples=samples)
        faults = spec.faults()
        if faults:
            raise ConfigError(faults)
        return spec

    specs = build("models", known(config.models), model)
    metrics: dict[str, Metric] = {}
    imported = known(config.metrics)
    try:
        metrics = named_metrics(config.model_copy(update={"metrics": imported}))
    except MetricsError as error:
        problems += [_location(file, "metrics", entry) + fault for entry, fault in error.faults]
    asked = known(config.raters)
    raters = build("raters", asked, partial(_rater, metrics=metrics))
    tasks = {name: configured_task(name, config, metrics) for name in config.tasks}
    complete = imported == config.metrics and asked == config.raters and bool(metrics)
    for name, task in tasks.items():
        if config.tasks[name].primary:
            location = file.location_of("tasks", name, "primary") if file else ""
            problems += _primary_faults(task, metrics, raters, location, complete=complete)
    if problems:
        raise ConfigError([*problems, *_missing_extras(problems)])
    config = config.changed(dataset=_found(config.dataset, file))
    dataset = config.articles()
    chosen = tuple(tasks.values())
    best = config.references == "best"
    found = summarise_dataset(dataset, chosen, specs, tokenizers_of(metrics.values()), best=best)
    notes = tuple(f"not imported: {name} (use --import)" for name in dict.fromkeys(left_out))
    split = split_statistics(metrics, lambda: whole_split(config, dataset))
    metrics = split.described(metrics) if split else metrics
    return _fitted(
        Plan(config, dataset, chosen, tuple(specs), metrics, notes, found, tuple(raters), split)
    )


def _rater(entry: RaterEntry, metrics: Mapping[str, Metric]) -> RaterSpec:
    """Build the rater of an entry.

    Raises:
        BenchError: it cannot be used, or its scores would be named like those of a metric.
    """
    spec = build_rater(entry.use, entry.label, entry.parameters)
    if faults := spec.faults():
        raise ConfigError(faults)
    if spec.name in metrics:
        raise ConfigError(f"{spec.label}: a metric has this name; give the rater another `name:`")
    return spec


def _primary_faults(
    task: Task,
    metrics: Mapping[str, Metric],
    raters: Sequence[RaterSpec],
    location: str,
    *,
    complete: bool,
) -> Iterator[str]:
    """What is wrong with the primary score that a config names for a task.

    Args:
        task: the task.
        metrics: by name.
        raters: the raters.
        location: of the name in the config file.
        complete: whether these are all metrics and raters of the config.
    """
    rated = {
        spec.score(name): dimension.advisory
        for spec in raters
        for name, dimension in spec.dimensions(task.name).items()
    }
    scores = {score for called, m in metrics.items() for score in m.scores(called)} | rated.keys()
    if complete and task.primary not in scores:
        yield unknown_name("score", task.primary, scores, location)
    if reason := rated.get(task.primary):
        where = f"{location}: " if location else ""
        yield f"{where}{task.primary} cannot be the primary score, it is only shown: {reason}"


def choose_models(config: Config, names: Sequence[str]) -> tuple[ModelEntry, ...]:
    """The models of these names, from the config or else from ``bench list``.

    Raises:
        UnknownNameError: a name is in neither; one line for each.
    """
    return _choose("model", names, config.models, MODELS, ModelEntry)


def choose_raters(config: Config, names: Sequence[str]) -> tuple[RaterEntry, ...]:
    """The same, of raters."""
    return _choose("rater", names, config.raters, RATERS, RaterEntry)


def _choose(
    kind: str,
    names: Sequence[str],
    entries: Sequence[Chosen],
    registry: Registry,
    new: Callable[..., Chosen],
) -> tuple[Chosen, ...]:
    configured = {entry.label: entry for entry in entries}
    known = {**registry.targets, **configured}
    problems = [unknown_name(kind, n, known) for n in names if n not in known and ":" not in n]
    if problems:
        raise UnknownNameError(problems)
    return tuple(configured.get(name) or new(use=name) for name in dict.fromkeys(names))


def configured_task(name: TaskName, config: Config, metrics: dict[str, Metric]) -> Task:
    """A task with the item count and primary score of the config, or the defaults."""
    task, options = TASKS[name], config.tasks[name]
    scores = [score for called, metric in metrics.items() for score in metric.scores(called)]
    first = next((metric.headline(called) for called, metric in metrics.items()), task.primary)
    default = task.primary if task.primary in scores else first
    return replace(task, items=options.items or task.items, primary=options.primary or default)


def _fitted(plan: Plan) -> Plan:
    """The plan without what does not fit the dataset, with a note for each thing skipped.

    Raises:
        ConfigError: nothing is left.
        DataError: the file of a model belongs to another dataset; one line for each.
    """
    notes = [*plan.notes, *plan.dataset.notes, *sample_notes(plan.config, plan.model_specs)]
    articles = len(plan.dataset)
    partial = bool(plan.notes)
    declared = len(plan.dataset.declared)
    specs = [spec for spec in plan.model_specs if declared > 1 or not spec.model.sees_dataset]
    for skipped in (spec for spec in plan.model_specs if spec not in specs):
        notes.append(f"{skipped.name}: skipped: it needs a second article")
    if plan.config.references == "best":
        itself = [spec for spec in specs if spec.model.is_reference]
        notes += [f"{spec.name}: skipped: its output is a reference" for spec in itself]
        specs = [spec for spec in specs if spec not in itself]
    problems: list[str] = []
    for spec in specs:
        try:
            notes += spec.notes(plan.dataset.declared)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    notes += _notes_on_texts(plan)
    for rater in plan.raters:
        notes += rater.notes()
    notes += [
        f"{name}: no gate accepts it, because its code cannot be identified:"
        f" {metric.identity.unknown}"
        for name, metric in plan.metrics.items()
        if metric.identity.unknown
    ]
    notes += [plan.dataset_summary.losses.advice] if plan.dataset_summary.losses.advice else []
    notes += plan.dataset_summary.wordless
    notes += [remark.note(plan.dataset.name) for remark in plan.dataset_summary.remarks]
    plan = replace(plan, model_specs=tuple(specs))
    supported = {task for _, task in plan.jobs}
    tasks = [task for task in plan.tasks if task in supported]
    for task in plan.tasks:
        missing = articles - plan.count(task)
        if not plan.count(task):
            notes.append(f"{task.name}: skipped: no article has {task.noun}s as references")
        elif missing and task in tasks:
            notes.append(
                f"{task.name}: {missing} of {count(articles, 'article')} without {task.noun}s"
            )
    notes += [
        f"{rater.name}: skipped: it rates {' and '.join(rater.tasks)} only"
        for rater in plan.raters
        if not any(rater.dimensions(task.name) or rater.comparisons(task.name) for task in tasks)
    ]
    plan = replace(plan, tasks=tuple(tasks), notes=tuple(notes))
    if not plan.jobs and not partial:
        raise ConfigError([*notes, "nothing to do: no selected model supports a selected task"])
    return plan


def _notes_on_texts(plan: Plan) -> Iterator[str]:
    """Notes on articles without the text that metrics need.

    Raises:
        ConfigError: no article of a task has one.
    """
    reading = [name for name, metric in plan.metrics.items() if metric.needs_text]
    if not reading:
        return
    need = (
        f"{', '.join(reading)} {'needs' if len(reading) == 1 else 'need'} the text of the article"
    )
    for task in plan.tasks:
        number, usable = plan.dataset_summary.textless[task.name], plan.count(task)
        if number and number == usable and plan.config.shard is None:
            raise ConfigError(
                f"{plan.dataset.name}: {need}, and no article with {task.noun}s has one; name its"
                " column with --columns text=COLUMN, or leave these metrics out"
            )
        if number:
            few = count(number, "article")
            yield f"{task.name}: {need}, and {few} of {usable:,} have none: no value there"


def _missing_extras(problems: Sequence[str]) -> list[str]:
    """The command that installs all extras that problems name, if there are several."""
    extras = sorted({extra for line in problems for extra in _EXTRA.findall(line)})
    return [f"install all: pip install 'qgbench[{','.join(extras)}]'"] if len(extras) > 1 else []


def _found(dataset: str, file: ConfigFile | None) -> str:
    """The dataset as given, or the path relative to the config file if it exists there."""
    if file is None:
        return dataset
    beside = file.folder / dataset
    return str(beside) if not Path(dataset).exists() and beside.exists() else dataset


def _location(file: ConfigFile | None, kind: str, entry: Entry) -> str:
    entries: tuple[Entry, ...] = getattr(file.config, kind) if file else ()
    return f"{file.location_of(kind, entries.index(entry))}: " if file and entry in entries else ""
