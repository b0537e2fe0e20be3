"""Models of everybody's own: plain classes and functions with what ``Model`` leaves to be said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args

from bench.article import Article
from bench.component import has_method, is_foreign, is_function
from bench.errors import ConfigError
from bench.models.base import Model, Output, Role
from bench.tasks import TASKS, Task

_FLAGS = (
    *("description", "tasks", "role", "version", "digest", "sees_references", "heeds_items"),
    *("incidental", "batched", "spread", "made_with", "parses_text", "is_reference", "streams"),
)
_YES_OR_NO = (
    *("sees_references", "sees_dataset", "heeds_items", "batched", "spread"),
    *("selects", "parses_text", "is_reference", "streams"),
)
_METHODS = ("load", "cost", "notes", "events", "stream")


class DuckModel(Model):
    """An object with ``tasks`` and ``predict`` that does not derive from ``Model``."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        for name in (*_FLAGS, *_METHODS):
            if hasattr(inner, name):
                vars(self)[name] = getattr(inner, name)
        if hasattr(inner, "prepare"):
            vars(self)["prepare"] = inner.prepare
            vars(self)["sees_dataset"] = getattr(inner, "sees_dataset", True)
        if hasattr(inner, "applies"):
            vars(self)["applies"] = inner.applies
            vars(self)["selects"] = True

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        found: Iterable[Output | Sequence[str]] = self.inner.predict(articles, task)
        return found


class FunctionModel(Model):
    """A plain function of an article and the task, for both tasks unless it has ``tasks``."""

    def __init__(self, function: Callable[[Article, Task], Sequence[str]]) -> None:
        self.inner = function
        vars(self)["tasks"] = tuple(getattr(function, "tasks", TASKS))

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        return (self.inner(article, task) for article in articles)


class ModelContract:
    """What a model must be: a class with ``tasks`` and ``predict``, or a function of an article."""

    called_with = 2

    def check(self, source: Any, name: str) -> None:
        """Refuse anything else, before it is called."""
        if not (has_method(source, Model, "predict") or is_function(source)):
            raise ConfigError(
                f"model {name!r} does not implement `tasks` and `predict(articles, task)`; see"
                " bench.models.base.Model, or name a function of an article and a task"
            )

    def adapt(self, built: Any, name: str) -> Model:
        """The model, if it says which tasks it does."""
        model = built if isinstance(built, Model) else _around(built)
        problem = _problem(model)
        if problem:
            raise ConfigError(f"model {name!r}: {problem}")
        return model


def _problem(model: Model) -> str | None:
    """What is wrong with what a model says of itself; None if it can be used."""
    tasks = getattr(model, "tasks", ())
    if isinstance(tasks, str) or not tasks or set(tasks) - set(TASKS):
        return f"`tasks` must be a tuple of {' or '.join(map(repr, TASKS))}, not {tasks!r}"
    if model.role not in get_args(Role):
        return f"`role` must be one of {', '.join(get_args(Role))}, not {model.role!r}"
    for names in ("incidental", "made_with"):
        value = getattr(model, names)
        is_collection = isinstance(value, tuple | list | set | frozenset)
        if not is_collection or not all(isinstance(one, str) for one in value):
            return f"`{names}` must be a collection of names, not {value!r}"
    for flag in _YES_OR_NO:
        if not isinstance(getattr(model, flag), bool):
            return f"`{flag}` must be True or False, not {getattr(model, flag)!r}"
    if is_foreign(model):
        _ = model.version, getattr(model, "digest", None)  # what they raise is told now
    return None


def _around(built: Any) -> Model:
    return DuckModel(built) if hasattr(built, "predict") else FunctionModel(built)
