"""The component under test, and how to create it again with other parameters."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.component import arguments_of, is_dataclass_itself, is_function, made_of
from bench.errors import ConfigError
from bench.registry import Registry
from bench.testing.contract import Checks
from bench.testing.variations import alternatives, hints_of


class Kind(ABC):
    """What differs between kinds of components."""

    noun: ClassVar[str]
    registry: ClassVar[Registry]

    @abstractmethod
    def named(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Create a component from its name in a config."""

    @abstractmethod
    def signature(self, component: Any) -> str:
        """Its identity as text."""

    def unknown(self, component: Any) -> str | None:
        """The reason why it has no identity; None if it has one."""
        unknown: str | None = component.identity.unknown
        return unknown

    def wrapped(self, component: Any, name: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ARG002 - for kinds that need them
        """A component that was created otherwise, as ``named`` would return it."""
        return component

    def get_ready(self, component: Any) -> bool:  # noqa: ARG002 - for kinds that need it
        """Prepare the component; returns True when done."""
        return True

    def restored(self, core: Any, name: str) -> Any:  # noqa: ARG002 - for kinds that need it
        """The unpickled component, without cached identity."""
        vars(core).pop("identity", None)
        return core

    def core(self, component: Any) -> Any:
        """The component itself, without the wrapper of ``named``."""
        return component


@dataclass(frozen=True)
class ComponentUnderTest:
    """A component under test.

    Attributes:
        kind: its kind.
        name: its name.
        component: the object.
        use: the name from which any process can create it; "" without one.
        module: the module that defines it.
        given: its parameters.
        make: creates it with other parameters; None if that is not possible.
    """

    kind: Kind
    name: str
    component: Any
    use: str
    module: str
    given: Mapping[str, Any]
    make: Callable[[Mapping[str, Any]], Any] | None

    @property
    def label(self) -> str:
        """Its name in messages."""
        return f"{self.kind.noun} {self.name!r}"

    def fresh(self) -> Any:
        """The component in its initial state; an instance is returned as it is."""
        return self.make(self.given) if self.use and self.make else self.component

    def variations(self) -> Iterator[tuple[str, Any, Any, Any]]:
        """Vary each parameter: name, value, other value, the component with the other value.

        A parameter that is None gets all plausible values, since one may be the meaning of None.
        """
        made = made_of(self.kind.core(self.component))
        source = made.source if made else type(inner_of(self.kind.core(self.component)))
        if self.make is None or not (isinstance(source, type) or is_function(source)):
            return
        hints = hints_of(source)
        defaults = self.kind.registry.parameters_of(source)
        values = {**self.given, **arguments_of(self.kind.core(self.component))}
        for name, parameter in defaults.items():
            if parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
                continue
            value = values.get(name, parameter.default)
            for other in alternatives(value, hints.get(name, parameter.annotation)):
                try:
                    varied = self.make({**self.given, name: other})
                    self.kind.signature(varied)
                except Exception:  # noqa: BLE001 - not a value that this parameter can have
                    continue
                yield name, value, other, varied
                if value is not None:
                    break


def component_under_test(
    kind: Kind, thing: Any, parameters: Mapping[str, Any]
) -> ComponentUnderTest:
    """Create the component under test.

    Args:
        kind: its kind.
        thing: a name, a class, a function or an instance.
        parameters: its parameters.

    Raises:
        TypeError: parameters are given for an instance.
        UnknownNameError: unknown component or parameter.
        ContractError: it cannot be created; the check is ``made``.
    """
    try:
        return _subject_of(kind, thing, parameters)
    except ConfigError as error:
        name = thing if isinstance(thing, str) else getattr(thing, "__qualname__", "")
        checks = Checks(f"{kind.noun} {name or type(thing).__qualname__!r}")
        checks.fail("made", "; ".join(error.problems), f"a {kind.noun} that can be created")
        checks.finish()
        raise


def _subject_of(kind: Kind, thing: Any, parameters: Mapping[str, Any]) -> ComponentUnderTest:
    if isinstance(thing, str):
        return _by_name(kind, thing, parameters)
    if isinstance(thing, type) or is_function(thing):
        name = _importable_name(thing)
        if name:
            return _by_name(kind, name, parameters)
        return _by_source(kind, thing, parameters)
    if parameters:
        raise TypeError(
            f"{type(thing).__name__} is an instance; set its parameters where it is created"
        )
    return _by_instance(kind, thing)


def inner_of(component: Any) -> Any:
    """The wrapped object, or the component itself without a wrapper."""
    return vars(component).get("inner", component) if hasattr(component, "__dict__") else component


def _by_name(kind: Kind, name: str, parameters: Mapping[str, Any]) -> ComponentUnderTest:
    component = kind.named(name, parameters)
    module = type(inner_of(kind.core(component))).__module__
    make = functools.partial(kind.named, name)
    return ComponentUnderTest(kind, name, component, name, module, dict(parameters), make)


def _by_source(kind: Kind, source: Any, parameters: Mapping[str, Any]) -> ComponentUnderTest:
    function = source.func if isinstance(source, functools.partial) else source
    name = getattr(function, "__qualname__", type(function).__qualname__)
    module = str(getattr(function, "__module__", ""))

    def make(given: Mapping[str, Any]) -> Any:
        built = kind.registry.make(source, name, given, f"{module}:{name}")
        return kind.wrapped(built, name, given)

    return ComponentUnderTest(kind, name, make(parameters), "", module, dict(parameters), make)


def _by_instance(kind: Kind, thing: Any) -> ComponentUnderTest:
    cls, made = type(thing), made_of(thing)
    name = made.use if made else cls.__qualname__
    component = thing if made else kind.registry.adapted(thing, name)
    arguments = dict(made.arguments) if made else _recovered(cls, thing)
    source = made.source if made else cls
    target = made.target if made else f"{cls.__module__}:{cls.__qualname__}"

    def make(given: Mapping[str, Any]) -> Any:
        return kind.wrapped(kind.registry.make(source, name, given, target), name, given)

    return ComponentUnderTest(
        kind=kind,
        name=name,
        component=kind.wrapped(component, name, arguments or {}),
        use="",
        module=type(inner_of(component)).__module__,
        given=arguments or {},
        make=None if arguments is None else make,
    )


def _importable_name(source: Any) -> str:
    """``module:attribute``, if other processes can import the object; else ""."""
    module, path = getattr(source, "__module__", ""), getattr(source, "__qualname__", "")
    if not module or module == "__main__" or module not in sys.modules:
        return ""
    found: Any = sys.modules[module]
    for part in path.split("."):
        found = getattr(found, part, None)
    if found is source:
        return f"{module}:{path}"
    held = (name for name, value in vars(sys.modules[module]).items() if value is source)
    return f"{module}:{name}" if (name := next(held, "")) else ""


def _recovered(cls: type, thing: Any) -> dict[str, Any] | None:
    """The arguments that recreate an instance; None if they are unknown."""
    if is_dataclass_itself(cls):
        return {f.name: getattr(thing, f.name) for f in dataclasses.fields(cls) if f.init}
    state = getattr(thing, "__dict__", {})
    found = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
            continue
        if name in state:
            found[name] = state[name]
        elif parameter.default is parameter.empty:
            return None
    return found
