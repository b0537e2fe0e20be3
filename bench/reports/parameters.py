"""The parameters of a model, metric or similarity, as ``bench list KIND NAME`` shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.agreement.known import KnownFigure, known_line
from bench.display import Displayed, count
from bench.parameters import Parameter
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.terminal import printable, printable_lines


@dataclass(frozen=True, repr=False)
class Parameters(Displayed):
    """The parameters of one component.

    Attributes:
        kind: ``"models"``, ``"metrics"`` or ``"similarities"``.
        name: its name.
        description: what it is, on one line.
        parameters: in the order of its signature.
        known: how far the scores of a metric are known to agree with people.
    """

    kind: str
    name: str
    description: str
    parameters: tuple[Parameter, ...]
    known: tuple[KnownFigure, ...] = ()

    def __repr__(self) -> str:
        return f"<Parameters of {self.name}: {len(self.parameters)}; print() shows them>"


def view(result: Parameters) -> RenderableType:
    """Every parameter with type and default, and its meaning below."""
    lines: list[RenderableType] = [_title(result)]
    told = [Text(printable(line), "dim") for line in _known(result)]
    if not result.parameters:
        return Group(*lines, Text("No parameters."), *told)
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in result.parameters:
        kind = f"{each.type}; {_default(each)}"
        table.add_row(Text(printable(each.name), "bold"), Text(printable_lines(kind), "dim"))
        if each.meaning:
            table.add_row("", Text(printable(each.meaning.replace("``", ""))))
    return Group(*lines, table, *told)


def document(result: Parameters) -> Document:
    """One table with a row for each parameter."""
    rows: list[tuple[Cell, ...]] = [
        (each.name, each.type, each.default, each.meaning) for each in result.parameters
    ]
    keys = ("parameter", "type", "default", "meaning")
    columns = tuple(Column(key, key, numeric=False, has_lines=True) for key in keys)
    tables = (Table(columns, tuple(map(Row, rows))),) if rows else ()
    record = {
        "version": 1,
        "kind": result.kind,
        "name": result.name,
        "description": result.description,
        "parameters": [asdict(each) for each in result.parameters],
    }
    if result.known:
        record["known_agreement"] = [asdict(each) for each in result.known]
    section = Section(_title(result).plain, tables, notes=tuple(_known(result)))
    return Document(record, keyed(keys, rows), (section,))


def _known(result: Parameters) -> list[str]:
    """In a line for each score how far it is known to agree with people."""
    scores = dict.fromkeys(each.score for each in result.known)
    return [line for score in scores if (line := known_line(score))]


def _default(parameter: Parameter) -> str:
    if parameter.default == "required":
        return "required"
    apart = "\n" if "\n" in parameter.default else " "
    return f"default:{apart}{parameter.default}"


def _title(result: Parameters) -> Text:
    parts = [result.name, result.description, count(len(result.parameters), "parameter")]
    return Text(printable(" · ".join(filter(None, parts))), "bold")
