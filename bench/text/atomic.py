"""Groups in regular expressions that are matched once, by every version of Python."""

from __future__ import annotations


def atomic(pattern: str, name: str) -> str:
    """A pattern that, once matched, is not tried again with less text.

    A possessive quantifier after a group, or an atomic group, would say the same, but loses
    matches before Python 3.11.5 if the group backtracks inside.

    Args:
        pattern: what is matched.
        name: a group name that is not used elsewhere in the expression.
    """
    return rf"(?=(?P<{name}>{pattern}))(?P={name})"
