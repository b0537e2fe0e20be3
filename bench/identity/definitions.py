"""The part of a module's source that one of its names depends on.

Models that share a file must not share a fate: an edit to one of them leaves the others' identity
alone. So a module is cut into its top-level statements, and those count that the name reaches. What
may act without being named (calls at the top level, decorated definitions, imports that nothing
uses) always counts, and where a module looks names up at run time all of it does.
"""

from __future__ import annotations

import ast
import re
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
_LOOK_UP = frozenset(
    {
        *("globals", "locals", "eval", "exec", "__subclasses__", "__init_subclass__"),
        *("getmodule", "getmembers", "get_type_hints"),
    }
)
_IMPORTS = ("import_module", "__import__")
_LONGEST_NAME = 255
_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass
class Uses:
    """What some source uses from elsewhere.

    Attributes:
        source: the source itself.
        imports: full names of modules.
        maybe: names that are either modules or something in one (``a.b`` of ``from a import b``).
        names: strings that may name a file, with ``*`` for what only running tells.
        words: strings that may name a module, or something in one (``module:Class``).
        looks_up: whether names are looked up in a way that reading the source does not show.
        dynamic: where it imports something under a name that is only known at run time; None if
            it does not.
    """

    source: str
    imports: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    looks_up: bool = False
    dynamic: int | None = None


def uses_of(
    source: str, module: str, *, is_package: bool = False, roots: Iterable[str | int] | None = None
) -> Uses:
    """What a module, or what its top-level names ``roots`` reach, consists of and uses.

    Args:
        source: of the module.
        module: its full name, for relative imports.
        is_package: whether it is a package's ``__init__``.
        roots: top-level names, or lines of top-level statements; None for all of the module. What
            acts when the module is imported counts in any case.

    Raises:
        SyntaxError: the source cannot be parsed.
    """
    tree = ast.parse(source)
    statements: Sequence[ast.stmt] = tree.body
    looks_up = _looks_names_up(tree)
    whole = roots is None or (bool(roots) and looks_up)
    if not whole:
        single = [one for statement in statements for one in _single_imports(statement)]
        statements = list(_reached(single, {*(roots or ())}, is_package=is_package))
    lines = [line + "\n" for line in source.split("\n")]  # as `ast` counts them
    parts = [source] if whole else [_segment(statement, lines) for statement in statements]
    found = Uses("".join(parts), looks_up=looks_up)
    package = module if is_package else module.rpartition(".")[0]
    importers = {*_IMPORTS, *_renamed_importers(tree)}
    for statement in statements:
        _collect(statement, package, found, importers)
    return found


def _renamed_importers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "importlib":
            yield from (a.asname for a in node.names if a.name == "import_module" and a.asname)


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
    for number, statement in enumerate(statements):
        for name in _bound(statement):
            binders.setdefault(name, []).append(number)
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            binders.setdefault(line, []).append(number)
    if not all(root in binders for root in roots):
        yield from statements  # a name that comes from elsewhere, such as a star import
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
    """Whether a top-level statement may change what others mean."""
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
    return not _is_idle(statement)


def _acts_in_class(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Pass):
        return False
    return _acts(statement)


def _is_idle(statement: ast.stmt) -> bool:
    """Whether it does nothing when the module is imported: type checking, a script's main part."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    test = statement.test
    if _dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return True
    return ast.unparse(test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def _is_unused_import(statement: ast.stmt, used: set[str], is_package: bool) -> bool:
    """Whether nothing names what it imports, so that it is there for what importing does.

    What a package takes from its modules it hands on; that says nothing. A module of its own that
    it imports and hands on says as little, but may be there for what it does.
    """
    if isinstance(statement, ast.ImportFrom):
        if statement.module == "__future__" or (is_package and statement.module is not None):
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


def _collect(statement: ast.stmt, package: str, found: Uses, importers: set[str]) -> None:
    if _is_idle(statement):
        return
    guarded = {
        id(inner)
        for node in ast.walk(statement)
        if isinstance(node, ast.Try)
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
            (found.maybe if id(node) in guarded else found.imports).update(names)
            for alias in (a for a in node.names if not a.asname):  # `a` of `import a.b` is bound
                parts = alias.name.split(".")
                found.maybe.update(".".join(parts[:end]) for end in range(1, len(parts)))
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            (found.maybe if id(node) in guarded else found.imports).add(base)
            found.maybe.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in importers:
            _collect_import(node, package, found)
        if isinstance(node, ast.expr):
            _collect_string(node, package, found)


def _collect_import(node: ast.Call, package: str, found: Uses) -> None:
    given = {"name": node.args[0]} if node.args else {}
    given |= {"package": node.args[1]} if len(node.args) == 2 else {}
    given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    name, within = _text(given.get("name")), _text(given.get("package"))
    if name is None:
        found.dynamic = node.lineno
    elif name.startswith("."):
        level = len(name) - len(name.lstrip("."))
        found.imports.add(_relative(within or package, level, name.lstrip(".")))
    else:
        found.imports.add(name)


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _collect_string(node: ast.expr, package: str, found: Uses) -> None:
    """Strings, and expressions that put strings together, as names of files and modules."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        text = node.value if isinstance(node.value, str) else node.value.decode(errors="replace")
        if _MODULE.fullmatch(text):
            found.words.add(text)
            if package and text.isidentifier():
                found.words.add(f"{package}.{text}")  # as `__all__` of a package names its modules
    elif not isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call):
        return
    pattern = _pattern(node)
    if pattern and 0 < len(pattern) <= _LONGEST_NAME and pattern.isprintable():
        found.names.add(pattern)


def _pattern(node: ast.expr) -> str:  # noqa: PLR0911 - a kind of expression each
    """The text that an expression gives, with ``*`` for each part that only running tells."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        return value if isinstance(value, str) else "*"
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(value) for value in node.values)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add):
            return _pattern(node.left) + _pattern(node.right)
        if isinstance(node.op, ast.Div):
            return _joined([node.left, node.right])
        if isinstance(node.op, ast.Mod):
            return _PLACEHOLDER.sub("*", _pattern(node.left))
        return "*"
    if isinstance(node, ast.Call):
        called = _dotted(node.func).rpartition(".")[2]
        if called in {"join", "joinpath", "Path", "PurePath", "read_text", "get_data", "open"}:
            own = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            return _joined([*(own if called == "joinpath" else []), *node.args])
        if called == "format" and isinstance(node.func, ast.Attribute):
            return _BRACES.sub("*", _pattern(node.func.value))
        if called in {"with_suffix", "with_name"} and node.args:
            name = _pattern(node.args[0])
            return f"*{name}" if called == "with_suffix" else name
    return "*"


def _joined(nodes: Sequence[ast.expr]) -> str:
    """Parts of a path; what is unknown before the first known part is left to be found."""
    parts = [_pattern(node) for node in nodes]
    while parts and parts[0].strip("*/") == "":
        parts = parts[1:]
    return "/".join(parts)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    return _relative(package, node.level, node.module or "") if node.level else node.module or ""


def _relative(package: str, level: int, name: str) -> str:
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{name}".strip(".")


def _name_of(decorator: ast.expr) -> str:
    return _dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
