"""Adapts user-defined models: plain classes and functions that do not derive from ``Model``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

from bench.article import Article
from bench.component import has_method, is_foreign, is_function
from bench.errors import ConfigError
from bench.models.base import Model, Output, Role
from bench.tasks import TASKS, Task

_BOOLEANS = (
    *("sees_references", "sees_dataset", "honors_item_count", "batched", "distributable"),
    *("selects", "parses_text", "is_reference", "streams"),
)
_COLLECTIONS = ("excluded_from_signature", "made_with")
_COPIED = (
    *("description", "tasks", "role", "version", "digest", "sees_references", "batched"),
    *("honors_item_count", "distributable", "parses_text", "is_reference", "streams"),
    *_COLLECTIONS,
    *("load", "cost", "notes", "events", "stream"),
)
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
        for name in _COPIED:
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
    """Wraps a function of an article and a task; it serves both tasks unless it has ``tasks``."""

    def __init__(self, function: Callable[[Article, Task], Sequence[str]]) -> None:
        self.inner = function
        vars(self)["tasks"] = tuple(getattr(function, "tasks", TASKS))

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        return (self.inner(article, task) for article in articles)


class ModelContract:
    """Accepts classes with ``tasks`` and ``predict``, and functions of an article and a task."""

    called_with = 2

    def check(self, source: Any, name: str) -> None:
        """Raise a ``ConfigError`` for anything else, before it is called."""
        if not (has_method(source, Model, "predict") or is_function(source)):
            raise ConfigError(
                f"model {name!r} does not implement `tasks` and `predict(articles, task)`; see"
                " bench.models.base.Model, or name a function of an article and a task"
            )

    def adapt(self, built: Any, name: str) -> Model:
        """Wrap what was built as a ``Model``, if its attributes are valid."""
        model = built if isinstance(built, Model) else _adapted(built)
        problem = _problem(model, _accept_deprecated_names(model))
        if problem:
            raise ConfigError(f"model {name!r}: {problem}")
        return model


def _accept_deprecated_names(model: Model) -> dict[str, str]:
    """Copy attributes that the model sets by a former name to the current name.

    Returns:
        The former name of each attribute that was copied.
    """
    if isinstance(model, FunctionModel):
        return {}
    source = getattr(model, "inner", model)
    copied = {}
    for former, current in DEPRECATED.items():
        if _is_set_by_former_name(source, former, current):
            vars(model)[current] = getattr(source, former)
            copied[current] = former
    return copied


def _is_set_by_former_name(source: Any, former: str, current: str) -> bool:
    """Whether the former name is set, and closer to the object than the current one."""
    for names in (getattr(source, "__dict__", {}), *map(vars, type(source).__mro__)):
        if former in names or current in names:
            return current not in names
    return hasattr(source, former) and not hasattr(source, current)


def _problem(model: Model, names: Mapping[str, str]) -> str | None:
    """The first invalid attribute of a model, in words; None if all are valid.

    Args:
        model: the model.
        names: the name in messages of attributes that the model sets by a former name.
    """
    tasks = getattr(model, "tasks", ())
    if isinstance(tasks, str) or not tasks or set(tasks) - set(TASKS):
        return f"`tasks` must be a tuple of {' or '.join(map(repr, TASKS))}, not {tasks!r}"
    if model.role not in get_args(Role):
        return f"`role` must be one of {', '.join(get_args(Role))}, not {model.role!r}"
    for name in _COLLECTIONS:
        value = getattr(model, name)
        is_collection = isinstance(value, tuple | list | set | frozenset)
        if not is_collection or not all(isinstance(one, str) for one in value):
            return f"`{names.get(name, name)}` must be a collection of names, not {value!r}"
    for name in _BOOLEANS:
        value = getattr(model, name)
        if not isinstance(value, bool):
            return f"`{names.get(name, name)}` must be True or False, not {value!r}"
    if is_foreign(model):
        _ = model.version, getattr(model, "digest", None)  # so that a property raises here
    return None


def _adapted(built: Any) -> Model:
    return DuckModel(built) if hasattr(built, "predict") else FunctionModel(built)
