"""Selects the top-level statements of a module that a name depends on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_HARMLESS_DECORATORS = frozenset(
    {
        *("dataclass", "dataclasses.dataclass", "final", "typing.final", "override"),
        *("cache", "functools.cache", "lru_cache", "functools.lru_cache", "total_ordering"),
        *("functools.total_ordering", "runtime_checkable", "typing.runtime_checkable"),
        *("overload", "typing.overload", "contextmanager", "contextlib.contextmanager"),
    }
)


def single_imports(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Split an import of several names."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield ast.copy_location(ast.Import([alias]), statement)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            one = ast.ImportFrom(statement.module, [alias], statement.level)
            yield ast.copy_location(one, statement)
    else:
        yield statement


def reached_statements(
    statements: Sequence[ast.stmt], roots: set[str | int], *, is_package: bool
) -> Iterator[ast.stmt]:
    """The statements that the roots reach, and those that act on import, in order."""
    binders: dict[str | int, list[int]] = {}
    for number, statement in enumerate(statements):
        for name in _bound(statement):
            binders.setdefault(name, []).append(number)
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            binders.setdefault(line, []).append(number)
    if not all(root in binders for root in roots):
        yield from statements  # a name from elsewhere, such as a star import
        return
    used = [_names(statement) for statement in statements]
    everywhere = set[str]().union(*used)
    waiting = [
        number
        for number, statement in enumerate(statements)
        if _acts(statement) or _is_unused_import(statement, everywhere, is_package)
    ]
    waiting += [number for root in roots for number in binders[root]]
    reached: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number not in reached:
            reached.add(number)
            waiting += [p for name in used[number] for p in binders.get(name, ())]
    yield from (statements[number] for number in sorted(reached))


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a simple statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    yield node.id


def _acts(statement: ast.stmt) -> bool:  # noqa: PLR0911 - a kind of statement each
    """Whether a top-level statement may affect others."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if any(_name_of(d) not in _HARMLESS_DECORATORS for d in statement.decorator_list):
            return True
        if isinstance(statement, ast.ClassDef):
            return any(_acts_in_class(inner) for inner in statement.body)
        defaults = [*statement.args.defaults, *statement.args.kw_defaults]
        return any(isinstance(n, ast.Call) for d in defaults if d for n in ast.walk(d))
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any(alias.name == "*" for alias in statement.names)
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return any(
            isinstance(n, ast.Attribute | ast.Subscript) for t in targets for n in ast.walk(t)
        )
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return not is_idle(statement)


def _acts_in_class(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Pass):
        return False
    return _acts(statement)


def is_idle(statement: ast.stmt) -> bool:
    """Whether it does nothing on import: type checking, the main part of a script."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    test = statement.test
    if dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return True
    return ast.unparse(test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def _is_unused_import(statement: ast.stmt, used: set[str], is_package: bool) -> bool:
    """Whether the imported name is unused, so that the import has a side effect.

    Names that a package re-exports from its modules do not count as unused.
    """
    if isinstance(statement, ast.ImportFrom):
        if statement.module == "__future__" or (is_package and statement.module is not None):
            return False
    elif not isinstance(statement, ast.Import):
        return False
    return not used & set(_bound(statement))


def _names(statement: ast.stmt) -> set[str]:
    """All names that a statement reads, including those in string annotations."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Global):
            found.update(node.names)
    return found


def _name_of(decorator: ast.expr) -> str:
    return dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)


def dotted(node: ast.expr) -> str:
    """The dotted name of an expression; "" for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
