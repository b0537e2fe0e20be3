"""How many requests are under way: as many as the server keeps up with.

Some servers let requests wait that they have no room for: the number rises as long as answers come
faster for it, and falls where answers take longer and a smaller number brings as many. Others say
when they have had too many: the number falls at once, rises to just below what was too many, and
goes beyond that only now and then.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_START = 8
_FEWEST = 4  # answers that say something
_ENOUGH = 0.15  # share of the ideal gain that a rise must bring to be kept
_SLOWER = 1.5  # times the usual seconds, twice in a row: answers take longer
_SAME = 0.95  # share of the former pace that a fall must keep to be kept
_PATIENCE = 8  # rounds until the next try of a higher number; doubles with each that fails
_LONGEST_PATIENCE = 64
_HOLD = 60.0  # seconds below what was too many; doubles each time
_LONGEST_HOLD = 900.0


@dataclass(eq=False)
class Turn:
    """One request under way."""

    round: int
    began: float


class Limiter:
    """Hands out turns, at most ``most`` at a time.

    A round is over when as many requests as there are turns have been answered that began in it.

    Args:
        most: turns at a time, whatever the server could do.
        clock: seconds.

    Attributes:
        limit: turns at a time now.
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
        self._before: tuple[int, float] | None = None  # limit and seconds that are compared with
        self._usual = 0.0
        self._slow = 0  # rounds in a row
        self._starting = True
        self._patience, self._rounds = _PATIENCE, 0
        self._too_many: int | None = None
        self._hold, self._held_until = _HOLD, 0.0

    async def turn(self) -> Turn:
        """Wait for one."""
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
                    self._wake()  # another one, with the turn that was meant for this one
                raise
        turn = Turn(self._round, self._clock())
        self._turns.add(turn)
        return turn

    def done(self, turn: Turn, *, limited: bool = False, answered: bool = True) -> None:
        """Give a turn back.

        Args:
            turn: the one.
            limited: whether the server said that it has had too many.
            answered: whether it gave an answer, which took as long as answers take.
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
        """Let no request start until the nap, and any other there is, is over."""
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
        """The server has had too many: half as many, or what went well just before."""
        if turn.round != self._round:
            return  # it began before the last change and says nothing new
        well = self._before[0] if self._before and self._before[0] < self.limit else self.limit // 2
        self._before = None
        self._starting = False
        self._too_many = self.limit
        self._held_until = self._clock() + self._hold
        self._hold = min(2 * self._hold, _LONGEST_HOLD)
        self._set(max(1, well))

    def _is_no_gain(self, seconds: float) -> bool:
        """Whether a rise has failed already: the first answers of a round are the fast ones."""
        if not self._before or self._before[0] >= self.limit:
            return False
        return len(self._times) >= max(self.limit // 4, _FEWEST) and not self._gains(
            *self._before, seconds
        )

    def _gains(self, limit: int, seconds: float, now: float) -> bool:
        """Whether answers come faster than with another limit and the seconds that took."""
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
        """Another round like the last, or a try of another number."""
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
        """The next lower number, with room beside requests that take longer than a round."""
        slow = sum(turn.round < self._round for turn in self._turns)
        return max(self.limit * 3 // 4, slow + 1, 2)

    def _try(self, limit: int, seconds: float) -> None:
        self._before = (self.limit, seconds)
        self._set(max(1, min(limit, self._most)))

    def _set(self, limit: int) -> None:
        """Begin a round with so many turns."""
        self.limit = limit
        self._round += 1
        self._times = []
        self._wake()
