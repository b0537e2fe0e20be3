"""Adapts user-defined models: plain classes and functions that do not derive from ``Model``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, get_args

from bench.adapter import Adapter, Attribute, flag, names
from bench.article import Article
from bench.component import is_foreign
from bench.models.base import Model, Output, Role, sample_seed
from bench.tasks import TASKS, Task

DEPRECATED = {
    "heeds_items": "honors_item_count",
    "incidental": "excluded_from_signature",
    "spread": "distributable",
}
"""Former names of attributes, which are still accepted."""


class DuckModel(Model):
    """Wraps an object with ``tasks`` and ``predict`` that does not derive from ``Model``."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        if hasattr(inner, "prepare"):
            vars(self)["sees_dataset"] = True
        if hasattr(inner, "applies"):
            vars(self)["selects"] = True

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        found: Iterable[Output | Sequence[str]] = self.inner.predict(articles, task)
        return found


class FunctionModel(Model):
    """Wraps a function of an article and a task; it serves both tasks unless it has ``tasks``."""

    tasks = tuple(task.name for task in TASKS.values())

    def __init__(self, function: Callable[[Article, Task], Sequence[str]]) -> None:
        self.inner: Any = function

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        if task.sample and "seed" in getattr(self.inner, "keywords", {}):
            return (self._seeded(article, task)(article, task) for article in articles)
        return (self.inner(article, task) for article in articles)

    def _seeded(self, article: Article, task: Task) -> Callable[..., Sequence[str]]:
        """The function with a seed for this sample of the article."""
        seed = sample_seed(self.inner.keywords["seed"], task.sample, task.name, article.id)
        return partial(self.inner, seed=seed)


def _is_tasks(value: Any) -> bool:
    is_collection = isinstance(value, Collection) and not isinstance(value, str)
    return is_collection and len(value) > 0 and all(name in tuple(TASKS) for name in value)


class ModelContract(Adapter[Model]):
    """Accepts classes with ``tasks`` and ``predict``, and functions of an article and a task."""

    kind = "model"
    base = Model
    method = "predict"
    requirement = (
        "`tasks` and `predict(articles, task)`; see bench.models.base.Model, or name a function of"
        " an article and a task"
    )
    attributes = (
        Attribute("tasks", _is_tasks, f"a tuple of {' or '.join(map(repr, TASKS))}"),
        Attribute("role", get_args(Role).__contains__, f"one of {', '.join(get_args(Role))}"),
        names("excluded_from_signature"),
        names("by_task"),
        names("made_with"),
        flag("sees_references"),
        flag("honors_item_count"),
        flag("distributable"),
        flag("parses_text"),
        flag("is_reference"),
        flag("batched", "classes"),
        Attribute("articles_per_batch", taken_from="nothing"),
        flag("sees_dataset", "classes"),
        flag("selects", "nothing"),
        flag("streams", "classes"),
        Attribute(
            "draws_at_random",
            lambda value: value is None or isinstance(value, bool),
            "True or False",
        ),
        Attribute("description"),
        Attribute("version"),
        Attribute("digest"),
    )
    methods = ("load", "unload", "prepare", "applies", "cost", "notes", "events", "stream")

    def around_object(self, inner: Any) -> Model:
        """Wrap an object with ``predict``."""
        return DuckModel(inner)

    def around_function(self, function: Callable[..., Any]) -> Model:
        """Wrap a function of an article and a task."""
        return FunctionModel(function)

    def former_names(self, component: Model) -> Mapping[str, str]:
        """Copy attributes that the model sets by a former name to the current name.

        Returns:
            The former name of each attribute that was copied.
        """
        if isinstance(component, FunctionModel):
            return {}
        source = getattr(component, "inner", component)
        copied = {}
        for former, current in DEPRECATED.items():
            if _is_set_by_former_name(source, former, current):
                vars(component)[current] = getattr(source, former)
                copied[current] = former
        return copied

    def problem(self, component: Model) -> str | None:
        """None; an attribute of a user-defined model that cannot be computed raises here."""
        if is_foreign(component):
            _ = component.version, getattr(component, "digest", None)
        return None


def _is_set_by_former_name(source: Any, former: str, current: str) -> bool:
    """Whether the former name is set, and closer to the object than the current one."""
    for attributes in (getattr(source, "__dict__", {}), *map(vars, type(source).__mro__)):
        if former in attributes or current in attributes:
            return current not in attributes
    return hasattr(source, former) and not hasattr(source, current)
