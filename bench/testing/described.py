"""Checks the description of a component."""

from __future__ import annotations

from typing import Any

from bench.testing.contract import Checks
from bench.testing.under_test import inner_of


def check_description(checks: Checks, component: Any) -> None:
    """Check ``description``: the attribute, or a docstring."""
    inner = inner_of(component)
    given = getattr(component, "description", "") or getattr(inner, "description", "")
    expected = "one line in `description`, or a docstring"
    if not isinstance(given, str) or "\n" in given:
        checks.fail("description", f"got {given!r}", expected)
    elif not given.strip() and not _docstring(inner):
        checks.fail("description", "it has no description", expected)


def _docstring(inner: Any) -> str:
    """The docstring of the component, unless it was generated for a dataclass."""
    function = getattr(inner, "func", inner)
    if isinstance(function, type) or not callable(function) or not hasattr(function, "__name__"):
        cls = function if isinstance(function, type) else type(function)
        text = vars(cls).get("__doc__") or ""
        return "" if text.startswith(f"{cls.__name__}(") else text.strip()
    return (function.__doc__ or "").strip()
