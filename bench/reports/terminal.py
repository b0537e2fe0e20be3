"""Consoles, and text that is safe to print on them."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `rich` takes as long to import as all of `bench --help`
    from rich.console import Console, RenderableType

_STDOUT = "standard output"
UNBROKEN = 10_000  # width of a pipe, so that no line is folded


def printable(text: str) -> str:
    r"""Escape everything in a text that could control a terminal.

    Text from models and pages may contain escape sequences, carriage returns, bidirectional and
    invisible characters. Each becomes its escape, such as ``\x1b`` or ``\u202e``, and so does the
    first character of commands to a CI service, such as ``::error::`` or ``##[group]``.
    """
    shown = text if text.isascii() and text.isprintable() else "".join(map(_visible, text))
    return _COMMAND.sub(_escape_first, _LONE_JOINER.sub(_escape, shown))


def printable_lines(text: str) -> str:
    """A text of several lines, each made printable."""
    return "\n".join(map(printable, text.split("\n")))


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error; with colour only on a terminal."""
    from bench.reports.raising_console import RaisingConsole

    made = RaisingConsole(stderr=error, highlight=False, emoji=False, markup=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = UNBROKEN
    return made


def show(*parts: RenderableType) -> None:
    """Print to standard output: fitted to a terminal, plain and unfolded to a pipe.

    Characters that the encoding lacks are replaced by simpler ones.
    """
    _accept_all_characters()
    out = console()
    if out.is_terminal:
        out.print(*parts, sep="\n")
    else:
        _write(plain_text(*parts, width=out.width))


def pipe_width() -> int | None:
    """The width for standard output that is not a terminal; None where `rich` must tell it."""
    if sys.stdout.isatty() or _RICH_SETTINGS & os.environ.keys():
        return None
    columns = os.environ.get("COLUMNS")
    if columns is None:
        return UNBROKEN
    return int(columns) if columns.isascii() and columns.isdigit() else None


def show_lines(lines: Iterable[str]) -> None:
    """Print lines to standard output that is not a terminal, as ``show`` does."""
    _accept_all_characters()
    _write("".join(map(_plain_line, lines)))


def write_data(text: str) -> None:
    """Print data for programs (JSON, CSV, Markdown, LaTeX) to standard output, unchanged.

    On a terminal, control characters are escaped as in JSON; so are all non-ASCII characters if
    the encoding lacks any of them. JSON data stays the same.
    """
    if sys.stdout.isatty():
        text = _STEERS.sub(_json_escape, text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = _NOT_ASCII.sub(_json_escape, text)
    _write(text)


def plain_text(*parts: RenderableType, width: int = UNBROKEN) -> str:
    """The text that ``show`` prints to a pipe."""
    from rich.console import Console

    text = io.StringIO()
    out = Console(
        file=text, width=width, color_system=None, highlight=False, emoji=False, markup=False
    )
    out.print(*parts, sep="\n")
    return "".join(map(_plain_line, text.getvalue().splitlines()))


def _plain_line(line: str) -> str:
    return f"{_COMMAND.sub(_escape_first, line.rstrip())}\n"


def _accept_all_characters() -> None:
    """Let standard output replace the characters that its encoding lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_PLAINER)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except OSError as error:
        error.filename = error.filename or _STDOUT
        raise


_RICH_SETTINGS = {"FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}
"""Environment variables that make `rich` treat a pipe like a terminal."""
_JOINERS = "\u200c\u200d"
"""Joiners of letters in several scripts and of emoji: kept between two of these."""
_LONE_JOINER = re.compile(
    rf"(?<![^\x00-\x7f{_JOINERS}])[{_JOINERS}]|[{_JOINERS}](?![^\x00-\x7f{_JOINERS}])"
)
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\uffa0\U000e0100-\U000e01ef]"
)
"""Blank or line-breaking characters outside the control and format categories."""
_COMMAND = re.compile(r"(?<!\S)::(?=[A-Za-z])|##(?=\[|vso\[|teamcity\[)", re.IGNORECASE)
"""The start of a command to GitHub Actions, Azure Pipelines or TeamCity. Folding may put any
word at the start of a line."""
_STEERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control and format characters, except the line feed."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


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


def _escape_first(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0][0]):02x}{found[0][1:]}"


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _escape(found: str | re.Match[str]) -> str:
    return (found if isinstance(found, str) else found[0]).encode("unicode_escape").decode()
