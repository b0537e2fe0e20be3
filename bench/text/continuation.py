"""Joins an output with the end of its prompt, and tells whether its last item is complete."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.text.asking import asks
from bench.text.marks import BULLETS, is_beside_item
from bench.text.numbering import NUMBER
from bench.text.reasoning import Markers, without_reasoning
from bench.text.turns import labels_of, without_echo

_OPENING = re.compile(
    r"(?:[^\[\]{}()\"'\n]{0,80}[:=])?\s?(?:```\w{0,10}\s?)?[\[{(][\s\[{(\"'\w:]{0,80}\Z|```\w{0,10}\Z"
)
_TAG = re.compile(r"<(?:li|item|question|q|n|bullet|ul|ol)>\Z", re.IGNORECASE)
_LABEL = re.compile(r".{0,80}?[:：][ \t]*(?=\S)")
_STOPS = (".", "?", "!", "…", "。", "？", "！", "؟", "։", "।", "፧", "՞", ";", "‽")
_CLOSERS = " \t\"'”’»）」』)]*_`"
_SHORTEST_LABEL = 3
_TAIL = 40


def continued(raw: str, after: str, thinking: Markers) -> str:
    """The output with the list mark, bracket or thinking tag at the end of the prompt."""
    raw = without_echo(raw, after)
    line = after.rstrip("\n").rpartition("\n")[2]
    if _opens_thinking(after, thinking):
        return "<think>\n" + raw
    if not line.strip():
        return raw
    mark = _mark_at_end(line)
    if mark is None or not raw.strip() or _begins_with_mark(raw, mark):
        return raw
    return mark + raw


def next_labels(prompt: str) -> tuple[str, ...]:
    """The labels of the prompt that begin another example."""
    return tuple(
        label
        for label in labels_of(prompt)
        if len(label) >= _SHORTEST_LABEL
        and not is_beside_item(f"{label}:")
        and not BULLETS.match(f"{label}: x")
        and not NUMBER.match(f"{label}: x")
    )


def is_complete(text: str, items: Sequence[str], task: str | None) -> bool:
    """Whether the last item does not reach the end of the text, or ends as items end.

    Args:
        text: the text.
        items: its items; at least one.
        task: the task, if known.
    """
    last = items[-1]
    tail = [c for c in text[-4 * _TAIL :] if c.isalnum()][-_TAIL:]
    letters = [c for c in last if c.isalnum()][-len(tail) :] if tail else []
    if not letters or tail[-len(letters) :] != letters or text.endswith(("\n", "\r")):
        return True
    end = text.rstrip()
    if end.endswith(('",', "',", '"]', "']", '"}', "'}", "</li>", "</item>", "</question>")):
        return True
    if end.endswith(('"', "'", "`")) and not last.endswith(('"', "'", "`")):
        return True
    if not last.rstrip(_CLOSERS).endswith(_STOPS) and not asks(last):
        return False
    others = items[:-1]
    return not (others and task != "summary" and all(map(asks, others)) and not asks(last))


def _opens_thinking(after: str, thinking: Markers) -> bool:
    """Whether the prompt ends inside reasoning."""
    end = after[-200:].rstrip()
    start = max(end.rfind("<|im_start|>"), end.rfind("\n"), 0)
    tail = "x\n" + end[start:].lstrip("\n")
    return bool(end) and without_reasoning(tail + "\x00", "", thinking).find("\x00") < 0


def _mark_at_end(line: str) -> str | None:
    """The list mark or bracket that a line ends with; None without one."""
    for start in (0, *(match.end() for match in [_LABEL.match(line)] if match)):
        rest = line[start:]
        for pattern in (NUMBER, BULLETS):
            match = pattern.match(rest + " x") or pattern.match(rest + "x")
            if match and not rest[match.end() :].strip():
                return rest if rest[-1:].isspace() else f"{rest} "
    match = _OPENING.match(line) or _TAG.search(line)
    return match[0] if match else None


def _begins_with_mark(raw: str, mark: str) -> bool:
    """Whether the output repeats the mark."""
    return raw.lstrip().startswith(mark.strip())
