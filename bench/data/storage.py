"""Files in remote stores, by any URL that ``fsspec`` supports.

A file is downloaded to be read, and uploaded when it is complete; no other module accesses URLs.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from bench.data.files import replacing
from bench.data.local_copy import LocalCopy
from bench.data.urls import is_url, local_path, masked, masked_parts, masked_within, name_parts
from bench.errors import StorageError

_FLAT = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az")
"""Stores without folders, where ``fsspec`` would create a bucket for a folder."""
_WEB_KINDS = ("http", "https")
_WEB = tuple(f"{kind}://" for kind in _WEB_KINDS)
_ONE_PART = {"max_concurrency": 1}  # of 50 MiB in memory, not ten
_OPTIONS: dict[str, dict[str, Any]] = {"s3": _ONE_PART, "s3a": _ONE_PART}


def scratch() -> Path:
    """A new folder that is deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="bench-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Store:
    """A file or folder in a remote store.

    Args:
        url: its URL.

    Attributes:
        shown: the URL without secrets.
        name: the last part, as a name for a copy.
        parent: the part before it, as a name for a copy.

    Raises:
        StorageError: unknown kind of store, or its library is not installed. Every method raises
            it with the message of the store.
    """

    def __init__(self, url: str) -> None:
        url = url.rstrip("/")
        self.shown = masked(url)
        parts = name_parts(url)
        if len(parts) < 2:  # nothing but "s3://"
            raise StorageError(f"{self.shown}//: has no path; add that of a file or folder")
        self.parent, self.name = map(_file_name, parts[-2:])
        self._url = url
        self._fs, self._path = _opened(url, self.shown)

    def check_writable(self, name: str = "") -> None:
        """Check that a query does not become part of the name of a file.

        Raises:
            StorageError: it would.
        """
        if "?" in self._at(name):
            shown = masked(_child(self.shown, name) if name else self.shown)
            raise StorageError(
                f"{shown}: cannot be written to, because of what follows the `?`; give the URL"
                " without it, and configure credentials as for the store's own tools"
            )

    def inside(self, name: str) -> Store:
        """A file or folder in it."""
        return Store(_child(self._url, name))

    def copy_at(self, path: Path) -> LocalCopy:
        """The local copy of it at ``path``, which need not exist yet."""
        return LocalCopy(path, self.shown)

    def names(self) -> list[str]:
        """The names in the folder, sorted; empty if it does not exist."""
        with self._asking(), _absence_ignored():
            found = self._fs.ls(self._path, detail=False)
            return sorted(name_parts(str(p).rstrip("/"))[-1] for p in found)
        return []

    def below(self) -> list[str]:
        """The files at any depth, as sorted relative paths."""
        with self._asking(), _absence_ignored():
            start = len(_parted(self._path)[0].rstrip("/")) + 1
            found = (str(path)[start:] for path in self._fs.find(self._path))
            return sorted(path for path in found if path and ".." not in path.split("/"))
        return []

    def fetch(self, name: str, file: Path, *, dated: bool = False) -> None:
        """Download to ``file`` atomically.

        Args:
            name: a relative path, or empty.
            file: the copy.
            dated: whether it gets the time at which the original was written, if the store tells.
        """
        with self._asking(name), replacing(file) as part:
            self._fs.get_file(self._at(name), str(part))
            if dated and (written := self._written(name)) is not None:
                os.utime(part, (written, written))

    def put(self, file: Path, name: str) -> None:
        """Upload ``file``, in one request or multipart upload where supported."""
        self.check_writable(name)
        with self._asking(name):
            if not self._is(_FLAT):
                self._fs.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._fs.put_file(str(file), self._at(name))

    def remove(self, name: str) -> None:
        """Delete a file, if it exists."""
        with self._asking(name), _absence_ignored():
            self._fs.rm_file(self._at(name))

    def _written(self, name: str) -> float | None:
        """When a file was written, in seconds; None if the store does not tell."""
        try:
            if self._is(_WEB_KINDS):
                told = self._fs.info(self._at(name))["Last-Modified"]
                return parsedate_to_datetime(told).timestamp()
            return float(self._fs.modified(self._at(name)).timestamp())
        except Exception:  # noqa: BLE001 - each library has errors of its own, or no such method
            return None

    def _at(self, name: str) -> str:
        return _child(self._path, name) if name else self._path

    def _is(self, kinds: Sequence[str]) -> bool:
        protocol = self._fs.protocol
        named = {protocol} if isinstance(protocol, str) else set(protocol)
        return not named.isdisjoint(kinds)

    @contextmanager
    def _asking(self, name: str = "") -> Iterator[None]:
        """Convert any exception of a store to a one-line error."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - each library has errors of its own
            location = _child(self.shown, name) if name else self.shown
            # Without its cause, which contains the URL with its secrets.
            raise StorageError(f"{location}: {_reason(error, self._url)}") from None


def _parted(location: str) -> tuple[str, str]:
    """A location, and the query of a web address; elsewhere ``?`` is part of a name."""
    if location.lower().startswith(_WEB):
        address, mark, query = location.partition("?")
        return address, mark + query
    return location, ""


def _child(folder: str, name: str) -> str:
    address, query = _parted(folder)
    return f"{address.rstrip('/')}/{name}{query}"


def fetched_file(url: str, choose: Callable[[str, Sequence[str]], str] | None) -> LocalCopy:
    """A copy of a file, in a folder of its own and under its own name.

    Args:
        url: the file; or, with ``choose``, a folder.
        choose: returns the name of the file, given the folder without secrets and the names in
            it.

    Raises:
        StorageError: it cannot be downloaded.
    """
    store = Store(url)
    # A dataset whose file is named after its split has the name of its folder.
    copy = (scratch() if choose else scratch() / store.parent) / store.name
    name = choose(store.shown, store.names()) if choose else ""
    store.fetch(name, copy / name)
    return store.copy_at(copy).inside(copy / name)


def readable(file: str) -> LocalCopy:
    """A local file, or a copy of a remote one.

    Raises:
        StorageError: it cannot be downloaded.
    """
    return fetched_file(file, None) if is_url(file) else LocalCopy(local_path(file))


def _file_name(part: str) -> str:
    name = re.sub(r'[*:<>"|\\]', "_", part)
    return "_" if name in {"", ".", ".."} else name


@contextmanager
def folder_at(location: str) -> Iterator[Path]:
    """Yield a folder to write into, for a path or a URL.

    The copy of a URL has an empty file for each existing one. New files are uploaded on exit, in
    the order in which they were written.

    Raises:
        StorageError: the store cannot be read or written.
    """
    if not is_url(location):
        yield local_path(location)
        return
    store = Store(location)
    store.check_writable()
    copy = scratch() / store.name
    copy.mkdir()
    for name in store.names():
        (copy / name).touch()
    with store.copy_at(copy).errors_renamed():
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
        raise StorageError(f"{shown}: {masked_parts(str(error), url)}: {fix}") from None
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        fix = ""
        if "Protocol not known" in str(error):
            fix = "; s3:// needs `pip install s3fs`, gs:// gcsfs, az:// adlfs"
        raise StorageError(f"{shown}: {_reason(error, url)}{fix}") from None
    return fs, str(path)


def _reason(error: Exception, url: str) -> str:
    text = " ".join(str(error).split())
    said = masked_within(masked_parts(text, url)) or type(error).__name__
    if isinstance(error, FileNotFoundError):
        return f"not found ({said})"
    if isinstance(error, PermissionError):
        return f"not allowed ({said}); check the credentials and what they permit"
    if "credentials" in said.lower():
        return f"no credentials ({said}); set those that the store's own tools use"
    return f"the store cannot be used ({said})"
