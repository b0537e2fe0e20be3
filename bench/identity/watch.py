"""Files that a component writes, told from those that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class Watch:
    """Looks whether files are written to while a component works.

    A file that a component names counts by its content, so that an edited word list or prompt is
    another component. A log that it writes to must not: nothing would ever be used again.

    Args:
        files: paths, whether or not anything is there.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._states = {file: _state(file) for file in files}

    def changed(self) -> frozenset[Path]:
        """The files that have changed since they were last looked at."""
        changed = frozenset(f for f, state in self._states.items() if _state(f) != state)
        self._states.update({file: _state(file) for file in changed})
        return changed


def _state(file: Path) -> object:
    """What changes when a file, or a file in a folder, is written to; None where nothing is."""
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
