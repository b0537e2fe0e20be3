"""Distinguishes the files that a component writes from those that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench.identity.data_files import exists, files_inside


class Watch:
    """Detects files that change while a component works.

    A file that a component names counts by content, so that an edited word list or prompt changes
    its identity. A log file that it writes must not count, or results would never be reused.

    Args:
        files: paths, whether or not they exist.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._states = {file: _state(file) for file in files}

    def changed(self) -> frozenset[Path]:
        """The files that have changed since the last call."""
        changed = frozenset(f for f, state in self._states.items() if _state(f) != state)
        self._states.update({file: _state(file) for file in changed})
        return changed


def _state(path: Path) -> object:
    """A value that changes when a file, or a file in a folder, is written.

    None for what does not count by content: missing files, and folders that contain the working
    directory, such as the ``/`` of ``text.split("/")``, which would be the whole disk.
    """
    if not exists(path):
        return None
    try:
        if path.is_dir():
            files = files_inside(path)
            return [(name, state.st_mtime_ns, state.st_size) for name, state in files.items()]
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
