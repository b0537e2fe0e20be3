"""When a server is given up, and when it is not."""

from __future__ import annotations

import pytest

from bench.models.chat.health import UNANSWERED, UNREACHABLE, UNUSABLE, Health


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(health: Health, times: int, kind: str = "status 401") -> None:
    for _ in range(times):
        health.failed(kind, "no key")


def test_one_failure_on_every_article_is_enough():
    health = Health()
    fail(health, 4)
    assert health.stopped is None
    fail(health, 1)
    assert health.stopped == "5 articles in a row failed the same way: no key"


def test_failures_of_several_kinds_are_not_one():
    health = Health()
    for number in range(50):
        fail(health, 1, f"kind {number % 3}")
    assert health.stopped is None


def test_answer_between_failures_is_a_server_that_works():
    health = Health()
    for _ in range(20):
        fail(health, 4)
        health.answered()
    assert health.stopped is None


def test_server_that_has_answered_is_given_more_time():
    health = Health()
    health.answered()
    fail(health, 19)
    assert health.stopped is None
    fail(health, 1)
    assert health.stopped


def test_server_that_is_not_there_is_given_up_in_seconds(clock):
    health = Health(clock)
    for _ in range(8):
        health.useless(UNREACHABLE, clock.now, "refused")
    assert health.stopped is None
    clock.now += 7
    health.useless(UNREACHABLE, clock.now, "refused")
    assert health.stopped == "9 requests in a row reached no server: refused"


def test_server_that_was_there_may_take_longer_to_come_back(clock):
    health = Health(clock)
    health.answered()
    for _ in range(8):
        clock.now += 2
        health.useless(UNREACHABLE, clock.now, "refused")
    assert health.stopped is None
    health.reached()
    clock.now += 100
    for _ in range(8):
        health.useless(UNREACHABLE, clock.now, "refused")
    assert health.stopped is None
    clock.now += 21
    health.useless(UNREACHABLE, clock.now, "refused")
    assert health.stopped


def test_few_requests_that_reach_nobody_say_little(clock):
    health = Health(clock)
    for _ in range(4):
        health.useless(UNREACHABLE, clock.now, "refused")
        clock.now += 60
    assert health.stopped is None


@pytest.mark.parametrize("way", [UNANSWERED, UNUSABLE])
def test_one_article_alone_stops_no_model(clock, way):
    health = Health(clock)
    for _ in range(9):
        clock.now += 10
        health.useless(way, clock.now, "hung up", "one")
    assert health.stopped is None
    health.useless(way, clock.now, "hung up", "two")
    assert health.stopped == f"10 requests in a row {way}: hung up"


def test_server_that_hangs_up_is_given_up_unless_it_responds(clock):
    health = Health(clock)
    for article in range(8):
        clock.now += 2
        health.useless(UNANSWERED, clock.now, "hung up", article)
        health.reached()
    assert health.stopped is None
    for article in range(5):
        clock.now += 2
        health.useless(UNANSWERED, clock.now - 2, "hung up", article)
    assert health.stopped


def test_server_that_speaks_of_something_else_is_given_up_in_seconds(clock):
    health = Health(clock)
    for _ in range(8):
        health.useless(UNUSABLE, clock.now, "a page")
        health.reached()
    clock.now += 7
    health.useless(UNREACHABLE, clock.now, "refused")
    health.useless(UNUSABLE, clock.now, "a page")
    assert health.stopped is None
    for _ in range(5):
        clock.now += 2
        health.useless(UNUSABLE, clock.now, "a page")
    assert (
        health.stopped == "5 requests in a row got a response that is not a chat completion: a page"
    )
