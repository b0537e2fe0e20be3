"""Options of verbs that record runs in a history file."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import FILES

CommitOption = Annotated[
    str | None,
    typer.Option(
        "--commit",
        metavar="SHA",
        help="Commit of what was run (default: from CI or git; none if several runs are recorded).",
        rich_help_panel=FILES,
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DATE",
        help="Date of the run, such as 2026-01-31T12:00:00Z (default: from its directory).",
        rich_help_panel=FILES,
    ),
]
RecordOption = Annotated[
    str | None,
    typer.Option(
        "--record",
        metavar="FILE",
        help="Append the run and its verdict to this history file (.jsonl).",
        rich_help_panel=FILES,
    ),
]
HistoryOption = Annotated[
    str | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help="The history for --against history (default: that of --record).",
        rich_help_panel=FILES,
    ),
]
RecentOption = Annotated[
    int,
    typer.Option(
        "--recent",
        metavar="N",
        min=1,
        max=1000,
        help="Most runs that make up the recent level.",
        rich_help_panel=FILES,
    ),
]
