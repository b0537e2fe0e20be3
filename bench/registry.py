"""Lazy tables of names: what exists is known without importing any of it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.errors import BenchError, ConfigError, UnknownNameError, unknown_name


class Registry:
    """Names and the ``"module:Class"`` behind each, loaded on first use.

    Args:
        kind: what the names are names of, for messages ("model", "metric").
        builtin: name to ``"module:Class"``.
        group: the entry-point group through which other packages add names of their own.
    """

    def __init__(self, kind: str, builtin: Mapping[str, str], group: str) -> None:
        self.kind = kind
        self.group = group
        self._builtin = builtin

    @cached_property
    def targets(self) -> dict[str, str]:
        """Every name with its ``"module:Class"``; a built-in name cannot be taken over."""
        added = {entry.name: entry.value for entry in entry_points(group=self.group)}
        return {**added, **self._builtin}

    def load(self, name: str) -> type[Any]:
        """The class behind ``name``, which may also be a ``"module:Class"`` of anyone's.

        Raises:
            UnknownNameError: the name is in no table, or the module or class does not exist.
        """
        if name not in self.targets and ":" not in name:
            raise UnknownNameError(unknown_name(self.kind, name, self.targets))
        module_name, _, attribute = self.targets.get(name, name).partition(":")
        try:
            loaded = getattr(import_module(module_name), attribute)
        except (ImportError, AttributeError, ValueError) as error:
            raise UnknownNameError(f"{self.kind} {name!r} cannot be loaded: {error}") from error
        if not isinstance(loaded, type):
            raise UnknownNameError(f"{self.kind} {name!r} is no class but {loaded!r}")
        return loaded

    def build(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """An instance of the class behind ``name``, its parameters checked.

        Raises:
            UnknownNameError: no such class, or it has no such parameter.
            ConfigError: a parameter has the wrong type or is missing.
        """
        cls = self.load(name)
        accepted = inspect.signature(cls).parameters
        takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in accepted.values())
        unknown = [key for key in parameters if key not in accepted and not takes_any]
        if unknown:
            kind = f"parameter of {self.kind} {name!r}:"
            lines = [unknown_name(kind, key, accepted) for key in unknown]
            raise UnknownNameError(lines if accepted else f"{self.kind} {name!r} has no parameters")
        try:
            if is_dataclass(cls):
                return TypeAdapter(cls).validate_python(parameters)
            return cls(**parameters)
        except ValidationError as error:
            raise ConfigError(
                f"{self.kind} {name!r}: {'.'.join(map(str, fault['loc']))}: {fault['msg'].lower()}"
                for fault in error.errors()
            ) from error
        except BenchError:
            raise
        except Exception as error:  # a class of somebody's own may raise anything
            what = str(error) or type(error).__name__
            raise ConfigError(f"{self.kind} {name!r}: {what}") from error
