"""``python -m bench``, and the command ``bench``.

Nothing heavy is imported before errors are handled, so that an interrupt or a broken installation
is reported like any other error.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO


def main() -> None:
    """Run the command line and exit with its exit code."""
    _open_standard_streams()
    try:
        from bench.exits import end_of
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        sys.exit(130)
    failure: BaseException | None = None
    try:
        code = _run()
    except BaseException as error:  # noqa: BLE001 - this is where every error ends
        code, failure = end_of(error), error
    sys.exit(_flushed(code, failure))


def _run() -> int:
    from bench.cli import app

    # `module:Class` may name a module in the directory where the command is typed; last, so that
    # no file there hides a library.
    with suppress(FileNotFoundError):  # the directory may be gone
        sys.path.append(os.getcwd())  # noqa: PTH109 - pathlib is not needed otherwise
    try:
        app()
    except SystemExit as end:  # how `typer` ends; what loaded code raises comes wrapped
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _flushed(code: int, failure: BaseException | None) -> int:
    """Flush standard output; if that fails, the exit code is not 0.

    Args:
        code: the exit code so far.
        failure: what ended the command, and was printed; the same is not printed again.
    """
    from bench.exits import end_of, is_about_output

    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        known = is_about_output(failure)
        with suppress(OSError):  # or the interpreter would try again, and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, OSError) and not known:
            error.filename = error.filename or "standard output"
            failed = end_of(error)
            return code or failed
    return code


def _open_standard_streams() -> None:
    """Open empty standard streams if the process was started without them."""
    if sys.stdout is None or sys.stderr is None:
        with suppress(OSError):
            while os.open(os.devnull, os.O_RDWR) < 2:  # the lowest number that is free
                pass
        sys.stdout, sys.stderr = sys.stdout or _stream(1), sys.stderr or _stream(2)


def _stream(descriptor: int) -> TextIO:
    return os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)


if __name__ == "__main__":
    main()
