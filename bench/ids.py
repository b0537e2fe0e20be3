"""Converts values from files to article ids and to labels of clusters."""

from __future__ import annotations

from datetime import date
from math import isnan
from numbers import Integral
from typing import Any

_CONVERSIONS = {"bytes": '.str.decode("utf-8")', "Decimal": ".map(int)"}
TO_INTEGERS = 'pd.to_numeric({}).astype("Int64")'
"""Pandas expression that converts a column of floats, also as strings, to integers."""
EXACT_FLOATS = 2**53
"""The smallest integer from which floats are not exact."""


def article_id(value: Any, column: str = "id") -> str:
    """Convert a value to an id: a string unchanged, an integer to its decimal string.

    Args:
        value: the value in a row.
        column: its column, for the message.

    Raises:
        ValueError: the value is of another type; the message says how to convert it.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    raise ValueError(_refusal(value, column))


def cluster_label(value: Any) -> str:
    """Convert a value to the label of a cluster of articles; empty if it is missing or blank.

    A string is unchanged, an integer becomes its decimal string and a date its ISO form. So does a
    float that is an integer: where labels are missing, pandas stores integers as floats.

    Raises:
        ValueError: the value is of another type.
    """
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOATS:
        value = int(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    raise ValueError(
        f"a label is a string or an integer, not {value!s:.40} of type {type(value).__name__};"
        " name another column with --cluster, or none with --cluster ''"
    )


def _refusal(value: Any, column: str) -> str:
    if is_missing(value):
        return f"missing ({'null' if value is None else 'NaN'}); every row needs an id"
    if isinstance(value, float):
        return _of_float(value, column)
    if isinstance(value, bool):
        return f"the boolean {value} is neither a string nor an integer; is it the right column?"
    if isinstance(value, list | tuple | dict):
        return _of_collection(value, column)
    name, own = type(value).__name__, f'df["{column}"]'
    return (
        f"of type {name}, not a string or an integer ({value!s:.40}); if it is the right column:"
        f" {own} = {own}{_CONVERSIONS.get(name, '.astype(str)')}"
    )


def _of_float(value: float, column: str) -> str:
    what = f"{value!r} is a float, not a string or an integer"
    if not value.is_integer():
        return f"{what}; is it the right column?"
    if abs(value) >= EXACT_FLOATS:
        return f"{what}, and may be rounded; {whole_digits(column)}"
    own = f'df["{column}"]'
    return (
        f"{what}; pandas reads integers as floats where the column holds a NaN:"
        f" {own} = {TO_INTEGERS.format(own)}"
    )


def _of_collection(value: Any, column: str) -> str:
    what = f"of type {type(value).__name__}, not a string or an integer ({value!s:.40})"
    if len(value) != 1:
        return f"{what}; is it the right column?"
    at = f".str.get({next(iter(value))!r:.80})" if isinstance(value, dict) else ".str[0]"
    return f'{what}; take the id out of it: df["{column}"] = df["{column}"]{at}'


def whole_digits(column: str) -> str:
    """The remedy for integers that are too long for a float."""
    return (
        "pandas reads integers as floats where the column holds a NaN, and floats have no more than"
        f' 17 digits: read the ids as text, pd.read_csv(FILE, dtype={{"{column}": str}})'
    )


def is_missing(value: Any) -> bool:
    """Whether a value is null or NaN, as for missing values in tables."""
    return value is None or (isinstance(value, float) and isnan(value))
