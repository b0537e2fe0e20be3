"""The part of a module's source that one of its names depends on.

Models that share a file must not share a fate: an edit to one of them leaves the others' identity
alone. So a module is cut into its top-level statements, and those count that the name reaches. What
may act without being named (calls at the top level, decorated definitions, imports that nothing
uses) always counts, and where a module looks names up at run time all of it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

_HARMLESS_DECORATORS = frozenset(
    {
        *("dataclass", "dataclasses.dataclass", "final", "typing.final", "override"),
        *("cache", "functools.cache", "lru_cache", "functools.lru_cache", "total_ordering"),
        *("functools.total_ordering", "runtime_checkable", "typing.runtime_checkable"),
        *("overload", "typing.overload", "contextmanager", "contextlib.contextmanager"),
    }
)
_LOOK_UP = frozenset({"globals", "eval", "exec", "__subclasses__", "__init_subclass__"})
_IMPORTS = ("import_module", "__import__")
_LONGEST_NAME = 255


@dataclass
class Uses:
    """What some source uses from elsewhere.

    Attributes:
        source: the source itself.
        imports: full names of modules.
        maybe: names that are either modules or something in one (``a.b`` of ``from a import b``).
        names: strings that may name a file.
        dynamic: where it imports something under a name that is only known at run time; None if
            it does not.
    """

    source: str
    imports: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    dynamic: int | None = None


def uses_of(
    source: str, module: str, *, is_package: bool = False, roots: Iterable[str | int] = ()
) -> Uses:
    """What a module, or what its top-level names ``roots`` reach, consists of and uses.

    Args:
        source: of the module.
        module: its full name, for relative imports.
        is_package: whether it is a package's ``__init__``.
        roots: top-level names, or lines of top-level statements; none for all of the module.

    Raises:
        SyntaxError: the source cannot be parsed.
    """
    tree = ast.parse(source)
    statements: Sequence[ast.stmt] = tree.body
    wanted: set[str | int] = set(roots)
    if wanted and not _looks_names_up(tree):
        single = [one for statement in statements for one in _single_imports(statement)]
        statements = list(_reached(single, wanted, is_package=is_package))
    lines = source.splitlines(keepends=True)
    parts = [_segment(statement, lines) for statement in statements] if wanted else [source]
    found = Uses("".join(parts))
    package = module if is_package else module.rpartition(".")[0]
    for statement in statements:
        _collect(statement, package, found)
    return found


def _looks_names_up(tree: ast.Module) -> bool:
    """Whether names are found in a way that reading the source does not show."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _LOOK_UP:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {*_LOOK_UP, "modules"}:
            return True
        if isinstance(node, ast.FunctionDef) and node.name in {*_LOOK_UP, "__getattr__"}:
            return True
        if isinstance(node, ast.ClassDef) and any(
            keyword.arg == "metaclass" and _dotted(keyword.value).rpartition(".")[2] != "ABCMeta"
            for keyword in node.keywords
        ):
            return True
    return False


def _single_imports(statement: ast.stmt) -> Iterator[ast.stmt]:
    """An import of several things as several imports."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield ast.copy_location(ast.Import([alias]), statement)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            one = ast.ImportFrom(statement.module, [alias], statement.level)
            yield ast.copy_location(one, statement)
    else:
        yield statement


def _reached(
    statements: Sequence[ast.stmt], roots: set[str | int], *, is_package: bool
) -> Iterator[ast.stmt]:
    """The statements that the roots reach, and those that act by themselves, in order."""
    binders: dict[str | int, list[int]] = {}
    for place, statement in enumerate(statements):
        for name in _bound(statement):
            binders.setdefault(name, []).append(place)
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            binders.setdefault(line, []).append(place)
    if not all(root in binders for root in roots):
        yield from statements  # a name that comes from elsewhere, such as a star import
        return
    used = [_names(statement) for statement in statements]
    everywhere = set[str]().union(*used)
    waiting = [
        place
        for place, statement in enumerate(statements)
        if _acts(statement) or _is_unused_import(statement, everywhere, is_package)
    ]
    waiting += [place for root in roots for place in binders[root]]
    reached: set[int] = set()
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += [p for name in used[place] for p in binders.get(name, ())]
    yield from (statements[place] for place in sorted(reached))


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


def _acts(statement: ast.stmt) -> bool:
    """Whether a top-level statement may change what others mean."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return any(_name_of(d) not in _HARMLESS_DECORATORS for d in statement.decorator_list)
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any(alias.name == "*" for alias in statement.names)
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return any(
            isinstance(n, ast.Attribute | ast.Subscript) for t in targets for n in ast.walk(t)
        )
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return not _is_idle(statement)


def _is_idle(statement: ast.stmt) -> bool:
    """Whether it does nothing when the module is imported: type checking, a script's main part."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    test = statement.test
    if _dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return True
    return isinstance(test, ast.Compare) and _dotted(test.left) == "__name__"


def _is_unused_import(statement: ast.stmt, used: set[str], is_package: bool) -> bool:
    """Whether nothing names what it imports, so that it is there for what importing does.

    What a package takes from its modules it hands on; that says nothing.
    """
    if isinstance(statement, ast.ImportFrom):
        if is_package or statement.module == "__future__":
            return False
    elif not isinstance(statement, ast.Import):
        return False
    return not used & set(_bound(statement))


def _names(statement: ast.stmt) -> set[str]:
    """Every name that is read anywhere in a statement, and names in string annotations."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Global):
            found.update(node.names)
    return found


def _segment(statement: ast.stmt, lines: Sequence[str]) -> str:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return ast.unparse(statement) + "\n"
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)])
    return "".join(lines[first - 1 : statement.end_lineno])


def _collect(statement: ast.stmt, package: str, found: Uses) -> None:
    if _is_idle(statement):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            found.imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            found.imports.add(base)
            found.maybe.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            _collect_call(node, package, found)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            _add_name(found, [node.value])
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            _add_name(found, _joined(node))


def _collect_call(node: ast.Call, package: str, found: Uses) -> None:
    called = _dotted(node.func).rpartition(".")[2]
    if called in {"join", "joinpath"}:
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        _add_name(found, [text for text in texts if isinstance(text, str)])
    if called not in _IMPORTS or not node.args:
        return
    first = node.args[0]
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        found.dynamic = node.lineno
    elif first.value.startswith("."):
        level = len(first.value) - len(first.value.lstrip("."))
        found.imports.add(_relative(package, level, first.value.lstrip(".")))
    else:
        found.imports.add(first.value)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    return _relative(package, node.level, node.module or "") if node.level else node.module or ""


def _relative(package: str, level: int, name: str) -> str:
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{name}".strip(".")


def _joined(node: ast.expr) -> list[str]:
    """The constant parts at the end of ``folder / "data" / "words.txt"``."""
    parts: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        if not isinstance(node.right, ast.Constant) or not isinstance(node.right.value, str):
            break
        parts.insert(0, node.right.value)
        node = node.left
    return parts


def _add_name(found: Uses, parts: Sequence[str]) -> None:
    name = "/".join(parts)
    if 0 < len(name) <= _LONGEST_NAME and name.isprintable():
        found.names.add(name)


def _name_of(decorator: ast.expr) -> str:
    return _dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
