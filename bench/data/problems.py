"""Reports the problems of a file."""

from __future__ import annotations

from bench.errors import DataError

REPORTED = 20
"""Number of faults of a file that are reported; the rest are counted."""


def raise_problems(problems: list[str]) -> None:
    """Raise the problems of a file: the first ones in words, the rest as a number.

    Raises:
        DataError: there are problems.
    """
    if problems:
        more = len(problems) - REPORTED
        raise DataError(problems[:REPORTED] + ([f"... and {more} more"] if more > 0 else []))
