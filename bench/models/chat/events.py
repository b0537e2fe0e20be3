"""Parses server-sent events, which some servers send without being asked to stream."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bench.models.chat.content import as_list, choices_in, json_value, message_of, said_in

STREAMED = re.compile(r"\s*(data|event|id|retry)?:")
"""Prefixes of a response that is a stream."""


def streamed(text: str) -> dict[str, Any]:
    """Combine the events of a stream to a single response.

    Raises:
        ValueError: the stream is incomplete.
    """
    return together(_chunks(text))


def together(chunks: Iterable[Any]) -> dict[str, Any]:
    """Combine the chunks of an answer to a single response, or return the error in them.

    Args:
        chunks: JSON values; None for the end-of-stream marker.

    Raises:
        ValueError: the stream is incomplete.
    """
    choices: dict[float, _StreamedChoice] = {}
    usage, ended = None, False
    for chunk in chunks:
        if chunk is None:
            ended = True
            break
        if not isinstance(chunk, Mapping):
            continue
        pieces = choices_in(chunk)
        failed = any(piece.get("finish_reason") == "error" for piece in pieces)
        if is_error(chunk) and (failed or not pieces):
            return {**chunk, "choices": None}
        usage = chunk.get("usage") or usage
        for piece in pieces:
            index = piece.get("index")
            choices.setdefault(
                index if isinstance(index, int | float) else 0, _StreamedChoice()
            ).add(piece)
    if not ended and all(choice.finish is None for choice in choices.values()):
        raise ValueError("the stream is incomplete")
    whole = [{**choice.whole(), "index": index} for index, choice in choices.items()]
    return {"choices": whole, "usage": usage}


def is_error(value: Mapping[str, Any]) -> bool:
    """Whether a response or chunk is an error."""
    return bool(value.get("error")) or value.get("object") == "error"


class _StreamedChoice:
    """A choice, accumulated from chunks."""

    def __init__(self) -> None:
        self.finish: Any = None
        self._said: dict[str, list[str]] = {"content": [], "reasoning": [], "refusal": []}
        self._calls: list[Any] = []
        self._tokens: list[Any] = []

    def add(self, piece: Mapping[str, Any]) -> None:
        given = piece.get("finish_reason")
        self.finish = self.finish if given is None else given
        message = message_of(piece)
        self._calls += as_list(message.get("tool_calls"))
        logprobs = piece.get("logprobs")
        tokens = logprobs.get("content") if isinstance(logprobs, Mapping) else None
        self._tokens += tokens if isinstance(tokens, list) else []
        for name, new in said_in(message).items():
            if piece.get("message") and new:
                self._said[name] = []  # the whole text, not a chunk
            self._said[name].append(new)

    def whole(self) -> dict[str, Any]:
        message = {name: "".join(texts) for name, texts in self._said.items()}
        return {
            "message": {**message, "tool_calls": self._calls},
            "finish_reason": self.finish,
            "logprobs": {"content": self._tokens},
        }


def _chunks(text: str) -> Iterator[Any]:
    """The values of a stream, and None for the end-of-stream marker."""
    for event, data in _events(text):
        if data.strip() == "[DONE]":
            yield None
            return
        chunk = json_value(data)
        if event == "error" and isinstance(chunk, Mapping) and not is_error(chunk):
            chunk = {"error": chunk}
        yield {} if chunk is None else chunk


def _events(text: str) -> Iterator[tuple[str, str]]:
    """The name and the data of each server-sent event.

    Some servers omit the empty line between events, so complete lines are separate events.
    """
    name, lines = "", []
    for line in [*re.split(r"\r\n|\n|\r", text), ""]:
        field, _, data = line.partition(":")
        if field.strip() == "data":
            lines.append(data.removeprefix(" "))
        elif field == "event":
            name = data.strip()
        elif (lines or name) and not line.strip():
            for whole in _whole(lines):
                yield name, whole
            name, lines = "", []


def _whole(lines: list[str]) -> list[str]:
    if len(lines) < 2:
        return lines
    together = "\n".join(lines)
    try:
        json_value(together)
    except ValueError:
        return lines
    return [together]
