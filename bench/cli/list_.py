"""``bench list``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, get_args

import typer

from bench.catalog import KINDS, Kind
from bench.cli.options import FormatOption, TableFormat
from bench.cli.output import print_result
from bench.reports.names import lines
from bench.reports.terminal import pipe_width, show_lines


def list_names(
    kind: Annotated[
        Kind | None,
        typer.Argument(metavar="KIND", help="What to list (default: everything)."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Show the parameters of this model, metric, similarity or rater.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", metavar="NAME", help="The same as models NAME.", hidden=True),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Import all models, metrics, similarities and raters, and report those that fail.",
        ),
    ] = False,
    format: FormatOption = "table",
) -> None:
    """List models, metrics, similarities, raters, tasks, datasets or configs, with descriptions.

    KIND is one of these words. What other packages add is listed without importing it.

    With NAME: its parameters, each with type, default and meaning.

    Examples:
      bench list models
      bench list models causal
      bench list metrics --format json
      bench list --check
    """
    if check:
        from bench.cli.list_check import check_components

        check_components(kind)
        return
    if model is not None and kind in (None, "models"):
        kind, name = "models", model
    if name is not None and kind is not None:
        from bench.api.names import parameters

        print_result(parameters(kind, name), format)
        return
    from bench.api.names import names

    found = names(kind)
    width = pipe_width() if format == "table" else None
    if width is None:
        print_result(found, format)
    else:
        show_lines(map(str, lines(found, width)))


def call_of(arguments: list[str]) -> Callable[[], None] | None:
    """The call for arguments of at most a kind and a format; None for any others."""
    options = list(arguments)
    kind = next((each for each in KINDS if options[:1] == [each]), None)
    if kind is not None:
        del options[0]
    match options:
        case []:
            return partial(list_names, kind)
        case ["--format" | "-f", given]:
            formats = [each for each in get_args(TableFormat) if each == given]
            return partial(list_names, kind, format=formats[0]) if formats else None
    return None
