"""Names that a config or a command may use, with descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.display import Displayed, count
from bench.reports.document import Column, Document, Row, Section, Table, keyed
from bench.reports.terminal import printable


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
        return f"<Names: {count(len(self), 'name')}; print() shows them>"

    @property
    def kinds(self) -> dict[str, list[Name]]:
        """The names of each kind."""
        found: dict[str, list[Name]] = {}
        for name in self.names:
            found.setdefault(name.kind, []).append(name)
        return found


def view(names: Names) -> RenderableType:
    """One line each, under a heading where there are several kinds."""
    several = len(names.kinds) > 1
    parts: list[RenderableType] = []
    for kind, members in names.kinds.items():
        table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for each in members:
            table.add_row(*map(Text, map(printable, (each.name, each.note, each.description))))
        parts += [Text(kind, "bold"), table, ""] if several else [table]
    return Group(*parts)


def document(names: Names) -> Document:
    """A table for each kind."""
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
