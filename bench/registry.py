"""Lazy tables of names: what exists is known without importing any of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from bench.component import Made, is_dataclass_itself, remember, resolved
from bench.entry_points import Added, added_to
from bench.errors import BenchError, ConfigError, UnknownNameError, unknown_name
from bench.faults import ANYTHING
from bench.imports import described_error, import_named, location_of_fault
from bench.validation import plain_reason

_ANY_NUMBER = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Contract(Protocol):
    """What components of one kind must be, and how they are made of what is not."""

    called_with: int
    """How many arguments a plain function is called with; its others are parameters."""

    def check(self, source: Any, name: str) -> None:
        """Refuse what cannot be one, before any of it is called.

        Raises:
            ConfigError: it is not; the message says what it lacks.
        """

    def adapt(self, built: Any, name: str) -> Any:
        """The component: what was built, or something of ours around it.

        Raises:
            ConfigError: it lacks something.
        """


class Registry:
    """Names and the ``"module:attribute"`` behind each, loaded on first use.

    Args:
        kind: what the names are names of, for messages ("model", "metric").
        builtin: name to ``"module:Class"``.
        group: the entry-point group through which other packages add names of their own.
        contract: what the names must stand for.
    """

    def __init__(
        self, kind: str, builtin: Mapping[str, str], group: str, contract: Contract
    ) -> None:
        self.kind = kind
        self.group = group
        self._builtin = builtin
        self._contract = contract

    @cached_property
    def targets(self) -> dict[str, str]:
        """Every name with its ``"module:attribute"``; a built-in name cannot be taken over."""
        added = {entry.name: entry.target for entry in reversed(self.added)}
        return {**added, **self._builtin}

    @property
    def builtin(self) -> Mapping[str, str]:
        """The names that come with this package."""
        return self._builtin

    @cached_property
    def added(self) -> list[Added]:
        """The names that other packages add, known without importing them."""
        return added_to(self.group)

    def load(self, name: str) -> Any:
        """The object behind ``name``, which may also be a ``"module:attribute"`` of anyone's.

        Raises:
            UnknownNameError: the name is in no table, or nothing is there under it.
            ConfigError: it cannot be imported.
        """
        if name not in self.targets and ":" not in name:
            raise UnknownNameError(unknown_name(self.kind, name, self.targets))
        target = self.targets.get(name, name)
        what = self.kind if target == name else f"{self.kind} {name!r}:"
        try:
            return import_named(target)
        except (UnknownNameError, ConfigError) as error:
            raise type(error)(f"{what} {line}" for line in error.problems) from error

    def verify(self, name: str) -> None:
        """Import what is behind ``name``, and build it if it needs no parameters.

        Raises:
            BenchError: that fails, or it is no such component.
        """
        source = self.load(name)
        self._contract.check(source, name)
        parameters = _parameters(source, self._contract).values()
        if not any(p.default is p.empty and p.kind not in _ANY_NUMBER for p in parameters):
            self.build(name, {})

    def parameters(self, name: str) -> Mapping[str, inspect.Parameter]:
        """The parameters of the class or function behind ``name``."""
        return self.parameters_of(self.load(name))

    def parameters_of(self, source: Any) -> Mapping[str, inspect.Parameter]:
        """The parameters of a class or function; an instance has none."""
        return _parameters(source, self._contract)

    def build(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """The component behind ``name``, its parameters checked.

        Raises:
            UnknownNameError: no such class, or it has no such parameter.
            ConfigError: a parameter has the wrong type or is missing, or it is no such component.
        """
        target = self.targets.get(name, name)
        return self.make(self.load(name), name, parameters, target)

    def adapted(self, instance: Any, name: str) -> Any:
        """The component that an instance is, or that is put around it.

        Raises:
            ConfigError: it is no such component.
        """
        self._contract.check(instance, name)
        return self._contract.adapt(instance, name)

    def make(self, source: Any, name: str, parameters: Mapping[str, Any], target: str = "") -> Any:
        """The component of a class, function or instance that is at hand.

        Args:
            source: the object.
            name: what it is called.
            parameters: its own.
            target: the ``"module:attribute"`` at which it is found; ``name`` where not given.

        Raises:
            UnknownNameError: it has no such parameter.
            ConfigError: a parameter has the wrong type or is missing, or it is no such component.
        """
        self._contract.check(source, name)
        accepted = _parameters(source, self._contract)
        takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in accepted.values())
        unknown = [key for key in parameters if key not in accepted and not takes_any]
        if unknown:
            kind = f"parameter of {self.kind} {name!r}:"
            lines = [unknown_name(kind, key, accepted) for key in unknown]
            raise UnknownNameError(lines if accepted else f"{self.kind} {name!r} has no parameters")
        try:
            built = _made(source, parameters)
            component = self._contract.adapt(built, name)
        except ValidationError as error:
            raise ConfigError(
                f"{self.kind} {name!r}: {'.'.join(map(str, fault['loc']))}: {plain_reason(fault)}"
                for fault in error.errors()
            ) from error
        except BenchError:
            raise
        except ANYTHING as error:
            location = location_of_fault(error)
            where = f" ({location})" if location and name not in self._builtin else ""
            what = str(error) if name in self._builtin and str(error) else described_error(error)
            raise ConfigError(f"{self.kind} {name!r}{where}: {what}") from error
        arguments = _arguments(source, built, parameters)
        return remember(component, Made(name, target or name, source, arguments))


def _parameters(source: Any, contract: Contract) -> Mapping[str, inspect.Parameter]:
    """What can be set; nothing of an instance, and nothing that a function is called with."""
    if isinstance(source, type):
        return inspect.signature(source).parameters
    if not inspect.isroutine(source) and not isinstance(source, functools.partial):
        return {}
    return dict(list(inspect.signature(source).parameters.items())[contract.called_with :])


def _made(source: Any, parameters: Mapping[str, Any]) -> Any:
    if isinstance(source, type):
        if is_dataclass_itself(source):
            return TypeAdapter(source).validate_python(dict(parameters))
        return source(**parameters)
    return functools.partial(source, **parameters) if parameters else source


def _arguments(source: Any, built: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(source, type):
        return dict(parameters)
    if is_dataclass_itself(source):
        return {f.name: getattr(built, f.name) for f in fields(source) if f.init}
    return resolved(source, parameters)
