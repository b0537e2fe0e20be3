"""What can be rated in a run: the lists of its models, and on request those of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.display import count
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import REFERENCE
from bench.tasks import TASKS, TaskName, task_named

Lists = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By model and article, the items that it wrote (its first sample)."""


@dataclass(frozen=True)
class Candidates:
    """What can be rated.

    Attributes:
        task: the task.
        lists: the items of each model for each article that all of them wrote something for.
        articles: the ids of these articles, in the order of the dataset.
        left_out: how many other articles there are, for which a model failed or wrote nothing.
    """

    task: TaskName
    lists: Lists
    articles: tuple[str, ...]
    left_out: int


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
    run: FinishedRun, task: TaskName, models: Sequence[str], *, reference: bool = False
) -> Candidates:
    """The lists that can be rated, for the articles for which every model wrote something.

    Args:
        run: the run.
        task: the task.
        models: their names.
        reference: whether the page's own lists are rated, too.

    Raises:
        ConfigError: the predictions are missing, there is no such article, or a model is called
            like the page's own lists.
    """
    names = (*models, REFERENCE) if reference else tuple(models)
    lists = lists_of(run, task, names)
    everything = list(run.references())
    usable = [
        one.id for one in everything if all(rateable(lists[name].get(one.id, ())) for name in names)
    ]
    if not usable:
        raise ConfigError(
            f"{run.location}: no article has items of all of {', '.join(names)}; rate fewer models"
            " with --model"
        )
    referenced = sum(bool(task_named(task).references(one)) for one in everything)
    left_out = max(0, referenced - len(usable))
    return Candidates(task, lists, tuple(usable), left_out)


def lists_of(run: FinishedRun, task: TaskName, names: Sequence[str]) -> Lists:
    """The items of models by article; of the page itself under the name ``REFERENCE``.

    Raises:
        ConfigError: the predictions of a model are missing, or a model of the run has that name.
    """
    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name in names:
        if name == REFERENCE:
            if REFERENCE in run.results.tasks[task].models:
                raise ConfigError(
                    f"{run.location}: a model is called {REFERENCE!r}, like the page's own lists;"
                    " rename it in the config, or rate without --reference"
                )
            own = ((one.id, task_named(task).references(one)) for one in run.references())
            found[name] = {article: items for article, items in own if items}
            continue
        items = run.items(task, name)
        if items is None:
            raise ConfigError(
                f"{run.location}: the predictions of {name} ({task}) are missing; run again"
            )
        most = run.results.max_items
        found[name] = {article: own[:most] for article, own in items.items()}
    return found


def rateable(items: Sequence[str]) -> list[int]:
    """The indices of items that are not blank."""
    return [index for index, item in enumerate(items) if item.strip()]


def left_out_note(found: Candidates) -> str | None:
    """What to say of articles that cannot be rated."""
    if not found.left_out:
        return None
    return (
        f"{count(found.left_out, 'article')} cannot be rated: a model failed or wrote nothing there"
    )
