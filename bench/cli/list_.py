"""``bench list``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.catalog import KINDS, Kind
from bench.cli.options import FormatOption
from bench.cli.output import print_result
from bench.reports.terminal import show


def list_names(
    kind: Annotated[
        Kind | None,
        typer.Argument(metavar="KIND", help="What to list (default: everything)."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Import all models, metrics and similarities, and report those that fail.",
        ),
    ] = False,
    format: FormatOption = "table",
) -> None:
    """List models, metrics, similarities, tasks, datasets or configs with a one-line description.

    KIND is one of these words. What other packages add is listed without importing it.

    Examples:
      bench list models
      bench list metrics --format json
      bench list --check
    """
    if check:
        from bench.cli.list_check import check_components

        check_components(kind)
        return
    from bench.api.names import names

    if kind is not None or format != "table":
        print_result(names(kind), format)
        return
    from rich.text import Text

    for each in KINDS:
        show(Text(each, "bold"))
        print_result(names(each), format)
        show()
