"""What other packages add, read from their metadata; none of their code is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

_EXTRAS = re.compile(r"\s*\[.*")  # of "module:attribute [extra]"


@dataclass(frozen=True)
class Added:
    """One entry point.

    Attributes:
        group: what it adds to, such as ``bench.models``.
        name: the name that it adds.
        target: the ``"module:attribute"`` behind it.
        distribution: name and version of the package that adds it.
    """

    group: str
    name: str
    target: str
    distribution: str

    @property
    def module(self) -> str:
        """The module that is imported for it."""
        return self.target.partition(":")[0]


def added_to(group: str) -> list[Added]:
    """The entry points of a group, in the order of names; the first of one name is in force.

    A distribution whose metadata cannot be read adds nothing.
    """
    found = (entry for entry in _all() if entry.group == group)
    return sorted(found, key=lambda entry: entry.name)


def _all() -> list[Added]:
    """Every entry point of ``bench.*``, each distribution once: the one that is imported."""
    found: list[Added] = []
    seen: set[str] = set()
    for distribution in distributions():
        try:
            name = re.sub(r"[-_.]+", "-", str(distribution.metadata["Name"])).lower()
            own = list(_of(distribution)) if name not in seen else []
        except Exception:  # noqa: BLE001 - one broken installation must not harm the others
            continue
        seen.add(name)
        found += own
    return found


def _of(distribution: Distribution) -> Iterator[Added]:
    label = f"{distribution.metadata['Name']} {distribution.version}"
    for entry in distribution.entry_points:
        if entry.group.startswith("bench."):
            yield Added(entry.group, entry.name, _EXTRAS.sub("", entry.value), label)
