"""Reads the verdict in the answer of a judge, or finds that there is none.

An answer is a JSON object, or one line that is a verdict and nothing else, such as ``4``,
``Score: 4``, ``4/5`` or ``B``. Whatever can be understood in two ways is not a verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from string import ascii_uppercase
from typing import Any, Generic, TypeVar

from bench.text.reasoning import without_reasoning

MOST_LETTERS = len(ascii_uppercase)
_VALUE_KEYS = ("value", "score", "rating")
_CHOICE_KEYS = ("choice", "winner", "better")
_REASON_KEYS = ("reason", "reasoning", "explanation", "rationale")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LABEL = re.compile(r"([A-Za-z][A-Za-z' _*]{0,40})[:=]\s*|(?:(?:the|my) )?([a-z]+) is\s+", re.I)
_LABELS = frozenset(
    {
        *("answer", "assessment", "choice", "evaluation", "grade", "judgement", "judgment"),
        *("level", "list", "mark", "points", "preference", "rating", "result", "score", "value"),
        *("verdict", "winner", "best", "better", "preferred", "final", "overall", "total"),
        *("a", "an", "for", "is", "my", "of", "the"),
    }
)
"""Words before a verdict; with any other word, such as in ``Worse: A``, it may be another thing."""
_STEM = 5  # letters that "answerable" and "answerability" share
_MARKS = "*_`\"'“”‘’()[]#> \t"
_NUMBER = re.compile(r"(-?[0-9]{1,4})(?:\.0{1,3})?(?:\s*(?:/|out of)\s*(-?[0-9]{1,4}))?")
_FENCE = re.compile(r"^\s*```[a-z]*\s*$|```\s*$", re.M | re.I)
_TIES = ("tie", "tied", "draw", "equal", "neither", "both", "same", "c")

Read = TypeVar("Read")
OnLine = Callable[[str], tuple[Read, str] | None]
"""Reads the verdict on one line, and how it is written there."""


@dataclass(frozen=True)
class JudgeVerdict(Generic[Read]):
    """What an answer says.

    Attributes:
        value: the verdict.
        reason: the reason that it gives, if any.
        written: the verdict as it is written in the answer.
        start: the index in the answer at which it is written; -1 if that is unknown.
    """

    value: Read
    reason: str | None
    written: str
    start: int


def letters_of(scale: Sequence[int]) -> dict[str, int]:
    """The value of each letter, for scales that are shown with letters instead of numbers."""
    return dict(zip(ascii_uppercase, scale, strict=False))


def read_value(
    text: str, scale: Sequence[int], *, letters: bool = False, criterion: str = ""
) -> JudgeVerdict[int] | None:
    """The value in an answer; None without one, or with several.

    Args:
        text: the answer.
        scale: the possible values, from the lowest to the highest.
        letters: whether the scale was shown with letters.
        criterion: the name of the criterion, which may stand before the value.
    """
    known = letters_of(scale)

    def value_of(written: str) -> int | None:
        return known.get(written.upper()) if letters else _number(written, scale)

    def value_in(given: Any) -> int | None:
        if isinstance(given, bool):
            return None
        if isinstance(given, int | float) and not letters:
            return int(given) if given in scale else None
        return value_of(given.strip()) if isinstance(given, str) else None

    on_line = partial(_on_line, value_of=value_of, criterion=criterion)
    return _read(text, _VALUE_KEYS, value_in, on_line)


def read_choice(text: str) -> JudgeVerdict[str] | None:
    """``first``, ``second`` or ``tie``, for lists that were shown as A and B."""

    def choice_of(written: str) -> str | None:
        name = written.lower().removeprefix("list ").strip()
        return "tie" if name in _TIES else {"a": "first", "b": "second"}.get(name)

    def choice_in(given: Any) -> str | None:
        return choice_of(given.strip()) if isinstance(given, str) else None

    return _read(text, _CHOICE_KEYS, choice_in, partial(_on_line, value_of=choice_of))


def _read(
    text: str,
    keys: Sequence[str],
    value_in: Callable[[Any], Read | None],
    on_line: OnLine[Read],
) -> JudgeVerdict[Read] | None:
    answer = _FENCE.sub("", without_reasoning(text, "\n")).strip()
    if "{" in answer:
        found = _from_json(answer, keys, value_in)
        if found is None or _contradicts(answer, found.value, on_line):
            return None
        return replace(found, start=_start_after_key(text, keys, found.written))
    found = _from_lines(answer, on_line)
    return found and replace(found, start=_start_on_line(text, on_line, found.written))


def _start_after_key(text: str, keys: Sequence[str], written: str) -> int:
    pattern = rf'(?<!\\)"(?:{"|".join(keys)})"\s*:\s*"?\s*({re.escape(written)})'
    matches = list(re.finditer(pattern, text, re.IGNORECASE))
    return matches[-1].start(1) if matches else -1


def _start_on_line(text: str, on_line: OnLine[Read], written: str) -> int:
    end = len(text)
    for line in reversed(text.splitlines(keepends=True)):
        end -= len(line)
        if on_line(line.strip()) is not None:
            return end + line.rfind(written)
    return -1


def _from_json(
    answer: str, keys: Sequence[str], value_in: Callable[[Any], Read | None]
) -> JudgeVerdict[Read] | None:
    """The verdict in the only JSON object of an answer."""
    start, end = answer.find("{"), answer.rfind("}") + 1
    try:
        given = json.loads(answer[start:end], object_pairs_hook=_unique, strict=False)
    except (ValueError, RecursionError):
        return None
    found = [given[key] for key in keys if key in given]
    value = value_in(found[0]) if len(found) == 1 else None
    if value is None:
        return None
    reason = next((given[key] for key in _REASON_KEYS if isinstance(given.get(key), str)), None)
    return JudgeVerdict(value, reason, str(found[0]), -1)


def _contradicts(answer: str, value: Read, on_line: OnLine[Read]) -> bool:
    """Whether a line beside the JSON object of an answer is another verdict."""
    beside = f"{answer[: answer.find('{')]}\n{answer[answer.rfind('}') + 1 :]}"
    found = [on_line(line.strip()) for line in beside.splitlines()]
    return any(pair is not None and pair[0] != value for pair in found)


def _from_lines(answer: str, on_line: OnLine[Read]) -> JudgeVerdict[Read] | None:
    """The verdict that stands alone on the first or the last line; other lines are the reason."""
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    found = [on_line(line) for line in lines]
    read = [pair for pair in found if pair is not None]
    if not read or len({value for value, _ in read}) > 1 or not (found[0] or found[-1]):
        return None
    rest = " ".join(line for line, pair in zip(lines, found, strict=True) if pair is None)
    return JudgeVerdict(read[-1][0], rest or None, read[-1][1], -1)


def _on_line(
    line: str, value_of: Callable[[str], Read | None], criterion: str = ""
) -> tuple[Read, str] | None:
    bare = line.strip(_MARKS)
    label = _LABEL.match(bare)
    if label and not _is_of_a_verdict(label[1] or label[2], criterion):
        return None
    written = (bare[label.end() :] if label else bare).strip(_MARKS).rstrip(".").strip(_MARKS)
    value = value_of(written)
    return None if value is None else (value, written)


def _is_of_a_verdict(label: str, criterion: str) -> bool:
    """Whether a label says that what follows is the verdict."""
    words = re.findall(r"[a-z']+", label.lower())
    stems = [name[:_STEM] for name in criterion.lower().split("_")]
    return all(word in _LABELS or word[:_STEM] in stems for word in words)


def _number(written: str, scale: Sequence[int]) -> int | None:
    """A value of the scale as a number, also over its highest value, or as a word."""
    if written.lower() in _WORDS:
        value = _WORDS.index(written.lower())
        return value if value in scale else None
    match = _NUMBER.fullmatch(written)
    if match is None or (match[2] is not None and int(match[2]) != max(scale)):
        return None
    return int(match[1]) if int(match[1]) in scale else None


def _unique(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """The object with its keys in lower case.

    Raises:
        ValueError: a key is there twice.
    """
    found = {key.lower(): value for key, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("duplicate key")
    return found
