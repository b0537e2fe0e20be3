"""Parses responses of servers, in all known variants of the protocol.

Only the fields that are used are read; others may have any form. Content may be a text, a list of
texts or a list of parts; token counts may be missing or invalid; a server may stream without being
asked to.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.models.chat.content import choices_in, decoded, json_values, message_of, said_in
from bench.models.chat.events import STREAMED, is_error, streamed, together
from bench.models.chat.probabilities import ScoredToken, tokens_in
from bench.models.chat.retry import FinalError, RefusedError, RetryError
from bench.models.chat.secrets import Redactor
from bench.text.characters import whole_characters

_CUT = {"length", "max_tokens", "max_output_tokens", "model_length", "max_length", "token_limit"}
_WITHHELD = {"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
_INTERRUPTED = {"error", "abort", "aborted", "cancelled", "insufficient_system_resource"}
_FINAL = {
    "400",
    "401",
    "402",
    "403",
    "404",
    "413",
    "422",
}  # error codes in a response with status 200
_REFUSED = {"400", "422"}  # likewise, for which another form of the request may be accepted
_MOST_TOKENS = 10**12
_THOUGHT_TAG = re.compile(r"</?(think|thinking|thought|reasoning)>", re.I)


@dataclass(frozen=True)
class Answer:
    """The answer of a model, without secrets.

    Attributes:
        content: the answer text.
        refusal: the text of a refusal.
        reasoning: its reasoning, if the server separates it; without tags.
        calls: requested tool calls, as JSON.
        finish: the finish reason, in lower case; empty if not given.
        tokens_in: number of input tokens.
        tokens_out: number of output tokens.
        tokens: its tokens with their log-probabilities, where the server returns them.
    """

    content: str = ""
    refusal: str = ""
    reasoning: str = ""
    calls: str = ""
    finish: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens: tuple[ScoredToken, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether the output was truncated."""
        return self.finish in _CUT | _WITHHELD | _INTERRUPTED

    @property
    def raw(self) -> str:
        """All its text; reasoning is in tags, so that it is not parsed for items."""
        if self.content.strip() or self.refusal.strip():
            return self.content if self.content.strip() else self.refusal
        if self.reasoning.strip():
            return f"<think>\n{self.reasoning}\n</think>"
        return self.calls


def read_answer(body: bytes, redactor: Redactor, content_type: str = "") -> Answer:
    """Parse the answer in a response.

    Args:
        body: the body of the response.
        redactor: masks secrets in the answer.
        content_type: the header, which may name the encoding.

    Raises:
        RetryError: there is no answer, for a temporary reason.
        FinalError: there is no answer, and a retry would fail again.
    """
    text = decoded(body, content_type)
    try:
        value = _value(text)
    except RecursionError as error:
        raise FinalError("the response is nested too deeply to be read") from error
    except ValueError as error:
        reason = f"the response is not complete JSON: {redactor.line(text)}"
        raise RetryError(reason, "no JSON") from error
    answer = _answer(value, redactor)
    if not (answer.content.strip() or answer.refusal.strip()):
        _raise_empty(answer)
    return answer


def _value(text: str) -> Any:
    """The value of a response; several values, or events, are chunks of one answer."""
    if STREAMED.match(text):
        return streamed(text)
    values = json_values(text)
    return values[0] if len(values) == 1 else together(values)


def error_words(value: Any) -> tuple[str, str, str]:
    """The message, code and parameter in an error body; empty if missing."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = value.get("error") or value if isinstance(value, Mapping) else value
    if not isinstance(found, Mapping):
        return (as_words(found) if found else ""), "", ""
    said = found.get("message") or found.get("detail") or found.get("msg") or found
    code, parameter = (as_words(found.get(k) or "") for k in ("code", "param"))
    if not code or code == "null":
        code = as_words(found.get("type") or "")
    return (as_words(said) if said else ""), code, parameter


def _answer(value: Any, redactor: Redactor) -> Answer:
    found = choices_in(value) if isinstance(value, Mapping) else []
    if not found:
        raise _unusable(value, redactor)
    choice = _chosen(found)
    message = message_of(choice)
    said = said_in(message)
    if choice.get("error") and not said["content"].strip():
        raise _unusable(choice, redactor)
    usage = value.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    calls = message.get("tool_calls") or message.get("function_call")
    return Answer(
        content=redactor.text(said["content"]),
        refusal=redactor.text(said["refusal"]),
        reasoning=redactor.text(_THOUGHT_TAG.sub(" ", said["reasoning"])),
        calls=redactor.text(as_words(calls)) if calls else "",
        finish=_finish(choice),
        tokens_in=_count(usage, "prompt_tokens", "input_tokens"),
        tokens_out=_count(usage, "completion_tokens", "output_tokens"),
        tokens=tokens_in(choice),
    )


def _chosen(choices: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The first choice by index with content, if any."""

    def index(numbered: tuple[int, Mapping[str, Any]]) -> float:
        given = numbered[1].get("index")
        return given if isinstance(given, int | float) else numbered[0]

    ordered = [choice for _, choice in sorted(enumerate(choices), key=index)]
    return next((choice for choice in ordered if _says(choice)), ordered[0])


def _says(choice: Mapping[str, Any]) -> bool:
    said = said_in(message_of(choice))
    return bool(said["content"].strip() or said["refusal"].strip())


def _raise_empty(answer: Answer) -> None:
    """Raise the reason for missing content, by whether a retry may help."""
    finish = f" (finish_reason {answer.finish!r})" if answer.finish else ""
    if answer.calls and not answer.reasoning.strip():
        raise FinalError(f"the model called a tool instead of answering{finish}", raw=answer.raw)
    if answer.reasoning.strip():
        raise FinalError(f"the answer is empty: all of it is reasoning{finish}", raw=answer.raw)
    reason = f"the answer is empty{finish or ' (finish_reason None)'}"
    raise FinalError(reason) if answer.cut else RetryError(reason, "empty answer")


def _unusable(value: Any, redactor: Redactor) -> RetryError | FinalError:
    """The reason why a JSON value is not an answer."""
    if isinstance(value, Mapping) and is_error(value):
        words, code, _ = error_words(value)
        reason = f"the server reported an error: {redactor.line(words)}"
        if code in _REFUSED:
            return RefusedError(reason, int(code), value)
        return FinalError(reason) if code in _FINAL else RetryError(reason, f"error {code}")
    if isinstance(value, Mapping) and value.get("choices") == []:
        return RetryError("the response has no choices")
    said = redactor.line(as_words(value))
    return RetryError(f"the response is not a chat completion: {said}", "no chat completion")


def _finish(choice: Mapping[str, Any]) -> str:
    """The finish reason as one lower-case word; spellings differ between servers."""
    found = choice.get("finish_reason")
    if isinstance(found, Mapping):
        found = found.get("type") or found.get("reason")
    if not isinstance(found, str):
        return ""
    return re.sub(r"[^a-z0-9]+", "_", whole_characters(found)[:40].lower()).strip("_")


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    """A token count, if it is valid."""
    found = next((usage[name] for name in names if usage.get(name) is not None), None)
    try:
        number = float(found) if isinstance(found, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    if isinstance(found, bool) or not 0 <= number <= _MOST_TOKENS:
        return None
    return round(number)


def as_words(value: Any) -> str:
    """Return a string unchanged, and any other value as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a deeply nested value"
