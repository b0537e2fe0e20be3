"""The command line: one thin file a verb. Parse, call, print, exit code."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import bench
from bench.__main__ import main
from bench.cli.check import check
from bench.cli.compare import compare
from bench.cli.config import config
from bench.cli.ingest import ingest
from bench.cli.leaderboard import leaderboard
from bench.cli.list_ import list_names
from bench.cli.power import power
from bench.cli.report import report
from bench.cli.run import run
from bench.cli.score import score
from bench.cli.show import show
from bench.cli.usage import plain_usage
from bench.cli.validate import validate
from bench.cli.verify import verify
from bench.exits import DEBUG, EXIT_CODES, escaping

__all__ = ["app", "main"]


class _Verbs(TyperGroup):
    """The verbs; an interrupt, a full disk or ``sys.exit`` in loaded code is not typer's to end."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with escaping(), plain_usage():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        with escaping(), plain_usage():
            return super().invoke(*args, **kwargs)


app = typer.Typer(
    name="bench",
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"Exit codes: {', '.join(f'{code} {what}' for code, what in EXIT_CODES.items())}.",
)


def _debug(wanted: bool) -> None:
    if wanted:
        os.environ[DEBUG] = "1"  # worker processes see it too


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
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            callback=_debug,
            is_eager=True,
            help=f"Print the traceback of an unforeseen error (as {DEBUG}=1 does), instead of"
            " writing it to a file.",
        ),
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
app.command("verify")(verify)
app.command("list")(list_names)
app.command("ingest")(ingest)
app.command("validate")(validate)
app.add_typer(config, name="config")
