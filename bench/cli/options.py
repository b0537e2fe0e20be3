"""Arguments and options that verbs share, each declared once.

Options for articles and for execution have files of their own, with how they become the keys of a
config.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.completion import names_of
from bench.errors import ConfigError
from bench.limits import RESAMPLES, SAMPLES
from bench.reports.render import FORMATS

# The groups of options in `--help`.
STATISTICS = "Statistics"
FILES = "Run directory"
OUTPUT = "Output"

if TYPE_CHECKING:
    TableFormat = str
else:  # a new format is a row in ``FORMATS`` alone
    TableFormat = Literal[tuple(name for name in FORMATS if name not in ("html", "junit"))]
"""The formats of a table; HTML is for notebooks, JUnit for verdicts."""


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
RatersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rater",
        metavar="NAME",
        help="Use only this rater of the config, or `none` (repeatable).",
        autocompletion=names_of("raters"),
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
SamplesOption = Annotated[
    int | None,
    typer.Option(
        "--samples",
        metavar="K",
        min=1,
        max=SAMPLES,
        help="Samples of each article from models that draw at random (default: the config's, else"
        " 1).",
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
    int | None,
    typer.Option(
        "--resamples",
        metavar="N",
        min=100,
        max=RESAMPLES,
        help="Number of random sign flips (default: as many as needed).",
        rich_help_panel=STATISTICS,
    ),
]
ResamplingSeedOption = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", help="Random seed of the sign flips.", rich_help_panel=STATISTICS
    ),
]

# Run directories

OutputsTaskOption = Annotated[
    str | None,
    typer.Option(
        "--task",
        "-t",
        metavar="NAME",
        help="Task of the outputs: summary or questions. Required if the articles have references"
        " for both.",
        autocompletion=names_of("tasks"),
    ),
]
OnlyMetricsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help="Use only this metric (repeatable); {use: bleu, tokenize: zh} sets parameters.",
        autocompletion=names_of("metrics"),
    ),
]
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


def chosen_raters(names: list[str] | None) -> list[str] | None:
    """The raters of a run: those that are named, none, or None for those of the config.

    Raises:
        ConfigError: ``none`` beside a name.
    """
    if names is None or "none" not in names:
        return names
    if set(names) != {"none"}:
        raise ConfigError("--rater: give names or `none`, not both")
    return []
