"""Lazy tables of names: what exists is known without importing any of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from bench.errors import UnknownNameError, unknown_name


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
