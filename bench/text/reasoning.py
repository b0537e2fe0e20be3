"""Removes the reasoning that a model writes before its answer."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Markers = Sequence[tuple[str, str]]
"""Pairs of the text before and after reasoning."""

_NAMES = (
    r"(?:[a-z]{1,12}[:_])?think|thinking|thoughts?|reasoning|analysis|scratchpad|reflection"
    r"|inner_?(?:monologue|thoughts?)|antthinking|seed:cot_budget_reflect"
)
_SPACED = r"(?:\s[^<>\n]{0,100})?"
_MESSAGE = r"[^<\n]{0,80}(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>"
_ASSISTANT = r"(?:<\|(?:start|begin)\|>\s?assistant\s?)?"
_PROSE = (
    r"(?:[*_#\s]{0,6}(?:thought(?: process)?|thinking|reasoning|analysis)[*_]{0,2}:"
    r"|[#*]{1,6} ?(?:thought process|thinking|reasoning)[*_]{0,2}[ \t]*$)"
)
_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "bracket",
        r"(?-i:\[THINK(?:ING)?\]|\[REASONING\])",
        r"(?-i:\[/THINK(?:ING)?\]|\[/REASONING\])",
    ),
    ("triangle", "◁think▷", "◁/think▷"),
    ("cohere", r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),
    ("sky", r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
    ("inner", r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),
    ("token", r"<\|think(?:ing)?\|>", r"<\|/think(?:ing)?\|>|<\|content\|>"),
    ("channel", r"<\|channel>thought\b", r"<channel\|>"),
    (
        "harmony",
        rf"{_ASSISTANT}<\|channel\|>\s?(?:analysis|commentary){_MESSAGE}",
        rf"{_ASSISTANT}<\|channel\|>\s?final{_MESSAGE}|\bassistantfinal(?=[^a-z])",
    ),
    ("process", r"^here is my thought process:", r"^here is my response:"),
)
"""Name, start and end of each form; an end without a start ends reasoning, too."""
_BLOCKS: tuple[tuple[str, str, str], ...] = (
    ("fence", rf"^(?:```|~~~)(?:{_NAMES})[ \t]*$", r"^(?:```|~~~)[ \t]*$"),
    (
        "details",
        r"<details[^<>\n]{0,40}>\s{0,9}<summary>[^<\n]{0,40}(?:think|thought|reasoning)[^<\n]{0,40}"
        r"</summary>",
        r"</details>",
    ),
    (
        "prose",
        rf"\A{_PROSE}",
        r"^[*_#\s]{0,6}(?:final )?(?:answer|output|response)[*_]{0,2}(?::|[ \t]*$)",
    ),
)
"""Forms that are blocks only if both ends are present."""
_LOST = re.compile(r"\s*+analysis(?=[A-Z]|\s*\n)")
"""The start of a message whose special tokens were skipped when it was decoded."""
_LOST_FINAL = re.compile(r"assistant\s?final(?=[^a-z])")

_WIDEST_INDENT = 80


@dataclass(frozen=True, slots=True)
class _Tag:
    """A start or end of reasoning."""

    kind: str
    start: int
    end: int
    is_end: bool
    begins_line: bool


def without_reasoning(text: str, replacement: str, markers: Markers = ()) -> str:
    """Remove reasoning: complete blocks, text before an end tag, and unclosed blocks.

    An unclosed start tag counts only at the start of a line, or if it is a special token. Takes
    linear time.

    Args:
        text: the output of the model.
        replacement: the text that replaces a block.
        markers: further pairs of start and end.
    """
    text = _without_lost(text)
    tags = _tags(text, tuple(markers))
    ends: dict[str, list[int]] = {}  # of each kind, the indices of its end tags
    for index, tag in enumerate(tags):
        if tag.is_end:
            ends.setdefault(tag.kind, []).append(index)
    needs_both = {kind for kind, _, _ in _BLOCKS}
    kept: list[str] = []
    at = index = 0
    while index < len(tags):
        tag = tags[index]
        if tag.is_end:
            if tag.kind not in needs_both:
                kept, at = [], tag.end
        else:
            same = ends.get(tag.kind, [])
            later = bisect_left(same, index)
            if later < len(same):
                index = same[later]
                kept += [text[at : tag.start], replacement]
                at = tags[index].end
            elif tag.begins_line and tag.kind not in needs_both:
                return "".join([*kept, text[at : tag.start], replacement])
        index += 1
    return "".join([*kept, text[at:]])


def _without_lost(text: str) -> str:
    """Remove the analysis of a message without its special tokens: ``analysisI think ...``."""
    lost = _LOST.match(text)
    if not lost:
        return text
    finals = list(_LOST_FINAL.finditer(text))
    if finals:
        return text[finals[-1].end() :]
    return text if text[lost.end() : lost.end() + 1].isspace() else ""


def _tags(text: str, markers: tuple[tuple[str, str], ...]) -> list[_Tag]:
    tags = []
    for match in _pattern(markers).finditer(text):
        group = match.lastgroup or ""
        is_angle = group in {"open", "close"}
        kind = (match["tag"] or match["name"]).lower() if is_angle else group.partition("_")[2]
        is_end = group == "close" or group.startswith("end_")
        indent = _indent(text, match.start())
        is_token = not is_angle and kind not in {"process", "bracket"}
        tags.append(
            _Tag(
                kind,
                match.start() - (0 if is_end else indent or 0),
                match.end(),
                is_end,
                is_token or indent is not None,
            )
        )
    return tags


def _indent(text: str, at: int) -> int | None:
    """The width of the white space before an index on its line; None after other text."""
    before = text[max(0, at - _WIDEST_INDENT) : at].rpartition("\n")[2]
    return None if before.strip() else len(before)


@lru_cache(maxsize=32)
def _pattern(markers: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    own = tuple(
        (f"own{n}", re.escape(start), re.escape(end)) for n, (start, end) in enumerate(markers)
    )
    forms = "|".join(
        rf"(?P<start_{name}>{start})|(?P<end_{name}>{end})"
        for name, start, end in (*own, *_FORMS, *_BLOCKS)
    )
    tag = "(?:<|&lt;)"
    closing = "(?:>|&gt;)"
    opening = rf"(?P<open>{tag}(?P<tag>{_NAMES}){_SPACED}{closing})"
    ending = rf"(?P<close>{tag}/(?P<name>{_NAMES})\s?{closing})"
    return re.compile(f"{forms}|{opening}|{ending}", re.IGNORECASE | re.MULTILINE)
