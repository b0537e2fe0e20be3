"""The thinking that a model writes before its answer, and how to leave it out."""

from __future__ import annotations

import re
from bisect import bisect_left

_TAG = re.compile(
    r"(?P<line>^[^\S\n]*+)?<(?P<slash>/?)(?P<name>think|thinking|thought|reasoning)>",
    re.IGNORECASE | re.MULTILINE,
)


def without_reasoning(text: str, replacement: str) -> str:
    """The text without its thinking: whole blocks, what an end tag ends, what is never ended.

    A start tag that is never ended counts only at the beginning of a line. Takes linear time.

    Args:
        text: what the model wrote.
        replacement: what takes the place of a block.
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
