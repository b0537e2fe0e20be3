"""The parameters of models, metrics and similarities: type, default and meaning.

The meaning is what the docstring says under ``Attributes:`` or ``Args:``. Both ``bench list`` and
the reference of the documentation show these.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bench.registry import Registry

_SECTION = re.compile(r"^(?:Attributes|Args|Arguments|Parameters):\n((?:[ \t]+.*\n?|\n)+)", re.M)
_ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \w+)*)(?: \([^)]*\))?:\s")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a component.

    Attributes:
        name: the name.
        type: the type, as in the code.
        default: the default in words, or ``required``.
        meaning: what the docstring says; "" if it says nothing.
    """

    name: str
    type: str
    default: str
    meaning: str


def parameters_of(registry: Registry, name: str) -> list[Parameter]:
    """The parameters of a component, in the order of its signature.

    Args:
        registry: the models, metrics or similarities.
        name: a name, or ``module:attribute``, whose module is imported.

    Raises:
        UnknownNameError: the name is unknown.
        ConfigError: it cannot be imported.
    """
    source = registry.load(name)
    meanings, hints = _meanings(source), _types(source)
    return [
        Parameter(
            key,
            _type(hints.get(key, parameter.annotation)),
            _default(source, key, parameter),
            meanings.get(key, ""),
        )
        for key, parameter in registry.parameters_of(source).items()
        if parameter.kind not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
    ]


def _meanings(source: Any) -> dict[str, str]:
    """By parameter, what the docstrings of a class, of its bases or of a function say."""
    found: dict[str, str] = {}
    kinds = reversed(source.__mro__) if isinstance(source, type) else [source]
    for kind in kinds:
        constructor = vars(kind).get("__init__") if isinstance(kind, type) else None
        for documented in (kind, constructor):
            text = getattr(documented, "__doc__", None)
            if isinstance(text, str):
                found.update(_entries(inspect.cleandoc(text)))
    return found


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """The names and meanings in the sections of a docstring."""
    for section in _SECTION.finditer(f"{text}\n"):
        names: list[str] = []
        meaning: list[str] = []
        for line in [*inspect.cleandoc(f"\n{section[1]}").splitlines(), "end: "]:
            entry = None if line[:1].isspace() else _ENTRY.match(f"{line} ")
            if entry is None:
                meaning.append(line.strip())
                continue
            yield from ((name.strip(" *"), " ".join(filter(None, meaning))) for name in names)
            names, meaning = entry[1].split(","), [f"{line} "[entry.end() :].strip()]


def _types(source: Any) -> dict[str, Any]:
    """The types of the parameters, as far as the names in them can be resolved."""
    found: dict[str, Any] = {}
    constructor = getattr(source, "__init__", None) if isinstance(source, type) else None
    for annotated in (constructor, source):
        with suppress(Exception):  # annotations of any code; their text is shown instead
            found |= typing.get_type_hints(annotated)
    return found


def _type(annotation: Any) -> str:
    """A type as a config may have it: choices by value, aliases resolved."""
    if annotation is inspect.Parameter.empty:
        return "any"
    if annotation in {None, type(None)}:
        return "None"
    if typing.get_origin(annotation) is typing.Literal:
        return " | ".join(repr(value) for value in typing.get_args(annotation))
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return " | ".join(map(_type, typing.get_args(annotation)))
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    return re.sub(r"\b(?:typing|collections\.abc)\.", "", f"{annotation}")


def _default(source: Any, key: str, parameter: inspect.Parameter) -> str:
    value = parameter.default
    if value is parameter.empty:
        return "required"
    if dataclasses.is_dataclass(source):
        field = next(field for field in dataclasses.fields(source) if field.name == key)
        if field.default_factory is not dataclasses.MISSING:
            value = field.default_factory()
    if value is None or value in ({}, ()):
        return "none"
    return "built in" if isinstance(value, dict) else f"{value}"
