"""Lazy tables of names, which list components without importing them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from bench.component import Made, is_dataclass_itself, remember, resolved
from bench.entry_points import EntryPoint, added_to
from bench.errors import BenchError, ConfigError, UnknownNameError, unknown_name
from bench.faults import ANYTHING
from bench.imports import described_error, import_named, location_of_fault
from bench.validation import plain_reason

_ANY_NUMBER = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Contract(Protocol):
    """What components of one kind must provide, and how other objects are adapted."""

    called_with: int
    """The number of arguments a function is called with; the others are its parameters."""

    def check(self, source: Any, name: str) -> None:
        """Refuse an object that cannot be such a component, before any of it is called.

        Raises:
            ConfigError: it lacks something, which the message names.
        """

    def adapt(self, built: Any, name: str) -> Any:
        """Return the component, or an adapter around it.

        Raises:
            ConfigError: it lacks something.
        """


class Registry:
    """Names and the ``"module:attribute"`` behind each, loaded on first use.

    Args:
        kind: the kind of component, for messages ("model", "metric").
        builtin: name to ``"module:Class"``.
        group: the entry-point group through which other packages add names.
        contract: what a component must provide.
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
        """Every name with its ``"module:attribute"``; built-in names cannot be replaced."""
        added = {entry.name: entry.target for entry in reversed(self.added)}
        return {**added, **self._builtin}

    @property
    def builtin(self) -> Mapping[str, str]:
        """The names of this package."""
        return self._builtin

    @cached_property
    def added(self) -> list[EntryPoint]:
        """The names that other packages add, without importing them."""
        return added_to(self.group)

    def load(self, name: str) -> Any:
        """Import the object of a name, which may also be any ``"module:attribute"``.

        Raises:
            UnknownNameError: the name is unknown, or the module does not have the attribute.
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
        """Import the object of a name, and build it if it needs no parameters.

        Raises:
            BenchError: it fails, or the object is not such a component.
        """
        source = self.load(name)
        self._contract.check(source, name)
        parameters = _parameters(source, self._contract).values()
        if getattr(source, "needs_parameters", False):  # one of several, all with a default
            return
        if not any(p.default is p.empty and p.kind not in _ANY_NUMBER for p in parameters):
            self.build(name, {})

    def parameters(self, name: str) -> Mapping[str, inspect.Parameter]:
        """The parameters of the class or function of a name."""
        return self.parameters_of(self.load(name))

    def parameters_of(self, source: Any) -> Mapping[str, inspect.Parameter]:
        """The parameters of a class or function; empty for an instance."""
        return _parameters(source, self._contract)

    def build(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Build the component of a name, and check its parameters.

        Raises:
            UnknownNameError: the name or a parameter is unknown.
            ConfigError: a parameter is invalid or missing, or it is not such a component.
        """
        target = self.targets.get(name, name)
        return self.make(self.load(name), name, parameters, target)

    def adapted(self, instance: Any, name: str) -> Any:
        """Adapt an instance to a component.

        Raises:
            ConfigError: it is not such a component.
        """
        self._contract.check(instance, name)
        return self._contract.adapt(instance, name)

    def make(self, source: Any, name: str, parameters: Mapping[str, Any], target: str = "") -> Any:
        """Build the component of a class, function or instance.

        Args:
            source: the object.
            name: its name.
            parameters: its parameters.
            target: its ``"module:attribute"`` (default: ``name``).

        Raises:
            UnknownNameError: a parameter is unknown.
            ConfigError: a parameter is invalid or missing, or it is not such a component.
        """
        self._contract.check(source, name)
        accepted = _parameters(source, self._contract)
        takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in accepted.values())
        unknown = [key for key in parameters if key not in accepted and not takes_any]
        if unknown:
            kind = f"parameter of {self.kind} {name!r}:"
            nested = getattr(source, "nested_settings", {})
            synonyms = getattr(source, "synonyms", {})
            lines = [
                f"unknown {kind} {key!r}; set `{synonyms[key]}`"
                if key in synonyms
                else _unknown_parameter(kind, key, accepted, nested)
                for key in unknown
            ]
            raise UnknownNameError(lines if accepted else f"{self.kind} {name!r} has no parameters")
        try:
            built = _made(source, parameters)
            component = self._contract.adapt(built, name)
        except ValidationError as error:
            raise ConfigError(
                ": ".join((f"{self.kind} {name!r}", *_key_of(fault), plain_reason(fault)))
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


def _key_of(fault: Mapping[str, Any]) -> Sequence[str]:
    """The parameter that a fault concerns; empty if its reason names it."""
    return (".".join(map(str, fault["loc"])),) if fault["loc"] else ()


def _unknown_parameter(
    kind: str, key: str, accepted: Iterable[str], nested: Mapping[str, Sequence[str]]
) -> str:
    """One line for an unknown parameter, which says where it belongs if it is a known setting."""
    home = {setting: parameter for parameter, known in nested.items() for setting in known}
    if key in home:
        return f"unknown {kind} {key!r}; write `{home[key]}: {{{key}: ...}}`"
    for close in get_close_matches(key, [*accepted, *home], n=1, cutoff=0.75):
        if close in home:
            return f"unknown {kind} {key!r}; did you mean `{home[close]}: {{{close}: ...}}`?"
    return unknown_name(kind, key, accepted)


def _parameters(source: Any, contract: Contract) -> Mapping[str, inspect.Parameter]:
    """The parameters that can be set, without the arguments a function is called with."""
    if isinstance(source, type):
        return inspect.signature(source).parameters
    if not inspect.isroutine(source) and not isinstance(source, functools.partial):
        return {}
    return dict(list(inspect.signature(source).parameters.items())[contract.called_with :])


def _made(source: Any, parameters: Mapping[str, Any]) -> Any:
    if isinstance(source, type):
        if is_dataclass_itself(source):
            return _adapter(source).validate_python(dict(parameters))
        return source(**parameters)
    return functools.partial(source, **parameters) if parameters else source


@functools.lru_cache(maxsize=256)
def _adapter(source: type) -> TypeAdapter[Any]:
    """The check of a dataclass's parameters; a run builds each metric several times."""
    return TypeAdapter(source)


def _arguments(source: Any, built: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(source, type):
        return dict(parameters)
    if is_dataclass_itself(source):
        return {f.name: getattr(built, f.name) for f in fields(source) if f.init}
    return resolved(source, parameters)
