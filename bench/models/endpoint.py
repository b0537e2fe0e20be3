"""Models behind a server that speaks the OpenAI chat-completions protocol."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from bench.article import Article
from bench.component import ADDED
from bench.errors import ConfigError
from bench.models.base import Model, Output, sample_seed
from bench.models.chat.address import CREDENTIALS, Address, as_texts
from bench.models.chat.answers import Answer
from bench.models.chat.flow import flow
from bench.models.chat.health import Health
from bench.models.chat.limiter import Limiter
from bench.models.chat.negotiation import Messages, Negotiation
from bench.models.chat.retry import AttemptError
from bench.models.chat.secrets import SHORTEST_SECRET, Redactor, secret_name
from bench.models.chat.session import Patience, Session, quantity
from bench.models.chat.transport import Transport
from bench.models.nested_settings import REQUEST
from bench.models.prompts import INSTRUCTIONS, Prompts, Templates, without_article
from bench.models.stop import before_stop, stop_strings
from bench.tasks import Task
from bench.text.characters import whole_characters
from bench.text.items import ParsedItems, parsed_items

_OURS = {"messages", "model", "n", "stream"}
_ELSEWHERE = {"extra_headers": "headers", "extra_query": "query", "extra_body": "extra"}
_USER = re.compile(r"//[^/?#\s]*@")
_AHEAD = 4  # pending articles per request, so that retries do not delay others
_DEADLINE = 5  # times `timeout`


@dataclass(kw_only=True)
class Endpoint(Model):
    """A model on a chat-completions server.

    Sends concurrent requests, adapted to the capacity of the server. An article without an answer
    fails on its own, with a reason; temporary failures are retried after a growing pause or the one
    that the server requests. A server that fails the same way on every call is given up. Keys are
    only read from the environment, and masked wherever a server repeats them.

    Attributes:
        model: the id of the model.
        base_url: the URL of the server, such as ``http://localhost:8000/v1``, with a ``?query`` if
            needed; by default the value of ``OPENAI_BASE_URL``, else that of OpenAI.
        key: the name of the environment variable with the key, which may be unset if there is a
            base URL.
        headers: sent with each request; ``${NAME}`` in a value comes from the environment.
        extra_headers: another name for ``headers``.
        query: parameters added to the URL; ``${NAME}`` as in ``headers``.
        follow_redirects: whether to follow redirects.
        prompt: a Jinja template of the user message, or one per task.
        system: a template of the system message, or one per task; none by default.
        max_tokens: maximum number of new tokens.
        token_field: the name of that limit on the server.
        temperature: the temperature; None for the default of the server. Unless it is 0, the
            model is asked for ``samples``.
        seed: sent with each request, and a seed of its own with each sample after the first; None
            omits it, for servers without support.
        stop: the output ends before this text, or the first of several; sent with each request,
            and applied here where the server ignores it.
        extra: further fields of the request body.
        concurrency: maximum number of concurrent requests; fewer if the server is slower.
        timeout: seconds per attempt.
        deadline: seconds for all attempts of an article; five times ``timeout`` by default.
        attempts: maximum number of attempts per article.
        prices: ``input`` and ``output``: cost per million tokens.
        separator: the separator of items, if the model writes one.
        thinking: pairs of the text before and after reasoning, beside those that are known.

    Raises:
        ConfigError: the ``openai`` library or the key is missing, or a parameter is invalid or
            would write a secret to the run's files.
    """

    description = (
        "any OpenAI-compatible chat-completions server, asked for several articles at once"
    )
    tasks = ("summary", "questions")
    made_with = ("openai",)
    parses_text = True
    excluded_from_signature = frozenset(
        {"key", "concurrency", "timeout", "deadline", "attempts", "prices", "follow_redirects"}
    )
    by_task = frozenset({"prompt", "system"})
    nested_settings: ClassVar[Mapping[str, Sequence[str]]] = {"extra": REQUEST}
    synonyms: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("stop_strings", "stop_sequences"), "stop"),
        **dict.fromkeys(("max_new_tokens", "max_length"), "max_tokens"),
    }
    distributable = False  # a single process enforces `concurrency` and learns from the answers
    streams: ClassVar[bool] = True

    model: str
    base_url: str | None = None
    key: str = "OPENAI_API_KEY"
    headers: dict[str, Any] = field(default_factory=dict)
    extra_headers: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    follow_redirects: bool = False
    prompt: Templates = field(default_factory=lambda: INSTRUCTIONS)
    system: Templates | None = None
    max_tokens: Annotated[int, Field(ge=1)] = 1024
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: float | None = 0.0
    seed: int | None = None
    stop: str | list[str] | None = field(default=None, metadata=ADDED)
    extra: dict[str, Any] = field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1)] = 8
    timeout: Annotated[float, Field(gt=0)] = 60.0
    deadline: Annotated[float, Field(gt=0)] | None = None
    attempts: Annotated[int, Field(ge=1)] = 6
    prices: dict[Literal["input", "output"], Annotated[float, Field(ge=0)]] | None = None
    separator: str | None = None
    thinking: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        _ = self._prompts, self._system
        vars(self)["tasks"] = self._prompts.tasks  # overrides those of the class
        vars(self)["draws_at_random"] = self.extra.get("temperature", self.temperature) != 0
        self._refuse_secrets()
        self._refuse_what_cannot_be_sent()
        if self.prices is not None and set(self.prices) != {"input", "output"}:
            raise ConfigError("prices: needs both `input` and `output`, for a million tokens each")
        _require_openai()
        self._events: list[str] = []
        self._told: list[str] = []
        self._health = Health()
        self._negotiation = Negotiation(self.token_field, self._events.append)

    def faults(self) -> list[str]:
        """Faults of the prompts."""
        system = self._system.unknown_variables() if self._system else []
        return [
            *self._prompts.unknown_variables(),
            *(f"system {fault}" for fault in system),
            *without_article(self._prompts, self._system)[0],
        ]

    def notes(self, dataset: Sequence[Article]) -> list[str]:  # noqa: ARG002 - part of the contract
        """Notes on prompts without the text of the article."""
        return without_article(self._prompts, self._system)[1]

    @property
    def digest(self) -> str:
        """Digest of what the answers depend on, except key and prompts, for the signature."""
        parts = [
            self.model,
            self._address.server,
            self.max_tokens,
            self.token_field,
            self.temperature,
            self.seed,
            sorted(self.extra.items()),
            self.separator,
            *map(tuple, self.thinking),
            *self._address.signature(),
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """The cost of the tokens, in the currency of ``prices``; None without prices."""
        if self.prices is None:
            return None
        return (tokens_in * self.prices["input"] + tokens_out * self.prices["output"]) / 1e6

    def predict(self, articles: Sequence[Article], task: Task) -> list[Output]:
        outputs = dict(self._flow(enumerate(articles), task))
        return [outputs[index] for index in range(len(articles))]

    def stream(self, articles: Iterable[Article], task: Task) -> Iterator[tuple[str, Output]]:
        return self._flow(((article.id, article) for article in articles), task)

    def events(self) -> list[str]:
        """New findings about the server since the last call."""
        if self._health.stopped and self._health.stopped not in self._told:
            self._told.append(self._health.stopped)
            self._events.append(
                f"the model was stopped, and the remaining articles failed: {self._health.stopped}"
            )
        told, self._events[:] = list(self._events), []
        return told

    def _flow(
        self, articles: Iterable[tuple[Any, Article]], task: Task
    ) -> Iterator[tuple[Any, Output]]:
        async def output(session: Session, named: tuple[Any, Article]) -> Output:
            return await self._output(session, named[1], task)

        ahead = _AHEAD * self.concurrency
        for (name, _), found in flow(articles, self.session, output, ahead):
            yield name, found

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """State shared by all requests, including values from the environment."""
        address = self._address
        redactor = Redactor(address.secrets())
        transport = Transport(
            address.completions(),
            address.sent_headers(),
            frozenset({*CREDENTIALS, *(name.lower() for name in address.headers)}),
            follow=self.follow_redirects,
            redactor=redactor,
        )
        fields: dict[str, Any] = {
            "model": self.model,
            "temperature": self.temperature,
            "seed": self.seed,
        }
        fields["stop"] = list(stop_strings(self.stop)) or None
        given = {name: value for name, value in fields.items() if value is not None}
        async with transport:
            session = Session(
                transport=transport,
                limiter=Limiter(self.concurrency),
                negotiation=self._negotiation,
                health=self._health,
                redactor=redactor,
                patience=Patience(
                    attempts=self.attempts,
                    timeout=self.timeout,
                    deadline=self.deadline or _DEADLINE * self.timeout,
                ),
                fields={**given, **self.extra},
                limit=self.max_tokens,
                unauthorized=self._unauthorized(address),
                sleep=self._sleep,
            )
            try:
                yield session
            finally:
                session.close()

    async def _output(self, session: Session, article: Article, task: Task) -> Output:
        """The output for one article; failures only concern this article."""
        raw = None
        try:
            fields = self._of_sample(article, task)
            messages = self._messages(article, task)
            answer, end = await session.ask(messages, fields)
            answer = self._stopped(answer)
            raw = answer.raw
            reading = partial(
                self._parsed,
                answer.content,
                session.redactor,
                task=task.name,
                after=messages[-1]["content"],
                unfinished=answer.cut,
            )
            parsed = await session.read(reading, end)
        except (ConfigError, AttemptError) as error:
            reason, raw = str(error), getattr(error, "raw", None)
        except TimeoutError:
            reason = f"the answer could not be split into items within {self._deadline_in_words}"
        except Exception as error:  # noqa: BLE001 - a malformed response may raise anything
            told = session.redactor.line(str(error))
            reason = f"the answer could not be used: {type(error).__name__}: {told}"
        else:
            return Output(
                items=tuple(parsed.items),
                raw=raw,
                truncated="output" if answer.cut else "neither",
                tokens_in=answer.tokens_in,
                tokens_out=answer.tokens_out,
                dropped=parsed.dropped,
            )
        return Output((), raw=raw, error=session.redactor.text(reason))

    def _stopped(self, answer: Answer) -> Answer:
        """The answer before the first stop string, which is then complete."""
        content = before_stop(answer.content, stop_strings(self.stop))
        if content == answer.content:
            return answer
        return replace(answer, content=content, finish="stop")

    def _of_sample(self, article: Article, task: Task) -> dict[str, int]:
        """The seed of a sample after the first, if requests have a seed."""
        seed = self.extra.get("seed", self.seed)
        if task.sample == 0 or not isinstance(seed, int):
            return {}
        return {"seed": sample_seed(seed, task.sample, self.model, task.name, article.id)}

    def _parsed(self, content: str, redactor: Redactor, **known: Any) -> ParsedItems:
        """The items, masked again, since JSON may encode a secret differently."""
        parsed = parsed_items(content, self.separator, thinking=self.thinking, **known)
        return ParsedItems([redactor.text(item) for item in parsed.items], parsed.dropped)

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _messages(self, article: Article, task: Task) -> Messages:
        user = whole_characters(self._prompts.text(article, task))
        messages = [{"role": "user", "content": user}]
        if self._system is not None and task.name in self._system.tasks:
            system = whole_characters(self._system.text(article, task))
            messages.insert(0, {"role": "system", "content": system})
        return messages

    def _unauthorized(self, address: Address) -> str:
        """The message for refused credentials."""
        if address.has_credentials:
            return "the server refused the credentials in `headers`"
        if not address.secret():
            return f"the server requires a key, but ${self.key} is not set"
        return f"the server refused the key in ${self.key}"

    @property
    def _deadline_in_words(self) -> str:
        return quantity(self.deadline or _DEADLINE * self.timeout, "second")

    @cached_property
    def _prompts(self) -> Prompts:
        return Prompts(self.prompt)

    @cached_property
    def _system(self) -> Prompts | None:
        return None if self.system is None else Prompts(self.system)

    @cached_property
    def _address(self) -> Address:
        both = set(map(str.lower, self.headers)) & set(map(str.lower, self.extra_headers))
        if both:
            raise ConfigError(f"headers: {min(both)} is also in extra_headers")
        return Address(
            base=self.base_url,
            query=as_texts(self.query, "query"),
            headers=as_texts({**self.headers, **self.extra_headers}, "headers"),
            key=self.key,
        )

    def _refuse_secrets(self) -> None:
        """Refuse secrets as parameters, which are written to the run's files."""
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", self.key):
            raise ConfigError(
                "key: must be the NAME of the environment variable that holds the key, in capitals,"
                " such as OPENAI_API_KEY; never the key itself"
            )
        remedy = f"it would be written to the run's files; put the key into ${self.key} instead"
        secret = secret_name(self.extra)
        if secret:
            raise ConfigError(f"extra: {secret} looks like a secret; {remedy}")
        if _USER.search(repr(self.extra)):
            raise ConfigError(f"extra: contains a URL with a user or password; {remedy}")
        key = self._address.secret()
        if len(key) >= SHORTEST_SECRET and key in repr(self):
            raise ConfigError(f"the config contains the value of ${self.key}; {remedy}")

    def _refuse_what_cannot_be_sent(self) -> None:
        key = self._address.secret()
        if not key and not self._address.url and not self._address.has_credentials:
            raise ConfigError(
                f"${self.key} is not set: put the key there, or give `base_url` of a server that"
                " needs none"
            )
        if not re.fullmatch(r"[!-~]*", key):
            raise ConfigError(f"${self.key} has characters that are invalid in a key")
        stop_strings(self.stop)
        if self.stop is not None and "stop" in self.extra:
            raise ConfigError("extra: stop is also a parameter of the model; remove one")
        ours = sorted(_OURS & set(self.extra))
        if ours:
            remedy = "set `samples` of the model instead" if ours == ["n"] else "remove it"
            raise ConfigError(f"extra: {ours[0]} is set by the benchmark; {remedy}")
        for name, instead in _ELSEWHERE.items():
            if name in self.extra:
                raise ConfigError(f"extra: {name} belongs in `{instead}:` of the model")
        try:
            json.dumps(self.extra, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ConfigError(f"extra: cannot be sent as JSON: {error}") from error


def _require_openai() -> None:
    try:
        import openai  # noqa: F401 - checks that it is installed
    except ImportError as error:
        raise ConfigError("openai is not installed: pip install 'qgbench[endpoint]'") from error
