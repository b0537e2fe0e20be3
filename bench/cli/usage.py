"""Errors in the usage of the command line, reported like all other errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from bench.errors import ConfigError

_UsageError: Any = typer.BadParameter.__base__


@contextmanager
def plain_usage() -> Iterator[None]:
    """Report an invalid option or argument in one line, with the command for help.

    Raises:
        ConfigError: in place of the error of the library that parses the command line.
    """
    try:
        yield
    except _UsageError as error:
        message = error.format_message().rstrip(".").replace("Input should be", "must be")
        message = message.replace("Value error, ", "")
        if "\n" in message or not message:  # a group of commands without arguments
            print(error.ctx.get_help())
            raise typer.Exit(error.exit_code) from error
        raise ConfigError(
            f"{message[:1].lower()}{message[1:]}; see `{_command(error.ctx)} --help`"
        ) from error


def usage_error(message: str) -> Exception:
    """An error in the usage of an option that does not blame its value."""
    error: Exception = _UsageError(message)
    return error


def _command(context: Any) -> str:
    """The verb that was given, however the program was started."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(["bench", *names])
