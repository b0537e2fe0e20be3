"""What a server's response says, in every variant of the protocol that servers speak.

Only what is used is read, and whatever else a response holds may have any form. Content may be a
text, a list of texts or of parts; token counts may be missing or no numbers; a server may stream
although it was not asked to.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.models.chat.retry import FinalError, RetryError
from bench.models.chat.secrets import Redactor
from bench.text.characters import whole_characters

_CUT = {"length", "max_tokens", "max_output_tokens", "model_length", "max_length", "token_limit"}
_WITHHELD = {"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
_FINAL = {"400", "401", "402", "403", "404", "413", "422"}  # codes of errors in a response of 200
_DEPTH = 20  # lists of parts within each other
_MOST_TOKENS = 10**12
_ENDS = (".", "?", "!", "…", '"', "”", ")")  # of a sentence
_MARK = re.compile(r"[-*•]\s|\(?\d{1,3}[.)]\s")  # of an item in a list
_STREAMED = re.compile(r"\s*(data|event|id|retry)?:")
_NO_TEXT = re.compile(r"think|reason|summary|refusal|tool|function|image|audio|file", re.I)
_KINDS = {"think": re.compile(r"think|reason|summary", re.I), "refusal": re.compile("refusal")}
_FIELDS = {
    "text": ("text", "value", "content", "parts"),
    "any": ("text", "thinking", "reasoning", "refusal", "reason", "summary", "value", "content"),
}
_THOUGHT_TAG = re.compile(r"</?(think|thinking|thought|reasoning)>", re.I)


@dataclass(frozen=True)
class Answer:
    """What a model said, free of secrets.

    Attributes:
        content: the answer proper.
        refusal: what it said instead.
        reasoning: what it thought, where the server tells it apart.
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
        return self.finish in _CUT | _WITHHELD

    @property
    def raw(self) -> str:
        """What it said in whatever way; thoughts stand in tags, so that they hold no items."""
        if self.content.strip() or self.refusal.strip():
            return self.content if self.content.strip() else self.refusal
        if self.reasoning.strip():
            return f"<think>\n{_THOUGHT_TAG.sub('', self.reasoning)}\n</think>"
        return self.calls


def read_answer(body: bytes, redactor: Redactor) -> Answer:
    """The answer in a response.

    Raises:
        RetryError: there is none, for a reason that may pass.
        FinalError: there is none, and asking again would give the same.
    """
    text = decoded(body)
    try:
        value = _streamed(text) if _STREAMED.match(text) else json_value(text)
    except RecursionError as error:
        raise FinalError("the response is nested too deeply to be read") from error
    except ValueError as error:
        reason = f"the response is no JSON or not all of it: {redactor.line(text)}"
        raise RetryError(reason, "no JSON") from error
    answer = _answer(value, redactor)
    if not (answer.content.strip() or answer.refusal.strip()):
        _raise_empty(answer)
    return answer


def error_words(value: Any) -> tuple[str, str, str]:
    """The message, code and parameter that an error body names; empty where it does not."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = value.get("error") or value if isinstance(value, Mapping) else value
    if not isinstance(found, Mapping):
        return (_plain(found) if found else ""), "", ""
    said = found.get("message") or found.get("detail") or found.get("msg") or found
    code, parameter = (str(found.get(k) or "") for k in ("code", "param"))
    return (_plain(said) if said else ""), code, parameter


def decoded(body: bytes) -> str:
    """The text of a body, whatever its encoding and whatever is wrong with it."""
    encoding = json.detect_encoding(body)
    return body.decode(encoding, "replace").removeprefix("\ufeff")


def json_value(text: str) -> Any:
    """The value of a JSON text; numbers may have any size, and texts hold control characters.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(text, strict=False, parse_int=_number, parse_constant=lambda _: None)


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _answer(value: Any, redactor: Redactor) -> Answer:
    choices = value.get("choices") if isinstance(value, Mapping) else None
    choice = next((c for c in _listed(choices) if isinstance(c, Mapping)), None)
    if choice is None:
        raise _unusable(value, redactor)
    message = _message(choice)
    said = _said(message)
    if choice.get("error") and not said["content"].strip():
        raise _unusable(choice, redactor)
    usage = value.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    calls = message.get("tool_calls") or message.get("function_call")
    return Answer(
        content=redactor.text(said["content"]),
        refusal=redactor.text(said["refusal"]),
        reasoning=redactor.text(said["reasoning"]),
        calls=redactor.text(json.dumps(calls, ensure_ascii=False)) if calls else "",
        finish=_finish(choice),
        tokens_in=_count(usage, "prompt_tokens", "input_tokens"),
        tokens_out=_count(usage, "completion_tokens", "output_tokens"),
    )


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
    if isinstance(value, Mapping) and value.get("error"):
        words, code, _ = error_words(value)
        reason = f"the server reported an error: {redactor.line(words)}"
        return FinalError(reason) if code in _FINAL else RetryError(reason, f"error {code}")
    if isinstance(value, Mapping) and value.get("choices") == []:
        return RetryError("the response has no choices")
    said = redactor.line(_plain(value))
    return RetryError(f"the response is no chat completion: {said}", "no chat completion")


def _streamed(text: str) -> dict[str, Any]:
    """What the events of a stream add up to, in the form of a single response.

    Raises:
        ValueError: it ends before its end.
    """
    said: dict[str, list[str]] = {"content": [], "reasoning": [], "refusal": []}
    finish, usage, calls, ended = None, None, [], False
    for data in _events(text):
        if data.strip() == "[DONE]":
            ended = True
            break
        chunk = json_value(data)
        if not isinstance(chunk, Mapping):
            continue
        if chunk.get("error") and not chunk.get("choices"):
            return dict(chunk)
        usage = chunk.get("usage") or usage
        for choice in _listed(chunk.get("choices")):
            if isinstance(choice, Mapping) and choice.get("index") in (None, 0):
                given = choice.get("finish_reason")
                finish = finish if given is None else given
                message = _message(choice)
                calls += _listed(message.get("tool_calls"))
                for name, new in _said(message).items():
                    if choice.get("message") and new:
                        said[name] = []  # the whole text, not a piece of it
                    said[name].append(new)
    if not ended and finish is None:
        raise ValueError("the stream ends before its end")
    message = {name: "".join(texts) for name, texts in said.items()}
    choice = {"message": {**message, "tool_calls": calls}, "finish_reason": finish}
    return {"choices": [choice], "usage": usage}


def _message(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message of a choice, whole or as a piece of a stream, or the text of a completion."""
    found = next((choice[k] for k in ("message", "delta") if choice.get(k) is not None), None)
    if isinstance(found, Mapping):
        return found
    return {"content": choice.get("text") if found is None else found}


def _said(message: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a message, by what they are."""
    content = message.get("content")
    thought = message.get("reasoning_content") or message.get("reasoning")
    return {
        "content": _text(content),
        "reasoning": _text(thought, "any") or _text(content, "think"),
        "refusal": _text(message.get("refusal"), "any") or _text(content, "refusal"),
    }


def _events(text: str) -> Iterator[str]:
    """The data of each server-sent event.

    Servers leave out the empty line between two events, so lines that are whole by themselves are
    events of their own.
    """
    lines: list[str] = []
    for line in [*re.split(r"\r\n|\n|\r", text), ""]:
        field, _, data = line.partition(":")
        if field.strip() == "data":
            lines.append(data.removeprefix(" "))
        elif not line.strip() and lines:
            yield from _whole(lines)
            lines = []
    if lines:
        yield from _whole(lines)


def _whole(lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return lines
    together = "\n".join(lines)
    try:
        json_value(together)
    except ValueError:
        return lines
    return [together]


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):  # by index, or the only one
        return [value] if "message" in value or "delta" in value else list(value.values())
    return []


def _text(value: Any, wanted: str = "text", depth: int = 0) -> str:
    """The text in a content of whatever form.

    Args:
        value: a text, a part, or a list of either.
        wanted: which parts: ``text``, ``think``, ``refusal`` or ``any``.
        depth: how many lists and parts it stands in.
    """
    if depth > _DEPTH:
        return ""
    if isinstance(value, list):
        return _joined([_text(each, wanted, depth + 1) for each in value])
    if isinstance(value, Mapping):
        kind = str(value.get("type") or "text")
        if wanted in _KINDS and _KINDS[wanted].search(kind):
            return _text(value, "any", depth)
        if wanted in _KINDS or (wanted == "text" and _NO_TEXT.search(kind)):
            return ""
        found = (_text(value.get(name), wanted, depth + 1) for name in _FIELDS[wanted])
        return next((text for text in found if text), "")
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_text and wanted not in _KINDS else ""


def _joined(parts: list[str]) -> str:
    """Parts one after the other, on lines of their own where each is whole by itself."""
    joined: list[str] = []
    for part in filter(None, parts):
        if joined and joined[-1].endswith(_ENDS) and (part[0].isupper() or _MARK.match(part)):
            joined.append("\n")
        joined.append(part)
    return "".join(joined)


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


def _plain(value: Any) -> str:
    """A JSON value in words, shortened before it is written out: it may be nested and long."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a deeply nested value"
