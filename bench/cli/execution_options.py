"""Options for where and how a run executes, and the keys of a config that they set."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bench.cli.completion import one_of
from bench.limits import BATCH, WORKERS

EXECUTION = "Execution"
"""The group of these options in `--help`."""

EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Where models run and outputs are scored: local (this process; the default),"
        " processes or ray.",
        autocompletion=one_of("local", "processes", "ray"),
        rich_help_panel=EXECUTION,
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=WORKERS,
        help="Number of worker processes (default: one per core).",
        rich_help_panel=EXECUTION,
    ),
]
RayAddressOption = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="ADDRESS",
        help="Ray cluster to connect to: auto, HOST:PORT or ray://HOST:PORT (default: start one).",
        rich_help_panel=EXECUTION,
    ),
]
BatchSizeOption = Annotated[
    int | None,
    typer.Option(
        "--batch-size",
        metavar="N",
        min=1,
        max=BATCH,
        help="Number of articles in a batch for a model (default: 16).",
        rich_help_panel=EXECUTION,
    ),
]
BlockSizeOption = Annotated[
    int | None,
    typer.Option(
        "--block-size",
        metavar="N",
        min=1,
        max=BATCH,
        help="Number of articles scored at a time (default: 256).",
        rich_help_panel=EXECUTION,
    ),
]
OnErrorOption = Annotated[
    str | None,
    typer.Option(
        "--on-error",
        metavar="POLICY",
        help="What to do with an article on which a model fails: score-zero (default), skip or"
        " stop.",
        autocompletion=one_of("score-zero", "skip", "stop"),
        rich_help_panel=EXECUTION,
    ),
]

MaxCallsOption = Annotated[
    int | None,
    typer.Option(
        "--max-calls",
        metavar="N",
        min=1,
        help="Stop judges after N calls to their servers, all together.",
        rich_help_panel=EXECUTION,
    ),
]
MaxCostOption = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        metavar="COST",
        min=0,
        help="Stop judges before they cost more than this, by the prices in the config.",
        rich_help_panel=EXECUTION,
    ),
]


def engine_options(
    engine: str | None, workers: int | None, address: str | None
) -> dict[str, Any] | None:
    """The key ``engine`` of a config as these options set it; None if none is given.

    Workers without an engine mean ``processes``, an address means ``ray``.
    """
    use = engine or ("ray" if address else "processes" if workers else None)
    return {"use": use, "workers": workers, "address": address} if use else None
