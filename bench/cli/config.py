"""``bench config``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.help import VerbCommand, VerbGroup
from bench.cli.options import ConfigArgument
from bench.reports.terminal import write_data

config = typer.Typer(
    cls=VerbGroup,
    add_completion=False,
    help="Print a config to start from, or the JSON Schema that editors check configs with.",
    no_args_is_help=True,
)


@config.command("show", cls=VerbCommand)
def show(name: ConfigArgument = None) -> None:
    """Print a config as it is written.

    Example:
      bench config show briefs > mine.yaml
    """
    from bench.runs.config_file import ConfigFile, find_config

    path = find_config(name)
    ConfigFile(path)  # reports its faults
    write_data(path.read_text(encoding="utf-8"))


@config.command("schema", cls=VerbCommand)
def schema(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="config (default), or a file of a run directory: results, run, prediction, rating,"
            " preference, origin or owner.",
            show_default=False,
        ),
    ] = "config",
) -> None:
    """Print the JSON Schema of a config, or of a JSON file that a run writes.

    With the schema an editor completes names and marks mistakes. For the YAML language server,
    write it to a file and name that file in the first line of the config:

      # yaml-language-server: $schema=bench.schema.json

    Examples:
      bench config schema > bench.schema.json
      bench config schema results
    """
    import json

    from bench.runs.schemas import schema_of

    write_data(json.dumps(schema_of(file), indent=1, ensure_ascii=False) + "\n")
