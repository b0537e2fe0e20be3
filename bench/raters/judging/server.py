"""A judge behind a chat-completions server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from bench.errors import ConfigError
from bench.models.chat.flow import flow
from bench.models.chat.session import Session
from bench.models.endpoint import Endpoint
from bench.raters.base import RatingAnswer, RatingRequest, RatingStoppedError
from bench.raters.judging.asking import (
    Asker,
    KeptAnswers,
    Reading,
    UnfinishedError,
    averaged,
    messages_of,
)
from bench.raters.judging.options import JudgeOptions
from bench.raters.judging.questions import meanings_of, schema_of
from bench.raters.judging.reading import read_choice, read_value
from bench.raters.judging.spending import Reserved, SpentError
from bench.raters.rubric import Criterion

_AHEAD = 4  # pending questions per request, so that retries do not delay others
_MOST_ALTERNATIVES = 20  # that servers return for a token


class ServerJudge:
    """Asks a server what a judge is asked.

    Args:
        judge: the parameters.

    Raises:
        ConfigError: the ``openai`` library or the key is missing, or a parameter is invalid or
            would write a secret to the run's files.
    """

    def __init__(self, judge: JudgeOptions) -> None:
        self._judge = judge
        self._endpoint = Endpoint(
            model=str(judge.model),
            prompt=judge.wording.prompt,
            system=judge.wording.system or None,
            **{name: getattr(judge, name) for name in _SHARED},
        )

    @property
    def digest(self) -> str:
        """Digest of the server and the parameters of requests."""
        return self._endpoint.digest

    def load(self) -> None:
        """Nothing is loaded."""

    def unload(self) -> None:
        """Nothing was loaded."""

    def faults(self) -> list[str]:
        """Those of the templates are known to the judge."""
        return []

    def obstacle(self) -> str | None:
        """None that is known before a request."""
        return None

    def events(self) -> list[str]:
        """New findings about the server."""
        return self._endpoint.events()

    def stream(
        self, requests: Iterable[tuple[str, RatingRequest]]
    ) -> Iterator[tuple[str, RatingAnswer]]:
        """The key and answer of each request, in order of completion.

        Raises:
            RatingStoppedError: a limit of the spending is reached; all that was asked is answered.
        """
        limit: SpentError | None = None

        def affordable() -> Iterator[tuple[str, RatingRequest]]:
            for named in requests:
                yield named
                if limit is not None:
                    return

        async def answer(
            session: Session, named: tuple[str, RatingRequest]
        ) -> RatingAnswer | SpentError:
            return await self._answer(session, *named)

        ahead = _AHEAD * self._endpoint.concurrency
        for (key, _), found in flow(affordable(), self._endpoint.session, answer, ahead):
            if isinstance(found, SpentError):
                limit = found
            else:
                yield key, found
        if limit is not None:
            raise RatingStoppedError(f"{limit} (so far {self._judge.spending.summary()})")

    async def _answer(
        self, session: Session, key: str, request: RatingRequest
    ) -> RatingAnswer | SpentError:
        """The answer to a request, or the limit because of which it is not asked."""
        judge = self._judge
        criterion = judge.criterion(request.task.name, request.dimension)
        prefers = request.against is not None
        asker = Asker(judge.spending, judge.prices, judge.max_tokens, judge.retries)
        reading = Reading(read_choice, None)
        if not prefers:
            read = partial(
                read_value,
                scale=list(criterion.scale),
                letters=judge.letters,
                criterion=request.dimension,
            )
            reading = Reading(read, meanings_of(criterion, judge.letters))
        answers: list[RatingAnswer] = []
        reserved: list[Reserved] = []
        try:
            question = judge.wording.question(request, criterion, request.article.text)
            samples = [
                (KeptAnswers(judge.received, key, k), self._fields(criterion, prefers, k))
                for k in range(judge.samples)
            ]
            missing = [fields for kept, fields in samples if kept.find(0) is None]
            if missing:
                reserved += await asker.reserve(messages_of(question), missing[-1], len(missing))
            for kept, fields in samples:
                found = await asker.verdict(session, question, fields, reading, kept, reserved)
                answers.append(found)
        except SpentError as limit:
            return limit
        except UnfinishedError as unfinished:
            known = averaged([*answers, unfinished.answer])
            reason = unfinished.answer.error
            return replace(known, status="error", error=reason, value=None, choice=None)
        except ConfigError as error:
            return RatingAnswer.failed(session.redactor.text(str(error)))
        except Exception as error:  # noqa: BLE001 - a malformed response may raise anything
            told = session.redactor.line(str(error))
            return RatingAnswer.failed(
                f"the answer could not be used: {type(error).__name__}: {told}"
            )
        finally:
            for unused in reserved:
                judge.spending.release(unused)
        return averaged(answers)

    def _fields(self, criterion: Criterion, prefers: bool, sample: int) -> dict[str, Any]:
        """The fields of one request."""
        judge = self._judge
        fields: dict[str, Any] = {}
        schema = schema_of(criterion, prefers, judge.letters, judge.wording.reasons)
        if judge.structured and schema is not None:
            fields["response_format"] = schema
        if judge.logprobs and not prefers:
            alternatives = min(len(criterion.scale), _MOST_ALTERNATIVES)
            fields |= {"logprobs": True, "top_logprobs": alternatives}
        if sample and judge.seed is not None:
            fields["seed"] = judge.seed + sample
        return {name: value for name, value in fields.items() if name not in judge.extra}


_SHARED = (
    *("base_url", "key", "headers", "query", "follow_redirects", "max_tokens", "token_field"),
    *("temperature", "seed", "extra", "concurrency", "timeout", "deadline", "attempts"),
)
"""Parameters of a judge that the model ``endpoint`` has, too."""
