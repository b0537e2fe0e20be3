"""What a server's response says, in every variant of the protocol that servers speak.

Only what is used is read, and whatever else a response holds may have any form. Content may be a
text, a list of texts or of parts; token counts may be missing or no numbers; a server may stream
although it was not asked to.
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
from bench.models.chat.retry import FinalError, RefusedError, RetryError
from bench.models.chat.secrets import Redactor
from bench.text.characters import whole_characters

_CUT = {"length", "max_tokens", "max_output_tokens", "model_length", "max_length", "token_limit"}
_WITHHELD = {"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
_INTERRUPTED = {"error", "abort", "aborted", "cancelled", "insufficient_system_resource"}
_FINAL = {"400", "401", "402", "403", "404", "413", "422"}  # codes of errors in a response of 200
_REFUSED = {"400", "422"}  # likewise, where another form of the request may be taken
_MOST_TOKENS = 10**12
_THOUGHT_TAG = re.compile(r"</?(think|thinking|thought|reasoning)>", re.I)


@dataclass(frozen=True)
class Answer:
    """What a model said, free of secrets.

    Attributes:
        content: the answer proper.
        refusal: what it said instead.
        reasoning: what it thought, where the server tells it apart; without tags.
        calls: the tools it wanted to call, as JSON.
        finish: why it stopped, in lower case; empty where that is not said.
        tokens_in: read.
        tokens_out: written.
    """

    content: str = ""
    refusal: str = ""
    reasoning: str = ""
    calls: str = ""
    finish: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None

    @property
    def cut(self) -> bool:
        """Whether the model was stopped before it had finished."""
        return self.finish in _CUT | _WITHHELD | _INTERRUPTED

    @property
    def raw(self) -> str:
        """What it said in whatever way; thoughts stand in tags, so that they hold no items."""
        if self.content.strip() or self.refusal.strip():
            return self.content if self.content.strip() else self.refusal
        if self.reasoning.strip():
            return f"<think>\n{self.reasoning}\n</think>"
        return self.calls


def read_answer(body: bytes, redactor: Redactor, content_type: str = "") -> Answer:
    """The answer in a response.

    Args:
        body: the response's.
        redactor: for all that is taken from it.
        content_type: the header that may name the encoding of the body.

    Raises:
        RetryError: there is none, for a reason that may pass.
        FinalError: there is none, and asking again would give the same.
    """
    text = decoded(body, content_type)
    try:
        value = _value(text)
    except RecursionError as error:
        raise FinalError("the response is nested too deeply to be read") from error
    except ValueError as error:
        reason = f"the response is no JSON or not all of it: {redactor.line(text)}"
        raise RetryError(reason, "no JSON") from error
    answer = _answer(value, redactor)
    if not (answer.content.strip() or answer.refusal.strip()):
        _raise_empty(answer)
    return answer


def _value(text: str) -> Any:
    """What a response holds; several values, or events, are pieces of one answer."""
    if STREAMED.match(text):
        return streamed(text)
    values = json_values(text)
    return values[0] if len(values) == 1 else together(values)


def error_words(value: Any) -> tuple[str, str, str]:
    """The message, code and parameter that an error body names; empty where it does not."""
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
    )


def _chosen(choices: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The choice of the lowest index that says something, if any of them does."""

    def index(numbered: tuple[int, Mapping[str, Any]]) -> float:
        given = numbered[1].get("index")
        return given if isinstance(given, int | float) else numbered[0]

    ordered = [choice for _, choice in sorted(enumerate(choices), key=index)]
    return next((choice for choice in ordered if _says(choice)), ordered[0])


def _says(choice: Mapping[str, Any]) -> bool:
    said = said_in(message_of(choice))
    return bool(said["content"].strip() or said["refusal"].strip())


def _raise_empty(answer: Answer) -> None:
    """Say why there is no content, and whether another attempt might bring some."""
    finish = f" (finish_reason {answer.finish!r})" if answer.finish else ""
    if answer.calls and not answer.reasoning.strip():
        raise FinalError(f"the model called a tool instead of answering{finish}", raw=answer.raw)
    if answer.reasoning.strip():
        raise FinalError(f"the answer is empty: all of it is reasoning{finish}", raw=answer.raw)
    reason = f"the answer is empty{finish or ' (finish_reason None)'}"
    raise FinalError(reason) if answer.cut else RetryError(reason, "empty answer")


def _unusable(value: Any, redactor: Redactor) -> RetryError | FinalError:
    """Why a JSON value is no answer, in plain words."""
    if isinstance(value, Mapping) and is_error(value):
        words, code, _ = error_words(value)
        reason = f"the server reported an error: {redactor.line(words)}"
        if code in _REFUSED:
            return RefusedError(reason, int(code), value)
        return FinalError(reason) if code in _FINAL else RetryError(reason, f"error {code}")
    if isinstance(value, Mapping) and value.get("choices") == []:
        return RetryError("the response has no choices")
    said = redactor.line(as_words(value))
    return RetryError(f"the response is no chat completion: {said}", "no chat completion")


def _finish(choice: Mapping[str, Any]) -> str:
    """Why the model stopped, as one lower-case word; servers spell it in several ways."""
    found = choice.get("finish_reason")
    if isinstance(found, Mapping):
        found = found.get("type") or found.get("reason")
    if not isinstance(found, str):
        return ""
    return re.sub(r"[^a-z0-9]+", "_", whole_characters(found)[:40].lower()).strip("_")


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    """A count of tokens, where it is one that can be."""
    found = next((usage[name] for name in names if usage.get(name) is not None), None)
    try:
        number = float(found) if isinstance(found, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    if isinstance(found, bool) or not 0 <= number <= _MOST_TOKENS:
        return None
    return round(number)


def as_words(value: Any) -> str:
    """A text as it is, any other JSON value as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a deeply nested value"
