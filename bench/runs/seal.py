"""The digests of the files of a finished run, which reveal torn, foreign and edited files.

``run.json`` is written last and holds a SHA-256 of each other file. A prediction file is hashed row
by row, without the field ``seconds``, and the digests of its rows are sorted, so that a resumed run
or another engine gives the same digest. The digests are not signatures: they do not reveal edits of
all files together.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.data.files import write_atomic
from bench.data.fingerprint import Fingerprint
from bench.errors import RunDirectoryError
from bench.raters import HUMAN
from bench.runs.files import OWNER, RATINGS, RECORD, REFERENCES, RESULTS, ROWS, SCORES
from bench.runs.row_file import LONGEST_ROW
from bench.runs.strict_json import regular

Report = Callable[[str], None]
"""Called with a message for each file that is read although it has changed."""
_SECONDS = re.compile(rb',"seconds":(?:null|[-+.0-9eE]+)')


class Seal:
    """Checks the digest of each file of a run directory before it is first read.

    Args:
        digests: the recorded digests; None if an older version recorded none.
        report: called for each changed file; if None, a changed file is an error.
    """

    def __init__(
        self, digests: Mapping[str, str] | None = None, report: Report | None = None
    ) -> None:
        self._digests, self._report = digests, report
        self._compared: set[str] = set()

    def checked(self, directory: Path, name: str) -> Path:
        """The path of a file of the run, after its digest is checked; it may be missing.

        Args:
            directory: the run directory.
            name: the path relative to it.

        Raises:
            RunDirectoryError: it is not a regular file in the directory, or has changed.
        """
        file = directory / name
        if file.exists():
            regular(file, directory)
        if name not in self._compared:
            fault = self._fault(name, file)
            if fault:
                self.changed(file, fault)
            self._compared.add(name)  # not where it raised: the next reader must be told too
        return file

    def expects(self, name: str) -> bool:
        """Whether the run wrote a file; ``name`` is relative to the directory."""
        return name in (self._digests or ())

    def written(self, folder: str = "") -> list[str]:
        """The files that the run wrote, relative to the directory; those in a folder if named."""
        start = f"{folder}/" if folder else ""
        return sorted(name for name in self._digests or () if name.startswith(start))

    def changed(self, file: Path, fault: str, loss: str = "") -> None:
        """Report a changed file.

        Args:
            file: the file.
            fault: what is wrong with it.
            loss: what is unknown without it.

        Raises:
            RunDirectoryError: unless it is only reported.
        """
        if self._report is None:
            raise RunDirectoryError(f"{file}: {fault}; {_remedy(file)}")
        self._report(f"{file}: {fault}{f'; {loss}' if loss else ''}")

    def unreadable(self, error: RunDirectoryError, loss: str = "") -> None:
        """Report an unreadable file that is not essential.

        Args:
            error: the error.
            loss: what is unknown without the file.

        Raises:
            RunDirectoryError: the error, unless it is only reported.
        """
        if self._report is None:
            raise error
        self._report(f"{error}{f'; {loss}' if loss else ''}")

    def _fault(self, name: str, file: Path) -> str | None:
        if self._digests is None:
            return None
        wanted = self._digests.get(name)
        if wanted is None:
            return "is not a file that this run wrote" if file.exists() else None
        if not file.exists():
            return "is missing, although the run wrote it"
        return None if digest_of(file) == wanted else "is not as the run wrote it"


def _remedy(file: Path) -> str:
    """What to do about a changed file; rows that somebody edited are not written again."""
    folder = file.parent.name
    if folder not in ROWS:
        return "run again to write it, or read it all the same with --allow-modified"
    is_of_people = folder == RATINGS and file.name.startswith(f"{HUMAN}.")
    what = "people's ratings" if is_of_people else folder
    again = f"`bench run` on the same config with --output {file.parent.parent}"
    if file.exists():
        told = f"{what} have changed since they were scored"
        remedy = f"score them with {again} --allow-modified"
    else:
        told = f"{what} were scored"
        remedy = f"{again} " + ("scores the run without them" if is_of_people else "makes them")
    return f"{told}: restore the file, or {remedy}; to read the old scores, --allow-modified"


def digest_of(file: Path) -> str:
    """The digest of a file of a run directory, with the prefix ``sha256:``."""
    if file.suffix == ".jsonl":
        return _rows_digest(file)
    with file.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _rows_digest(file: Path) -> str:
    with Fingerprint() as whole, file.open("rb") as rows:
        while row := rows.readline(LONGEST_ROW):
            whole.add(hashlib.sha256(_SECONDS.sub(b"", row, count=1)).hexdigest())
        return whole.value()


def write_sealed(
    directory: Path, record: Mapping[str, Any], results: str, predictions: Iterable[str]
) -> None:
    """Write ``results.json`` and ``run.json`` so that the run is always unfinished or complete.

    The record says "not finished" until ``results.json`` is written.

    Args:
        directory: the run directory, with all other files and without ``results.json``.
        record: the content of ``run.json``.
        results: the text of ``results.json``.
        predictions: the prediction files that were scored, relative to the directory.
    """
    names = [SCORES, REFERENCES, *sorted(set(predictions))]
    present = (name for name in names if (directory / name).exists())
    digests = {name: digest_of(directory / name) for name in present}
    digests[RESULTS] = f"sha256:{hashlib.sha256(results.encode()).hexdigest()}"
    write_atomic(directory / RECORD, record_text({**record, "finished": False}))
    (directory / OWNER).unlink(missing_ok=True)
    write_atomic(directory / RESULTS, results)
    write_atomic(directory / RECORD, record_text({**record, "digests": digests}))


def record_text(record: Mapping[str, Any]) -> str:
    """The text of ``run.json``."""
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
