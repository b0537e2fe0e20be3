"""Markers around and between items: special tokens, separators, fences, tags."""

from __future__ import annotations

import re

_FENCE = r"(?:```|~~~)(?:[\w+#.-]{1,20}(?=[ \t]*+$)|jsonl?|python|text|plaintext|markdown|md)?"
_SHORT_TAG = r"</?[nq]\s?/?>"
# In "what is <n> worth?" the tag is a word.
_SEPARATOR_TAG = rf"(?:(?<![^\W_][ \t]){_SHORT_TAG}|{_SHORT_TAG}(?![ \t]{{0,8}}[a-z?.!,;:)]))"
_LIST_TAG = (
    r"</?(?:ul|ol|li|items?|questions?|bullets?|summary|answer|response|output|result|solution"
    r"|final_?answer)>"
)
_STOP = "[.?!…。？！]"
MARKER = (
    rf"(?i:<sep>|</?s>|<br\s?/?>|{_LIST_TAG}"
    r"|<(?:pad|bos|eos|(?:start|end)_of_turn|extra_id_\d{1,3})>"
    r"|<\|[^<>|\s]{1,40}\|>|<｜[^<>｜\s]{1,40}｜>|<\|?(?:turn|channel)\|?>|\[(?:sep|pad|cls|/?inst)\]|[\ud800-\udfff\ufeff])"
    rf"|{_SEPARATOR_TAG}|{_FENCE}"
)
"""Pattern of a token that is never part of an item; for ``re.MULTILINE``."""

_SEPARATORS = re.compile(
    rf"{MARKER}|(?:^|(?<={_STOP}))[ \t]*+(?:\|{{2,}}|(?:\\[rn])+)"
    # Line ends that were escaped once too often.
    rf"|(?<!\\[rn])(?:\\[rn])+(?=[ \t]*+(?:\d{{1,3}}[.)]|[-*•])[ \t])",
    re.MULTILINE,
)


def without_markers(text: str) -> str:
    """Replace each marker and separator by a paragraph break."""
    return _SEPARATORS.sub("\n\n", text)
