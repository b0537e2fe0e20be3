"""The command line: one thin file a verb. Parse, call, print, exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import bench
from bench.cli.check import check
from bench.cli.compare import compare
from bench.cli.ingest import ingest
from bench.cli.leaderboard import leaderboard
from bench.cli.list_ import list_names
from bench.cli.power import power
from bench.cli.report import report
from bench.cli.run import run
from bench.cli.score import score
from bench.cli.show import show
from bench.cli.validate import validate
from bench.data.urls import told
from bench.errors import BenchError
from bench.report.terminal import printable

app = typer.Typer(
    name="bench",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 ok, 1 regression, 2 wrong usage or input, or not comparable,"
    " 3 inconclusive (only when asked for), 4 errors in the run, 130 interrupted.",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"bench {bench.__version__}")
        raise typer.Exit


@app.callback()
def _bench(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Which model writes the better summary and the better reader questions?

    Start with `bench run`: it takes seconds and needs no network.
    """


app.command("run")(run)
app.command("score")(score)
app.command("show")(show)
app.command("compare")(compare)
app.command("leaderboard")(leaderboard)
app.command("report")(report)
app.command("check")(check)
app.command("power")(power)
app.command("list")(list_names)
app.command("ingest")(ingest)
app.command("validate")(validate)


def main() -> None:
    """Run the command line; an error that a user can cause is printed as plain lines."""
    # `module:Class` may name a module that lies where the command is typed; last, so that no file
    # there hides a library.
    sys.path.append(str(Path.cwd()))
    try:
        app()
    except BenchError as error:
        for problem in error.problems:
            print(f"error: {printable(told(problem))}", file=sys.stderr)
        sys.exit(error.exit_code)
