"""Files in other stores, by any URL that ``fsspec`` knows.

A file is fetched to be read and put when it is whole; no other code reads or writes by URL.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.data.files import replacing
from bench.data.urls import (
    errors_redacted,
    is_url,
    local_path,
    masked,
    masked_within,
    name_parts,
    replace_in_messages,
)
from bench.errors import StorageError

_FLAT = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az")
"""Stores without folders, in which ``fsspec`` would make a bucket where it is asked for one."""
_ONE_PART = {"max_concurrency": 1}  # of 50 MiB in memory, not ten
_OPTIONS: dict[str, dict[str, Any]] = {"s3": _ONE_PART, "s3a": _ONE_PART}


def scratch() -> Path:
    """A new folder that is gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="bench-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Store:
    """A file or folder in another store.

    Args:
        url: where it is.

    Attributes:
        shown: the URL as it may be shown.
        name: its last part, as a name for a copy.
        parent: the part before it, likewise.

    Raises:
        StorageError: no such kind of store, or the library for it is not installed. Every method
            raises it with what the store said.
    """

    def __init__(self, url: str) -> None:
        url = url.rstrip("/")
        self.shown = masked(url)
        parts = name_parts(url)
        if len(parts) < 2:  # nothing but "s3://"
            raise StorageError(f"{self.shown}//: names no place; add the path of a file or folder")
        self.parent, self.name = map(_file_name, parts[-2:])
        self._url = url
        replace_in_messages(url, url)
        self._fs, self._path = _opened(url, self.shown)

    def inside(self, name: str) -> Store:
        """A file or folder in it."""
        return Store(f"{self._url}/{name}")

    def copied_to(self, path: Path) -> None:
        """Remember that ``path`` is a copy of it, for what people are told."""
        replace_in_messages(str(path), self._url)

    def names(self) -> list[str]:
        """What lies in the folder, sorted; nothing where there is no folder."""
        with self._asking(), _absence_ignored():
            found = self._fs.ls(self._path, detail=False)
            return sorted(name_parts(str(p).rstrip("/"))[-1] for p in found)
        return []

    def below(self) -> list[str]:
        """The files at any depth, as paths from here, sorted."""
        with self._asking(), _absence_ignored():
            start = len(self._path.rstrip("/")) + 1
            found = (str(path)[start:] for path in self._fs.find(self._path))
            return sorted(path for path in found if path and ".." not in path.split("/"))
        return []

    def fetch(self, name: str, file: Path) -> None:
        """Copy a file to ``file``, all at once; ``name`` is a path from here, or empty."""
        with self._asking(name), replacing(file) as part:
            self._fs.get_file(self._at(name), str(part))

    def put(self, file: Path, name: str) -> None:
        """Copy ``file`` there, in one request or one multipart upload where the store has those."""
        with self._asking(name):
            if not self._is(_FLAT):
                self._fs.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._fs.put_file(str(file), self._at(name))

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""
        with self._asking(name), _absence_ignored():
            self._fs.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}" if name else self._path

    def _is(self, kinds: Sequence[str]) -> bool:
        protocol = self._fs.protocol
        named = {protocol} if isinstance(protocol, str) else set(protocol)
        return not named.isdisjoint(kinds)

    @contextmanager
    def _asking(self, name: str = "") -> Iterator[None]:
        """Turn whatever a store raises into one line."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - each library has errors of its own
            place = f"{self.shown}/{name}" if name else self.shown
            # Without its cause, in which the URL stands with all its secrets.
            raise StorageError(f"{place}: {_reason(error)}") from None


def fetched_file(url: str, choose: Callable[[str, Sequence[str]], str] | None) -> Path:
    """A copy of a file, in a folder of its own and under its own name.

    Args:
        url: the file; or, with ``choose``, a folder.
        choose: given the folder as it may be shown and the names in it, the file's name.

    Raises:
        StorageError: it cannot be had.
    """
    store = Store(url)
    # A data set whose file is named after its split has its folder's name.
    copy = (scratch() if choose else scratch() / store.parent) / store.name
    name = choose(store.shown, store.names()) if choose else ""
    store.copied_to(copy)
    store.fetch(name, copy / name)
    return copy / name


def readable(file: str) -> Path:
    """A local file as it is named, of another store a copy.

    Raises:
        StorageError: there is no copy to be had.
    """
    return fetched_file(file, None) if is_url(file) else local_path(file)


def _file_name(part: str) -> str:
    name = re.sub(r'[*:<>"|\\]', "_", part)
    return "_" if name in {"", ".", ".."} else name


@contextmanager
def folder_at(place: str) -> Iterator[Path]:
    """A folder to write into, whether ``place`` is a path or a URL.

    In the copy of what is at a URL, an empty file stands for each that is there. What was written
    is put there when all is done, in the order in which it was written.

    Raises:
        StorageError: the store cannot be read or written.
    """
    if not is_url(place):
        yield local_path(place)
        return
    store = Store(place)
    copy = scratch() / store.name
    store.copied_to(copy)
    copy.mkdir()
    for name in store.names():
        (copy / name).touch()
    with errors_redacted():
        yield copy
    for file in sorted(copy.iterdir(), key=lambda file: file.stat().st_mtime_ns):
        if file.stat().st_size:
            store.put(file, file.name)


@contextmanager
def _absence_ignored() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if "bucket does not exist" in str(error):
            raise


def _opened(url: str, shown: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs
    from fsspec.registry import known_implementations

    scheme = url.partition("://")[0].lower()
    try:
        fs, path = url_to_fs(url, **_OPTIONS.get(scheme, {}))
        fs.invalidate_cache()  # others write there too
    except ImportError as error:
        package = known_implementations.get(scheme, {}).get("class", "").partition(".")[0]
        extra = scheme in ("s3", "s3a", "http", "https")
        what = "'qgbench[storage]'" if extra else package if package != "fsspec" else ""
        fix = f"pip install {what}" if what else "install it"
        raise StorageError(f"{shown}: {error}: {fix}") from None
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        fix = ""
        if "Protocol not known" in str(error):
            fix = "; s3:// needs `pip install s3fs`, gs:// gcsfs, az:// adlfs"
        raise StorageError(f"{shown}: {_reason(error)}{fix}") from None
    return fs, str(path)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    said = masked_within(text) or type(error).__name__
    if isinstance(error, FileNotFoundError):
        return f"nothing is there ({said})"
    if isinstance(error, PermissionError):
        return f"not allowed ({said}); check the credentials and what they permit"
    if "credentials" in said.lower():
        return f"no credentials ({said}); set those that the store's own tools use"
    return f"the store cannot be used ({said})"
