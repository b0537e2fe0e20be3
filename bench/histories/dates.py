"""The date and the commit of a run."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import ConfigError
from bench.runs.files import RECORD, RESULTS

COMMIT_VARIABLES = ("GITHUB_SHA", "CI_COMMIT_SHA")
"""Environment variables with the commit of a build: GitHub Actions, GitLab."""
_COMMIT = re.compile(r"[0-9A-Za-z][\w./+-]{0,99}", re.ASCII)
_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?:[T_-]?(\d\d)[-:h]?(\d\d)(?:[-:m]?(\d\d))?)?(?!\d)"
)


def parsed_date(text: str) -> datetime:
    """A date of ISO 8601, in UTC unless it says otherwise.

    Raises:
        ValueError: it is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"invalid date {text[:40]!r}; write it as in 2026-01-31 or 2026-01-31T12:00:00Z"
        ) from None


def shown_date(date: datetime) -> str:
    """A date as history files have it."""
    return date.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def date_of_directory(directory: Path) -> datetime:
    """When a run was made: the date in the name of its directory, otherwise when it finished."""
    for found in _IN_NAME.finditer(directory_name(directory)):
        year, month, day, *time = (int(part or 0) for part in found.groups())
        for hour, minute, second in (time, (0, 0, 0)):  # "-5000" after a date is no time of day
            with suppress(ValueError):
                return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return date_finished(directory)


def directory_name(directory: Path) -> str:
    """The name of a directory, also where its path is ``.`` or ends in ``..``."""
    name = directory.name
    return directory.resolve().name if name in {"", ".."} else name


def date_finished(directory: Path) -> datetime:
    """When the last file of a run was written."""
    file = directory / RECORD
    found = file if file.exists() else directory / RESULTS
    return datetime.fromtimestamp(int(found.stat().st_mtime), UTC)


def current_commit() -> str | None:
    """The commit that is built or checked out here, from CI or git; None without one."""
    for name in COMMIT_VARIABLES:
        found = os.environ.get(name, "").strip()
        if _COMMIT.fullmatch(found):
            return found
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = done.stdout.strip()
    return found if done.returncode == 0 and _COMMIT.fullmatch(found) else None


def checked_commit(commit: str) -> str:
    """A commit that somebody gave.

    Raises:
        ConfigError: it cannot be one.
    """
    if not _COMMIT.fullmatch(commit):
        raise ConfigError(f"--commit {commit[:100]!r}: must be letters, digits and . _ / + - only")
    return commit


def checked_date(date: str) -> datetime:
    """A date that somebody gave.

    Raises:
        ConfigError: it is none.
    """
    try:
        return parsed_date(date)
    except ValueError as error:
        raise ConfigError(f"--date: {error}") from None
