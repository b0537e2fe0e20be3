"""Asks one question of a server until its answer is a verdict, or often enough."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import fmean, multimode
from typing import Any

from bench.data.ratings import Choice
from bench.models.chat.answers import Answer
from bench.models.chat.negotiation import Messages
from bench.models.chat.retry import AttemptError
from bench.models.chat.session import Session
from bench.raters.base import RatingAnswer
from bench.raters.judging.questions import JudgeQuestion
from bench.raters.judging.reading import JudgeVerdict
from bench.raters.judging.received import ReceivedAnswers
from bench.raters.judging.spending import Prices, Reserved, Spending, SpentError
from bench.raters.judging.weighting import weighted_value
from bench.text.characters import whole_characters

_LONGEST_RAW = 20_000  # characters of an answer that are kept


@dataclass(frozen=True)
class Reading:
    """How answers to a question are read.

    Attributes:
        verdict: reads the verdict in an answer.
        meanings: the value of each verdict as it is written; None for choices.
    """

    verdict: Callable[[str], JudgeVerdict[Any] | None]
    meanings: Mapping[str, float] | None


class UnfinishedError(Exception):
    """A limit is reached before there is a verdict.

    Attributes:
        answer: what was answered until then, as an error.
    """

    def __init__(self, answer: RatingAnswer) -> None:
        super().__init__(answer.error)
        self.answer = answer


@dataclass(frozen=True)
class KeptAnswers:
    """The answers to one sample of a question, where they are kept.

    Attributes:
        received: keeps the answers of all questions.
        question: the key of the question; "" for one whose answers are not kept.
        sample: the number of the sample.
    """

    received: ReceivedAnswers
    question: str
    sample: int

    def find(self, attempt: int) -> Answer | None:
        """The answer that an earlier process received; None if there is none."""
        return self.received.find(self.question, self.sample, attempt)

    def keep(self, attempt: int, answer: Answer) -> None:
        """Write an answer before anything else is done with it."""
        self.received.keep(self.question, self.sample, attempt, answer)


@dataclass(frozen=True)
class Asker:
    """What all questions of one judge have in common.

    Attributes:
        spending: counts calls and costs.
        prices: of tokens.
        longest: the maximum number of output tokens.
        retries: how often to ask again after an answer that is not a verdict.
    """

    spending: Spending
    prices: Prices
    longest: int
    retries: int

    async def reserve(
        self,
        messages: Messages,
        fields: Mapping[str, Any],
        calls: int = 1,
        *,
        holds_calls: bool = False,
    ) -> list[Reserved]:
        """Reserve calls that send the same messages, as ``Spending.reserve`` does.

        Raises:
            SpentError: they might exceed a limit.
        """
        sent = json.dumps([messages, dict(fields)], ensure_ascii=False)
        return await self.spending.reserve(
            sent, self.longest, self.prices, calls, holds_calls=holds_calls
        )

    async def verdict(  # noqa: PLR0913, PLR0917 - what a question is, and how it is asked
        self,
        session: Session,
        question: JudgeQuestion,
        fields: Mapping[str, Any],
        reading: Reading,
        kept: KeptAnswers,
        reserved: list[Reserved],
    ) -> RatingAnswer:
        """The verdict on a question; failures are answers with an error.

        Args:
            session: of the server.
            question: the question.
            fields: further fields of the request.
            reading: how answers are read.
            kept: the answers that an earlier process received; gets new ones.
            reserved: calls that are not made yet; one of them is used for the first answer, unless
                it is kept.

        Raises:
            UnfinishedError: an answer was not a verdict, and a limit forbids asking again.
        """
        messages = messages_of(question)
        used = _TokensUsed()
        raw: str | None = None
        for attempt in range(self.retries + 1):
            try:
                answer = kept.find(attempt)
                if answer is None:
                    if attempt:
                        held = bool(reserved)
                        (call,) = await self.reserve(messages, fields, holds_calls=held)
                    else:
                        call = reserved.pop()
                    answer, end = await self._asked(session, messages, fields, call)
                    kept.keep(attempt, answer)
                else:
                    end = asyncio.get_running_loop().time() + session.patience.deadline
                used.add(answer)
                raw = answer.raw[:_LONGEST_RAW]
                found = await session.read(partial(reading.verdict, answer.content), end)
                if found is not None:
                    return self._answer(session, used, answer, found, reading)
            except SpentError as limit:
                given = {"status": "error", "error": f"not asked again: {limit}", "raw": raw}
                raise UnfinishedError(used.answer(self.prices, **given)) from None
            except (AttemptError, TimeoutError) as error:
                told = session.redactor.text(str(error) or "the answer could not be read in time")
                said_so_far = getattr(error, "raw", None) or raw
                return used.answer(self.prices, status="error", error=told, raw=said_so_far)
            said = {"role": "assistant", "content": raw or "(no answer)"}
            messages = [*messages_of(question), said, {"role": "user", "content": question.again}]
        unread = "the answer is not a verdict"
        return used.answer(self.prices, status="unparsed", error=unread, raw=raw)

    async def _asked(
        self, session: Session, messages: Messages, fields: Mapping[str, Any], call: Reserved
    ) -> tuple[Answer, float]:
        """The answer to a call, and the deadline of the question."""
        self.spending.start()
        answer: Answer | None = None
        try:
            answer, end = await session.ask(messages, fields)
            return answer, end
        finally:
            self._settle(call, answer)

    def _settle(self, reserved: Reserved, answer: Answer | None) -> None:
        """End a call; one without an answer is not charged for."""
        if answer is None:
            self.spending.settle(reserved, 0.0)
        else:
            cost = self.prices.cost(answer.tokens_in, answer.tokens_out)
            self.spending.settle(reserved, cost)

    def _answer(
        self,
        session: Session,
        used: _TokensUsed,
        answer: Answer,
        found: JudgeVerdict[Any],
        reading: Reading,
    ) -> RatingAnswer:
        reason = session.redactor.text(found.reason) if found.reason else None
        given: dict[str, Any] = {"raw": answer.raw[:_LONGEST_RAW], "reason": reason}
        if reading.meanings is None:
            return used.answer(self.prices, choice=found.value, **given)
        text = "".join(token.text for token in answer.tokens)
        again = reading.verdict(text) if text else None
        weighted = None
        if again is not None and again.value == found.value:
            weighted = weighted_value(answer.tokens, again.start, reading.meanings)
        value = float(found.value) if weighted is None else weighted
        return used.answer(self.prices, value=value, **given)


def averaged(answers: list[RatingAnswer]) -> RatingAnswer:
    """One answer for several samples: the mean of their values, or their most frequent choice.

    Samples without a verdict do not count. Where no choice is the only most frequent one, it is a
    tie.

    Raises:
        ValueError: there is no answer.
    """
    first, *others = answers
    if not others:
        return first
    good = [answer for answer in answers if answer.status == "ok"]
    totals = {name: _total(answers, name) for name in ("tokens_in", "tokens_out", "cost")}
    raw = "\n\n".join(answer.raw for answer in answers if answer.raw) or None
    if not good:
        failed = next((a for a in answers if a.status == "error"), first)
        return RatingAnswer(status=failed.status, error=failed.error, raw=raw, **totals)
    values = [answer.value for answer in good if answer.value is not None]
    choices = multimode(answer.choice for answer in good if answer.choice is not None)
    choice: Choice = choices[0] if len(choices) == 1 else "tie"
    return RatingAnswer(
        value=fmean(values) if values else None,
        choice=None if values else choice,
        raw=raw,
        reason=good[0].reason,
        lost_samples=len(answers) - len(good),
        **totals,
    )


def _total(answers: list[RatingAnswer], name: str) -> Any:
    found = [getattr(answer, name) for answer in answers]
    return None if None in found else sum(found)


def messages_of(question: JudgeQuestion) -> Messages:
    """The messages of a question that was not asked before."""
    messages = [{"role": "user", "content": whole_characters(question.user)}]
    if question.system:
        messages.insert(0, {"role": "system", "content": whole_characters(question.system)})
    return messages


@dataclass
class _TokensUsed:
    """The tokens of all answers to a question; unknown if those of one are."""

    tokens_in: int | None = 0
    tokens_out: int | None = 0

    def add(self, answer: Answer) -> None:
        self.tokens_in = _sum(self.tokens_in, answer.tokens_in)
        self.tokens_out = _sum(self.tokens_out, answer.tokens_out)

    def answer(self, prices: Prices, **given: Any) -> RatingAnswer:
        used = self.tokens_in, self.tokens_out
        return RatingAnswer(tokens_in=used[0], tokens_out=used[1], cost=prices.cost(*used), **given)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b
