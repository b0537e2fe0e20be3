"""Text that is safe to print, and consoles to print it on."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import unicodedata

from rich.console import Console, RenderableType

_UNBROKEN = 10_000  # columns of a pipe, which are for programs and folded by nobody


def printable(text: str) -> str:
    r"""The text with everything that could steer a terminal made visible.

    Models and pages write what they like: escape sequences, carriage returns, characters that turn
    the direction of writing, characters that nobody sees. Each becomes its escape, such as
    ``\x1b`` or ``\u202e``.
    """
    return _LONE_JOINER.sub(_escape, "".join(map(_visible, text)))


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error; colour only where a person looks."""
    made = Console(stderr=error, highlight=False, emoji=False, markup=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _UNBROKEN
    return made


def show(*parts: RenderableType) -> None:
    """Print to standard output: for a terminal as it is wide; for a pipe plain and unfolded.

    A character that the encoding does not have becomes a plainer one.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_PLAINER)
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


_JOINERS = "\u200c\u200d"
"""Glue of letters in several scripts, and of emoji: kept between two of those."""
_LONE_JOINER = re.compile(
    rf"(?<![^\x00-\x7f{_JOINERS}])[{_JOINERS}]|[{_JOINERS}](?![^\x00-\x7f{_JOINERS}])"
)
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\uffa0\U000e0100-\U000e01ef]"
)
"""Blank or breaking, though Unicode does not call them control or format characters."""


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in characters), error.end


_PLAIN = {"·": "-", "–": "-", "─": "-", "→": ">", "…": "~", "‘": "'", "’": "'", "“": '"', "”": '"'}
_PLAINER = "bench.plainer"
codecs.register_error(_PLAINER, _plainer)


def _visible(character: str) -> str:
    if character in _JOINERS:
        return character
    steers = unicodedata.category(character)[0] == "C" or _UNSEEN.match(character)
    return _escape(character) if steers else character


def _escape(found: str | re.Match[str]) -> str:
    return (found if isinstance(found, str) else found[0]).encode("unicode_escape").decode()
