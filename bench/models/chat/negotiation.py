"""Adapts requests to a server, based on what it refuses.

Servers differ in the name of the token limit, in support for system messages, and in the supported
parameters. A refused field is reported to the user once, and later requests omit it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench.models.chat.answers import error_words

Messages = list[dict[str, str]]

_LIMITS = ("max_tokens", "max_completion_tokens")
_LONGEST = 2_000  # characters of an error, and values in it, that are searched for a field
_PATH = re.compile(r"""[\w$./,\[\]"'-]{1,100}""")
_FIXED = {"model", "messages"}
_TOGETHER = {"logprobs": "top_logprobs"}  # the second is an error without the first
_REFUSED = re.compile(
    r"unsupport|not (\w+ )?support|n't support|unrecogni[sz]ed|unknown|unexpected|not recogni[sz]ed"
    r"|extra[_ ](input|field|forbidden)|additional propert|not implemented"
    r"|not (permitted|allowed|available|enabled)|no longer|deprecated|does not (exist|take|accept)",
    re.I,
)
_DISLIKED = re.compile(
    r"invalid|must|should be|\bonly\b|cannot|can't|not valid|forbidden|remove|refuse|reject", re.I
)
_OF_VALUE = re.compile(
    r"too (large|long|high|big|many|small)|exceed|at (most|least)|maximum|minimum|context|between"
    r"|(less|greater|more) than|range",
    re.I,
)
_SYSTEM = re.compile(r"(system|developer)\W+(\w+\W+)?(role|message|prompt|instruction)|"
                     r"roles?\W+(\w+\W+){0,12}(system|developer)|roles? must alternate"
                     r"|only user and assistant", re.I)  # fmt: skip

_STRUCTURED = re.compile(r"json[_ ]?schema|json[_ ]?object|structured.output|guided", re.I)


class Negotiation:
    """The known capabilities of a server.

    Args:
        limit: the first name of the token limit to try.
        note: receives a sentence for each adaptation.
    """

    def __init__(self, limit: str, note: Callable[[str], None]) -> None:
        self._limits = [limit, *(name for name in _LIMITS if name != limit)]
        self._left_out: set[str] = set()
        self._no_system = False
        self._note = note

    def body(self, messages: Messages, limit: int, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The body of a request, with the fields that the server accepts.

        Args:
            messages: the system and user messages.
            limit: maximum number of new tokens.
            fields: all other fields.
        """
        given = {name: value for name, value in fields.items() if name not in self._left_out}
        limits = {self._limits[0]: limit} if self._limits else {}
        return {"messages": _folded(messages) if self._no_system else messages, **limits, **given}

    def learn(self, sent: Mapping[str, Any], status: int, reply: Any) -> bool:
        """Learn from a refusal; return whether to retry in another form.

        Args:
            sent: the fields of the request.
            status: the status of the response.
            reply: the body of the response.
        """
        words, code, parameter = error_words(reply)
        words = words[:_LONGEST]
        if status not in {400, 422, 500}:
            return False
        if self._is_of_system(sent, f"{words} {parameter}"):
            if not self._no_system:
                self._no_system = True
                self._note(
                    "the server refuses system messages; the text is put before the first user"
                    " message"
                )
            return True
        names = set(sent) - _FIXED
        name = _named(names, words, parameter)
        if name is None and "response_format" in names and _STRUCTURED.search(words):
            name = "response_format"
        if name is None:
            name = next((part for text in _texts(reply) for part in _parts(text, names)), None)
        if status == 500 or name is None or not _is_refusal(words, code):
            return False
        if name not in self._left_out:
            self._left_out |= {name, _TOGETHER.get(name, name)}
            self._note(self._without(name))
        return True

    def _without(self, refused: str) -> str:
        """Drop or rename a refused field; return a note."""
        if not self._limits or self._limits[0] != refused:
            return (
                f"the server refuses `{refused}`; it is omitted, so that the server's default"
                " applies"
            )
        del self._limits[0]
        if self._limits:
            return f"the server expects `{self._limits[0]}` instead of `{refused}`"
        return f"the server also refuses `{refused}`; the length of answers is unlimited"

    def _is_of_system(self, sent: Mapping[str, Any], words: str) -> bool:
        roles = [message["role"] for message in sent["messages"]]
        refused = _REFUSED.search(words) or _DISLIKED.search(words)
        return "system" in roles and bool(_SYSTEM.search(words) and refused)


def _folded(messages: Messages) -> Messages:
    """Merge the system message into the user message."""
    if messages[0]["role"] != "system":
        return messages
    first, user, *rest = messages
    return [{**user, "content": f"{first['content']}\n\n{user['content']}"}, *rest]


def _named(names: set[str], words: str, parameter: str) -> str | None:
    """The field that an error names, if any."""
    parts = _parts(parameter, names)
    if parts:
        return parts[0]
    found = {}
    for name in names:
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)
        if match:
            quoted = words[max(0, match.start() - 1) : match.start()] in {"'", "`", '"'}
            found[name] = (not quoted, match.start())
    # An error that names many fields repeats the request, so none of them is known to be refused.
    return min(found, key=lambda name: found[name]) if 0 < len(found) < 4 else None


def _parts(path: str, names: set[str]) -> list[str]:
    """The fields in a path such as ``$.seed`` or ``body/seed``, the innermost first."""
    if not _PATH.fullmatch(path):
        return []
    return [part for part in reversed(re.split(r"[^\w-]+", path)) if part in names]


def _texts(value: Any) -> Iterator[str]:
    """The texts in a JSON value, without keys, which may repeat the request."""
    waiting = [value]
    for _ in range(_LONGEST):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping | list):
            waiting += value.values() if isinstance(value, Mapping) else value


def _is_refusal(words: str, code: str) -> bool:
    if re.search(r"unsupported|unknown|extra", code) or _REFUSED.search(words):
        return True
    return bool(_DISLIKED.search(words)) and not _OF_VALUE.search(words)
