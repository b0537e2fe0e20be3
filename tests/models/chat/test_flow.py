"""Work in a loop of its own, and what becomes of it when that loop ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.models.chat.flow import flow


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    yield


def test_results_come_as_they_are_ready():
    async def work(context: None, number: int) -> int:
        while number == 0 and not others.is_set():
            await asyncio.sleep(0.001)
        if number == 3:
            others.set()
        return number * 10

    others = asyncio.Event()
    found = list(flow(range(4), opened, work, 9))
    assert found[-1] == (0, 0)
    assert sorted(found) == [(0, 0), (1, 10), (2, 20), (3, 30)]


def test_nobody_waits_for_work_of_a_loop_that_has_ended():
    async def work(context: None, number: int) -> int:
        if number:
            asyncio.get_running_loop().stop()
        await asyncio.sleep(60)
        return number

    with pytest.raises(RuntimeError, match="ended before its work"):
        list(flow(range(2), opened, work, 9))
