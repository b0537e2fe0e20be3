"""Server-sent events, which some servers send although nobody asked for a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bench.models.chat.content import json_value, listed, message_of, said_in

STREAMED = re.compile(r"\s*(data|event|id|retry)?:")
"""How a response begins that is a stream."""


def streamed(text: str) -> dict[str, Any]:
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
        for choice in listed(chunk.get("choices")):
            if isinstance(choice, Mapping) and choice.get("index") in (None, 0):
                given = choice.get("finish_reason")
                finish = finish if given is None else given
                message = message_of(choice)
                calls += listed(message.get("tool_calls"))
                for name, new in said_in(message).items():
                    if choice.get("message") and new:
                        said[name] = []  # the whole text, not a piece of it
                    said[name].append(new)
    if not ended and finish is None:
        raise ValueError("the stream ends before its end")
    message = {name: "".join(texts) for name, texts in said.items()}
    choice = {"message": {**message, "tool_calls": calls}, "finish_reason": finish}
    return {"choices": [choice], "usage": usage}


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
