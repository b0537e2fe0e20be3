"""The code and output of every shipped component, beside the version that it had then.

``python tests/component_versions.py --update`` writes ``component_versions.json`` again. Where the
code of a component has changed and its ``version`` has not, it does so only if the component still
gives what it gave; those that need a checkpoint or a server are taken on trust with ``--trust``.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from bench.identity.definitions import uses_of  # noqa: E402 - found where the line above says

FILE = Path(__file__).with_suffix(".json")
COMMAND = "python -m tests.renew"
DIGITS = 16
INFRASTRUCTURE = (
    *(
        "bench.component",
        "bench.adapter",
        "bench.registry",
        "bench.entry_points",
        "bench.identity",
        "bench.faults",
    ),
    *("bench.errors", "bench.imports", "bench.exits", "bench.engines"),
)
"""Modules that make components, name them and report their faults; none changes a number."""
WITHOUT_OUTPUT = (
    *("model seq2seq", "model causal", "model endpoint", "metric evaluate"),
    *("rater yes", "rater answer_gain", "rater entail", "rater judge"),
)
"""Components that need a checkpoint, a server or another library's module."""

Record = dict[str, Any]
Root = tuple[str, str]


def targets() -> dict[str, str]:
    """Every shipped component, such as ``metric rouge``, and its ``module:Class``."""
    from bench.metrics import METRICS
    from bench.metrics.similarity import SIMILARITIES
    from bench.models import MODELS
    from bench.raters import RATERS

    return {
        f"{registry.kind} {name}": target
        for registry in (MODELS, METRICS, SIMILARITIES, RATERS)
        for name, target in registry.builtin.items()
    }


def definitions(target: str) -> dict[Root, list[str]]:
    """The definitions that a component consists of, by the module and name they are reached by."""
    module, _, name = target.partition(":")
    found: dict[Root, list[str]] = {}
    waiting: list[Root] = [(module, name)]
    while waiting:
        root = waiting.pop()
        if root not in found and not _is_infrastructure(root[0]):
            found[root], further = _slice(*root)
            waiting += further
    return found


def code_digest(target: str) -> str:
    """SHA-256 of the definitions, whatever their layout, comments and docstrings are."""
    distinct = sorted({text for texts in definitions(target).values() for text in texts})
    return hashlib.sha256("\n".join(distinct).encode()).hexdigest()[:DIGITS]


@cache
def _slice(module: str, name: str) -> tuple[list[str], list[Root]]:
    """What a name of a module depends on inside it, and what that imports from this package."""
    file = _file_of(module)
    if file is None:
        return [], []
    source = file.read_text(encoding="utf-8")
    is_package = file.name == "__init__.py"
    found = uses_of(source, module, is_package=is_package, roots=[name] if name else ())
    statements = ast.parse(found.source).body
    package = module if is_package else module.rpartition(".")[0]
    texts = [standard_form(s) for s in statements if not (_says_nothing(s) or _is_registry(s))]
    return texts, list(_imported(statements, package))


def _imported(statements: Iterable[ast.stmt], package: str) -> Iterator[Root]:
    """The names that statements import from this package, wherever the import stands."""
    for statement in statements:
        if _is_for_types(statement):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names if _file_of(alias.name))
            elif isinstance(node, ast.ImportFrom):
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*(up if node.level else []), *filter(None, [node.module])])
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    if _file_of(inner):
                        yield inner, ""
                    elif _file_of(base):
                        yield base, "" if alias.name == "*" else alias.name


@cache
def _file_of(module: str) -> Path | None:
    if module.partition(".")[0] != "bench":
        return None
    path = ROOT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _is_infrastructure(module: str) -> bool:
    return any(f"{module}.".startswith(f"{other}.") for other in INFRASTRUCTURE)


def _is_for_types(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test)


def _says_nothing(statement: ast.stmt) -> bool:
    """Whether a statement of a module is a docstring, or is there for type checkers only."""
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    return is_docstring or is_future or _is_for_types(statement)


def standard_form(node: Any) -> str:
    """Syntax as text: the same on every version of Python, without positions and docstrings."""
    if isinstance(node, list):
        return f"[{','.join(map(standard_form, node))}]"
    if not isinstance(node, ast.AST):
        return ascii(node)
    fields = []
    for name, value in ast.iter_fields(node):
        if name in {"ctx", "kind", "type_comment", "type_ignores"} or value in (None, []):
            continue  # some versions have a field that others lack, empty as a rule
        body = _without_docstrings(node, value) if name == "body" else value
        fields.append(f"{name}={standard_form(body)}")
    return f"{type(node).__name__}({','.join(fields)})"


def _without_docstrings(node: ast.AST, body: Any) -> Any:
    """A body without texts for people: docstrings of functions, classes, attributes; descriptions.

    In a function, a variable called ``source`` is code.
    """
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return body
    return [
        statement
        for statement in body
        if not _is_text(statement)
        and not (isinstance(node, ast.ClassDef) and _is_description(statement))
    ]


def _is_text(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return False
    return isinstance(statement.value.value, str)


def _is_description(statement: ast.stmt) -> bool:
    """Whether it says what a component is, or where its definition comes from."""
    named = isinstance(statement, ast.Assign | ast.AnnAssign) and ast.unparse(
        statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    )
    return named in {"description", "source"}


def _is_registry(statement: ast.stmt) -> bool:
    """Whether it is a table of names, each of whose rows has a record of its own."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "Registry"


def version_of(target: str) -> int:
    """The version that a component's class has."""
    from importlib import import_module

    module, _, name = target.partition(":")
    version: int = getattr(import_module(module), name).version
    return version


def current(key: str, target: str, *, output: bool) -> Record:
    """The record of a component as it is now."""
    from tests.component_outputs import output_digest

    given = None if key in WITHOUT_OUTPUT or not output else output_digest(key)
    return {"version": version_of(target), "code": code_digest(target), "output": given}


def recorded() -> dict[str, Record]:
    """The records as committed."""
    found: dict[str, Record] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def refused(
    before: dict[str, Record], now: dict[str, Record], trusted: Iterable[str] = ()
) -> dict[str, str]:
    """The components whose records must not be written anew, each with the reason."""
    found = {}
    for key, record in now.items():
        old = before.get(key)
        if old is None or old["version"] != record["version"] or old["code"] == record["code"]:
            continue
        if record["output"] is None:
            if key in trusted:
                continue
            found[key] = (
                "its code has changed, and there is no output to compare: raise `version` if the"
                f" same input may give something else; otherwise {COMMAND} --trust {key!r}"
            )
        elif record["output"] != old["output"]:
            found[key] = "its code and its output have changed: raise `version`"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; ``arguments`` are those of the process if not given."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="write the records again")
    parser.add_argument("--trust", nargs="+", default=[], metavar="COMPONENT")
    options = parser.parse_args(arguments)
    now = {key: current(key, target, output=True) for key, target in targets().items()}
    before = recorded() if FILE.exists() else {}
    problems = refused(before, now, options.trust)
    for key, reason in problems.items():
        print(f"{key}: {reason}", file=sys.stderr)
    changed = [key for key in now if now[key] != before.get(key)]
    told = f"{len(changed)} of {len(now)} records differ: {', '.join(changed) or 'none'}"
    if options.update:
        kept = {**now, **{key: before[key] for key in problems}}
        FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        told = f"{FILE.relative_to(ROOT)} is written again; {told.replace('differ', 'are new')}"
    print(told)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
