"""Plain messages for validation errors of pydantic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bench.limits import MESSAGE

_MUST = {
    "string": "a string",
    "int": "an integer",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping of keys to values",
    "mapping": "a mapping of keys to values",
    "model": "a mapping of keys to values",
}
"""The required type, by the first word of the type of the error."""
_BOUNDS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_FIXED = {
    "missing": "is missing",
    "too_short": "must not be empty",
    "extra_forbidden": "is an unknown key",
}
_PLAIN = ("type", "parsing", "number", "from_float", "parsing_size", "attributes_type")
_PREFIX = "Value error, "


def plain_reason(fault: Mapping[str, Any]) -> str:
    """Describe a fault found by pydantic, without its location: ``must be an integer, not "soon"``.

    Args:
        fault: an element of ``ValidationError.errors()``.
    """
    kind, context = fault["type"], fault.get("ctx", {})
    given = shown(fault.get("input"))
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"must be {words} {context[key]:,}, not {given}"
    if kind == "literal_error":
        return f"must be {context['expected']}, not {given}"
    what, _, rest = kind.partition("_")
    if what in _MUST and rest in _PLAIN:
        return f"must be {_MUST[what]}, not {given}"
    message: str = fault["msg"]
    if message.startswith(_PREFIX):
        return message.removeprefix(_PREFIX)
    return message[:1].lower() + message[1:]


def shown(value: Any) -> str:
    """A value as in JSON or YAML, shortened for a message."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= MESSAGE else f"{text[:MESSAGE]}..."


def is_type_fault(fault: Mapping[str, Any]) -> bool:
    """Whether a value has the wrong type."""
    return str(fault["type"]).partition("_")[2] in _PLAIN
