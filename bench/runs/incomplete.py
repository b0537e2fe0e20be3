"""Explains why a run directory has no results."""

from __future__ import annotations

from pathlib import Path

from bench.runs.files import OWNER, PREDICTIONS, RECORD, RESULTS

UNFINISHED = "its run did not finish; start it again and it goes on where it stopped"


def reason_of_missing(directory: Path) -> str:
    """Why a directory has no ``results.json`` or an unfinished run.

    A run that never finished leaves ``owner.json``. A run that was stopped later looks the same as
    one whose file was deleted.
    """
    if not (directory / PREDICTIONS).is_dir() and not (directory / RECORD).exists():
        return "no run directory"
    if (directory / OWNER).exists() or (directory / RESULTS).exists():
        return UNFINISHED
    if (directory / RECORD).exists():
        return f"{RESULTS} is missing: its run did not finish or the file was deleted; run it again"
    return f"its run did not finish or {RESULTS} and {RECORD} were deleted; run it again"
