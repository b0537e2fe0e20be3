"""How many requests are under way, on servers in simulated time."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable

import pytest

from bench.models.chat.limiter import Limiter


def simulated(
    most: int, seconds: Callable[[int, float], float | None], requests: int
) -> tuple[list[int], float]:
    """The limit after each answer, and how long all of it took.

    Args:
        most: requests under way at most.
        seconds: what a request takes that begins beside so many others at that time; None where it
            is refused at once.
        requests: how many are made.
    """

    async def run() -> tuple[list[int], float]:
        now = 0.0
        limiter = Limiter(most, lambda: now)
        under_way: list[tuple[float, int, object, bool]] = []
        limits = []
        for number in range(10**6):
            while len(under_way) < limiter.limit and len(limits) + len(under_way) < requests:
                turn = await limiter.turn()
                takes = seconds(sum(not entry[3] for entry in under_way), now)
                ends = now + (0.001 if takes is None else takes)
                heapq.heappush(
                    under_way, (ends, number * 1000 + len(under_way), turn, takes is None)
                )
            now, _, turn, refused = heapq.heappop(under_way)
            limiter.done(turn, limited=refused, answered=not refused)
            if not refused:
                limits.append(limiter.limit)
            if len(limits) == requests:
                break
        return limits, now

    return asyncio.run(run())


def test_limit_rises_to_the_bound_while_the_server_keeps_up():
    limits, took = simulated(64, lambda others, now: 1.0, 1000)
    assert limits[0] == 8
    assert max(limits) == limits[-1] == 64
    assert took < 1.2 * 1000 / 64 + 3


def test_limit_stays_where_more_requests_only_wait():
    free = [0.0] * 16

    def queued(others: int, now: float) -> float:
        begin = max(now, heapq.heappop(free))
        heapq.heappush(free, begin + 1.0)
        return begin + 1.0 - now

    limits, took = simulated(256, queued, 3000)
    assert 16 <= limits[-1] <= 40
    assert took < 1.05 * 3000 / 16


def test_limit_falls_where_answers_take_longer_without_more_throughput():
    def slower(others: int, now: float) -> float:
        room = 32 if now < 40 else 8
        return max(1.0, ((others + 1) / room) ** 1.5)

    limits, _ = simulated(32, slower, 2000)
    assert max(limits) == 32
    assert limits[-1] <= 12


def test_limit_does_not_fall_where_answers_are_longer_for_another_reason():
    limits, _ = simulated(16, lambda others, now: 1.0 if now < 40 else 3.0, 1500)
    assert limits[-1] == 16
    assert sum(limit < 16 for limit in limits[300:]) < 100


def test_chance_in_what_answers_take_does_not_bring_it_down():
    chance = random.Random(3)
    limits, _ = simulated(8, lambda others, now: chance.lognormvariate(0, 0.6), 3000)
    assert sum(limits) / len(limits) > 7


@pytest.mark.parametrize("room", [1, 3, 16, 50])
def test_limit_falls_below_what_a_server_refuses_and_rarely_tries_again(room):
    refused = 0

    def refuses(others: int, now: float) -> float | None:
        nonlocal refused
        if others >= room:
            refused += 1
            return None
        return 1.0

    limits, took = simulated(64, refuses, 40 * room)
    assert limits[-1] <= room
    assert refused < 64 + 2 * room
    assert took < 1.5 * 40 + 5


def test_limit_stays_between_one_and_the_bound():
    chance = random.Random(5)

    def any_seconds(others: int, now: float) -> float | None:
        return chance.choice([None, 0.01, 1.0, 5.0])

    limits, _ = simulated(5, any_seconds, 500)
    assert min(limits) >= 1
    assert max(limits) <= 5


@pytest.mark.parametrize("slow", [1, 3])
def test_requests_that_never_end_leave_room_for_others_when_it_falls(slow):
    async def run() -> None:
        now = 0.0
        limiter = Limiter(slow + 1, lambda: now)
        for _ in range(slow):
            await limiter.turn()
        for number in range(400):
            async with asyncio.timeout(2):
                turn = await limiter.turn()
            now += 1.0 if number < 40 else 2.0 + number / 40
            limiter.done(turn)

    asyncio.run(run())


def test_turn_that_nobody_waits_for_any_more_goes_to_the_next():
    async def run() -> None:
        limiter = Limiter(1)
        first = await limiter.turn()
        impatient = asyncio.create_task(limiter.turn())
        patient = asyncio.create_task(limiter.turn())
        await asyncio.sleep(0)
        limiter.done(first)
        impatient.cancel()
        async with asyncio.timeout(5):
            await patient

    asyncio.run(run())


def test_nobody_gets_a_turn_during_a_pause():
    async def run() -> None:
        limiter = Limiter(2)
        over = asyncio.Event()
        pause = asyncio.create_task(limiter.pause(over.wait()))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(limiter.turn())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        over.set()
        async with asyncio.timeout(5):
            await pause
            await waiting

    asyncio.run(run())
