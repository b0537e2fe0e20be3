"""Finds the rows in prediction files whose records are not rows: wrapped lists, objects by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from bench.data.json_layouts import pandas_rows
from bench.models.harnesses import harness_of
from bench.models.prediction_items import strings_of
from bench.models.recorded_files import ANSWERS, ID, Record

_WRAPPERS = (
    *("data", "rows", "predictions", "outputs", "results", "responses", "samples"),
    *("generations", "completions", "records"),
)
"""Keys under which programs write a list of predictions without ids."""
_SHOWN = 5  # keys in a message


def unwrapped(records: Iterable[Record], notes: list[str]) -> Iterator[Record]:
    """Yield the rows of a file, of whatever layout its records are.

    A record may be a row, a list of rows, an object with the rows under a single key
    (``{"data": [...]}``), or an object from ids to predictions or rows. The last is recognised only
    if the file has a single record, or if the keys of its records differ.

    Args:
        records: the records of the file.
        notes: receives a line for a layout that had to be guessed.
    """
    stream = iter(records)
    first = list(islice(stream, 2))
    by_id = len(first) == 1 or _differ(*(record.value for record in first))
    for record in chain(first, stream):
        try:
            rows = _rows_in(record.value, by_id, notes)
        except ValueError as error:
            yield record._replace(value=error)
            continue
        if rows is None:
            yield record
        elif len(rows) == 1:
            yield record._replace(value=rows[0])
        else:
            yield from (Record(number, row, "row") for number, row in enumerate(rows, start=1))


def _differ(*values: Any) -> bool:
    """Whether two records are objects without a common key."""
    keys = [set(value) if isinstance(value, dict) else set() for value in values]
    return bool(keys) and all(keys) and not set.intersection(*keys)


def _rows_in(value: Any, by_id: bool, notes: list[str]) -> list[Any] | None:
    """The rows in a record; None if it is a row itself, or of an unknown layout."""
    if isinstance(value, list):
        return value if value and all(isinstance(row, dict) for row in value) else None
    if not isinstance(value, dict) or not value:
        return None
    if by_id and (table := pandas_rows(value, (*ID, *ANSWERS))) is not None:
        return table
    rows = None if set(ID) & value.keys() else _wrapped(value)
    if rows or not by_id or {*ID, *ANSWERS} & value.keys():
        return rows
    return _keyed(_inner(value), notes)


def _inner(value: dict[str, Any]) -> dict[str, Any]:
    """The object by id under a usual key, beside which there is only metadata."""
    found = [key for key in _WRAPPERS if isinstance(value.get(key), dict) and value[key]]
    return dict(value[found[0]]) if len(found) == 1 else value


def _wrapped(value: dict[str, Any]) -> list[Any] | None:
    """The rows under a key, possibly of an inner object with the same name.

    Raises:
        ValueError: several keys have lists of rows.
    """
    inner = value.get("results")
    if isinstance(inner, dict) and _is_rows(inner.get("results")):
        return list(inner["results"])
    found = [key for key, rows in value.items() if _is_rows(rows)]
    if found and all(_is_items(value[key]) for key in value):
        return None  # by id
    known = [key for key in found if _is_known(value[key][0])]
    found = known if len(known) == 1 else found
    if len(found) > 1:
        keys = ", ".join(repr(key)[:40] for key in found[:_SHOWN])
        raise ValueError(
            f"several lists of rows, under the keys {keys}; write one to a file, for example with"
            f" jq '.{found[0]:.40}'"
        )
    if found:
        return list(value[found[0]])
    named = [key for key in _WRAPPERS if _is_texts(value.get(key))]
    return list(value[named[0]]) if len(named) == 1 and len(value) == 1 else None


def _is_known(row: dict[str, Any]) -> bool:
    """Whether a row has a prediction under a usual name, or is of a known program."""
    return bool(set(ANSWERS) & row.keys()) or harness_of(row) is not None


def _is_items(value: Any) -> bool:
    return value is None or strings_of(value) is not None


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str | list) for v in value)


def _keyed(value: dict[str, Any], notes: list[str]) -> list[Any] | None:
    """A row for each key, if the keys may be ids."""
    given = list(value.values())
    rows: list[dict[str, Any]]
    if all(each is None or isinstance(each, str) for each in given):
        rows = [{"article": key, "raw": each} for key, each in value.items()]
    elif all(map(_is_items, given)):
        rows = [{"article": key, "items": strings_of(each)} for key, each in value.items()]
    elif all(isinstance(each, dict) and set(ANSWERS) & each.keys() for each in given):
        rows = [
            each if set(ID) & each.keys() else {"article": key, **each}
            for key, each in value.items()
        ]
    else:
        return None
    note = "an object whose keys are read as article ids"
    notes += [] if note in notes else [note]
    return rows
