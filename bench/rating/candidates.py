"""What can be rated in a run: the lists of its models, and on request those of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.display import count
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import REFERENCE
from bench.tasks import TASKS, TaskName, task_named

Samples = Mapping[int, tuple[str, ...]]
"""By the number of the sample, from 0 on, the items of a model for an article."""
Lists = Mapping[str, Mapping[str, Samples]]
"""By model and article, the items that it wrote in each sample."""


@dataclass(frozen=True)
class Candidates:
    """What can be rated.

    Attributes:
        task: the task.
        lists: the items of each model for each article that all of them wrote something for, in
            the samples that are rated.
        articles: the ids of these articles, in the order of the dataset.
        left_out: how many other articles there are, for which a model failed or wrote nothing.
        samples: by model, how many samples of an article are rated, and how many there are; without
            models of which all are.
    """

    task: TaskName
    lists: Lists
    articles: tuple[str, ...]
    left_out: int
    samples: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def chosen_task(run: FinishedRun, task: str | None) -> TaskName:
    """The task to rate: the given one, or the only one of the run.

    Raises:
        UnknownNameError: the run does not have the task.
        ConfigError: it has several, and none is given.
    """
    tasks = run.results.tasks
    if task is None:
        if len(tasks) > 1:
            raise ConfigError(f"{run.location}: has {' and '.join(tasks)}; choose one with --task")
        task = next(iter(tasks))
    if task not in tasks or task not in TASKS:
        raise UnknownNameError(unknown_name("task of this run", task, tasks))
    return task_named(task).name


def competitors(run: FinishedRun, task: TaskName, models: Sequence[str] = ()) -> tuple[str, ...]:
    """The models to rate: the given ones, or all but floors and ceilings.

    Raises:
        UnknownNameError: the run does not have a model.
        ConfigError: nothing is left.
    """
    known = run.results.tasks[task].models
    for name in models:
        if name not in known:
            raise UnknownNameError(unknown_name(f"model of {task}", name, known))
    found = tuple(dict.fromkeys(models)) or tuple(
        name for name, model in known.items() if model.role == "model"
    )
    if not found:
        raise ConfigError(f"{run.location}: has only floors and ceilings; name some with --model")
    return found


def candidates(
    run: FinishedRun,
    task: TaskName,
    models: Sequence[str],
    *,
    reference: bool = False,
    samples: int | None = 1,
) -> Candidates:
    """The lists that can be rated, for the articles for which every model wrote something.

    Args:
        run: the run.
        task: the task.
        models: their names.
        reference: whether the page's own lists are rated, too.
        samples: how many samples of each article are rated; all if None.

    Raises:
        ConfigError: the predictions are missing, there is no such article, or a model is called
            like the page's own lists.
    """
    names = (*models, REFERENCE) if reference else tuple(models)
    lists = {
        name: {article: _first(all_of_it, samples) for article, all_of_it in own.items()}
        for name, own in lists_of(run, task, names).items()
    }
    everything = list(run.references())
    usable = [
        one.id
        for one in everything
        if all(any(map(rateable, lists[name].get(one.id, {}).values())) for name in names)
    ]
    if not usable:
        raise ConfigError(
            f"{run.location}: no article has items of all of {', '.join(names)}; rate fewer models"
            " with --model"
        )
    referenced = sum(bool(task_named(task).references(one)) for one in everything)
    left_out = max(0, referenced - len(usable))
    known = {name: run.results.tasks[task].models[name].samples for name in models}
    fewer = {n: (samples, k) for n, k in known.items() if samples is not None and samples < k}
    return Candidates(task, lists, tuple(usable), left_out, fewer)


def _first(samples: Samples, most: int | None) -> Samples:
    return {number: own for number, own in samples.items() if most is None or number < most}


def lists_of(run: FinishedRun, task: TaskName, names: Sequence[str]) -> Lists:
    """The items of models; of the page itself under the name ``REFERENCE``.

    Raises:
        ConfigError: the predictions of a model are missing, or a model of the run has that name.
    """
    found: dict[str, Mapping[str, Samples]] = {}
    for name in names:
        if name == REFERENCE:
            if REFERENCE in run.results.tasks[task].models:
                raise ConfigError(
                    f"{run.location}: a model is called {REFERENCE!r}, like the page's own lists;"
                    " rename it in the config, or rate without --reference"
                )
            own = ((one.id, task_named(task).references(one)) for one in run.references())
            found[name] = {article: {0: items} for article, items in own if items}
            continue
        items = run.items_of_samples(task, name)
        if items is None:
            raise ConfigError(
                f"{run.location}: the predictions of {name} ({task}) are missing; run again"
            )
        most = run.results.max_items
        found[name] = {
            article: {number: own[:most] for number, own in samples.items()}
            for article, samples in items.items()
        }
    return found


def rateable(items: Sequence[str]) -> list[int]:
    """The indices of items that are not blank."""
    return [index for index, item in enumerate(items) if item.strip()]


def left_out_notes(found: Candidates) -> Iterator[str]:
    """What to say of articles that cannot be rated, and of samples that are not."""
    if found.left_out:
        articles = count(found.left_out, "article")
        yield f"{articles} cannot be rated: a model failed or wrote nothing there"
    for name, (rated, known) in found.samples.items():
        yield f"{name}: only the first {rated} of {known} samples of each article on the sheets"
