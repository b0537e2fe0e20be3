"""The adapter of models, metrics and similarities that do not derive from the base classes.

Each kind of component declares its optional attributes once, in a table of ``Attribute``. The
table says which values are valid, and which attributes a wrapper takes over from the class or
function that it wraps; what a class does not set has the default of the base class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast

from bench.component import has_method, is_function
from bench.errors import ConfigError

Component = TypeVar("Component")
Sources = Literal["classes and functions", "classes", "nothing"]
_COLLECTIONS = (tuple, list, set, frozenset)


def is_collection_of_names(value: object) -> bool:
    """Whether a value is a collection of strings, and not itself a string."""
    return isinstance(value, _COLLECTIONS) and all(isinstance(name, str) for name in value)


@dataclass(frozen=True)
class Attribute:
    """An optional attribute of a component.

    Attributes:
        name: its name.
        is_valid: whether a value can be used; None if any can, and computing it may be costly.
        expected: what a valid value is, for messages: "must be ...".
        taken_from: what a wrapper takes it over from.
    """

    name: str
    is_valid: Callable[[Any], bool] | None = None
    expected: str = ""
    taken_from: Sources = "classes and functions"


def flag(name: str, taken_from: Sources = "classes and functions") -> Attribute:
    """An attribute that is True or False."""
    return Attribute(name, lambda value: isinstance(value, bool), "True or False", taken_from)


def text(name: str) -> Attribute:
    """An attribute that is a string."""
    return Attribute(name, lambda value: isinstance(value, str), "text")


def names(name: str) -> Attribute:
    """An attribute that is a collection of strings."""
    return Attribute(name, is_collection_of_names, "a collection of names")


def take_over(wrapper: Any, inner: Any, attributes: Iterable[str]) -> None:
    """Set attributes of a wrapper to those that the wrapped object has."""
    for name in attributes:
        if hasattr(inner, name):
            object.__setattr__(wrapper, name, getattr(inner, name))


class Adapter(ABC, Generic[Component]):
    """The contract of one kind of component, declared by class attributes."""

    called_with = 2
    """The number of arguments that a plain function is called with; the others are parameters."""
    kind: ClassVar[str]
    """The kind in messages, such as "metric"."""
    base: ClassVar[type]
    """The base class of the components that are shipped."""
    method: ClassVar[str]
    """The method that a class without that base needs."""
    requirement: ClassVar[str]
    """What to implement, and the alternatives, for the message about anything else."""
    attributes: ClassVar[tuple[Attribute, ...]] = ()
    """The optional attributes."""
    methods: ClassVar[tuple[str, ...]] = ()
    """Optional methods that a wrapper takes over from a class."""

    @abstractmethod
    def around_object(self, inner: Any) -> Component:
        """Wrap an object that has the method."""

    @abstractmethod
    def around_function(self, function: Callable[..., Any]) -> Component:
        """Wrap a function."""

    def former_names(self, component: Component) -> Mapping[str, str]:  # noqa: ARG002 - a default
        """Accept attributes under former names; returns the former name of each."""
        return {}

    def problem(self, component: Component) -> str | None:  # noqa: ARG002 - a default
        """The first problem that the table of attributes cannot express; None without one."""
        return None

    def check(self, source: Any, name: str) -> None:
        """Check that a class, function or instance can be adapted, before it is called.

        Raises:
            ConfigError: it cannot; the message says what to implement.
        """
        if not (has_method(source, self.base, self.method) or is_function(source)):
            raise ConfigError(f"{self.kind} {name!r} does not implement {self.requirement}")

    def adapt(self, built: Any, name: str) -> Component:
        """Return the component itself, or wrapped; its attributes are checked.

        Raises:
            ConfigError: an attribute has an invalid value.
        """
        is_derived = isinstance(built, self.base)
        component = cast("Component", built) if is_derived else self._wrapped(built)
        former = self.former_names(component)
        problem = self._invalid(component, former) or self.problem(component)
        if problem:
            raise ConfigError(f"{self.kind} {name!r}: {problem}")
        return component

    def _wrapped(self, built: Any) -> Component:
        if hasattr(built, self.method):
            wrapper = self.around_object(built)
            of_class = [a.name for a in self.attributes if a.taken_from != "nothing"]
            take_over(wrapper, built, [*of_class, *self.methods])
            return wrapper
        wrapper = self.around_function(built)
        of_function = (a.name for a in self.attributes if a.taken_from == "classes and functions")
        take_over(wrapper, built, of_function)
        return wrapper

    def _invalid(self, component: Component, former: Mapping[str, str]) -> str | None:
        """The first attribute with an invalid value, in words; None if all are valid."""
        for attribute in self.attributes:
            if attribute.is_valid is None:
                continue
            value = getattr(component, attribute.name, None)
            if not attribute.is_valid(value):
                name = former.get(attribute.name, attribute.name)
                return f"`{name}` must be {attribute.expected}, not {value!r}"
        return None
