"""Shell completion: the two options that set it up, and the names that it offers.

Nothing here imports a model or a metric: names come from the catalog, so that a key press stays
quick.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import typer

from bench.errors import ConfigError

if TYPE_CHECKING:
    from bench.catalog import Kind

SETUP_OPTIONS = frozenset({"--install-completion", "--show-completion"})
"""What ``typer`` adds to the program."""

Completer = Callable[[str], list[str]]


def names_of(kind: Kind) -> Completer:
    """A function that completes the names of a kind, as ``bench list`` shows them."""

    def complete(incomplete: str) -> list[str]:
        from bench.catalog import listed

        return _matching((name for name, _, _ in listed(kind)), incomplete)

    return complete


def one_of(*words: str) -> Completer:
    """A function that completes one of these words."""
    return lambda incomplete: _matching(words, incomplete)


def set_up(
    make_context: Callable[..., Any], info_name: str | None, *args: Any, **extra: Any
) -> Any:
    """Parse the command line where it has one of ``SETUP_OPTIONS``.

    ``typer`` ends the process after them, and prints to standard output where it fails.

    Raises:
        ConfigError: the shell is unknown.
    """
    # A shell completes a command, and `python -m bench` has the name of another one.
    name = info_name if info_name and info_name.isidentifier() else "bench"
    printed = io.StringIO()
    code: Any = 0
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            return make_context(name, *args, **extra)
    except SystemExit as end:
        code = end.code
    except typer.Exit as end:
        code = end.exit_code
    if code:
        raise ConfigError(
            "the shell cannot be determined, or has no completion; type the command in bash, zsh,"
            " fish or PowerShell"
        )
    print(printed.getvalue(), end="")
    raise typer.Exit


def _matching(words: Iterable[str], start: str) -> list[str]:
    return [word for word in dict.fromkeys(words) if word.startswith(start)]
