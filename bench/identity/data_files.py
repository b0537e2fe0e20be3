"""Data files that code or parameters name, and digests of their content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

_LONGEST_PATH = 1024
_MOST_FILES = 2_000  # in a folder whose files are read; for a larger one dates and sizes count
_MOST_BYTES = 64 << 20  # likewise


def content_digest(path: Path) -> str:
    """SHA-256 of a file, or of the files in a folder and their names.

    Hidden files and compiled modules do not count. For a folder that is too large to read at every
    start, sizes and dates replace the content.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    whole = hashlib.sha256()
    files = files_inside(path)
    is_large = len(files) > _MOST_FILES or sum(s.st_size for s in files.values()) > _MOST_BYTES
    for name, state in files.items():
        whole.update(f"{name}\x1f".encode())
        what = f"{state.st_size} {state.st_mtime_ns}" if is_large else content_digest(path / name)
        whole.update(f"{what}\x1f".encode())
    return whole.hexdigest()


def files_inside(folder: Path) -> dict[str, os.stat_result]:
    """The files in a folder and its folders, by relative POSIX path, in the order of the parts.

    Hidden files and compiled modules are left out, and all beyond 40,000.
    """
    found = dict(islice(_inside(folder), 20 * _MOST_FILES))
    # Strings, because a path object for each file would take most of the time.
    names = sorted(found, key=lambda name: os.path.normcase(name).split(os.sep))  # noqa: PTH206
    return {name.replace(os.sep, "/"): found[name] for name in names}


def _inside(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    start = len(os.path.join(folder, ""))  # noqa: PTH118 - see above
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if _counts(name)]
        for name in filter(_counts, files):
            path = f"{where}{os.sep}{name}"
            if os.path.isfile(path):  # noqa: PTH113 - see above
                yield path[start:], os.stat(path)  # noqa: PTH116 - see above


def _counts(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__"


def may_be_path(text: str) -> bool:
    """Whether a string could be the path of a file."""
    return 0 < len(text) <= _LONGEST_PATH and text.isprintable() and "://" not in text


def exists(path: Path) -> bool:
    """Whether a path is readable, and not a folder that contains the working directory.

    Such a folder has unrelated content.
    """
    try:
        if path.is_dir():
            return not Path.cwd().is_relative_to(path.resolve())
        return path.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def candidate_paths(name: str, beside: Iterable[Path]) -> Iterator[Path]:
    """The paths that a name in code may refer to, whether or not they exist.

    Args:
        name: an absolute or relative path; ``*`` is a part that is only known at run time.
        beside: the folders of the code, to which such paths are often relative.
    """
    if not may_be_path(name):
        return
    try:
        home = Path(name).expanduser() if name.startswith("~") else Path(name)
    except RuntimeError:  # unknown home directory
        return
    code = list(beside)
    if "*" not in name:
        yield from dict.fromkeys(
            [home.absolute(), *((folder / home).absolute() for folder in code)]
        )
        return
    parts = [part for part in home.parts if part != "*"] if home.parts[:1] == ("*",) else home.parts
    fixed = [*_before_wildcard(parts)]
    rest = "/".join(parts[len(fixed) :])
    if not fixed and (not rest or rest.strip("*") in {"", ".py"}):
        return
    for folder in [Path.cwd(), *code] if fixed else code:
        base = folder.joinpath(*fixed)
        try:
            found = sorted(islice(base.glob(rest), _MOST_FILES)) if rest else [base]
            yield from (path.absolute() for path in found)
        except (OSError, ValueError, NotImplementedError, IndexError):
            continue


def _before_wildcard(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        if "*" in part:
            return
        yield part


def varying_part(path: Path, name: str) -> str:
    """The end of a path from the first wildcard in the name on; "" without a wildcard.

    >>> varying_part(Path("/home/me/prompts/en/short.txt"), "prompts/*/short.txt")
    'en/short.txt'
    """
    parts = [*Path(name).parts]
    while parts and not parts[0].strip("*"):  # a leading one is a folder of the code
        parts = parts[1:]
    varying = parts[len([*_before_wildcard(parts)]) :]
    count = 1 if "**" in varying else len(varying)
    return "/".join(path.parts[len(path.parts) - count :]) if varying else ""
