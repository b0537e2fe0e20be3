"""The errors a user can cause. Each prints as plain lines, never as a traceback.

::

    BenchError                 exit code 2 unless the class says otherwise
    ├── UnknownNameError       a model, metric, task, dataset or key that does not exist
    ├── ConfigError            a config file or an option that cannot be used
    │   └── NotComparedError   a comparison that no two models allow
    ├── DataError              a page, an article row or a prediction row that cannot be used
    ├── StorageError           a URL that cannot be read or written
    ├── RunDirectoryError      a run directory that is missing, broken or in use
    │   └── OccupiedError      it belongs to another config or dataset
    └── RunFailedError         the run itself had errors (exit code 4)
        └── WorkersDiedError   its workers die before they start working

A message says what is wrong, where (``file:line``) and how to fix it. An error with several faults
has one line for each, so that they can be fixed together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import ClassVar

from bench.limits import MESSAGE


class BenchError(Exception):
    """Root of every error a user can cause; ``problems`` holds one line per fault."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class UnknownNameError(BenchError):
    """A name that does not exist."""


class ConfigError(BenchError):
    """A config file or an option that cannot be used."""


class NotComparedError(ConfigError):
    """A comparison without two models that have a score in common."""


class DataError(BenchError):
    """Input data that cannot be used: a page, an article row, a prediction row."""


class StorageError(BenchError):
    """A URL whose store cannot be reached, read or written."""


class RunDirectoryError(BenchError):
    """A run directory that is missing, broken, or being written by another process."""


class OccupiedError(RunDirectoryError):
    """A run directory that belongs to another config or dataset."""


class RunFailedError(BenchError):
    """The run was valid but did not succeed."""

    exit_code = 4


class WorkersDiedError(RunFailedError):
    """Several workers died before they started working."""


class TokenizerWarning(UserWarning):
    """``bench.score`` compared texts with letters that its tokenizer ignores."""


class TextWarning(UserWarning):
    """A metric has no value for articles without a text."""


class CutWarning(UserWarning):
    """``bench.score`` got longer lists of predictions than it scores."""


_APART = 0.2  # in likeness, from which only the closest name is suggested
_BEGINNING = 3  # characters of a name, from which the names that begin with them are suggested
_LISTED = 100
"""Maximum number of names in a message; a table may have thousands of columns."""


def shortened(name: str) -> str:
    """A name from outside, short enough for a message."""
    return name if len(name) <= MESSAGE else f"{name[: MESSAGE // 2]}...{name[-MESSAGE // 2 :]}"


def listing(names: Sequence[str]) -> str:
    """Names from outside, as many and as much of each as a message has room for."""
    more = len(names) - _LISTED
    rest = f" and {more:,} more" if more > 0 else ""
    return f"{', '.join(map(shortened, names[:_LISTED]))}{rest}"


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, other, name).ratio()


def unknown_name(kind: str, name: str, known: Iterable[str], location: str = "") -> str:
    """One line for an unknown name, with the closest known names, or all if none is close.

    >>> unknown_name("model", "leed", ["lead", "lsa"])
    "unknown model 'leed'; did you mean 'lead'?"
    """
    names = sorted(known)
    name = shortened(name)
    close = get_close_matches(name, names, n=2, cutoff=0.6)
    if not close and len(name) >= _BEGINNING:
        begun = [known for known in names if known.startswith(name)]
        close = begun if len(begun) <= 2 else []
    if len(close) > 1 and _likeness(name, close[0]) - _likeness(name, close[1]) > _APART:
        close.pop()
    if close:
        hint = "did you mean " + " or ".join(repr(match) for match in close) + "?"
    else:
        hint = f"available: {listing(names)}"
    return f"{location + ': ' if location else ''}unknown {kind} {name!r}; {hint}"
