"""Values of literals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, list["Value"], "LiteralObject", "Bare", None]
"""A string, an array, an object, another value, or nothing (``null``, ``nan``)."""


@dataclass(frozen=True, slots=True)
class LiteralObject:
    """An object: its keys and values in order, with duplicates."""

    pairs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Bare:
    """A number, ``true`` or another word without quotes."""

    text: str
