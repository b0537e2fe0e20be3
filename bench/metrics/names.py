"""Names that hold parameters: ``rouge3``, ``map@5``, ``set_chrf``, ``coverage@0.7_embed``."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from bench.errors import ConfigError

_PATTERNS = (
    re.compile(r"(?P<family>set|greedy)_(?P<similarity>.+)", re.DOTALL),
    re.compile(r"(?P<family>near_duplicates)_(?P<similarity>.+)", re.DOTALL),
    re.compile(r"(?P<family>map)@(?P<n>\d+)(?:_(?P<similarity>.+))?", re.DOTALL),
    re.compile(r"(?P<family>[a-z_]+?)@(?P<at>\d*\.?\d+)(?:_(?P<similarity>.+))?", re.DOTALL),
    re.compile(r"(?P<family>[a-z_]+?)(?P<n>\d+)"),
)
"""Each group but ``family`` is the parameter of its name."""
_AFTER_FAMILY = re.compile(r"$|[\d@_]")


class ParsedName(NamedTuple):
    """A name in its parts.

    Attributes:
        family: the name in the table.
        parameters: the parameters that the name holds, as text.
    """

    family: str
    parameters: Mapping[str, str]

    def with_parameters(self, kind: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the name and those that are given beside it.

        Args:
            kind: "metric" or "similarity", for messages.
            name: the whole name.
            given: the others.

        Raises:
            ConfigError: a parameter contradicts the name; one line for each.
        """
        contradicting = [
            key
            for key, own in self.parameters.items()
            if key in given and not _agree(own, given[key])
        ]
        if contradicting:
            raise ConfigError(
                f"{kind} {name!r}: its name sets {key} to {self.parameters[key]}; remove the"
                f" parameter {key}, or write {self.family!r} and the parameter"
                for key in contradicting
            )
        return {**self.parameters, **given}


def _agree(own: str, given: Any) -> bool:
    """Whether a parameter is the one that a name holds, perhaps with parameters of its own."""
    if isinstance(given, Mapping):
        return given.get("use") == own
    try:
        return bool(given == own or float(own) == float(given))
    except (TypeError, ValueError):
        return False


def parse_name(name: str, known: Container[str]) -> ParsedName:
    """Split a name of a metric or similarity into its family and parameters.

    A name in the table is never split, and neither is a name whose family is not in the table.

    >>> parse_name("coverage@0.7", {"coverage"})
    ParsedName(family='coverage', parameters={'at': '0.7'})
    """
    if name not in known:
        for pattern in _PATTERNS:
            parts = pattern.fullmatch(name)
            if parts and parts["family"] in known:
                found = {key: part for key, part in parts.groupdict().items() if part is not None}
                return ParsedName(found.pop("family"), found)
    return ParsedName(name, {})


def family_of(name: str, families: Iterable[str]) -> str | None:
    """The family of the name that a metric has in tables, such as ``coverage@0.5_bleu``."""
    found = (
        family
        for family in families
        if name.startswith(family) and _AFTER_FAMILY.match(name[len(family) :])
    )
    return max(found, key=len, default=None)
