"""Alternative values of parameters."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union

from bench.metrics.similarity import Similarity


def hints_of(source: Any) -> dict[str, Any]:
    """The type hints of the parameters of a component, as far as they can be resolved."""
    found: dict[str, Any] = {}
    for holder in (getattr(source, "__init__", None) if isinstance(source, type) else None, source):
        try:
            found |= typing.get_type_hints(holder, include_extras=True) if holder else {}
        except Exception:  # noqa: BLE001 - a name that only exists for type checkers
            continue
    return found


def alternatives(value: Any, hint: Any) -> Iterator[Any]:
    """Other values that may be valid for the same parameter, most likely ones first."""
    members = list(_members(hint))
    for literal in members:
        if typing.get_origin(literal) is Literal:
            yield from (other for other in typing.get_args(literal) if other != value)
    if value is None or value is inspect.Parameter.empty:
        yield from (first for member in members for first in _FIRST.get(member, ()))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value * 2)
    elif isinstance(value, float):
        yield from (other for other in (value * 0.5, value + 0.25, value + 1.0) if other != value)
    elif isinstance(value, Similarity):
        yield from (name for name in ("token_f1", "rougeL") if name != value.name)
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, Mapping):
        yield from _other_mappings(value)
    elif isinstance(value, list | tuple):
        yield type(value)([*value, *(value[-1:] or ["x"])])


_FIRST: dict[Any, tuple[Any, ...]] = {
    bool: (True, False),
    int: (2, 3),
    float: (0.5, 0.75),
    str: ("x", "y"),
}


def _members(hint: Any) -> Iterator[Any]:
    """The members of a union or annotated type."""
    origin = typing.get_origin(hint)
    if origin in {Union, types.UnionType}:
        for member in typing.get_args(hint):
            yield from _members(member)
    elif origin is Annotated:
        yield from _members(typing.get_args(hint)[0])
    else:
        yield hint


def _other_mappings(value: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    for key, inner in value.items():
        for other in alternatives(inner, type(inner)):
            yield {**value, key: other}
            break
    yield {**value, "x": "x"}
