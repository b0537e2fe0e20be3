"""Asking a server again: what is worth it, how long to wait, and who waits along."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = 60.0  # seconds between two attempts, whatever the server asks for
_JITTER = random.Random()  # its own, so that no result depends on how often a server failed


class RetryError(Exception):
    """An attempt that failed where another may not.

    Args:
        reason: what people read if no attempt succeeds.
        wait: seconds that the server asks for, if it does.
        limited: whether the server has had too many requests, not this one alone.
    """

    def __init__(self, reason: str, wait: float | None = None, limited: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.limited = limited


class FinalError(Exception):
    """No further attempt would do better."""


class Traffic:
    """How many requests are under way, and whether new ones may start."""

    def __init__(self, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self.open = asyncio.Event()
        self.open.set()
        self._pauses = 0

    async def pause(self, nap: Awaitable[None]) -> None:
        """Let no request start until the nap, and any other there is, is over."""
        self._pauses += 1
        self.open.clear()
        try:
            await nap
        finally:
            self._pauses -= 1
            if not self._pauses:
                self.open.set()


def pause_after(attempt: int, asked: float | None) -> float:
    """Seconds to wait after an attempt, with some chance in it, so that not all come at once.

    Args:
        attempt: its number, from 1.
        asked: seconds that the server asks for, if it does; else they double each time.
    """
    seconds = asked or 2.0 ** (attempt - 1)
    return min(seconds, _LONGEST_WAIT) * (1 + _JITTER.random() / 4)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the header ``Retry-After`` asks for, which has a number or a date (RFC 9110)."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return seconds if seconds > 0 else None
