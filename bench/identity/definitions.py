"""Extracts the part of a module that one of its names depends on.

An edit to one model must not change the identity of other models in the same file. Therefore a
module is split into top-level statements, and only those count that the name reaches. Code that may
act without being named (top-level calls, decorated definitions, unused imports) always counts, and
so does the whole module if it looks names up at run time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bench.identity.statements import dotted, reached_statements, single_imports
from bench.identity.uses import IMPORT_FUNCTIONS, Uses, collect_uses

_LOOK_UP = frozenset(
    {
        *("globals", "locals", "eval", "exec", "__subclasses__", "__init_subclass__"),
        *("getmodule", "getmembers", "get_type_hints"),
    }
)


def uses_of(
    source: str, module: str, *, is_package: bool = False, roots: Iterable[str | int] | None = None
) -> Uses:
    """Collect the source of a module, or of the part that ``roots`` reach, and its uses.

    What is returned is shared between calls: it must not be changed.

    Args:
        source: the source of the module.
        module: its full name, for relative imports.
        is_package: whether it is a package's ``__init__``.
        roots: top-level names, or lines of top-level statements; None for the whole module. Code
            that acts on import always counts.

    Raises:
        SyntaxError: the source cannot be parsed.
    """
    return _uses_of(source, module, is_package, None if roots is None else frozenset(roots))


@lru_cache(maxsize=256)
def _uses_of(
    source: str, module: str, is_package: bool, roots: frozenset[str | int] | None
) -> Uses:
    """The same, kept: the components of a run, and the runs of a session, share their modules."""
    tree = ast.parse(source)
    statements: Sequence[ast.stmt] = tree.body
    looks_up = _looks_names_up(tree)
    whole = roots is None or (bool(roots) and looks_up)
    if not whole:
        single = [one for statement in statements for one in single_imports(statement)]
        statements = list(reached_statements(single, set(roots or ()), is_package=is_package))
    lines = [line + "\n" for line in source.split("\n")]  # as counted by `ast`
    parts = [source] if whole else [_segment(statement, lines) for statement in statements]
    found = Uses("".join(parts), looks_up=looks_up)
    package = module if is_package else module.rpartition(".")[0]
    importers = {*IMPORT_FUNCTIONS, *_renamed_importers(tree)}
    for statement in statements:
        collect_uses(statement, package, found, importers)
    return found


def _renamed_importers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "importlib":
            yield from (a.asname for a in node.names if a.name == "import_module" and a.asname)


def _looks_names_up(tree: ast.Module) -> bool:
    """Whether names are looked up at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _LOOK_UP:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {*_LOOK_UP, "modules"}:
            return True
        if isinstance(node, ast.FunctionDef) and node.name in {*_LOOK_UP, "__getattr__"}:
            return True
        if isinstance(node, ast.ClassDef) and any(
            keyword.arg == "metaclass" and dotted(keyword.value).rpartition(".")[2] != "ABCMeta"
            for keyword in node.keywords
        ):
            return True
    return False


def _segment(statement: ast.stmt, lines: Sequence[str]) -> str:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return ast.unparse(statement) + "\n"
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)])
    return "".join(lines[first - 1 : statement.end_lineno])
