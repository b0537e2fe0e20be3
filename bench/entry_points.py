"""Reads the entry points of other packages without importing their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

_EXTRAS = re.compile(r"\s*\[.*")  # of "module:attribute [extra]"


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
    found: list[Added] = []
    seen: set[str] = set()
    for distribution in distributions():
        try:
            name = re.sub(r"[-_.]+", "-", str(distribution.metadata["Name"])).lower()
            own = list(_of(distribution)) if name not in seen else []
        except Exception:  # noqa: BLE001 - one broken installation must not affect the others
            continue
        seen.add(name)
        found += own
    return found


def _of(distribution: Distribution) -> Iterator[Added]:
    label = f"{distribution.metadata['Name']} {distribution.version}"
    for entry in distribution.entry_points:
        if entry.group.startswith("bench."):
            yield Added(entry.group, entry.name, _EXTRAS.sub("", entry.value), label)
