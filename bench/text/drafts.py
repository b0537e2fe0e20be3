"""Finds the last version of a list that a model wrote more than once."""

from __future__ import annotations

import re

_LIST = (
    r"(?:version|list|answer|output|response|questions?|bullets?(?:[ ]points?)?|points|summary|set"
    r"|draft|takeaways|insights)"
)
_BETTER = r"(?:revised|final|improved|corrected|updated|rewritten|refined|better|polished)"
_REVISES = (
    r"(?:rewrite|revise|correct|fix|redo|improve|refine|rephrase|reformulate|try[ ]again"
    r"|start[ ]over)"
)
_LABEL_ENDS = r"[*_]{0,2}[ ]?[:：]?[*_]{0,2}[ \t]*$"
_REVISION = re.compile(
    rf"""^(?:\#{{1,6}}[ ])?(?![-*•–—+>][ ]|[(\[]?\d{{1,3}}[.):\]])[*_]{{0,3}}(?:
      (?:(?:my|the)[ ])?{_BETTER}[ ](?:reader[ ]|key[ ])?{_LIST}{_LABEL_ENDS}
    | (?:revised|corrected|improved|rewritten|correction|revision)(?=[*_]{{0,2}}[ ]?[:：])
      {_LABEL_ENDS}
    | [^\n?]{{0,80}}\b(?:let[ ]me|i(?:'ll|’ll|[ ]will|[ ]should|[ ]need[ ]to))[ ]{_REVISES}\b
      [^\n?]{{0,60}}[.:!…]?[ \t]*$
    | [^\n?]{{0,60}}\b(?:here(?:'s|’s|[ ]is|[ ]are)|below[ ]is)[ ](?:the|a|an|my|your)[ ]
      {_BETTER}[ ](?:\w+[ ])?{_LIST}\b[^\n?]{{0,40}}[.:!]?[ \t]*$
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_LISTED = re.compile(r"^[ \t>]*(?:[-*•–—]|\(?\d{1,3}[.):])[*_]{0,2}[ \t]+\S", re.MULTILINE)
_LITERAL = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)
_LINE = re.compile(r"^[^\n]*[.?!？][\"”’)]?[ \t]*$", re.MULTILINE)
_FEWEST = 2
_MOST_LOOKED_AT = 8  # announcements, from the end, which keeps the time linear


def last_version(text: str) -> str:
    """The text after the last line that announces a better list, if lists are on both sides."""
    for match in reversed(list(_REVISION.finditer(text))[-_MOST_LOOKED_AT:]):
        before, after = text[: match.start()], text[match.end() :]
        if _has_list(before) and _has_list(after):
            return after
    return text


def _has_list(text: str) -> bool:
    """Whether a text has lines with list marks, a list in brackets, or several lines."""
    if _LITERAL.search(text):
        return True
    return any(len(pattern.findall(text)) >= _FEWEST for pattern in (_LISTED, _LINE))
