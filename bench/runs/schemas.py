"""JSON Schemas of the config and of the JSON files of a run directory.

Editors complete and check a config with them; other programs read a run directory by them.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from bench.errors import UnknownNameError, unknown_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a file.

    Args:
        name: a key of ``SCHEMAS``.

    Raises:
        UnknownNameError: there is no such file.
    """
    if name not in SCHEMAS:
        raise UnknownNameError(unknown_name("file", name, SCHEMAS))
    return {"$schema": DIALECT, **SCHEMAS[name]()}


def _config() -> dict[str, Any]:
    from bench.data.presets import PRESETS
    from bench.data.shipped import shipped_datasets
    from bench.metrics import METRICS
    from bench.models import MODELS
    from bench.raters import RATERS
    from bench.runs.config import Config

    schema = _schema(Config)
    records = schema["$defs"]
    records["Model"] = _nameable(records.pop("ModelEntry"), MODELS.builtin)
    records["Rater"] = _nameable(records.pop("RaterEntry"), RATERS.builtin)
    records["Metric"] = _nameable(records.pop("Entry"), METRICS.builtin)
    records["Engine"] = _nameable(records.pop("EngineOptions"), {"local", "processes", "ray"})
    fields = schema["properties"]
    fields["models"]["items"] = {"$ref": "#/$defs/Model"}
    fields["metrics"]["items"] = {"$ref": "#/$defs/Metric"}
    fields["raters"]["items"] = {"$ref": "#/$defs/Rater"}
    fields["engine"] = {
        "$ref": "#/$defs/Engine",
        "description": fields["engine"].get("description", ""),
    }
    names = fields["tasks"].pop("propertyNames")
    options = {"anyOf": [{"$ref": "#/$defs/TaskOptions"}, {"type": "null"}]}
    table = {"type": "object", "propertyNames": names, "additionalProperties": options}
    listed = {"type": "array", "items": names}
    fields["tasks"] = {"anyOf": [listed | {"minItems": 1}, table | {"minProperties": 1}]}
    fields["dataset"] |= {"examples": sorted([*shipped_datasets(), *PRESETS])}
    return schema


def _nameable(record: dict[str, Any], names: Any) -> dict[str, Any]:
    """A record, or a string that is short for it; the known names are for completion."""
    use = record["properties"]["use"] | {"anyOf": [{"enum": sorted(names)}, {"type": "string"}]}
    use.pop("enum", None)
    properties = record["properties"] | {"use": use, "evaluate": {"type": "string"}}
    one_of = [{"required": ["use"]}, {"required": ["evaluate"]}]
    whole = {**record, "properties": properties, "required": [], "anyOf": one_of}
    return {"anyOf": [{"enum": sorted(names)}, {"type": "string"}, whole]}


def _results() -> dict[str, Any]:
    from bench.runs.results import Results

    return _schema(Results)


def _record() -> dict[str, Any]:
    from bench.runs.record import RunRecord

    return _schema(RunRecord)


def _prediction() -> dict[str, Any]:
    from bench.runs.predictions import Prediction

    return _schema(Prediction)


def _rating() -> dict[str, Any]:
    from bench.data.ratings import Rating

    return _schema(Rating)


def _preference() -> dict[str, Any]:
    from bench.data.ratings import Preference

    return _schema(Preference)


def _origin() -> dict[str, Any]:
    from bench.runs.origins import Origin

    return _schema(Origin)


def _owner() -> dict[str, Any]:
    from bench.runs.owner import Owner

    return _schema(Owner)


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "config": _config,
    "results": _results,
    "run": _record,
    "prediction": _prediction,
    "rating": _rating,
    "preference": _preference,
    "origin": _origin,
    "owner": _owner,
}
"""By name: a config; ``results.json``; ``run.json``; a row of ``predictions/MODEL.TASK.jsonl``; one
of ``ratings/RATER.MODEL.TASK.jsonl``, and of ``ratings/RATER.TASK.preferences.jsonl``;
``predictions/MODEL.TASK.origin.json``; ``owner.json`` of a run that has not finished."""


def _schema(record: type[BaseModel]) -> dict[str, Any]:
    """What pydantic makes of a record, with the docstring of each field as its description."""
    schema = record.model_json_schema()
    known = {kind.__name__: kind for kind in _records(record)}
    for name, part in [(record.__name__, schema), *schema.get("$defs", {}).items()]:
        if name in known:
            described = _docstrings(known[name])
            for field, own in part.get("properties", {}).items():
                own.pop("title", None)
                if field in described:
                    own["description"] = described[field]
    return schema


def _records(record: type[BaseModel]) -> set[type[BaseModel]]:
    """The record with all records that it is made of."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [record]
    while waiting:
        kind = waiting.pop()
        if inspect.isclass(kind) and issubclass(kind, BaseModel) and kind not in found:
            found.add(kind)
            waiting += [field.annotation for field in kind.model_fields.values()]
        waiting += getattr(kind, "__args__", ())
    return found


def _docstrings(record: type[BaseModel]) -> dict[str, str]:
    """The string below each field of a record and of those that it derives from."""
    found: dict[str, str] = {}
    for kind in reversed(record.__mro__):
        if kind in (BaseModel, object) or not issubclass(kind, BaseModel):
            continue
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        statements = getattr(body, "body", [])
        for field, text in pairwise(statements):
            is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and is_text:
                found[field.target.id] = " ".join(str(text.value.value).split())
    return found
