"""How a command ends: the exit codes, and what is printed for each kind of error.

An error that a user can cause prints one line for each fault and exits with 2 (or the code of its
class). An unforeseen error prints one line and exits with 70; its traceback is written to a file.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import TracebackType

from bench.errors import BenchError, shortened
from bench.imports import described_error, location_of_fault

EXIT_CODES = {
    0: "ok",
    1: "regression",
    2: "wrong usage or input, or not comparable",
    3: "inconclusive (only when asked for)",
    4: "the run had failures",
    70: "unforeseen error",
    130: "interrupted",
}
"""What each exit code means."""
BAD_INPUT, UNFORESEEN, INTERRUPTED = 2, 70, 130
READER_GONE = 141
"""Exit code of a command whose output is closed by its reader (128 + SIGPIPE, as in shells)."""
DEBUG = "BENCH_DEBUG"
"""The environment variable that ``--debug`` sets."""

_OUTPUT = "standard output"
_PRINTERS = {"rich", "click", "typer"}
_FIXES = {
    errno.ENOSPC: "free space there, or write somewhere else",
    errno.EDQUOT: "free space there, or write somewhere else",
    errno.EFBIG: "raise the limit on file sizes, or write somewhere else",
    errno.EROFS: "write somewhere else",
    errno.EACCES: "check its permissions",
    errno.EPERM: "check its permissions",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.ENOENT: "check the path",
    errno.EISDIR: "name a file, not a directory",
    errno.ENOTDIR: "a part of this path is not a directory; check the path",
    errno.EEXIST: "choose another name",
    errno.ENOTEMPTY: "choose another name",
    errno.ELOOP: "its symbolic links form a loop; name the file itself",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; close some",
    errno.EIO: "check the disk",
    errno.ENXIO: "name a regular file",
    errno.ENODEV: "name a regular file",
    errno.EBUSY: "wait until nothing else uses it",
    errno.ETXTBSY: "wait until nothing else uses it",
    errno.ESTALE: "mount the network file system again",
    errno.EILSEQ: "use a name that this file system allows",
    errno.EINVAL: "name a regular file",
}
"""Fixes for errors of the operating system that a user can cause."""


class EscapedError(Exception):
    """Carries an exception past ``typer``, which would end the process in its own way for it."""

    def __init__(self, original: BaseException) -> None:
        super().__init__(original)
        self.original = original


@contextmanager
def escaping() -> Iterator[None]:
    """Wrap what ``typer`` must not handle itself."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, EOFError, OSError) as error:
        raise EscapedError(error) from error


def _follows_broken_pipe(error: BaseException) -> bool:
    """Whether a library ended the process because the reader of its output has gone."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, BrokenPipeError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def end_of(error: BaseException) -> int:
    """Print an exception for the user and return the exit code.

    Args:
        error: whatever ended the command.
    """
    if isinstance(error, EscapedError):
        error = error.original
    if isinstance(error, BenchError):
        say(error.problems)
        return error.exit_code
    if _was_interrupted(error):
        say(["interrupted"])
        return INTERRUPTED
    if isinstance(error, BrokenPipeError) or _follows_broken_pipe(error):
        return READER_GONE
    if isinstance(error, SystemExit):
        location = location_of_fault(error)
        what = f"loaded code calls exit({error.code!r:.40}); remove the call"
        say([f"{location}: {what}" if location else what])
        return BAD_INPUT
    if isinstance(error, OSError) and error.errno in _FIXES:
        if debugging():
            traceback.print_exception(error)
        say([os_problem(error)])
        return BAD_INPUT
    say([_unforeseen(error)])
    return UNFORESEEN


def os_problem(error: OSError) -> str:
    """One line for an error of the operating system: the location, what is wrong and the fix."""
    named = error.filename2 if error.filename2 is not None else error.filename
    location = shortened(os.fsdecode(named)) if isinstance(named, str | bytes) else _unnamed(error)
    what = error.strerror or described_error(error)
    fix = _FIXES.get(error.errno or 0)
    return f"{location + ': ' if location else ''}{what}{f'; {fix}' if fix else ''}"


def _unnamed(error: OSError) -> str:
    """What an error without a file name is about, if that can be determined."""
    frames = [frame.f_globals.get("__package__") for frame, _ in walk_tb(error.__traceback__)]
    if frames and str(frames[-1]).partition(".")[0] in _PRINTERS:
        return _OUTPUT
    try:
        sys.stdout.flush()
    except OSError as failure:
        return _OUTPUT if failure.errno == error.errno else ""
    return ""


def is_about_output(error: BaseException | None) -> bool:
    """Whether an error says that standard output cannot be written.

    Args:
        error: what ended a command, if anything did.
    """
    if isinstance(error, EscapedError):
        error = error.original
    return isinstance(error, OSError) and error.filename is None and _unnamed(error) == _OUTPUT


def debugging() -> bool:
    """Whether tracebacks are to be printed."""
    return os.environ.get(DEBUG, "") not in {"", "0"}


def say(problems: Iterator[str] | list[str] | tuple[str, ...]) -> None:
    """Print each problem as one line on standard error, without control characters."""
    try:
        from bench.data.urls import masked_within
        from bench.reports.terminal import printable

        lines = [printable(masked_within(problem)) for problem in problems]
    except ImportError:  # the installation itself may be what is broken
        lines = [ascii(problem)[1:-1] for problem in problems]
    if sys.stderr.closed:  # by code that was loaded
        sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace")
    for line in lines:
        print(f"error: {line}", file=sys.stderr)


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether the cause is Ctrl-C, which an import may have wrapped."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _unforeseen(error: BaseException) -> str:
    what = f"unforeseen {described_error(error)}{_innermost(error.__traceback__)}"
    if debugging():
        traceback.print_exception(error)
        return what
    try:
        # Private, and under a name that nobody can prepare.
        descriptor, name = tempfile.mkstemp(prefix="bench-error-", suffix=".txt")
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - it is open already
            traceback.print_exception(error, file=file)
    except OSError as failure:
        why = failure.strerror or type(failure).__name__
        return f"{what}; its traceback cannot be written ({why}); `bench --debug ...` prints it"
    return f"{what}; its traceback is in {name}, and `bench --debug ...` prints it"


def _innermost(trace: TracebackType | None) -> str:
    """Where it was raised, as " (file:line)"."""
    frames = list(walk_tb(trace))
    if not frames:
        return ""
    frame, line = frames[-1]
    return f" ({os.path.basename(frame.f_code.co_filename)}:{line})"  # noqa: PTH119 - may be no path
