"""Parses the JSON of messages and extracts their texts, in all known forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_CHARSET = re.compile(
    r"charset\s*=\s*[\"']?(iso-?8859-(?:[1-9]|1[013-6])|latin-?1|(?:windows-|cp)125[0-8]|koi8-[ru]"
    r"|shift_jis|euc-(?:jp|kr)|gbk|gb2312|gb18030|big5)\b",
    re.I,
)
_NO_GAP = re.compile(r"[^\s\0]")
_CHOICES = 100
_DEPTH = 20  # maximum nesting of lists of parts
_ENDS = (".", "?", "!", "…", '"', "”", ")")  # of a sentence
_MARK = re.compile(r"[-*•]\s|\(?\d{1,3}[.)]\s")  # of an item in a list
_NO_TEXT = re.compile(r"think|reason|summary|refusal|tool|function|image|audio|file", re.I)
_KINDS = {"think": re.compile(r"think|reason|summary", re.I), "refusal": re.compile("refusal")}
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_FIELDS = {
    "text": ("text", "value", "content", "parts"),
    "any": ("text", "thinking", "reasoning", "refusal", "reason", "summary", "value", "content"),
}


def decoded(body: bytes, content_type: str = "") -> str:
    """Decode a body with any encoding, replacing invalid bytes.

    JSON is UTF-8 or has a byte order mark; the header only decides for other bodies.
    """
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        named = _CHARSET.search(content_type)
        text = body.decode(named[1] if named else encoding, "replace")
    return text.removeprefix("\ufeff")


def json_values(text: str) -> list[Any]:
    """Parse consecutive JSON values; other text after an object is ignored.

    Raises:
        ValueError: it does not start with a value, or ends inside one.
        RecursionError: a value is nested too deeply.
    """
    values: list[Any] = []
    end = _next(text, 0)
    while not values or text[end : end + 1] in ("{", "["):
        value, end = _DECODER.raw_decode(text, end)
        values.append(value)
        end = _next(text, end)
    if end < len(text) and not isinstance(values[0], Mapping):
        raise ValueError("text after a value")
    return values


def json_value(text: str) -> Any:
    """Parse a JSON text; allows numbers of any size and control characters in strings.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    return _DECODER.decode(text)


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


_DECODER = json.JSONDecoder(strict=False, parse_int=_number, parse_constant=lambda _: None)


def _next(text: str, start: int) -> int:
    """The index at which the next value would start."""
    found = _NO_GAP.search(text, start)
    return found.start() if found else len(text)


def message_of(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message of a choice or of a stream chunk, or the text of a completion."""
    found = next((choice[k] for k in ("message", "delta") if choice.get(k) is not None), None)
    if isinstance(found, Mapping):
        return found
    return {"content": choice.get("text") if found is None else found}


def said_in(message: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a message, by kind."""
    content = message.get("content")
    thought = next((message[name] for name in _THOUGHTS if message.get(name)), None)
    return {
        "content": _text(content),
        "reasoning": _text(thought, "any") or _text(content, "think"),
        "refusal": _text(message.get("refusal"), "any") or _text(content, "refusal"),
    }


def choices_in(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The first choices of a response or chunk; only one was requested."""
    given = as_list(value.get("choices"))[:_CHOICES]
    return [choice for choice in given if isinstance(choice, Mapping)]


def as_list(value: Any) -> list[Any]:
    """The elements of a list that may be keyed by index, or a single element."""
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return [value] if "message" in value or "delta" in value else list(value.values())
    return []


def _text(value: Any, wanted: str = "text", depth: int = 0) -> str:
    """The text in a content of any form.

    Args:
        value: a text, a part, or a list of either.
        wanted: which parts: ``text``, ``think``, ``refusal`` or ``any``.
        depth: its nesting in lists and parts.
    """
    if depth > _DEPTH:
        return ""
    if isinstance(value, list):
        return _joined([_text(each, wanted, depth + 1) for each in value])
    if isinstance(value, Mapping):
        kind = value.get("type")
        kind = kind if isinstance(kind, str) else "text"
        if wanted in _KINDS and _KINDS[wanted].search(kind):
            return _text(value, "any", depth)
        if wanted in _KINDS or (wanted == "text" and _NO_TEXT.search(kind)):
            return ""
        found = (_text(value.get(name), wanted, depth + 1) for name in _FIELDS[wanted])
        return next((text for text in found if text), "")
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_text and wanted not in _KINDS else ""


def _joined(parts: list[str]) -> str:
    """Join parts, on separate lines if each is complete."""
    joined: list[str] = []
    for part in filter(None, parts):
        if joined and joined[-1].endswith(_ENDS) and (part[0].isupper() or _MARK.match(part)):
            joined.append("\n")
        joined.append(part)
    return "".join(joined)
