"""The files that hold the pages, found by path, folder or pattern."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.errors import DataError

STDIN = "-"
_STDIN_NAME = "<stdin>"
_SUFFIXES = (".html", ".htm", ".txt", ".md")


def find_pages(paths: Iterable[str | Path]) -> list[str | DataError]:
    """The files that are meant, each once, those of a pattern or folder by name.

    Args:
        paths: files, folders (all ``.html``, ``.htm``, ``.txt`` and ``.md`` in them, at any depth),
            patterns such as ``pages/*.html``, or ``-`` for standard input.

    Returns:
        Files, and the error for a path that leads to none.

    Raises:
        DataError: no path is given.
    """
    found: dict[str, str | DataError] = {}
    for path in map(str, paths):
        try:
            for name in _expanded(path):
                found.setdefault(name if name == STDIN else str(Path(name).resolve()), name)
        except DataError as error:
            found.setdefault(f"\0{path}", error)
    if not found:
        raise DataError(
            "no pages given; name files, folders, patterns such as 'pages/*.html', or -"
        )
    return list(found.values())


def _expanded(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if Path(path).is_dir():
        return _in_folder(path)
    # A file may be called "draft[1].txt".
    if not glob.has_magic(path) or Path(path).exists():
        return [path]
    if names := _matches(path):
        return names
    raise DataError(f"{path}: matches no file; check the pattern")


def _in_folder(path: str) -> list[str]:
    """The pages in a folder; not hidden ones, nor the parts that a browser saved beside a page."""
    folder = Path(path)
    names = [
        str(file)
        for file in folder.rglob("*")
        if file.suffix.lower() in _SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not any(
            _is_part_of_page(folder / parent) for parent in file.relative_to(folder).parents
        )
    ]
    if names:
        return sorted(names)
    raise DataError(f"{path}: is a directory; no {', '.join(_SUFFIXES)} file is in it")


def _is_part_of_page(folder: Path) -> bool:
    page = folder.name.removesuffix("_files")
    beside = [folder.with_name(page + end) for end in (".html", ".htm")] if page else []
    return page != folder.name and any(file.is_file() for file in beside)


def _matches(pattern: str) -> list[str]:
    # Not Path.glob, which takes no absolute pattern and finds hidden files.
    found = glob.iglob(pattern, recursive=True)  # noqa: PTH207 - see above
    return sorted(name for name in found if not Path(name).is_dir())


def read_file(path: str) -> tuple[bytes, str]:
    """The bytes of a page, and its name for messages.

    Args:
        path: a file, or ``-`` for standard input.

    Raises:
        DataError: the file does not exist or cannot be read.
    """
    if path == STDIN:
        return sys.stdin.buffer.read(), _STDIN_NAME
    name = path if path.isprintable() else ascii(path)
    try:
        return Path(path).read_bytes(), name
    except FileNotFoundError:
        raise DataError(f"{name}: no such file; check the path") from None
    except OSError as error:
        raise DataError(
            f"{name}: cannot be read ({error.strerror}); check its permissions"
        ) from None
