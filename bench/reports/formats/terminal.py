"""Plain-text tables."""

from __future__ import annotations

from typing import Any

from bench.reports.render import view_of
from bench.reports.terminal import plain_text


def write(result: Any) -> str:
    """Write plain, unfolded text, as for a pipe."""
    return plain_text(view_of(result)).rstrip("\n")
