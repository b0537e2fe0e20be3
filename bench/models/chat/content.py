"""The texts in a message, whatever form a server gives them, and the JSON they stand in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_DEPTH = 20  # lists of parts within each other
_ENDS = (".", "?", "!", "…", '"', "”", ")")  # of a sentence
_MARK = re.compile(r"[-*•]\s|\(?\d{1,3}[.)]\s")  # of an item in a list
_NO_TEXT = re.compile(r"think|reason|summary|refusal|tool|function|image|audio|file", re.I)
_KINDS = {"think": re.compile(r"think|reason|summary", re.I), "refusal": re.compile("refusal")}
_FIELDS = {
    "text": ("text", "value", "content", "parts"),
    "any": ("text", "thinking", "reasoning", "refusal", "reason", "summary", "value", "content"),
}


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


def message_of(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message of a choice, whole or as a piece of a stream, or the text of a completion."""
    found = next((choice[k] for k in ("message", "delta") if choice.get(k) is not None), None)
    if isinstance(found, Mapping):
        return found
    return {"content": choice.get("text") if found is None else found}


def said_in(message: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a message, by what they are."""
    content = message.get("content")
    thought = message.get("reasoning_content") or message.get("reasoning")
    return {
        "content": _text(content),
        "reasoning": _text(thought, "any") or _text(content, "think"),
        "refusal": _text(message.get("refusal"), "any") or _text(content, "refusal"),
    }


def listed(value: Any) -> list[Any]:
    """The elements of what should be a list: they may be keyed by index, or there is but one."""
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
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
