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
        if "\n" in message or not message:  # a group of commands without arguments
            print(error.ctx.get_help())
            raise typer.Exit(error.exit_code) from error
        context = error.ctx
        command = f"{context.command_path} --help" if context else "bench --help"
        raise ConfigError(
            f"{message[:1].lower()}{message[1:]}; see `{command.removeprefix('python -m ')}`"
        ) from error
