"""Retries: which failures to retry, and how long to wait."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST_WAIT = 60.0  # maximum seconds between two attempts
_LONGEST_HEADER = 100  # characters; longer values are invalid
_JITTER = random.Random()  # separate, so that results do not depend on failures


class AttemptError(Exception):
    """An attempt without an answer.

    Args:
        reason: the reason, for messages.
        kind: groups equal failures of a broken server; the reason by default.
        raw: text of the model to keep in spite of the failure.
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
        wait: the seconds that the server requests, if any.
        limited: whether the server rejects excess requests.
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
    """Further attempts would fail, too."""


class RefusedError(FinalError):
    """The server refused a request in a response with a success status.

    Args:
        reason: see ``AttemptError``.
        status: the status that the response should have had.
        body: the value of the response, as JSON.
    """

    def __init__(self, reason: str, status: int, body: Any) -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


def pause_after(attempt: int, asked: float | None) -> float:
    """Seconds to wait after an attempt, with jitter.

    Args:
        attempt: its number, from 1.
        asked: the seconds that the server requests; by default they double each time.
    """
    seconds = asked or 2.0 ** min(attempt - 1, 10)
    return min(seconds, _LONGEST_WAIT) * (1 + _JITTER.random() / 4)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the server asks to wait, if valid.

    From ``Retry-After``, a number or a date (RFC 9110), or ``Retry-After-Ms``.
    """
    milliseconds = _seconds(headers.get("retry-after-ms", ""))
    seconds = milliseconds / 1000 if milliseconds else _seconds(headers.get("retry-after", ""))
    return seconds if seconds > 0 else None


def _seconds(value: str) -> float:
    """The seconds; 0 or less if there are none."""
    value = value[:_LONGEST_HEADER]
    try:
        number = float(value)
    except ValueError:
        return _seconds_until(value)
    return number if number > 0 else 0.0  # NaN is not above 0 either


def _seconds_until(date: str) -> float:
    try:
        when = parsedate_to_datetime(date)
        return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):  # such as a year with 300 digits
        return 0.0
