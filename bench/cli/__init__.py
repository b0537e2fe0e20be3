"""The command line: one thin file a verb. Parse, call, print, exit code.

A verb is a function in a file of its own and a row in ``VERBS``. Its file is imported when the
verb is used, so that no verb costs another one time.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

import bench
from bench.__main__ import main
from bench.cli.completion import SETUP_OPTIONS, set_up
from bench.cli.help import VerbCommand, VerbGroup
from bench.cli.usage import plain_usage
from bench.exits import DEBUG, EXIT_CODES, escaping

__all__ = ["VERBS", "app", "main"]

VERBS = {
    "run": ("bench.cli.run:run", "Run models on articles and score what they write."),
    "score": ("bench.cli.score:score", "Score predictions of other programs."),
    "show": ("bench.cli.show:show", "Show the leaderboards, outputs or changes of a run."),
    "compare": ("bench.cli.compare:compare", "Test which models differ significantly."),
    "leaderboard": ("bench.cli.leaderboard:leaderboard", "Combine runs into one leaderboard."),
    "report": ("bench.cli.report:report", "Write an HTML report, or tables to paste."),
    "check": ("bench.cli.check:check", "Fail if quality has dropped against a baseline."),
    "rate": ("bench.cli.rate:rate", "Let people rate outputs: make sheets, import them."),
    "history": ("bench.cli.history:history", "Show scores over many runs, and what changed."),
    "agree": ("bench.cli.agree:agree", "Test how far measures agree with people."),
    "power": ("bench.cli.power:power", "Estimate how many articles a comparison needs."),
    "merge": ("bench.cli.merge:merge", "Join the runs of parts of a dataset into one."),
    "export": ("bench.cli.export:export", "Write a run in the format of another tool."),
    "import": ("bench.cli.import_:import_results", "Score results of other evaluation programs."),
    "verify": ("bench.cli.verify:verify", "Check scores against the packages that define them."),
    "list": ("bench.cli.list_:list_names", "List models, metrics, datasets and more."),
    "ingest": ("bench.cli.ingest:ingest", "Convert saved pages into a dataset."),
    "validate": ("bench.cli.validate:validate", "Check a config or dataset without running it."),
    "config": ("bench.cli.config:config", "Print a config, or the JSON Schema of one."),
}
"""By name, the function (or group of commands) of each verb, and its line in ``bench --help``."""

_SETTINGS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}


class _Verb(TyperCommand):
    """A verb that is imported when it is used.

    Its module may have ``call_of(arguments)``, which returns what to call for arguments that it
    recognizes, and None for others, help and mistakes. Only those are left to `typer`, which
    imports pydantic for the parameters of any function.
    """

    def __init__(self, name: str, target: str, summary: str) -> None:
        super().__init__(name=name, short_help=summary)
        self._target = target

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> Any:
        module, _ = self._imported()
        completes = extra.get("resilient_parsing", False)
        call = None if completes or not hasattr(module, "call_of") else module.call_of(args)
        if call is None:
            return self.loaded().make_context(info_name, args, *rest, **extra)
        args.clear()
        quick = TyperCommand(self.name, callback=call, add_help_option=False)
        return quick.make_context(info_name, args, *rest, **extra)

    def loaded(self) -> Any:
        """The command with its parameters."""
        module, attribute = self._imported()
        return _command(str(self.name), getattr(module, attribute))

    def _imported(self) -> tuple[Any, str]:
        name, _, attribute = self._target.partition(":")
        return import_module(name), attribute


@cache
def _command(name: str, found: Any) -> Any:
    """The command of a function or group, whose parameters take long to build."""
    if not isinstance(found, typer.Typer):
        function, found = found, typer.Typer(add_completion=False)
        found.command(name, cls=VerbCommand)(function)
    return typer.main.get_command(found)


class _Verbs(VerbGroup):
    """The verbs; an interrupt, a full disk or ``sys.exit`` in loaded code is not typer's to end."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (target, summary) in VERBS.items():
            self.add_command(_Verb(name, target, summary))

    def get_params(self, ctx: Any) -> Any:
        found = super().get_params(ctx)
        for option in found:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False  # `typer` imports pydantic to convert None to a flag
        return found

    def make_context(
        self, info_name: str | None, args: list[str], *more: Any, **kwargs: Any
    ) -> Any:
        with escaping(), plain_usage():
            if SETUP_OPTIONS.isdisjoint(args):
                return super().make_context(info_name, args, *more, **kwargs)
            return set_up(super().make_context, info_name, args, *more, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        with escaping(), plain_usage():
            return super().invoke(*args, **kwargs)


app = typer.Typer(
    name="bench",
    cls=_Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
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
            help="Print the traceback of an unforeseen error instead of writing it to a file"
            f" (same as {DEBUG}=1).",
        ),
    ] = False,
) -> None:
    """Which model writes the better summary and the better reader questions?

    Start with `bench run`: it takes seconds and needs no network. For help on a command, type
    `bench COMMAND --help`.
    """
