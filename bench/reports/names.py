"""Names that a config or a command may use, with descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import TextWrapper
from typing import TYPE_CHECKING, NamedTuple

from bench.display import Displayed
from bench.reports.terminal import printable

if TYPE_CHECKING:  # nothing here needs more than the standard library to list names to a pipe
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

    from bench.reports.document import Document

_GAP = "  "
_INDENT = " " * 4
_NARROWEST = 16
"""Minimum width of descriptions beside names; below it, they are on lines of their own."""


@dataclass(frozen=True)
class Name:
    """A name.

    Attributes:
        kind: ``"models"``, ``"metrics"`` ...
        name: the name.
        note: its tasks, range or size.
        description: what it is, on one line.
    """

    kind: str
    name: str
    note: str
    description: str


@dataclass(frozen=True, repr=False)
class Names(Displayed):
    """Names of one kind or several.

    Attributes:
        names: in the order they are listed.
    """

    names: tuple[Name, ...]

    def __iter__(self) -> Iterator[Name]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        plural = "" if len(self) == 1 else "s"
        return f"<Names: {len(self)} name{plural}; print() shows them>"

    @property
    def kinds(self) -> dict[str, list[Name]]:
        """The names of each kind."""
        found: dict[str, list[Name]] = {}
        for name in self.names:
            found.setdefault(name.kind, []).append(name)
        return found


class NameLine(NamedTuple):
    """A line of a list of names: a name and a note beside a line of the description."""

    name: str = ""
    note: str = ""
    description: str = ""
    is_heading: bool = False

    def __str__(self) -> str:
        return f"{self.name}{self.note}{self.description}"


def lines(names: Names, width: int) -> Iterator[NameLine]:
    """A list of names, under a heading where there are several kinds."""
    several = len(names.kinds) > 1
    for kind, members in names.kinds.items():
        if several:
            yield NameLine(kind, is_heading=True)
        yield from _rows([_printable(name) for name in members], width)
        if several:
            yield NameLine()


def view(names: Names) -> RenderableType:
    """The lines, fitted to the terminal."""
    from rich.text import Text

    from bench.reports.fitting import Fitted

    def make(_: Console, options: ConsoleOptions) -> Iterator[Text]:
        for line in lines(names, options.max_width):
            name = (line.name, "bold" if line.is_heading else "")
            parts = (name, (line.note, "dim"), line.description)
            yield Text.assemble(*parts, no_wrap=True, overflow="ignore")

    return Fitted(make)


def _rows(rows: Sequence[tuple[str, str, str]], width: int) -> Iterator[NameLine]:
    """Names, notes and descriptions in columns; descriptions are folded to the width."""
    first = max(_columns(name) for name, _, _ in rows) + len(_GAP)
    second = max(_columns(note) for _, note, _ in rows)
    second += len(_GAP) if second else 0
    room = width - first - second
    for name, note, description in rows:
        if room < _NARROWEST:
            yield from _stacked(name, note, description, width)
            continue
        head, *rest = _folded(description, room) or [""]
        yield NameLine(_padded(name, first), _padded(note, second), head)
        yield from (NameLine(" " * first, " " * second, line) for line in rest)


def _stacked(name: str, note: str, description: str, width: int) -> Iterator[NameLine]:
    """A name above its description, with the note beside it where that fits."""
    room = max(width - len(_INDENT), 2)  # a character may take two columns
    beside = _columns(name) + len(_GAP) + _columns(note) <= width
    yield NameLine(name, f"{_GAP}{note}" if beside else "")
    for line in () if beside else _folded(note, room):
        yield NameLine(_INDENT, line)
    for line in _folded(description, room):
        yield NameLine(_INDENT, "", line)


def _folded(text: str, width: int) -> list[str]:
    if _columns(text) == len(text):
        return TextWrapper(width, break_on_hyphens=False).wrap(text)
    from rich.console import Console
    from rich.text import Text

    return [line.plain.rstrip() for line in Text(text).wrap(Console(), width, overflow="fold")]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))


def _columns(text: str) -> int:
    """The number of columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _printable(name: Name) -> tuple[str, str, str]:
    return printable(name.name), printable(name.note), printable(name.description)


def document(names: Names) -> Document:
    """A table for each kind."""
    from bench.reports.document import Column, Document, Row, Section, Table, keyed

    columns = (
        Column("name", "name", numeric=False),
        Column("note", "note", numeric=False),
        Column("description", "description", numeric=False, folds=True),
    )
    sections = [
        Section(
            kind,
            (Table(columns, tuple(Row((m.name, m.note, m.description)) for m in members)),),
        )
        for kind, members in names.kinds.items()
    ]
    record = {"version": 1, "names": [asdict(name) for name in names]}
    rows = [(n.kind, n.name, n.note, n.description) for n in names]
    flat = keyed(("kind", "name", "note", "description"), list(rows))
    return Document(record, flat, tuple(sections))
