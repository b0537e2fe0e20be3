"""Plain-text tables."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import Any

from bench.reports.render import view_of
from bench.reports.terminal import UNBROKEN, plain_text


def write(result: Any) -> str:
    """Write plain, unfolded text, as for a pipe."""
    return plain_text(view_of(result)).rstrip("\n")


def printed(result: Any) -> str:
    """The same, fitted to standard output if that is a terminal."""
    width = get_terminal_size().columns if sys.stdout.isatty() else UNBROKEN
    return plain_text(view_of(result), width=width).rstrip("\n")
