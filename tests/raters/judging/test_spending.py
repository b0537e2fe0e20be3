"""What judges may spend: calls are made as long as they fit, and never beyond the limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.article import Article
from bench.models.chat.answers import Answer
from bench.models.chat.retry import FinalError
from bench.models.endpoint import Endpoint
from bench.raters.base import RatingAnswer, RatingRequest, RatingStoppedError
from bench.raters.judge import Judge
from bench.raters.judging.spending import Prices, Spending, SpentError
from bench.tasks import TASKS

WORST = 10  # what a call costs at most: its longest answer has that many tokens of price 1
PRICES = {"price_in": 0.0, "price_out": 1e6, "max_tokens": WORST}
ARTICLE = Article(id="a", title="A title", text="A text.")


@dataclass
class PricedSession:
    """A session without a server, which counts what was asked of it and what that cost.

    Attributes:
        reply: the answer to a call, or the exception that it raises.
        slots: how many calls are answered at once.
        pause: how often a call lets others go first.
    """

    reply: Callable[[], Answer | Exception]
    slots: asyncio.Semaphore
    pause: Callable[[], int] = lambda: 1
    redactor: Any = field(default_factory=lambda: SimpleNamespace(text=str, line=str))
    patience: Any = field(default_factory=lambda: SimpleNamespace(deadline=60.0))
    calls: int = 0
    cost: int = 0

    async def ask(self, messages: Any, fields: Any) -> tuple[Answer, float]:
        async with self.slots:
            self.calls += 1
            await self._wait()
            found = self.reply()
        if isinstance(found, Exception):
            raise found
        self.cost += found.tokens_out or 0
        return found, 0.0

    async def read(self, work: Callable[[], Any], end: float) -> Any:
        await self._wait()
        return work()

    async def _wait(self) -> None:
        for _ in range(self.pause()):
            await asyncio.sleep(0)


def priced(tokens_out: int, text: str = '{"value": 4}') -> Answer:
    return Answer(text, tokens_in=1, tokens_out=tokens_out)


def asked(
    session: PricedSession, questions: int = 6, **parameters: Any
) -> tuple[Judge, list[RatingAnswer], str | None]:
    """A judge after some questions, its answers, and why it stopped."""

    @asynccontextmanager
    async def opened(endpoint: Endpoint) -> AsyncIterator[PricedSession]:
        yield session

    def at_once(items: Iterable[Any], opened: Any, work: Any, ahead: int) -> Iterator[Any]:
        drawn = list(items)

        async def all_work() -> list[Any]:
            async with opened() as shared:
                tasks = (work(shared, item) for item in drawn)
                return await asyncio.wait_for(asyncio.gather(*tasks), 20)

        yield from zip(drawn, asyncio.run(all_work()), strict=True)

    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "x")
        patch.setattr(Endpoint, "session", opened)
        patch.setattr("bench.raters.judging.server.flow", at_once)
        judge = Judge(**{"model": "m", "base_url": "http://localhost:1/v1", **parameters})
        try:
            for _, answer in judge.stream((str(n), request(n)) for n in range(questions)):
                found.append(answer)
        except RatingStoppedError as stop:
            return judge, found, str(stop)
    return judge, found, None


def request(number: int) -> RatingRequest:
    return RatingRequest(ARTICLE, TASKS["questions"], "clear", (f"Why {number}?",))


@pytest.mark.parametrize(("samples", "calls"), [(1, 3.2), (2, 3.2), (3, 4.8)])
def test_question_waits_for_what_another_has_reserved(samples, calls):
    session = PricedSession(lambda: priced(1), asyncio.Semaphore(1))
    limit = {"max_cost": calls * WORST, **PRICES}
    _, answers, stopped = asked(session, samples=samples, concurrency=1, **limit)
    assert stopped is None
    assert [answer.status for answer in answers] == ["ok"] * 6
    assert session.cost == 6 * samples


def test_calls_that_are_given_back_are_made_by_others():
    replies = iter([ValueError("malformed")])
    session = PricedSession(lambda: next(replies, priced(1)), asyncio.Semaphore(1))
    judge, answers, stopped = asked(session, samples=3, max_calls=7)
    assert [answer.status for answer in answers] == ["error", "ok", "ok"]
    assert stopped == "the limit of 7 calls is reached (so far 7 calls)"
    assert judge.spending.calls == session.calls == 7


@pytest.mark.parametrize(
    ("limits", "within", "reason"),
    [
        ({"max_calls": 2, "max_cost": 900}, None, "the limit of 2 calls is reached"),
        ({"max_calls": 9, "max_cost": 11}, None, "exceed the limit of 11 for the cost"),
        ({"max_calls": 2, "max_cost": 900}, Spending(9, 11), "exceed the limit of 11 for the cost"),
        ({"max_cost": 11}, Spending(2, 900), "exceed the limit of 11 for the cost"),
        ({"max_cost": 900}, Spending(2, 901), "the limit of 2 calls is reached"),
        ({"max_cost": 900}, Spending(None, 11), "exceed the limit of 11 for the cost"),
    ],
)
def test_reason_names_the_limit_that_forbids_a_call(limits, within, reason):
    spending = Spending(limits.get("max_calls"), limits["max_cost"])
    spending.within = within

    async def spend() -> None:
        while True:
            (call,) = await spending.reserve("x", WORST, Prices(0.0, 1e6))
            spending.start()
            spending.settle(call, 5.0)

    with pytest.raises(SpentError, match=reason):
        asyncio.run(spend())


@pytest.mark.slow
@given(
    samples=st.integers(1, 3),
    slots=st.integers(1, 4),
    max_calls=st.none() | st.integers(1, 20),
    max_cost=st.none() | st.floats(1, 120),
    retries=st.integers(0, 2),
    seed=st.integers(0, 10**6),
)
def test_limits_hold_and_nothing_that_fits_is_left(
    samples, slots, max_calls, max_cost, retries, seed
):
    random = Random(seed)

    def reply() -> Answer | Exception:
        chance = random.random()
        if chance < 0.1:
            return ValueError("malformed")
        if chance < 0.2:
            return FinalError("status 400")
        tokens = random.choice((1, 2, WORST, None))
        return Answer("4" if chance < 0.8 else "Well.", tokens_in=1, tokens_out=tokens)

    session = PricedSession(reply, asyncio.Semaphore(slots), lambda: random.randrange(4))
    options = {"samples": samples, "retries": retries, "concurrency": slots, **PRICES}
    judge, answers, stopped = asked(session, 12, max_calls=max_calls, max_cost=max_cost, **options)
    spending = judge.spending
    assert session.cost <= spending.cost <= (max_cost or float("inf"))
    assert session.calls == spending.calls <= (max_calls or float("inf"))
    if stopped is None:
        assert len(answers) == 12
    else:
        assert len(answers) < 12
        is_full = max_calls is not None and spending.calls + samples > max_calls
        is_spent = max_cost is not None and spending.cost + samples * WORST > max_cost
        assert is_spent if "for the cost" in stopped else is_full
