"""Models of everybody's own: plain classes and functions with what ``Model`` leaves to be said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.article import Article
from bench.component import has_method, is_function
from bench.errors import ConfigError
from bench.models.base import Model, Output
from bench.tasks import TASKS, Task

_FLAGS = (
    *("description", "tasks", "role", "version", "digest", "sees_references", "heeds_items"),
    *("incidental", "batched", "spread", "made_with", "parses_text", "is_reference", "streams"),
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
        tasks = getattr(model, "tasks", ())
        if isinstance(tasks, str) or not tasks or set(tasks) - set(TASKS):
            raise ConfigError(
                f"model {name!r}: `tasks` must be a tuple of {' or '.join(map(repr, TASKS))},"
                f" not {tasks!r}"
            )
        return model


def _around(built: Any) -> Model:
    return DuckModel(built) if hasattr(built, "predict") else FunctionModel(built)
