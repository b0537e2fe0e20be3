"""Collects the modules and files that some source uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.identity.statements import dotted, is_idle

IMPORT_FUNCTIONS = ("import_module", "__import__")
_LONGEST_NAME = 255
_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass
class Uses:
    """Modules and files that some source uses.

    Attributes:
        source: the source itself.
        imports: full names of modules.
        maybe: names that are either modules or something in one (``a.b`` of ``from a import b``).
        names: strings that may name a file, with ``*`` for parts only known at run time.
        words: strings that may name a module, or something in one (``module:Class``).
        looks_up: whether names are looked up at run time.
        dynamic: the line of an import whose name is only known at run time, if any.
    """

    source: str
    imports: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    looks_up: bool = False
    dynamic: int | None = None


def collect_uses(statement: ast.stmt, package: str, found: Uses, importers: set[str]) -> None:
    """Add the imports and strings of a statement to ``found``."""
    if is_idle(statement):
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
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in importers:
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
    """Collect strings, and expressions that build strings, as names of files and modules."""
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
    """The text of an expression, with ``*`` for each part only known at run time."""
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
        called = dotted(node.func).rpartition(".")[2]
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
    """Join parts of a path, without unknown parts before the first known one."""
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
