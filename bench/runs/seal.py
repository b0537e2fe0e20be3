"""The digests of a finished run's files, by which torn, foreign and edited files are noticed.

``run.json`` is written last and holds a SHA-256 of each other file. A prediction file is digested
row by row, without the field ``seconds``, and the digests of its rows are sorted: a run that was
stopped and resumed, or done on another engine, gives the same digest. The digests are no signature:
whoever edits all files alike is not found out.
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
from bench.data.urls import redact
from bench.errors import RunDirectoryError
from bench.runs.files import OWNER, RECORD, REFERENCES, RESULTS, SCORES
from bench.runs.strict_json import regular

Report = Callable[[str], None]
"""Who is told of a file that is read although it has changed."""
_SECONDS = re.compile(rb',"seconds":(?:null|[-+.0-9eE]+)')
_LONGEST_ROW = 1 << 26


class Seal:
    """Compares each file of a run directory with its digest before it is read for the first time.

    Args:
        digests: that its record has; None where it was written by a version that wrote none.
        report: is told of what has changed; without it that is an error.
    """

    def __init__(
        self, digests: Mapping[str, str] | None = None, report: Report | None = None
    ) -> None:
        self._digests, self._report = digests, report
        self._compared: set[str] = set()

    def checked(self, directory: Path, name: str) -> Path:
        """The path of a file of the run, given as a path from the directory; it may be missing.

        Raises:
            RunDirectoryError: it is not a regular file in the directory, or not the file that the
                run wrote there.
        """
        file = directory / name
        if file.exists():
            regular(file, directory)
        if name not in self._compared:
            self._compared.add(name)
            fault = self._fault(name, file)
            if fault:
                self.changed(file, fault)
        return file

    def expects(self, name: str) -> bool:
        """Whether the run wrote a file, given as a path from the directory."""
        return name in (self._digests or ())

    def changed(self, file: Path, fault: str, loss: str = "") -> None:
        """Say what is wrong with a file.

        Args:
            file: the file.
            fault: what is wrong with it.
            loss: what is not known without it, for those who read the run all the same.

        Raises:
            RunDirectoryError: unless that is only to be reported.
        """
        if self._report is None:
            remedy = "run again to write it, or read it all the same with --allow-modified"
            raise RunDirectoryError(f"{file}: {fault}; {remedy}")
        self._report(f"{file}: {fault}{f'; {loss}' if loss else ''}")

    def unreadable(self, error: RunDirectoryError, loss: str = "") -> None:
        """Say that a file cannot be read, without which the run can.

        Args:
            error: why.
            loss: what is not known without the file.

        Raises:
            RunDirectoryError: the error, unless that is only to be reported.
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


def digest_of(file: Path) -> str:
    """``sha256:`` and the digest of a file of a run directory."""
    if file.suffix == ".jsonl":
        return _rows_digest(file)
    with file.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _rows_digest(file: Path) -> str:
    with Fingerprint() as whole, file.open("rb") as rows:
        while row := rows.readline(_LONGEST_ROW):
            whole.add(hashlib.sha256(_SECONDS.sub(b"", row, count=1)).hexdigest())
        return whole.value()


def write_sealed(
    directory: Path, record: Mapping[str, Any], results: str, predictions: Iterable[str]
) -> None:
    """Write what a finished run writes last, so that it is unfinished or complete at any moment.

    The record says that it is not finished until ``results.json`` is there.

    Args:
        directory: of the run, with everything else in its place and no ``results.json``.
        record: the content of ``run.json``.
        results: the text of ``results.json``.
        predictions: the prediction files that were scored, as paths from the directory.
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
    """The text of ``run.json``: a URL in it may carry a password, which is left out."""
    return redact(json.dumps(record, ensure_ascii=False, indent=1)) + "\n"
