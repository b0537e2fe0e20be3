"""What judges may spend: calls and money, counted as they go, and estimated beforehand."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

from bench.display import count

_BYTES_PER_TOKEN = 4  # of English text, for estimates
MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """What tokens cost.

    Attributes:
        input: the price of a million input tokens; None if unknown.
        output: the price of a million output tokens; None if unknown.
    """

    input: float | None = None
    output: float | None = None

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> float | None:
        """The cost of the tokens; None if a price or a number is unknown."""
        if self.input is None or self.output is None or tokens_in is None or tokens_out is None:
            return None
        return (tokens_in * self.input + tokens_out * self.output) / MILLION


@dataclass(frozen=True)
class Reserved:
    """A call that is going on.

    Attributes:
        cost: what the call may cost at most; 0 without prices.
    """

    cost: float


class SpentError(Exception):
    """A limit of the spending forbids a call, which was not made; the message says which limit."""


class Spending:
    """What the judges of a run have spent, and may spend.

    A call is made only if the limits hold even if it costs the most that it may cost: one token for
    each byte of its input. What earlier inputs had is no bound, since other scripts, numbers and
    code have several times as many.

    Args:
        max_calls: the maximum number of calls; None for any number.
        max_cost: the maximum cost; None for any.
    """

    def __init__(self, max_calls: int | None = None, max_cost: float | None = None) -> None:
        self.max_calls, self.max_cost = max_calls, max_cost
        self.within: Spending | None = None
        """What several judges may spend together; None if only these limits hold."""
        self.calls, self.cost = 0, 0.0
        self._reserved = 0.0
        self._open = 0  # calls that are reserved or under way
        self._under_way = 0
        self._waiting: list[asyncio.Future[None]] = []

    async def reserve(
        self, sent: str, longest: int, prices: Prices, calls: int = 1, *, holds_calls: bool = False
    ) -> list[Reserved]:
        """Reserve calls that only make sense together, as soon as others leave enough.

        A question that holds no calls waits until every other call is settled or given back. One
        that holds some waits for calls that are under way only: what is reserved may be held by
        questions that wait for it.

        Args:
            sent: the text that each of them sends.
            longest: the maximum number of output tokens of each.
            prices: the prices of tokens.
            calls: the number of calls.
            holds_calls: whether the question has reserved others that it has not made yet.

        Raises:
            SpentError: they might exceed a limit.
        """
        cost = prices.cost(len(sent.encode(errors="replace")), longest) or 0.0
        while limit := self._limit_of(calls, cost * calls):
            if not (self._under_way if holds_calls else self._open):
                raise SpentError(limit)
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        self._open += calls
        self._begin(calls, cost * calls)
        return [Reserved(cost)] * calls

    def start(self) -> None:
        """A reserved call is made: until it is settled, others may wait for it."""
        self._under_way += 1

    def release(self, reserved: Reserved) -> None:
        """Give back a call that was reserved and is not made."""
        self._open -= 1
        self._begin(-1, 0.0)
        self._end(reserved.cost, 0.0)
        self._wake()

    def _limit_of(self, calls: int, cost: float) -> str | None:
        """The limit that calls might exceed, in words; None if they fit."""
        if self.max_calls is not None and self.calls + calls > self.max_calls:
            limit = f"the limit of {count(self.max_calls, 'call')}"
            if self.calls >= self.max_calls:
                return f"{limit} is reached"
            return f"the next question takes {count(calls, 'call')}, which exceeds {limit}"
        if self.max_cost is not None and self.cost + self._reserved + cost > self.max_cost:
            return f"the next call might exceed the limit of {self.max_cost:g} for the cost"
        return None if self.within is None else self.within._limit_of(calls, cost)

    def _begin(self, calls: int, cost: float) -> None:
        self.calls += calls
        self._reserved += cost
        if self.within is not None:
            self.within._begin(calls, cost)

    def _end(self, reserved: float, cost: float) -> None:
        self._reserved = max(0.0, self._reserved - reserved)
        self.cost += cost
        if self.within is not None:
            self.within._end(reserved, cost)

    def settle(self, reserved: Reserved, cost: float | None) -> None:
        """End a call.

        Args:
            reserved: the call.
            cost: its cost; None if unknown, which counts as the most that it may have cost.
        """
        self._open -= 1
        self._under_way -= 1
        self._end(reserved.cost, reserved.cost if cost is None else cost)
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def limits(self) -> list[str]:
        """The limits, in words."""
        both = [one for one in (self, self.within) if one is not None]
        calls = [one.max_calls for one in both if one.max_calls is not None]
        costs = [one.max_cost for one in both if one.max_cost is not None]
        most = [count(min(calls), "call")] if calls else []
        return [*most, *([f"a cost of {min(costs):g}"] if costs else [])]

    def summary(self) -> str:
        """What was spent, in words."""
        cost = f", cost {self.cost:.4g}" if self.cost else ""
        return f"{count(self.calls, 'call')}{cost}"


def estimated_tokens(characters: int) -> int:
    """About how many tokens a text of that many characters has."""
    return math.ceil(characters / _BYTES_PER_TOKEN)
