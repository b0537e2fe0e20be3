"""Asking a server again: what is worth it, and how long to wait."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST_WAIT = 60.0  # seconds between two attempts, whatever the server asks for
_LONGEST_HEADER = 100  # characters; no number of seconds and no date has more
_JITTER = random.Random()  # its own, so that no result depends on how often a server failed


class AttemptError(Exception):
    """An attempt that gave no answer.

    Args:
        reason: what people read.
        kind: what failures of a server that cannot work have in common; the reason, if not given.
        raw: what the model said all the same, to be kept.
    """

    def __init__(self, reason: str, kind: str | None = None, raw: str | None = None) -> None:
        super().__init__(reason)
        self.kind = kind or reason
        self.raw = raw


class RetryError(AttemptError):
    """Another attempt may succeed.

    Args:
        reason: see ``AttemptError``.
        kind: see ``AttemptError``.
        wait: seconds that the server asks for, if it does.
        limited: whether the server has had too many requests, not this one alone.
        unreachable: whether no server was reached.
    """

    def __init__(
        self,
        reason: str,
        kind: str | None = None,
        *,
        wait: float | None = None,
        limited: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason, kind)
        self.wait = wait
        self.limited = limited
        self.unreachable = unreachable


class FinalError(AttemptError):
    """No further attempt would do better."""


class RefusedError(FinalError):
    """The server refused a request in a response whose status says that all is well.

    Args:
        reason: see ``AttemptError``.
        status: the one that the response should have had.
        body: the response's value, as JSON.
    """

    def __init__(self, reason: str, status: int, body: Any) -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


def pause_after(attempt: int, asked: float | None) -> float:
    """Seconds to wait after an attempt, with some chance in it, so that not all come at once.

    Args:
        attempt: its number, from 1.
        asked: seconds that the server asks for, if it does; else they double each time.
    """
    seconds = asked or 2.0 ** min(attempt - 1, 10)
    return min(seconds, _LONGEST_WAIT) * (1 + _JITTER.random() / 4)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, if it does and they can be understood.

    They stand in ``Retry-After``, as a number or a date (RFC 9110), or in ``Retry-After-Ms``.
    """
    milliseconds = _seconds(headers.get("retry-after-ms", ""))
    seconds = milliseconds / 1000 if milliseconds else _seconds(headers.get("retry-after", ""))
    return seconds if seconds > 0 else None


def _seconds(value: str) -> float:
    """Zero or less where there are none."""
    value = value[:_LONGEST_HEADER]
    try:
        number = float(value)
    except ValueError:
        return _seconds_until(value)
    return number if number > 0 else 0.0  # not a number is not above 0 either


def _seconds_until(date: str) -> float:
    try:
        when = parsedate_to_datetime(date)
        return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):  # a year of 300 digits, for one
        return 0.0
