"""The digest of the code behind an object: its own definition and all that this imports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import bench
from bench.identity.definitions import Uses, uses_of
from bench.identity.locate import Located, locate, source_of

_LONGEST_PATH = 1024
_MOST_FILES = 20_000

Root = tuple[str, str | int]
"""A module, and the top-level name or the line in it that counts; "" for all of the module."""


@dataclass
class Code:
    """What the code behind some roots consists of.

    Attributes:
        parts: digest of each piece that counts by content, version of each that counts by that.
        named: paths that the code names, whether or not anything is there.
        unknown: why not all of the code can be known; None if it is.
    """

    parts: dict[str, str] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    unknown: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all parts; "" where there are none."""
        if not self.parts:
            return ""
        lines = "\n".join(f"{name}\x1f{value}" for name, value in sorted(self.parts.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def code_of(roots: Iterable[Root], *, ignored: frozenset[Path] = frozenset()) -> Code:
    """The code that the roots are defined by, and what it imports, wherever the import stands.

    Modules of ordinary installed distributions count by name and version, as do those of this
    package; those of the standard library do not count; all others count by their content.

    Args:
        roots: where to begin. A module of this package is none: its components have versions.
        ignored: files that do not count although the code names them, since it writes them.
    """
    code = Code()
    walk = _Walk(code, ignored)
    names: dict[str, set[str | int]] = {}
    for module, name in roots:
        names.setdefault(module, set()).add(name)
    for module, wanted in names.items():
        located = locate(module)
        if located.kind == "missing":
            code.unknown = code.unknown or f"the source of module {module!r} cannot be found"
        elif located.kind != "shipped":
            walk.take_in(located, () if "" in wanted else wanted)
    walk.finish()
    return code


def file_digest(file: Path) -> str:
    """SHA-256 of a file, or of all files in a folder with their names.

    Raises:
        OSError: it cannot be read, or there are too many.
    """
    if file.is_dir():
        whole = hashlib.sha256()
        inside = list(islice((p for p in file.rglob("*") if p.is_file()), _MOST_FILES + 1))
        if len(inside) > _MOST_FILES:
            raise OSError(f"more than {_MOST_FILES} files in it")
        for inner in sorted(inside):
            whole.update(f"{inner.relative_to(file).as_posix()}\x1f".encode())
            whole.update(bytes.fromhex(file_digest(inner)))
        return whole.hexdigest()
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Walk:
    def __init__(self, code: Code, ignored: frozenset[Path]) -> None:
        self._code = code
        self._ignored = ignored
        self._seen: set[str] = set()
        self._waiting: list[str] = []

    def take_in(self, located: Located, roots: Iterable[str | int] = ()) -> None:
        """Count a module, all of it or what the roots in it reach."""
        parts = self._code.parts
        if located.kind == "shipped":
            parts["qgbench"] = bench.__version__
        elif located.kind == "installed":
            name, _, version = located.distribution.partition("==")
            parts[name] = version
        elif located.kind == "own" and located.file:
            self._take_in_file(located.file, located.name, located.is_package, roots)
        if located.kind == "own":
            self._take_in_parents(located.name)

    def finish(self) -> None:
        """Count everything that was imported."""
        while self._waiting:
            name = self._waiting.pop()
            if name not in self._seen:
                self._seen.add(name)
                self.take_in(locate(name))

    def _take_in_file(
        self, file: Path, module: str, is_package: bool, roots: Iterable[str | int]
    ) -> None:
        try:
            content = source_of(file)
            source = content.decode() if file.suffix == ".py" else ""
            uses = uses_of(source, module, is_package=is_package, roots=roots)
        except OSError:
            self._code.unknown = self._code.unknown or f"the source of {module!r} cannot be read"
            return
        except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
            uses = Uses("")  # what cannot be parsed is not executed either
        what = uses.source.encode() if uses.source else content
        self._code.parts[module] = hashlib.sha256(what).hexdigest()
        if uses.dynamic is not None:
            self._code.unknown = self._code.unknown or (
                f"{file.name}:{uses.dynamic} imports a module whose name is only known at run time"
            )
        self._waiting += uses.imports
        self._waiting += [name for name in uses.maybe if locate(name).kind != "missing"]
        for name in uses.names:
            self._take_in_named(name, file.parent)

    def _take_in_parents(self, name: str) -> None:
        """Importing a module executes the packages that it lies in; their text counts."""
        parent = name.rpartition(".")[0]
        while parent:
            file = locate(parent).file
            if file is not None and parent not in self._code.parts:
                self._code.parts[f"{parent} (package)"] = hashlib.sha256(
                    source_of(file)
                ).hexdigest()
            parent = parent.rpartition(".")[0]

    def _take_in_named(self, name: str, folder: Path) -> None:
        """Count a data file that the code names: beside it, or in the working directory."""
        if not may_be_path(name):
            return
        here, beside = Path(name).absolute(), (folder / name).absolute()
        for label, file in {f"file {name}": here, f"file beside code: {name}": beside}.items():
            self._code.named.add(file)
            if not _is_file(file) or file in self._ignored:
                continue
            if file.suffix == ".py":
                self._take_in_file(file, label, False, ())
            else:
                self._take_in_content(label, file)

    def _take_in_content(self, label: str, file: Path) -> None:
        try:
            self._code.parts[label] = file_digest(file)
        except OSError as error:
            self._code.unknown = self._code.unknown or f"{file.name} cannot be read: {error}"


def may_be_path(text: str) -> bool:
    """Whether a string looks like the path of a file."""
    is_short = 0 < len(text) <= _LONGEST_PATH and text.isprintable()
    return is_short and "://" not in text and ("." in text[1:-1] or "/" in text or "\\" in text)


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False
