"""The digest of the code behind an object: its definition and everything it imports."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bench
from bench.identity.data_files import candidate_paths, content_digest, exists, varying_part
from bench.identity.definitions import uses_of
from bench.identity.locate import Located, locate, source_of
from bench.identity.uses import Uses

Root = tuple[str, str | int]
"""A module and a top-level name or line in it; "" for the whole module."""


@dataclass
class Code:
    """The code behind some roots.

    Attributes:
        parts: the digest, or for distributions the version, of each part.
        named: paths that the code names, whether or not they exist.
        unknown: the reason why some of the code is unknown; None if all is known.
    """

    parts: dict[str, str] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    unknown: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all parts; "" without parts."""
        if not self.parts:
            return ""
        lines = "\n".join(f"{name}\x1f{value}" for name, value in sorted(self.parts.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def code_of(roots: Iterable[Root], *, ignored: frozenset[Path] = frozenset()) -> Code:
    """Collect the code that defines the roots, and everything it imports anywhere.

    Modules of installed distributions and of this package count by name and version, those of the
    standard library do not count, and all others count by content.

    Args:
        roots: where to start; never modules of this package, whose components have versions.
        ignored: files that the code names but writes, so that they do not count.
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
            walk.take_in(located, None if "" in wanted else wanted)
    walk.finish()
    if walk.looks_up:  # the roots then reach more than their source shows
        for module in names:
            walk.take_in(locate(module))
        walk.finish()
    return code


class _Walk:
    def __init__(self, code: Code, ignored: frozenset[Path]) -> None:
        self.looks_up = False
        self._code = code
        self._ignored = ignored
        self._seen: set[str] = set()
        self._begun: set[str] = set()
        self._waiting: list[str] = []

    def take_in(
        self, located: Located, roots: Iterable[str | int] | None = None, label: str = ""
    ) -> None:
        """Add a module: all of it, or the parts that the roots reach and that act on import."""
        parts = self._code.parts
        if located.kind == "shipped":
            parts["qgbench"] = bench.__version__
        elif located.kind == "installed":
            name, _, version = located.distribution.partition("==")
            parts[name] = version
        elif located.kind == "own":
            self._begun.add(located.name)
            if located.file:
                label = label or located.name
                self._take_in_file(located.file, located.name, located.is_package, roots, label)
            self._take_in_parents(located.name)

    def finish(self) -> None:
        """Add all imported modules."""
        while self._waiting:
            name = self._waiting.pop()
            if name not in self._seen:
                self._seen.add(name)
                self.take_in(locate(name))

    def _take_in_file(
        self,
        file: Path,
        module: str,
        is_package: bool,
        roots: Iterable[str | int] | None,
        label: str,
    ) -> None:
        try:
            content = source_of(file)
            source = content.decode() if file.suffix == ".py" else ""
            uses = uses_of(source, module, is_package=is_package, roots=roots)
        except OSError:
            self._give_up(f"the source of {module!r} cannot be read")
            return
        except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
            uses = Uses("")  # source that cannot be parsed cannot be executed either
        what = uses.source.encode() if uses.source or roots is not None else content
        self._code.parts[label] = hashlib.sha256(what).hexdigest()
        if uses.dynamic is not None:
            self._give_up(
                f"{file.name}:{uses.dynamic} imports a module whose name is only known at run time"
            )
        self.looks_up = self.looks_up or (uses.looks_up and roots is None)
        self._follow(uses, file)

    def _follow(self, uses: Uses, file: Path) -> None:
        for name in sorted(uses.imports):
            is_standard = name.partition(".")[0] in sys.stdlib_module_names
            if locate(name).kind == "missing" and not is_standard:
                self._give_up(f"{file.name} imports {name!r}, which cannot be found")
        self._waiting += sorted(uses.imports)
        self._waiting += [name for name in sorted(uses.maybe) if locate(name).kind != "missing"]
        beside = [file.parent, *list(file.parent.parents)[:2]]
        beside += [folder for word in uses.words if (folder := self._named_module(word))]
        for name in uses.names:
            self._take_in_named(name, beside)

    def _named_module(self, word: str) -> Path | None:
        """Add a user-defined module that a string names; return the folder of a package."""
        module, colon, attribute = word.partition(":")
        located = locate(module)
        if colon and located.kind == "missing":  # `set_mine:Prefix`, the set score of a similarity
            located = locate(module.partition("_")[2] or module)
        if colon and located.kind in {"own", "installed"}:
            if word not in self._seen:
                self._seen.add(word)
                self.take_in(located, {attribute.partition(".")[0]}, word)
        elif located.kind == "own" and module not in self._begun:
            self._waiting.append(module)
        return located.folder if located.kind == "own" else None

    def _take_in_parents(self, name: str) -> None:
        """Add the code that acts on import in the parent packages, which are imported too."""
        parent = name.rpartition(".")[0]
        while parent:
            label = f"{parent} (package)"
            located = locate(parent)
            if located.file is not None and parent not in self._begun and label not in self._seen:
                self._seen.add(label)
                self._take_in_file(located.file, parent, True, (), label)
            parent = parent.rpartition(".")[0]

    def _take_in_named(self, name: str, beside: Sequence[Path]) -> None:
        """Add the data files that the code names."""
        found: list[str] = []
        for path in candidate_paths(name, beside):
            self._code.named.add(path)
            if path in self._ignored or not exists(path):
                continue
            if path.is_dir() and (path / "__init__.py").exists():
                continue  # code, which only counts if it is imported
            if path.suffix == ".py" and path.is_file():
                if str(path.resolve()) not in self._seen:
                    self._seen.add(str(path.resolve()))
                    label = f"code {name} {varying_part(path, name)}"
                    while label in self._code.parts:  # the same name in another folder
                        label += " and"
                    self._take_in_file(path, "", False, None, label)
                continue
            try:
                found.append(f"{varying_part(path, name)} {content_digest(path)}")
            except OSError as error:
                self._give_up(f"{path.name} cannot be read: {error}")
        if found:  # in order of the folders, without duplicates
            self._code.parts[f"file {name}"] = "\x1f".join(dict.fromkeys(found))

    def _give_up(self, why: str) -> None:
        self._code.unknown = self._code.unknown or why
