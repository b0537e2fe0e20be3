"""Models behind a server that speaks the OpenAI chat-completions protocol."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from bench.article import Article
from bench.errors import ConfigError
from bench.models.base import Model, Output
from bench.models.prompts import INSTRUCTIONS, Prompts, Templates
from bench.models.retry import FinalError, RetryError, Traffic, pause_after, retry_after
from bench.models.secrets import SHORTEST_SECRET, masked, secret_name, without_authorization
from bench.tasks import Task
from bench.text.items import items_from

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_LONGEST_ANSWER = 2_000_000  # bytes of one response; what is longer is no list of items
_LONGEST_MESSAGE = 300  # characters of a server's own words that are kept
_PASSING = {408, 409, 429}  # and all from 500: the same request may succeed later
_OURS = {"messages", "model", "n", "stream"}
_USER = re.compile(r"//[^/?#\s]*@")

Messages = list[dict[str, str]]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Answer(BaseModel):
    """The part of a chat completion that is used."""

    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: _Usage | None = None


@dataclass(kw_only=True)
class Endpoint(Model):
    """A model that a chat-completions server knows by ``model``.

    The articles of a batch are asked for at the same time. An article that gets no answer has
    failed, alone, and says why; what may pass is tried again, after a growing pause or the one that
    the server asks for. The key stands in the environment only, and is masked wherever a server
    repeats it.

    Attributes:
        model: the id that is asked for.
        base_url: of the server, such as ``http://localhost:8000/v1``; where not given, what
            ``OPENAI_BASE_URL`` says, else the ``openai`` library's own.
        key: the name of the environment variable that holds the key; it may be unset where there
            is a base URL.
        prompt: a Jinja template of the user's message, or one for each task.
        system: likewise of the system message, if there is to be one.
        max_tokens: new tokens at most.
        token_field: what the server calls that limit.
        temperature: None leaves it to the server.
        seed: sent with each request; None leaves it out, for servers that know none.
        extra: further fields of the request's body.
        concurrency: requests under way at most.
        timeout: seconds that one attempt may take.
        attempts: for one article at most.
        prices: ``input`` and ``output``: money for a million tokens.
        separator: what stands between items, where the model writes such a thing.

    Raises:
        ConfigError: no ``openai`` library, no key, or a parameter that cannot be used or would
            write a secret into the run's files.
    """

    description = (
        "any OpenAI-compatible chat-completions server, asked for several articles at once"
    )
    tasks = ("summary", "questions")
    made_with = ("openai",)
    parses_text = True
    incidental = frozenset({"key", "concurrency", "timeout", "attempts", "prices"})

    model: str
    base_url: str | None = None
    key: str = "OPENAI_API_KEY"
    prompt: Templates = field(default_factory=lambda: INSTRUCTIONS)
    system: Templates | None = None
    max_tokens: Annotated[int, Field(ge=1)] = 1024
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: float | None = 0.0
    seed: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1)] = 8
    timeout: Annotated[float, Field(gt=0)] = 60.0
    attempts: Annotated[int, Field(ge=1)] = 6
    prices: dict[Literal["input", "output"], Annotated[float, Field(ge=0)]] | None = None
    separator: str | None = None

    def __post_init__(self) -> None:
        _ = self._prompts, self._system
        vars(self)["tasks"] = self._prompts.tasks  # this one's own, over those of the class
        self._refuse_secrets()
        self._refuse_what_cannot_be_sent()
        if self.prices is not None and set(self.prices) != {"input", "output"}:
            raise ConfigError("prices: needs both `input` and `output`, for a million tokens each")
        _require_openai()

    @property
    def digest(self) -> str:
        """Of all that the answers depend on, defaults too, for the signature; never of the key."""
        parts = [
            self.model,
            self._address,
            self._prompts.signature(),
            self._system.signature() if self._system else None,
            self.max_tokens,
            self.token_field,
            self.temperature,
            self.seed,
            sorted(self.extra.items()),
            self.separator,
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost, in the currency of ``prices``; None without prices."""
        if self.prices is None:
            return None
        return (tokens_in * self.prices["input"] + tokens_out * self.prices["output"]) / 1e6

    def predict(self, articles: Sequence[Article], task: Task) -> list[Output]:
        return asyncio.run(self._outputs(articles, task))

    async def _outputs(self, articles: Sequence[Article], task: Task) -> list[Output]:
        from openai import AsyncOpenAI

        traffic = Traffic(self.concurrency)
        async with AsyncOpenAI(
            api_key=self._secret or "none",
            base_url=self.base_url,
            timeout=self.timeout,
            max_retries=0,  # the library's own know nothing of each other, nor of broken bodies
        ) as client:
            return await asyncio.gather(*(self._output(client, traffic, a, task) for a in articles))

    async def _output(
        self, client: AsyncOpenAI, traffic: Traffic, article: Article, task: Task
    ) -> Output:
        async with traffic.slots:
            try:
                answer = await self._insist(client, traffic, self._messages(article, task))
            except (ConfigError, FinalError) as error:
                return Output((), error=self._masked(str(error)))
        choice, usage = answer.choices[0], answer.usage or _Usage()
        content = self._masked(_encodable(choice.message.content or ""))
        return Output(
            items=tuple(items_from(content, self.separator)),
            raw=content or self._masked(_encodable(choice.message.refusal or "")),
            truncated="output" if choice.finish_reason == "length" else "neither",
            tokens_in=usage.prompt_tokens,
            tokens_out=usage.completion_tokens,
        )

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _messages(self, article: Article, task: Task) -> Messages:
        user = {"role": "user", "content": self._prompts.text(article, task)}
        if self._system is None or task.name not in self._system.tasks:
            return [user]
        return [{"role": "system", "content": self._system.text(article, task)}, user]

    async def _insist(self, client: AsyncOpenAI, traffic: Traffic, messages: Messages) -> _Answer:
        """The answer of the first attempt that has one."""
        for attempt in range(1, self.attempts + 1):
            await traffic.open.wait()
            try:
                return await self._ask(client, messages)
            except RetryError as error:
                reason = str(error)
                if attempt < self.attempts:
                    nap = self._sleep(pause_after(attempt, error.wait))
                    await (traffic.pause(nap) if error.limited else nap)
        raise FinalError(f"gave up after {_count(self.attempts, 'attempt')}: {reason}")

    async def _ask(self, client: AsyncOpenAI, messages: Messages) -> _Answer:
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        try:
            async with asyncio.timeout(self.timeout):
                body = await self._body(client, messages)
        except (TimeoutError, APITimeoutError) as error:
            raise RetryError(f"no answer within {_count(self.timeout, 'second')}") from error
        except APIStatusError as error:
            raise self._refused(error) from error
        except APIConnectionError as error:
            cause = error.__cause__ or error
            raise RetryError(f"no connection: {self._quoted(str(cause) or repr(cause))}") from error
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError as error:
            raise RetryError(self._unusable(body)) from error
        choice = answer.choices[0]
        if not (choice.message.content or choice.message.refusal or "").strip():
            reason = f"the answer is empty (finish_reason {choice.finish_reason!r})"
            stopped = choice.finish_reason in {"length", "content_filter"}
            raise FinalError(reason) if stopped else RetryError(reason)
        return answer

    async def _body(self, client: AsyncOpenAI, messages: Messages) -> bytes:
        """The whole response, as long as it is of a length that can be an answer."""
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": messages,
            self.token_field: self.max_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        completions = client.chat.completions.with_streaming_response
        async with completions.create(**given, extra_body=self.extra or None) as response:
            body = bytearray()
            chunks = aiter(response.iter_bytes())
            while (chunk := await _next(chunks)) is not None:
                body += chunk
                if len(body) > _LONGEST_ANSWER:
                    raise FinalError(f"the answer is longer than {_LONGEST_ANSWER:,} bytes")
            return bytes(body)

    def _refused(self, error: APIStatusError) -> Exception:
        """What follows from an answer that is an HTTP error."""
        status, body = error.status_code, error.body
        if status == 401:
            if not self._secret:
                return FinalError(f"the server wants a key and ${self.key} is not set")
            return FinalError(f"the server refused the key in ${self.key}")
        said = body.get("message") or body.get("detail") if isinstance(body, Mapping) else None
        words = self._quoted(str(said or body or ""))
        reason = f"the server answered {status}{': ' if words else ''}{words}"
        if error.code == "insufficient_quota" or not (status in _PASSING or status >= 500):
            return FinalError(reason)
        return RetryError(reason, retry_after(error.response.headers), limited=status == 429)

    def _unusable(self, body: bytes) -> str:
        """Why a response is no answer, in plain words."""
        try:
            value = json.loads(body)
        except ValueError:
            words = self._quoted(body[: 4 * _LONGEST_MESSAGE].decode(errors="replace"))
            return f"the response is no JSON or not all of it: {words}"
        if isinstance(value, dict) and value.get("error"):
            return f"the server reported an error: {self._quoted(str(value['error']))}"
        if isinstance(value, dict) and value.get("choices") == []:
            return "the response has no choices"
        return f"the response is no chat completion: {self._quoted(str(value))}"

    def _quoted(self, words: str) -> str:
        """A server's words for a message: without secrets, on one line, not too long."""
        line = " ".join(without_authorization(self._masked(_encodable(words))).split())
        return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "..."

    def _masked(self, text: str) -> str:
        return masked(text, (self._secret, urlsplit(self._url).password or ""))

    @cached_property
    def _prompts(self) -> Prompts:
        return Prompts(self.prompt)

    @cached_property
    def _system(self) -> Prompts | None:
        return None if self.system is None else Prompts(self.system)

    @property
    def _secret(self) -> str:
        """The key, or nothing; asked for each time, so that no object holds it."""
        return os.environ.get(self.key, "").strip()

    @property
    def _url(self) -> str:
        """The base URL as given; empty for the library's own."""
        return self.base_url or os.environ.get("OPENAI_BASE_URL", "")

    @property
    def _address(self) -> str:
        """Host and path of the server, without what may be secret."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"

    def _refuse_secrets(self) -> None:
        """Parameters are written into the run's files, so no secret may be one."""
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", self.key):
            raise ConfigError(
                "key: must be the NAME of the environment variable that holds the key, in capitals,"
                " such as OPENAI_API_KEY; never the key itself"
            )
        remedy = f"it would be written to the run's files; put the key into ${self.key} instead"
        if "@" in (self.base_url or ""):
            raise ConfigError(f"base_url: has a user or password in it; {remedy}")
        if urlsplit(self.base_url or "").query or urlsplit(self.base_url or "").fragment:
            raise ConfigError("base_url: ends with the path; no ?query or #fragment")
        secret = secret_name(self.extra)
        if secret:
            raise ConfigError(f"extra: {secret} looks like a secret; {remedy}")
        if _USER.search(repr(self.extra)):
            raise ConfigError(f"extra: has a URL with a user or password in it; {remedy}")
        if len(self._secret) >= SHORTEST_SECRET and self._secret in repr(self):
            raise ConfigError(f"the value of ${self.key} stands in the config; {remedy}")

    def _refuse_what_cannot_be_sent(self) -> None:
        if self._url and not re.match(r"https?://[^/]", self._url):
            raise ConfigError("base_url: must start with http:// or https:// and name a host")
        if not self._secret and not self._url:
            raise ConfigError(
                f"${self.key} is not set: put the key there, or give `base_url` of a server that"
                " needs none"
            )
        if not re.fullmatch(r"[!-~]*", self._secret):
            raise ConfigError(f"${self.key} holds characters that no key can have")
        ours = sorted(_OURS & set(self.extra))
        if ours:
            raise ConfigError(f"extra: not {ours[0]}, which is the benchmark's to set")


def _require_openai() -> None:
    try:
        import openai  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ConfigError("openai is not installed: pip install 'qgbench[endpoint]'") from error


async def _next(chunks: Any) -> bytes | None:
    """The next part of a response; None after the last."""
    try:
        return await anext(chunks, None)
    except Exception as error:
        # Here the library passes on the errors of its HTTP client, which is not always the same.
        raise RetryError(
            f"the connection broke in mid-response ({type(error).__name__})"
        ) from error


def _encodable(text: str) -> str:
    """The text with a question mark for each half character, which no file can hold."""
    return text.encode(errors="replace").decode()


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
