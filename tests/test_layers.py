"""Which room may import which: data flows one way, from the lower floors to the command line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bench

PACKAGE = Path(bench.__file__).parent
FLOORS = (
    ("limits", "stats", "text", "display"),
    ("errors",),
    ("engines", "json_text", "ids", "imports", "identity"),
    ("component", "entry_points"),
    ("faults",),
    ("registry", "article"),
    ("tasks",),
    ("data", "metrics"),
    ("models",),
    ("runs",),
    ("compare",),
    ("gate",),
    ("report",),
    ("exits",),
    ("cli",),
    ("__main__",),
)
"""From the lowest to the highest. A module may import from its own room and from lower floors."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
EXCEPTIONS = {"cli": {"__main__"}, "gate": {"report"}}
"""``bench.cli.main`` is the entry point; the pytest plugin of the gate prints verdicts."""
ANYWHERE = {"testing", "evaluate", "bench"}
"""Rooms for other people's code, which may import any."""


def _imports(file: Path) -> set[str]:
    """The rooms of this package that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        found |= {name.split(".")[1] for name in names if name.startswith("bench.")}
    return found


def _room(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "bench" if first == "__init__" else first


MODULES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_has_a_floor():
    assert {_room(file) for file in MODULES} == {*FLOOR_OF, *ANYWHERE}


@pytest.mark.parametrize("room", FLOOR_OF)
def test_rooms_import_only_from_lower_floors(room):
    upward = {
        f"{file.relative_to(PACKAGE)} imports bench.{other}"
        for file in MODULES
        if _room(file) == room
        for other in _imports(file)
        if other != room
        and other not in EXCEPTIONS.get(room, ())
        and FLOOR_OF.get(other, len(FLOORS)) >= FLOOR_OF[room]
    }
    assert not upward
