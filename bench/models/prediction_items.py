"""Lists of items in prediction files: of strings, or of objects with one text each."""

from __future__ import annotations

from typing import Any

SINGLE_ITEM = ("question", "bullet", "item", "sentence", "highlight")
"""Names of columns with one item per row, and of keys with the text of one item."""


def strings_of(value: Any) -> list[str] | None:
    """The items of a list of strings, or of objects with a single text each; else None.

    An object may have other keys, such as the answer to a question.
    """
    if not isinstance(value, list):
        return None
    found: list[str] = []
    for item in value:
        text = single_text(item) if isinstance(item, dict) else item
        if not isinstance(text, str):
            return None
        found.append(text)
    return found


def single_text(item: dict[str, Any]) -> str | None:
    """The text of the only usual key of an object; None without one."""
    texts = [item[name] for name in SINGLE_ITEM if isinstance(item.get(name), str)]
    return texts[0] if len(texts) == 1 else None
