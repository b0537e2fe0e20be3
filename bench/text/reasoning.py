"""Removes the reasoning that a model writes before its answer."""

from __future__ import annotations

import re
from bisect import bisect_left

_TAG = re.compile(
    r"(?P<line>^[^\S\n]*+)?<(?P<slash>/?)(?P<name>think|thinking|thought|reasoning)>",
    re.IGNORECASE | re.MULTILINE,
)


def without_reasoning(text: str, replacement: str) -> str:
    """Remove reasoning: complete blocks, text before an end tag, and unclosed blocks.

    An unclosed start tag counts only at the start of a line. Takes linear time.

    Args:
        text: the output of the model.
        replacement: the text that replaces a block.
    """
    tags = list(_TAG.finditer(text))
    ends: dict[str, list[int]] = {}  # of each name, the indices of its end tags
    for index, tag in enumerate(tags):
        if tag["slash"]:
            ends.setdefault(tag["name"].lower(), []).append(index)
    kept: list[str] = []
    at = index = 0
    while index < len(tags):
        tag = tags[index]
        if tag["slash"]:
            kept, at = [], tag.end()
        else:
            same = ends.get(tag["name"].lower(), [])
            later = bisect_left(same, index)
            if later < len(same):
                index = same[later]
                kept += [text[at : tag.start()], replacement]
                at = tags[index].end()
            elif tag["line"] is not None:
                return "".join([*kept, text[at : tag.start()], replacement])
        index += 1
    return "".join([*kept, text[at:]])
