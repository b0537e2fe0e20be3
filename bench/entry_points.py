"""Reads the entry points of other packages without importing their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

_EXTRAS = re.compile(r"\s*\[.*")  # of "module:attribute [extra]"
_GROUP = re.compile(r"^\s*\[+bench\.", re.MULTILINE)


@dataclass(frozen=True)
class Added:
    """An entry point.

    Attributes:
        group: its group, such as ``bench.models``.
        name: its name.
        target: the ``"module:attribute"`` behind it.
        distribution: name and version of the package that adds it.
    """

    group: str
    name: str
    target: str
    distribution: str

    @property
    def module(self) -> str:
        """The module of its target."""
        return self.target.partition(":")[0]


def added_to(group: str) -> list[Added]:
    """The entry points of a group, sorted by name; the first one with a name takes precedence.

    A distribution with unreadable metadata is skipped.
    """
    found = (entry for entry in _all() if entry.group == group)
    return sorted(found, key=lambda entry: entry.name)


def _all() -> list[Added]:
    """All entry points in ``bench.*``, from the distributions that would be imported."""
    found: dict[str, list[Added]] = {}
    for installed in distributions():
        with suppress(Exception):  # one broken installation must not affect the others
            # Few distributions have such a group; to read the metadata of all takes far longer.
            if _GROUP.search(installed.read_text("entry_points.txt") or ""):
                name = re.sub(r"[-_.]+", "-", str(installed.metadata["Name"])).lower()
                if name not in found:
                    found[name] = list(_of(_first(name, installed)))
    return [entry for entries in found.values() for entry in entries]


def _first(name: str, installed: Distribution) -> Distribution:
    """The first distribution with a name, which is the one that is imported."""
    return next((one for one in distributions(name=name) if one.metadata["Name"]), installed)


def _of(installed: Distribution) -> Iterator[Added]:
    label = f"{installed.metadata['Name']} {installed.version}"
    for entry in installed.entry_points:
        if entry.group.startswith("bench."):
            yield Added(entry.group, entry.name, _EXTRAS.sub("", entry.value), label)
