"""Text that is safe to print, and consoles to print it on."""

from __future__ import annotations

import os
import sys
import unicodedata

from rich.console import Console, RenderableType

_UNBROKEN = 10_000  # columns of a pipe, which are for programs and folded by nobody


def printable(text: str) -> str:
    r"""The text with everything that could steer a terminal made visible.

    Models and pages write what they like: escape sequences, carriage returns, characters that turn
    the direction of writing. Each control, format, surrogate or private character becomes its
    escape, such as ``\x1b`` or ``\u202e``.
    """
    return "".join(_visible(character) for character in text)


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error; colour only where a person looks."""
    made = Console(stderr=error, highlight=False, emoji=False, markup=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _UNBROKEN
    return made


def show(*parts: RenderableType) -> None:
    """Print to standard output: for a terminal as it is wide; for a pipe plain and unfolded."""
    out = console()
    if out.is_terminal:
        out.print(*parts, sep="\n")
    else:
        sys.stdout.write(plain_text(*parts, width=out.width))


def plain_text(*parts: RenderableType, width: int = _UNBROKEN) -> str:
    """What ``show`` prints to a pipe."""
    out = Console(width=width, color_system=None, highlight=False, emoji=False, markup=False)
    with out.capture() as capture:
        out.print(*parts, sep="\n")
    return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def _visible(character: str) -> str:
    if unicodedata.category(character)[0] != "C" or character in "\u200c\u200d":
        return character  # the two joiners are letters' glue in several scripts
    return character.encode("unicode_escape").decode()
