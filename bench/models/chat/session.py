"""Sends many requests to one server, with retries."""

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
_OF_THE_ARTICLE = {400, 413, 422}  # may concern a single article; equal only if the messages are
# Kinds of failures of servers with another protocol, or that close every connection.
_USELESS = {
    **dict.fromkeys(("no JSON", "no chat completion", "encoding"), UNUSABLE),
    "no response": UNANSWERED,
}
_NO_MONEY = {"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"}
_READERS = 2  # threads that read answers

Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Limits on the attempts for one article.

    Attributes:
        attempts: maximum number of attempts.
        timeout: seconds for one attempt.
        deadline: seconds for all attempts together, and for parsing the answer.
    """

    attempts: int
    timeout: float
    deadline: float


@dataclass(kw_only=True)
class Session:
    """State shared by all requests to one server.

    Attributes:
        transport: sends requests.
        limiter: limits concurrency.
        negotiation: adapts requests to the server.
        health: detects a broken server.
        redactor: masks secrets in responses.
        patience: limits for one article.
        fields: fields of every request, except messages and token limit.
        limit: maximum number of new tokens.
        unauthorized: the message for refused credentials.
        sleep: waits for a number of seconds.
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

    async def ask(
        self, messages: Messages, fields: Mapping[str, Any] | None = None
    ) -> tuple[Answer, float]:
        """The first answer, and the deadline of the article.

        Args:
            messages: the messages.
            fields: fields of this request only.

        Raises:
            FinalError: there is no answer.
        """
        loop = asyncio.get_running_loop()
        tried, reason, end = 0, "", None
        article = object()  # identifies the article among all requests
        while True:
            turn = await self._turn(tried, reason, end)
            end = end or loop.time() + self.patience.deadline
            try:
                answer = await self._attempt(messages, fields or {}, turn, end, article)
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
        """How often to double a pause, if all requests share one rate limit."""
        if not error.limited or self.limiter.limit > 1:
            return tried
        self.limited += 1
        return max(tried, self.limited)

    async def read(self, work: Callable[[], Done], end: float) -> Done:
        """Run work on a response in a thread, within the deadline of the article.

        Raises:
            TimeoutError: it takes longer.
        """
        async with asyncio.timeout_at(end):
            return await asyncio.get_running_loop().run_in_executor(self.readers, work)

    def close(self) -> None:
        """Shut down without waiting for threads."""
        self.readers.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, tried: int, reason: str, end: float | None) -> Turn:
        """Wait for a turn, unless the server is given up or the deadline has passed."""
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

    async def _attempt(
        self,
        messages: Messages,
        fields: Mapping[str, Any],
        turn: Turn,
        end: float,
        article: object,
    ) -> Answer:
        sent = self.negotiation.body(messages, self.limit, {**self.fields, **fields})
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
        """Send a request and return its response; ends the turn."""
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
            answered = True  # it took at least that long
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
        """The exception for an HTTP error."""
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
        """Wait, unless the server is given up in the meantime."""
        sleep = asyncio.ensure_future(self.sleep(seconds))
        stop = asyncio.ensure_future(self.stopped.wait())
        try:
            await asyncio.wait({sleep, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            stop.cancel()

    @property
    def _time_is_over(self) -> str:
        return f"the deadline of {quantity(self.patience.deadline, 'second')} has passed"

    def _gave_up(self, tried: int, reason: str, kind: str, why: str = "") -> FinalError:
        error = FinalError(
            f"gave up after {quantity(tried, 'attempt')}: {reason}{'; ' if why else ''}{why}", kind
        )
        self._failed(kind, reason)
        return error

    def _look_at(self, error: AttemptError, turn: Turn, article: object) -> None:
        """Record a failed request in the health of the server."""
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
        raise FinalError(f"skipped, since the model was stopped: {stopped}")


class _NegotiatedError(Exception):
    """The request was refused in a form that is no longer used."""


def quantity(number: float, noun: str) -> str:
    """A number with its noun."""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
