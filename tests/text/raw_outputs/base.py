"""A labelled output, and how lists of items are combined with styles of writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.tasks import TaskName
from tests.text.raw_outputs.contents import BULLETS, QUESTIONS

Items = Sequence[str]
Style = Callable[[Items], str]


@dataclass(frozen=True)
class RawOutput:
    """A labelled output.

    Attributes:
        kind: what is unusual about it.
        style: the name of the way in which it is written.
        task: the task of the model.
        raw: the text.
        items: the items in it.
        arguments: further arguments of the parser.
        dropped: the number of items that the token limit cut off.
        needs_task: whether the text is ambiguous without the task.
    """

    kind: str
    style: str
    task: TaskName
    raw: str
    items: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    dropped: int = 0
    needs_task: bool = False


def numbered(items: Items) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def dashed(items: Items) -> str:
    return "\n".join(f"- {item}" for item in items)


def plain(items: Items) -> str:
    return "\n".join(items)


def as_json(items: Items) -> str:
    return json.dumps({"items": list(items)}, ensure_ascii=False, indent=2)


BODIES: dict[str, Style] = {
    "numbered": numbered,
    "dashed": dashed,
    "plain": plain,
    "JSON": as_json,
}


def combined(
    kind: str,
    styles: Mapping[str, Style],
    tasks: Sequence[TaskName] = ("questions", "summary"),
    **more: Any,
) -> Iterator[RawOutput]:
    """Each style with each list of items of the tasks."""
    for task in tasks:
        for items in QUESTIONS if task == "questions" else BULLETS:
            for name, style in styles.items():
                yield RawOutput(kind, name, task, style(items), items, **more)
