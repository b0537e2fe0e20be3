"""Turns models and metrics that are Python objects into entries of a config."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from bench.component import label_of
from bench.errors import ConfigError

SESSION = "bench_session"
"""The module that holds objects without an importable name."""
_NOT_IMPORTABLE = (SESSION, "__main__")


def entry_of(component: Any, name: str | None = None) -> Any:
    """Turn a model or metric into an entry of a config.

    Args:
        component: a name, a mapping as in a config, or a class, function or instance.
        name: its name in the run (default: that of its entry, or its own).
    """
    if isinstance(component, str):
        return component if name is None else {"use": component, "name": name}
    if isinstance(component, Mapping):
        return dict(component) if name is None else {**component, "name": name}
    label = re.sub(r"[^\w@.-]+", "-", name or label_of(component)).strip("-") or "unnamed"
    return {"use": _named(component, label), "name": label}


def refuse_other_processes(entries: Any, engine: str) -> None:
    """Refuse objects of this session if worker processes would need them.

    Raises:
        ConfigError: an entry is such an object, and the engine is not ``local``.
    """
    names = [
        entry["name"] for entry in entries if isinstance(entry, dict) and _is_of_session(entry)
    ]
    if names and engine != "local":
        raise ConfigError(
            f"{', '.join(names)}: defined in this session, so worker processes cannot import it;"
            " define it in a module, or use engine='local'"
        )


def _is_of_session(entry: Mapping[str, Any]) -> bool:
    return str(entry.get("use", "")).partition(":")[0] in _NOT_IMPORTABLE


def _named(component: Any, label: str) -> str:
    """The ``module:attribute`` of an object, which is stored in ``SESSION`` if it has none."""
    module = getattr(component, "__module__", None)
    attribute = getattr(component, "__qualname__", None)
    if isinstance(module, str) and isinstance(attribute, str):
        found: Any = sys.modules.get(module)
        for step in attribute.split("."):
            found = getattr(found, step, None)
        if found is component:
            return f"{module}:{attribute}"
    session = sys.modules.setdefault(SESSION, ModuleType(SESSION))
    attribute = re.sub(r"\W", "_", label)
    setattr(session, attribute, component)
    return f"{SESSION}:{attribute}"
