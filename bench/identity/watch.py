"""Distinguishes the files that a component writes from those that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


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


def _state(file: Path) -> object:
    """A value that changes when a file, or a file in a folder, is written; None if missing."""
    try:
        found = file.stat()
        if not file.is_dir():
            return found.st_mtime_ns, found.st_size, found.st_ino
        return tuple(
            (str(p), p.stat().st_mtime_ns, p.stat().st_size)
            for p in sorted(file.rglob("*"))
            if p.is_file()
        )
    except (OSError, ValueError):
        return None
