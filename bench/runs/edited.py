"""Detects files of predictions and ratings of a finished run that were edited.

A row that was edited by hand would be scored as if the model or the rater had written it, so such a
file is used only on request.
"""

from __future__ import annotations

from pathlib import Path

from bench.errors import RunDirectoryError
from bench.raters import HUMAN
from bench.runs.directory import withdraw_results
from bench.runs.files import PREDICTIONS, RATINGS, RECORD, REFERENCES, RESULTS, ROWS
from bench.runs.owner import Policy
from bench.runs.record import read_ending
from bench.runs.seal import digest_of
from bench.runs.strict_json import regular

_REMEDY = (
    "restore the file, or delete it to have its rows made again; --overwrite makes those of"
    " every such file again, --allow-modified uses them as they are"
)


_OF_PEOPLE = (
    "people's ratings cannot be made again: restore the file, or use it as it is with"
    " --allow-modified"
)


def settle_edited(directory: Path, policy: Policy) -> list[str]:
    """Refuse, use or delete files of rows that differ from those of the last finished run.

    Only the sole writer of the directory may call it. Without a finished run nothing is compared.
    Files with people's ratings, which no run can make again, are never deleted.

    Returns:
        A note for each such file.

    Raises:
        RunDirectoryError: the policy does not say what to do with them; one line for each.
    """
    faults = _faults(directory)
    if not faults:
        return []
    if policy.allow_modified:
        return [f"{fault}; it is used all the same" for fault in faults.values()]
    if not policy.overwrite:
        raise RunDirectoryError([*faults.values(), _REMEDY])
    if people := [fault for file, fault in faults.items() if _is_of_people(file)]:
        raise RunDirectoryError([*people, _OF_PEOPLE])
    withdraw_results(directory)
    for file in faults:
        file.unlink()
    return [f"{fault}; its {file.parent.name} are made again" for file, fault in faults.items()]


def _is_of_people(file: Path) -> bool:
    return file.parent.name == RATINGS and file.name.startswith(f"{HUMAN}.")


def _faults(directory: Path) -> dict[Path, str]:
    """The fault of each file; empty if no run has finished."""
    if not (directory / RESULTS).exists():
        return {}
    try:
        ending = read_ending(directory)
    except RunDirectoryError:
        return {}
    if not ending.finished:
        return {}
    if ending.digests is None:
        if not (directory / REFERENCES).exists():
            return {}  # an older version wrote none
        files = sorted((directory / PREDICTIONS).glob("*.jsonl"))
        return {f: f"{f}: cannot be compared: {RECORD} has lost its digest" for f in files}
    found = {}
    for name, digest in ending.digests.items():
        file = directory / name
        if not name.startswith(ROWS) or not file.exists():
            continue
        if digest_of(regular(file, directory)) != digest:
            found[file] = f"{file}: is not as the last run wrote it"
    return found
