"""Explains why a run directory has no results."""

from __future__ import annotations

from pathlib import Path

from bench.runs.files import OWNER, PREDICTIONS, RECORD, RESULTS

UNFINISHED = "its run did not finish; start it again and it goes on where it stopped"

_LISTED = 8  # runs of a directory in a message


def reason_of_missing(directory: Path) -> str:
    """Why a directory has no ``results.json`` or an unfinished run.

    A run that never finished leaves ``owner.json``. A run that was stopped later looks the same as
    one whose file was deleted.
    """
    if not (directory / PREDICTIONS).is_dir() and not (directory / RECORD).exists():
        inside = sorted(file.parent.name for file in directory.glob(f"*/{RESULTS}"))
        if not inside:
            return "no run directory"
        more = f" and {len(inside) - _LISTED} more" if len(inside) > _LISTED else ""
        return f"no run directory; give one of the runs in it: {', '.join(inside[:_LISTED])}{more}"
    if (directory / OWNER).exists() or (directory / RESULTS).exists():
        return UNFINISHED
    if (directory / RECORD).exists():
        return f"{RESULTS} is missing: its run did not finish or the file was deleted; run it again"
    return f"its run did not finish or {RESULTS} and {RECORD} were deleted; run it again"
