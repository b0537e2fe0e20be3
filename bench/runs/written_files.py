"""The files that a rater writes, such as a log, which are no part of its identity.

``ratings/RATER.origin.json`` names them. Without it a rater with a log would have another identity
after each run, and nothing that it answered could be used again.
"""

from __future__ import annotations

from pathlib import Path

from bench.identity.watch import Watch
from bench.raters.spec import RaterSpec, build_rater
from bench.runs.files import RATINGS
from bench.runs.origins import ORIGIN, Origin, read_origin, write_origin


def rater_origin_file(directory: Path, rater: str) -> Path:
    """The file that names what a rater writes."""
    return directory / RATINGS / f"{rater}{ORIGIN}"


def settled_rater(spec: RaterSpec, directory: Path) -> RaterSpec:
    """The rater for a run directory, without the files that it writes in its identity."""
    origin = read_origin(rater_origin_file(directory, spec.name))
    written = frozenset(map(Path, origin.written if origin else ()))
    if not written & spec.identity.named:
        return spec
    return build_rater(spec.use, spec.name, spec.parameters, written)


class WrittenFiles:
    """Records the files that a rater writes while it rates.

    Args:
        directory: the run directory.
        spec: the rater.
    """

    def __init__(self, directory: Path, spec: RaterSpec) -> None:
        self._file = rater_origin_file(directory, spec.name)
        self._origin = read_origin(self._file) or Origin()
        self._watch = Watch(spec.identity.named)

    def look(self) -> None:
        """Record the files that have changed since the last call."""
        changed = {*map(str, self._watch.changed())} - {*self._origin.written}
        if changed:
            written = tuple(sorted({*self._origin.written, *changed}))
            self._origin = self._origin.model_copy(update={"written": written})
            write_origin(self._file, self._origin)
