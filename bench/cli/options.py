"""The options that verbs share, each declared once, and how they become the keys of a config."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from bench.cli.completion import names_of, one_of
from bench.errors import ConfigError
from bench.limits import BATCH, RESAMPLES, WORKERS

# The groups of options in `--help`.
ARTICLES = "Articles"
STATISTICS = "Statistics"
EXECUTION = "Execution"
FILES = "Run directory"
OUTPUT = "Output"

TableFormat = Literal["table", "json", "csv", "markdown", "latex"]


def _capped(limit: int | None) -> int | None:
    return limit and min(limit, sys.maxsize)


# Arguments

ConfigArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="CONFIG",
        help="YAML file or name of a shipped config (default: default).",
        autocompletion=names_of("configs"),
        show_default=False,
    ),
]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="Run directory or its URL.", show_default=False)
]
RunsArgument = Annotated[
    list[str],
    typer.Argument(metavar="RUN...", help="Run directories or their URLs.", show_default=False),
]
DirectoriesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DIRECTORY...",
        help="Run directories, or directories of run directories, or their URLs.",
        show_default=False,
    ),
]

# What is run, compared or shown

ModelsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        help="Use only this model (repeatable).",
        autocompletion=names_of("models"),
    ),
]
TasksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--task",
        "-t",
        metavar="NAME",
        help="Use only this task (repeatable).",
        autocompletion=names_of("tasks"),
    ),
]
ScoresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help="Score (rougeL.recall) or metric (rougeL: its F1), or `all` (repeatable; default:"
        " the primary score of each task).",
        autocompletion=names_of("metrics"),
    ),
]
SortOption = Annotated[
    str | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help="Sort by this score (rougeL.recall) or metric (rougeL: its F1) (default: the primary"
        " score of each task).",
        autocompletion=names_of("metrics"),
    ),
]
BaselineModelOption = Annotated[
    str | None,
    typer.Option("--baseline", metavar="MODEL", help="Compare every model with this one only."),
]
DiffOption = Annotated[
    str | None, typer.Option("--diff", metavar="RUN", help="Compare outputs with this run.")
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", help="Random seed (default: the config's, else 0)."),
]

# Articles, and how they are read

DatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset: file, folder, URL, name from `bench list datasets`, or OWNER/NAME on the"
        " Hugging Face hub.",
        autocompletion=names_of("datasets"),
        rich_help_panel=ARTICLES,
    ),
]
RequiredDatasetOption = Annotated[
    str,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset with the references: file, folder, URL, name from `bench list datasets`, or"
        " OWNER/NAME on the Hugging Face hub.",
        autocompletion=names_of("datasets"),
        show_default=False,
        rich_help_panel=ARTICLES,
    ),
]
MovedDatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Dataset path, if it has moved.",
        rich_help_panel=ARTICLES,
    ),
]
SplitOption = Annotated[
    str | None,
    typer.Option(
        "--split",
        metavar="NAME",
        help="Dataset split (default: test).",
        rich_help_panel=ARTICLES,
    ),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="Read fields from these columns, for example text=article,summary=highlights; a.b"
        " names a nested column.",
        rich_help_panel=ARTICLES,
    ),
]
GroupByOption = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        metavar="COLUMN",
        help="Merge rows with the same value in this column into one article.",
        rich_help_panel=ARTICLES,
    ),
]
PresetOption = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="Read the rows like this dataset of `bench list datasets`.",
        autocompletion=names_of("datasets"),
        rich_help_panel=ARTICLES,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        metavar="N",
        min=1,
        callback=_capped,
        help="Use only the first N articles.",
        rich_help_panel=ARTICLES,
    ),
]

# Statistics

ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        min=0.5,
        max=0.9999,
        help="Confidence level.",
        rich_help_panel=STATISTICS,
    ),
]
ConfidenceChange = Annotated[
    float | None,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        min=0.5,
        max=0.9999,
        help="Confidence level (default: the config's, else 0.95).",
        rich_help_panel=STATISTICS,
    ),
]
ResamplesOption = Annotated[
    int,
    typer.Option(
        "--resamples",
        metavar="N",
        min=100,
        max=RESAMPLES,
        help="Number of bootstrap resamples.",
        rich_help_panel=STATISTICS,
    ),
]
ResamplingSeedOption = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", help="Random seed of the resampling.", rich_help_panel=STATISTICS
    ),
]

# Execution

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

# Run directories

OverwriteOption = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace the run in the run directory, even one of another config or dataset.",
        rich_help_panel=FILES,
    ),
]
AllowModifiedOption = Annotated[
    bool,
    typer.Option(
        "--allow-modified",
        help="Accept files of a run that have changed since it finished; a note names each.",
        rich_help_panel=FILES,
    ),
]
OnVersionChangeOption = Annotated[
    Literal["stop", "keep", "redo"] | None,
    typer.Option(
        "--on-version-change",
        metavar="POLICY",
        help="What to do with predictions made with other library or parser versions: stop"
        " (default), keep or redo.",
        rich_help_panel=FILES,
    ),
]
RescoreOption = Annotated[
    bool,
    typer.Option(
        "--rescore",
        help="Score the stored predictions of every run again first, with the installed metrics."
        " This runs the metrics that its config names. Metrics that read the articles need the"
        " dataset. Run directories stay unchanged.",
        rich_help_panel=FILES,
    ),
]

# Output

FormatOption = Annotated[
    TableFormat,
    typer.Option("--format", "-f", help="Output format.", rich_help_panel=OUTPUT),
]


def reading(
    columns: list[str] | None, group_by: str | None, split: str | None, preset: str | None
) -> dict[str, Any]:
    """The keys of a config that these options change, and their values.

    Raises:
        ConfigError: ``columns`` is not of the form ``field=column,field=column``.
    """
    pairs = [pair.partition("=") for given in columns or () for pair in given.split(",")]
    for name, equals, column in pairs:
        if not name or not equals:
            raise ConfigError(f"--columns {name + equals + column!r}: write FIELD=COLUMN")
    values = {
        "columns": {name.strip(): column.strip() for name, _, column in pairs} or None,
        "group_by": group_by,
        "split": split,
        "preset": preset,
    }
    return {key: value for key, value in values.items() if value is not None}


def engine_options(
    engine: str | None, workers: int | None, address: str | None
) -> dict[str, Any] | None:
    """The key ``engine`` of a config as these options set it; None if none is given.

    Workers without an engine mean ``processes``, an address means ``ray``.
    """
    use = engine or ("ray" if address else "processes" if workers else None)
    return {"use": use, "workers": workers, "address": address} if use else None
