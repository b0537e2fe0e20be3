"""Locates the code of a module without executing it."""

from __future__ import annotations

import hashlib
import json
import sys
import sysconfig
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from io import BytesIO
from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).parent.parent.resolve()

Kind = Literal["standard", "shipped", "installed", "own", "missing"]


@dataclass(frozen=True)
class Located:
    """The origin of a module.

    Attributes:
        name: its full name.
        kind: ``standard`` for the standard library, ``shipped`` for this package, ``installed`` for
            an ordinary installed distribution, ``own`` for code that counts by its content,
            ``missing`` where nothing of that name can be imported.
        file: the file that is executed; None for namespace packages and built-in modules.
        is_package: whether it can have submodules.
        distribution: ``name==version`` of an installed module.
        folder: the folder of a package, with its modules and data.
    """

    name: str
    kind: Kind
    file: Path | None = None
    is_package: bool = False
    distribution: str = ""
    folder: Path | None = None


@cache
def locate(name: str) -> Located:
    """Find a module by its full name, without importing its parent packages."""
    found = _spec(name)
    if found is None:
        return Located(name, "missing")
    file, folders = found
    is_package = folders is not None
    if file is None:
        kind: Kind = "own" if is_package else "standard"
        return Located(name, kind, None, is_package, folder=_first(folders))
    if file.is_relative_to(_PACKAGE):
        return Located(name, "shipped", file, is_package)
    distribution = owning_distribution(file)
    if distribution:
        return Located(name, "installed", file, is_package, distribution)
    if _is_standard(file):
        return Located(name, "standard", file, is_package)
    return Located(name, "own", file, is_package, folder=_first(folders))


def _first(folders: Sequence[str] | None) -> Path | None:
    return Path(folders[0]) if folders else None


def forget() -> None:
    """Clear the caches, for a process in which modules or distributions have changed."""
    locate.cache_clear()
    _records.cache_clear()


def owning_distribution(file: Path) -> str:
    """``name==version`` of the distribution that installed a file; "" without one.

    An editable install (PEP 610) owns no file: its code counts by content. An install from a folder
    is also identified by the recorded digests of its files, since an edited folder may be installed
    again under the same version.
    """
    for folder in dict.fromkeys(Path(entry).resolve() for entry in sys.path if entry):
        if file.is_relative_to(folder):
            wanted = f"\n{file.relative_to(folder).as_posix()},"
            for distribution, record in _records(folder):
                if wanted in record and not _is_editable(distribution):
                    label = f"{distribution.metadata['Name']}=={distribution.version}"
                    return label + _content(distribution, record.removeprefix("\n"))
    return ""


@cache
def _records(folder: Path) -> tuple[tuple[Distribution, str], ...]:
    """The distributions in a folder of the import path that have a record, and their records."""
    found = ((one, one.read_text("RECORD")) for one in distributions(path=[str(folder)]))
    return tuple((one, f"\n{record}") for one, record in found if record is not None)


def _is_editable(distribution: Distribution) -> bool:
    """Whether it is an editable install, as PEP 610 records it."""
    info = _direct(distribution).get("dir_info")
    return isinstance(info, dict) and bool(info.get("editable"))


def _content(distribution: Distribution, record: str) -> str:
    """Digest of an install from a folder, archive or repository; "" for an index."""
    if not _direct(distribution):
        return ""
    lines = [line for line in record.splitlines() if not _is_incidental(line.partition(",")[0])]
    return f"+{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()[:12]}"


def _is_incidental(file: str) -> bool:
    """Whether an installed file does not affect behaviour: scripts, metadata, bytecode."""
    return file.startswith("..") or ".dist-info/" in file or file.endswith(".pyc")


def _direct(distribution: Distribution) -> dict[str, object]:
    """The PEP 610 record of an install that is not from an index."""
    try:
        recorded = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return recorded if isinstance(recorded, dict) else {}


def _spec(name: str) -> tuple[Path | None, Sequence[str] | None] | None:
    """The file and, for a package, the search path; None if the module does not exist."""
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__spec__", None) is None:
        file = getattr(loaded, "__file__", None)  # a script, or a module that was created by code
        return (Path(file).resolve() if file else None), None
    parent, _, _ = name.rpartition(".")
    folders: Sequence[str] | None = None
    if parent:
        above = _spec(parent)
        if above is None or above[1] is None:
            return None
        folders = above[1]
    for finder in _finders():
        try:
            spec = finder.find_spec(name, folders, None)  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - a third-party finder may raise anything
            continue
        if spec is not None:
            below = spec.submodule_search_locations
            origin = spec.origin if spec.has_location else None
            return (
                Path(origin).resolve() if origin else None,
                None if below is None else list(below),
            )
    # A finder fails on a namespace package inside another one that is not imported.
    folders = [str(Path(folder, name.rpartition(".")[2])) for folder in folders or ()]
    folders = [folder for folder in folders if Path(folder).is_dir()]
    return (None, folders) if folders else None


def _finders() -> Iterator[object]:
    return (finder for finder in sys.meta_path if hasattr(finder, "find_spec"))


def _is_standard(file: Path) -> bool:
    paths = sysconfig.get_paths()
    third_party = [Path(paths[key]).resolve() for key in ("purelib", "platlib")]
    library = [Path(paths[key]).resolve() for key in ("stdlib", "platstdlib")]
    return any(file.is_relative_to(p) for p in library) and not any(
        file.is_relative_to(p) for p in third_party
    )


def source_of(file: Path) -> bytes:
    """Read the code of a module; text as UTF-8 with normalised line ends.

    Raises:
        OSError: it cannot be read.
    """
    content = file.read_bytes()
    if file.suffix != ".py":
        return content
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, LookupError, UnicodeDecodeError):
        return content
    return text.replace("\r\n", "\n").replace("\r", "\n").encode()
