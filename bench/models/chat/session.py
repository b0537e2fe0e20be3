"""Asking one server for the answers to many requests, each as often as is worth it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from bench.models.chat.answers import Answer, error_words, read_answer
from bench.models.chat.content import decoded, json_value
from bench.models.chat.health import UNANSWERED, UNREACHABLE, UNUSABLE, Health
from bench.models.chat.limiter import Limiter, Turn
from bench.models.chat.negotiation import Messages, Negotiation
from bench.models.chat.retry import (
    AttemptError,
    FinalError,
    RefusedError,
    RetryError,
    pause_after,
    retry_after,
)
from bench.models.chat.secrets import Redactor
from bench.models.chat.transport import Reply, Transport

_PASSING = {408, 409, 425, 429}  # and all from 500: the same request may succeed later
_OF_THE_ARTICLE = {400, 413, 422}  # may be due to one article; alike only if the words are
# Kinds of failures that show a server of another kind, or one that hangs up on every request.
_USELESS = {
    **dict.fromkeys(("no JSON", "no chat completion", "encoding"), UNUSABLE),
    "no response": UNANSWERED,
}
_NO_MONEY = {"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"}
_READERS = 2  # threads that read answers

Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long and how often one article is asked for.

    Attributes:
        attempts: at most.
        timeout: seconds for one attempt.
        deadline: seconds for all of them together, and for reading the answer.
    """

    attempts: int
    timeout: float
    deadline: float


@dataclass(kw_only=True)
class Session:
    """What all requests to one server share while a loop runs.

    Attributes:
        transport: posts them.
        limiter: says when.
        negotiation: what the server takes.
        health: whether it is worth asking.
        redactor: for all that came from it.
        patience: with one article.
        fields: of each request but messages and token limit.
        limit: new tokens at most.
        unauthorized: what a refused key means.
        sleep: waits for so many seconds.
    """

    transport: Transport
    limiter: Limiter
    negotiation: Negotiation
    health: Health
    redactor: Redactor
    patience: Patience
    fields: Mapping[str, Any]
    limit: int
    unauthorized: str
    sleep: Callable[[float], Awaitable[None]]
    limited: int = 0
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_READERS, "read-answers")
    )

    async def ask(self, messages: Messages) -> tuple[Answer, float]:
        """The answer of the first attempt that has one, and when the article's time is over.

        Raises:
            FinalError: there is none.
        """
        loop = asyncio.get_running_loop()
        tried, reason, end = 0, "", None
        article = object()  # which one it is, among all that are asked for
        while True:
            turn = await self._turn(tried, reason, end)
            end = end or loop.time() + self.patience.deadline
            try:
                answer = await self._attempt(messages, turn, end, article)
            except _NegotiatedError:
                continue
            except RetryError as error:
                tried, reason = tried + 1, str(error)
                pause = pause_after(self._limited_in_a_row(error, tried), error.wait)
                late = loop.time() + pause >= end
                if tried == self.patience.attempts or late:
                    over = self._time_is_over if late and tried < self.patience.attempts else ""
                    raise self._gave_up(tried, reason, error.kind, over) from error
                nap = self._nap(pause)
                all_wait = error.limited and (error.wait or self.limiter.limit == 1)
                await (self.limiter.pause(nap) if all_wait else nap)
            except FinalError as error:
                self._failed(error.kind, str(error))
                raise
            else:
                return answer, end

    def _limited_in_a_row(self, error: RetryError, tried: int) -> int:
        """How often to double a pause: with one request at a time all share one rate limit."""
        if not error.limited or self.limiter.limit > 1:
            return tried
        self.limited += 1
        return max(tried, self.limited)

    async def read(self, work: Callable[[], Done], end: float) -> Done:
        """Do something with what was received, off the loop and within the article's time.

        Raises:
            TimeoutError: it takes longer.
        """
        async with asyncio.timeout_at(end):
            return await asyncio.get_running_loop().run_in_executor(self.readers, work)

    def close(self) -> None:
        """Let no thread be waited for."""
        self.readers.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, tried: int, reason: str, end: float | None) -> Turn:
        """The right to send a request, unless the server is given up or the time is over."""
        self._raise_if_stopped(tried, reason)
        try:
            async with asyncio.timeout_at(end):
                turn = await self.limiter.turn()
        except TimeoutError as error:
            raise self._gave_up(tried, reason, reason, self._time_is_over) from error
        if self.health.stopped:
            self.limiter.done(turn, answered=False)
            self._raise_if_stopped(tried, reason)
        return turn

    async def _attempt(self, messages: Messages, turn: Turn, end: float, article: object) -> Answer:
        sent = self.negotiation.body(messages, self.limit, self.fields)
        reply = await self._reply(sent, turn, end, article)
        if not 200 <= reply.status < 300:
            raise self._refused(sent, reply)
        try:
            reading = partial(read_answer, reply.body, self.redactor, reply.content_type)
            answer = await self.read(reading, end)
        except TimeoutError as error:
            raise FinalError(f"the response could not be read; {self._time_is_over}") from error
        except RefusedError as error:
            if self.negotiation.learn(sent, error.status, error.body):
                raise _NegotiatedError from error
            raise
        except AttemptError as error:
            if error.raw is not None or error.kind == "empty answer":
                self.health.answered()
            else:
                self._look_at(error, turn, article)
            raise
        self.health.answered()
        return answer

    async def _reply(
        self, sent: Mapping[str, Any], turn: Turn, end: float, article: object
    ) -> Reply:
        """The response to a request, whose turn is over with it."""
        loop = asyncio.get_running_loop()
        limited, answered = False, False
        seconds = min(self.patience.timeout, max(0.0, end - loop.time()))
        try:
            body = json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
            async with asyncio.timeout(seconds):
                reply = await self.transport.post(body)
            limited, answered = reply.status == 429, 200 <= reply.status < 300
            self.limited = 0 if answered else self.limited
        except TimeoutError as error:
            answered = True  # it took that long, if not longer
            raise RetryError(
                f"no answer within {quantity(self.patience.timeout, 'second')}", "no answer"
            ) from error
        except RetryError as error:
            self._look_at(error, turn, article)
            raise
        finally:
            self.limiter.done(turn, limited=limited, answered=answered)
        self.health.reached()
        return reply

    def _refused(self, sent: Mapping[str, Any], reply: Reply) -> Exception:
        """What follows from a response that is an HTTP error."""
        status, text = reply.status, decoded(reply.body, reply.content_type)
        try:
            value = json_value(text)
        except (ValueError, RecursionError):
            value = text
        if self.negotiation.learn(sent, status, value):
            return _NegotiatedError()
        if status == 401:
            return FinalError(self.unauthorized, "status 401")
        words, code, _ = error_words(value)
        words = self.redactor.line(words)
        reason = f"the server answered {status}{': ' if words else ''}{words}"
        if code in _NO_MONEY or not (status in _PASSING or status >= 500):
            kind = reason if status in _OF_THE_ARTICLE else f"status {status}"
            return FinalError(reason, kind)
        wait = retry_after(reply.headers)
        return RetryError(reason, f"status {status}", wait=wait, limited=status == 429)

    async def _nap(self, seconds: float) -> None:
        """Wait, unless the server is given up meanwhile."""
        sleep = asyncio.ensure_future(self.sleep(seconds))
        stop = asyncio.ensure_future(self.stopped.wait())
        try:
            await asyncio.wait({sleep, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            stop.cancel()

    @property
    def _time_is_over(self) -> str:
        return f"its {quantity(self.patience.deadline, 'second')} are over"

    def _gave_up(self, tried: int, reason: str, kind: str, why: str = "") -> FinalError:
        error = FinalError(
            f"gave up after {quantity(tried, 'attempt')}: {reason}{'; ' if why else ''}{why}", kind
        )
        self._failed(kind, reason)
        return error

    def _look_at(self, error: AttemptError, turn: Turn, article: object) -> None:
        """Whether a failed request says something about the server."""
        unreachable = isinstance(error, RetryError) and error.unreachable
        way = UNREACHABLE if unreachable else _USELESS.get(error.kind)
        if way:
            self.health.useless(way, turn.began, str(error), article)
            self._stop_if_ill()

    def _failed(self, kind: str, reason: str) -> None:
        self.health.failed(kind, reason)
        self._stop_if_ill()

    def _stop_if_ill(self) -> None:
        if self.health.stopped:
            self.stopped.set()

    def _raise_if_stopped(self, tried: int, reason: str) -> None:
        stopped = self.health.stopped
        if not stopped:
            return
        if tried:
            raise FinalError(
                f"gave up after {quantity(tried, 'attempt')}: {reason}; the model was stopped"
            )
        raise FinalError(f"not asked for, since the model was stopped: {stopped}")


class _NegotiatedError(Exception):
    """The request was refused in a form that is not used any more."""


def quantity(number: float, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
