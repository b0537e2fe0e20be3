"""Modules import from lower floors only, and never each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

FLOORS: tuple[tuple[str, ...], ...] = (
    ("limits", "ids", "entry_points", "stats", "text", "display"),
    ("errors", "json_text", "validation"),
    ("imports", "engines", "evaluate", "article"),
    ("tasks", "identity", "strict_model"),
    ("component",),
    ("adapter", "faults"),
    ("registry",),
    ("data", "metrics", "parameters"),
    ("models",),
    ("raters",),
    ("heuristics", "ingest", "runs"),
    ("agreement", "comparison", "verification"),
    ("gate", "rating"),
    ("histories",),
    ("exchange", "reports"),
    ("exits", "catalog", "testing"),
    ("api",),
    ("cli",),
    ("__main__",),
)
"""Rooms, from the lowest floor up. Rooms on the same floor do not import each other."""

INDEPENDENT_OF = {
    "models": ("metrics",),
    "raters": ("metrics",),
    "heuristics": ("metrics",),
    "ingest": ("metrics", "models"),
}
"""Rooms that do not import these, although they are on a lower floor."""

PUBLIC = "bench"
"""The package itself, which names public objects of every floor and imports them lazily."""

DEFERRED = {
    ("bench.text.literals.whole", "bench.text.items"): "a list in an item is itself parsed",
    ("bench.runs.results", "bench.runs.received"): "checks results as they are read",
    ("bench.cli", "bench.__main__"): "the documented entry point stands in the package",
}
"""Circular imports that are accepted, with the reason."""

Edge = tuple[str, str]


def modules() -> dict[str, Path]:
    found = {}
    for file in sorted((ROOT / "bench").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(source: str, known: dict[str, Path]) -> Iterator[str]:
    """Modules of the package that the source imports, including those inside functions."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else str(node.module) for name in inside]
        yield from (name for name in names if name in known)


@cache
def imports() -> list[Edge]:
    known = modules()
    return [
        (module, target)
        for module, file in known.items()
        if module != PUBLIC
        for target in sorted(set(imported(file.read_text(encoding="utf-8"), known)) - {PUBLIC})
    ]


def location(module: str) -> tuple[int, str]:
    """The floor and the room of a module."""
    room = module.split(".")[1]
    for floor, rooms in enumerate(FLOORS):
        if room in rooms:
            return floor, room
    pytest.fail(f"{module}: not on any floor; add its room to FLOORS")


def is_allowed(edge: Edge) -> bool:
    (floor, room), (other_floor, other_room) = map(location, edge)
    if room == other_room:
        return True
    return other_floor < floor and other_room not in INDEPENDENT_OF.get(room, ())


@pytest.mark.slow
def test_every_module_imports_from_lower_floors_only():
    assert [edge for edge in imports() if not is_allowed(edge) and edge not in DEFERRED] == []


@pytest.mark.parametrize(
    "edge",
    [
        ("bench.heuristics.lsa", "bench.runs.plan"),
        ("bench.runs.plan", "bench.heuristics.lsa"),
        ("bench.ingest.pages", "bench.models.base"),
        ("bench.models.base", "bench.heuristics.lsa"),
        ("bench.models.base", "bench.metrics.base"),
        ("bench.metrics.base", "bench.data.rows"),
        ("bench.text.tokens", "bench.article"),
        ("bench.stats.exact", "bench.text.tokens"),
        ("bench.gate.check", "bench.reports.tables"),
    ],
)
def test_other_directions_are_refused(edge):
    assert not is_allowed(edge)


def test_every_room_on_a_floor_exists():
    known = modules()
    rooms = [room for floor in FLOORS for room in floor]
    assert [room for room in rooms if f"bench.{room}" not in known] == []
    assert len(rooms) == len(set(rooms))


def test_no_modules_import_each_other():
    graph: dict[str, set[str]] = {}
    for module, target in imports():
        if (module, target) not in DEFERRED:
            graph.setdefault(module, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_no_exception_is_listed_that_is_not_needed():
    assert set(DEFERRED) <= set(imports())


def test_imports_in_functions_and_from_packages_are_found():
    source = "def f():\n    from bench.text import tokens\n    import bench.errors, os\n"
    assert list(imported(source, modules())) == ["bench.text.tokens", "bench.errors"]
