"""Adapts the number of concurrent requests to the capacity of the server.

Some servers queue excess requests: the number rises while throughput increases, and falls when
answers take longer without more throughput. Others reject excess requests: the number falls at
once, rises to just below the limit, and only occasionally tries a higher number.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_START = 8
_FEWEST = 4  # minimum number of answers for a decision
_ENOUGH = 0.15  # minimum share of the ideal gain to keep a rise
_SLOWER = 1.5  # factor of the usual time, twice in a row, that counts as slower
_SAME = 0.95  # minimum share of the former throughput to keep a fall
_PATIENCE = 8  # rounds until the next rise; doubles with each failed one
_LONGEST_PATIENCE = 64
_HOLD = 60.0  # seconds below a rejected number; doubles each time
_LONGEST_HOLD = 900.0


@dataclass(eq=False)
class Turn:
    """A pending request."""

    round: int
    began: float


class Limiter:
    """Grants at most ``most`` turns at a time.

    A round ends when as many of its requests as there are turns have been answered.

    Args:
        most: maximum number of turns at a time.
        clock: returns seconds.

    Attributes:
        limit: current number of turns at a time.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = min(most, _START)
        self._most = most
        self._clock = clock
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._turns: set[Turn] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._pauses = 0
        self._round = 0
        self._times: list[float] = []
        self._before: tuple[int, float] | None = None  # limit and seconds to compare with
        self._usual = 0.0
        self._slow = 0  # rounds in a row
        self._starting = True
        self._patience, self._rounds = _PATIENCE, 0
        self._too_many: int | None = None
        self._hold, self._held_until = _HOLD, 0.0

    async def turn(self) -> Turn:
        """Wait for a turn."""
        while True:
            await self._open.wait()
            if len(self._turns) < self.limit:
                break
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                if waiter in self._waiting:
                    self._waiting.remove(waiter)
                else:
                    self._wake()  # pass the turn on to another waiter
                raise
        turn = Turn(self._round, self._clock())
        self._turns.add(turn)
        return turn

    def done(self, turn: Turn, *, limited: bool = False, answered: bool = True) -> None:
        """Return a turn.

        Args:
            turn: the turn.
            limited: whether the server rejected it as excess.
            answered: whether there was an answer, whose duration counts.
        """
        self._turns.discard(turn)
        if limited:
            self._fall(turn)
        elif answered and turn.round == self._round:
            self._times.append(self._clock() - turn.began)
            seconds = sum(self._times) / len(self._times)
            if len(self._times) >= max(self.limit, _FEWEST) or self._is_no_gain(seconds):
                self._end_round(seconds)
        self._wake()

    async def pause(self, nap: Awaitable[None]) -> None:
        """Start no request until this pause, and any other, is over."""
        self._pauses += 1
        self._open.clear()
        try:
            await nap
        finally:
            self._pauses -= 1
            if not self._pauses:
                self._open.set()

    def _wake(self) -> None:
        free = self.limit - len(self._turns)
        while self._waiting and free > 0:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                free -= 1

    def _fall(self, turn: Turn) -> None:
        """Halve the number, or return to the last good one, after a rejection."""
        if turn.round != self._round:
            return  # it started before the last change
        well = self._before[0] if self._before and self._before[0] < self.limit else self.limit // 2
        self._before = None
        self._starting = False
        self._too_many = self.limit
        self._held_until = self._clock() + self._hold
        self._hold = min(2 * self._hold, _LONGEST_HOLD)
        self._set(max(1, well))

    def _is_no_gain(self, seconds: float) -> bool:
        """Whether a rise has already failed: the first answers of a round are the fastest."""
        if not self._before or self._before[0] >= self.limit:
            return False
        return len(self._times) >= max(self.limit // 4, _FEWEST) and not self._gains(
            *self._before, seconds
        )

    def _gains(self, limit: int, seconds: float, now: float) -> bool:
        """Whether throughput is higher than with another limit and its seconds."""
        gain = (self.limit / now) / (limit / seconds) - 1
        return gain >= _ENOUGH * (self.limit / limit - 1)

    def _end_round(self, seconds: float) -> None:
        self._rounds += 1
        before, self._before = self._before, None
        if before is None:
            self._go_on(seconds)
        elif self.limit > before[0]:
            self._judge_rise(*before, seconds)
        else:
            self._judge_fall(*before, seconds)

    def _go_on(self, seconds: float) -> None:
        """Start another round, with the same or another number."""
        self._slow = self._slow + 1 if self._usual and seconds > _SLOWER * self._usual else 0
        if self._slow > 1 and self._lower() < self.limit:
            self._try(self._lower(), seconds)
            return
        higher = self.limit + (self.limit if self._starting else max(1, self.limit // 4))
        if self.limit < self._most and self._may_rise_to(higher):
            self._try(higher, seconds)
            return
        if not self._slow:
            self._usual = 0.7 * self._usual + 0.3 * seconds if self._usual else seconds
        self._set(self.limit)

    def _may_rise_to(self, limit: int) -> bool:
        if self._too_many is None:
            return self._starting or self._rounds >= self._patience
        return limit < self._too_many or self._clock() >= self._held_until

    def _judge_rise(self, limit: int, seconds: float, now: float) -> None:
        if not self._gains(limit, seconds, now):
            self._starting = False
            self._usual = seconds
            self._rounds, self._patience = 0, min(2 * self._patience, _LONGEST_PATIENCE)
            self._set(limit)
            return
        self._usual = now
        self._rounds, self._patience = 0, _PATIENCE
        if self._starting and self.limit < self._most:
            self._try(2 * self.limit, now)
        else:
            self._set(self.limit)

    def _judge_fall(self, limit: int, seconds: float, now: float) -> None:
        self._slow = 0
        if self.limit / now < _SAME * limit / seconds:
            self._usual = seconds
            self._set(limit)
        elif self._lower() < self.limit:
            self._try(self._lower(), now)
        else:
            self._usual = now
            self._set(self.limit)

    def _lower(self) -> int:
        """The next lower number, plus slow requests of earlier rounds."""
        slow = sum(turn.round < self._round for turn in self._turns)
        return max(self.limit * 3 // 4, slow + 1, 2)

    def _try(self, limit: int, seconds: float) -> None:
        self._before = (self.limit, seconds)
        self._set(max(1, min(limit, self._most)))

    def _set(self, limit: int) -> None:
        """Start a round with this number of turns."""
        self.limit = limit
        self._round += 1
        self._times = []
        self._wake()
