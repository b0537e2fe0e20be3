"""The layout of ``--help``: text that reflows at any width, options in groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import cleandoc
from re import sub
from textwrap import wrap
from typing import Any

from typer.core import TyperCommand, TyperGroup

_WIDE = 72
_COLUMN = 28
"""Where the descriptions of options begin in a wide terminal."""
_NARROW_COLUMN = 8
_HARD_SPACE = "\N{NO-BREAK SPACE}"


class VerbCommand(TyperCommand):
    """A command whose help reflows, its options grouped by ``rich_help_panel``."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, arguments and options."""
        formatter.write_usage(ctx.command_path, " ".join(_usage(self, ctx)))
        _write(formatter, reflowed(self.help or "", formatter.width))
        for heading, rows in _groups(self, ctx).items():
            _write(formatter, [f"{heading}:", *definitions(rows, formatter.width)])


class VerbGroup(TyperGroup):
    """A group of commands with the same layout; the commands are listed one a line."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, options, commands and what follows them."""
        self.format_usage(ctx, formatter)
        _write(formatter, reflowed(self.help or "", formatter.width))
        names = self.list_commands(ctx)
        commands = {name: self.get_command(ctx, name) for name in names}
        rows = [(name, _summary(command)) for name, command in commands.items()]
        column = max(map(len, names), default=0) + 4
        _write(formatter, ["Commands:", *definitions(rows, formatter.width, column)])
        for heading, options in _groups(self, ctx).items():
            _write(formatter, [f"{heading}:", *definitions(options, formatter.width)])
        _write(formatter, reflowed(self.epilog or "", formatter.width))


def reflowed(text: str, width: int) -> Iterator[str]:
    """The paragraphs of a docstring, each filled to the width.

    An indented line stays a line of its own, and is continued with a backslash, as in a shell,
    where it does not fit.
    """
    for number, paragraph in enumerate(cleandoc(text).split("\n\n")):
        if number:
            yield ""
        lines = paragraph.split("\n")
        plain = [line for line in lines if not line.startswith(" ")]
        yield from _wrapped(" ".join(plain), width)
        for line in lines[len(plain) :]:
            indent = " " * (len(line) - len(line.lstrip()))
            pieces = _wrapped(line, width - 2, indent, indent + "  ")
            yield from (f"{piece} \\" for piece in pieces[:-1])
            yield from pieces[-1:]


def definitions(
    rows: Iterable[tuple[str, str]], width: int, column: int | None = None
) -> Iterator[str]:
    """Names with their descriptions beside them, or below them where a name is too long.

    Args:
        rows: pairs of a name and a description.
        width: of the terminal.
        column: where descriptions begin.
    """
    column = column or (_COLUMN if width >= _WIDE else _NARROW_COLUMN)
    for name, text in rows:
        head, indent = f"  {name}", " " * column
        lines = _wrapped(text, width, indent)
        if lines and len(head) + 2 <= column:
            yield head + lines.pop(0)[len(head) :]
        else:
            yield head
        yield from lines


def _groups(command: Any, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    """What is to say of each argument and option, by the heading of its group."""
    found: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            name, text = record
            argument = parameter.param_type_name == "argument"
            heading = getattr(parameter, "rich_help_panel", None) or (
                "Arguments" if argument else "Options"
            )
            row = (parameter.metavar or name if argument else name, _in_words(text))
            found.setdefault(heading, []).append(row)
    return {heading: rows for heading, rows in found.items() if rows}


def _usage(command: Any, ctx: Any) -> Iterator[str]:
    """The pieces of the usage line."""
    yield "[OPTIONS]"
    for parameter in command.get_params(ctx):
        if parameter.param_type_name == "argument":
            yield parameter.metavar if parameter.required else f"[{parameter.metavar}]"


def _in_words(text: str) -> str:
    """The range of a number in words: ``1 to 9`` for ``1<=x<=9``."""
    text = sub(r"([\w.-]+)<=x<=([\w.-]+)", r"\1 to \2", text)
    return sub(r"x>=([\w.-]+)", r"at least \1", text).replace("  [", " [")


def _summary(command: Any) -> str:
    text: str = command.short_help or command.help or ""
    return " ".join(cleandoc(text).partition("\n\n")[0].split())


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most ``width``; an option and its value, code and paths are never divided."""
    text = sub(r"`[^`]+`", lambda code: code[0].replace(" ", _HARD_SPACE), text.strip())
    text = sub(r"((?:^| )--?[a-z-]+) (?=[^-| ])", rf"\1{_HARD_SPACE}", text) if rest else text
    lines = wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_HARD_SPACE, " ") for line in lines]


def _write(formatter: Any, lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    if text:
        formatter.write(f"\n{text}\n")
