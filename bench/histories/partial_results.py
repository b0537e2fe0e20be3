"""Reads from ``results.json`` only the scores that are wanted.

A thousand files hold a million numbers, of which a history shows a few thousand. The others are
parsed, but no objects are made of them, which would take half of the time and most of the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator
    from pydantic_core.core_schema import CoreSchema

_NOT_FINITE = (b"NaN", b"Infinity")


def partial_results(data: bytes, scores: frozenset[str]) -> dict[str, Any] | None:
    """The content of ``results.json`` with only the wanted scores.

    Args:
        data: the content of the file.
        scores: full names. Only these are in the result, whatever the primary scores are.

    Returns:
        None if a value is not of the kind that runs write: the whole file then says what is wrong.
    """
    from pydantic_core import ValidationError

    if any(word[:1] in data and word in data for word in _NOT_FINITE):  # a letter is found quickly
        return None
    try:
        found: dict[str, Any] = _reader(scores).validate_json(data)
    except ValidationError:
        return None
    return found


@lru_cache(maxsize=64)
def _reader(scores: frozenset[str]) -> SchemaValidator:
    """Reads the parts of a file that a history needs."""
    from pydantic_core import SchemaValidator
    from pydantic_core import core_schema as kinds

    text, anything = kinds.str_schema(strict=True), kinds.any_schema()
    count = kinds.int_schema(strict=True, ge=0)
    facts = {"signature": text, "higher_is_better": anything}
    metric = _object(facts, optional={"advisory": text})
    model = _object(
        {
            "role": text,
            "articles": count,
            "failed": count,
            "scores": _object({}, optional=dict.fromkeys(scores, anything)),
        }
    )
    task = _object(
        {
            "primary": text,
            "items": kinds.nullable_schema(count),
            "models": kinds.dict_schema(text, model),
        }
    )
    dataset = _object({"name": text, "fingerprint": text, "articles": count})
    return SchemaValidator(
        _object(
            {
                "on_error": text,
                "dataset": dataset,
                "metrics": kinds.dict_schema(text, metric),
                "tasks": kinds.dict_schema(text, task),
            }
        )
    )


def _object(
    fields: Mapping[str, CoreSchema], *, optional: Mapping[str, CoreSchema] | None = None
) -> CoreSchema:
    """An object with some fields, whose other fields are dropped."""
    from pydantic_core import core_schema as kinds

    known = {name: kinds.typed_dict_field(kind) for name, kind in fields.items()} | {
        name: kinds.typed_dict_field(kind, required=False)
        for name, kind in (optional or {}).items()
    }
    return kinds.typed_dict_schema(known, extra_behavior="ignore")
