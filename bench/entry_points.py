"""Reads the entry points of other packages without importing their code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it imports `email` and more, only to find, mostly, that nothing is added
    from importlib.metadata import Distribution

_EXTRAS = re.compile(r"\s*\[.*")  # of "module:attribute [extra]"
_GROUP = re.compile(r"^\s*\[+bench\.", re.MULTILINE)


@dataclass(frozen=True)
class EntryPoint:
    """An entry point of another package.

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


def added_to(group: str) -> list[EntryPoint]:
    """The entry points of a group, sorted by name; the first one with a name takes precedence.

    A distribution with unreadable metadata is skipped.
    """
    found = (entry for entry in _all() if entry.group == group)
    return sorted(found, key=lambda entry: entry.name)


def _all() -> list[EntryPoint]:
    """All entry points in ``bench.*``, from the distributions that would be imported."""
    if not _may_have_any():
        return []
    from importlib.metadata import distributions

    found: dict[str, list[EntryPoint]] = {}
    for installed in distributions():
        with suppress(Exception):  # one broken installation must not affect the others
            # Few distributions have such a group; to read the metadata of all takes far longer.
            if _GROUP.search(installed.read_text("entry_points.txt") or ""):
                name = re.sub(r"[-_.]+", "-", str(installed.metadata["Name"])).lower()
                if name not in found:
                    found[name] = list(_of(_first(name, installed)))
    return [entry for entries in found.values() for entry in entries]


def _may_have_any() -> bool:
    """Whether a distribution has such entry points, or is not a folder in a folder of the path."""
    finders = [one for one in sys.meta_path if hasattr(one, "find_distributions")]
    if any(finder is not PathFinder for finder in finders):
        return True
    for entry in dict.fromkeys(sys.path):
        with suppress(NotADirectoryError, FileNotFoundError, PermissionError):
            names = os.listdir(entry or ".")  # noqa: PTH208 - `Path.iterdir` takes far longer
            for name in names:
                if name.lower().endswith((".dist-info", ".egg-info", "egg-info")):
                    file = Path(entry, name, "entry_points.txt")
                    with suppress(OSError):
                        if _GROUP.search(file.read_text(encoding="utf-8", errors="replace")):
                            return True
            continue
        if entry.endswith((".egg", ".whl")) or Path(entry).is_file():
            return True
    return False


def _first(name: str, installed: Distribution) -> Distribution:
    """The first distribution with a name, which is the one that is imported."""
    from importlib.metadata import distributions

    return next((one for one in distributions(name=name) if one.metadata["Name"]), installed)


def _of(installed: Distribution) -> Iterator[EntryPoint]:
    label = f"{installed.metadata['Name']} {installed.version}"
    for entry in installed.entry_points:
        if entry.group.startswith("bench."):
            yield EntryPoint(entry.group, entry.name, _EXTRAS.sub("", entry.value), label)
