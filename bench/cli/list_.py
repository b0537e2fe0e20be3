"""``bench list``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.catalog import KINDS, Kind, listed
from bench.reports.terminal import printable, show


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; all if not given.")] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Import models, metrics, similarities; report broken ones."),
    ] = False,
) -> None:
    """List models, metrics, similarities, tasks, datasets or configs with a one-line description.

    What other packages add is listed without importing it.

    Example: bench list models
    """
    if check:
        from bench.cli.list_check import check_components

        check_components(kind)
        return
    from rich.table import Table
    from rich.text import Text

    for each in [kind] if kind else KINDS:
        heading = [] if kind else [Text(each, "bold")]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for row in listed(each):
            table.add_row(*map(printable, row))
        show(*heading, table, *([] if kind else [""]))
