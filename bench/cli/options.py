"""What several verbs share: their options, and how they become a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bench.errors import ConfigError
from bench.limits import BATCH, RESAMPLES, WORKERS

if TYPE_CHECKING:
    from bench.runs.plan import Plan

ConfigArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[CONFIG]",
        help="A YAML file, or the name of a shipped config; `default` if not given.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    list[str] | None,
    typer.Option("--model", "-m", metavar="NAME", help="Only this model; may be repeated."),
]
TaskOption = Annotated[
    list[str] | None,
    typer.Option("--task", "-t", metavar="NAME", help="Only this task; may be repeated."),
]
DatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="Articles: a file, folder or URL of either, a name from `bench list datasets`, or"
        " owner/name of the hub.",
    ),
]
ArticlesOption = Annotated[
    str | None,
    typer.Option("--dataset", "-d", metavar="NAME", help="Dataset path, if it has moved."),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="The column a field is read from: text=article,summary=highlights; a.b if nested.",
    ),
]
GroupByOption = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        metavar="COLUMN",
        help="Rows with one value in it are one article's questions.",
    ),
]
SplitOption = Annotated[
    str | None, typer.Option("--split", metavar="NAME", help="Which part of the data set; test.")
]
PresetOption = Annotated[
    str | None,
    typer.Option(
        "--preset", metavar="NAME", help="Read the rows as those of this well-known data set."
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=1, max=(1 << 63) - 1, help="Use only the first N articles."),
]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed of the random models.")]
BatchSizeOption = Annotated[
    int | None,
    typer.Option("--batch-size", min=1, max=BATCH, help="Articles given to a model at a time."),
]
BlockSizeOption = Annotated[
    int | None, typer.Option("--block-size", min=1, max=BATCH, help="Articles scored at a time.")
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Where the work is done: local (this process), processes, or ray.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, max=WORKERS, help="Processes beside each other; all cores if not given."
    ),
]
RayAddressOption = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="ADDRESS",
        help="A running cluster: auto, host:port or ray://host:port. Without it one is started.",
    ),
]
OnErrorOption = Annotated[
    str | None,
    typer.Option(
        "--on-error",
        metavar="POLICY",
        help="An article that a model failed on: score-zero, skip, or stop.",
    ),
]
OverwriteOption = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace what lies in the run directory, also a run of another config or data set.",
    ),
]
MetricOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help="A score (rougeL.recall) or a metric (rougeL: its F1); may be repeated; `all`."
        " Each task's primary score if not given.",
    ),
]


RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run directory, or its URL.")]
RunsArgument = Annotated[
    list[str],
    typer.Argument(metavar="RUN...", help="Run directories, or their URLs.", show_default=False),
]
DirectoriesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DIRECTORY...",
        help="Run directories, or directories of run directories, or their URLs.",
        show_default=False,
    ),
]
DiffOption = Annotated[
    str | None, typer.Option("--diff", metavar="RUN", help="Compare outputs with this run.")
]
TableFormat = Literal["table", "json", "csv", "markdown", "latex"]
TableFormatOption = Annotated[
    TableFormat, typer.Option("--format", "-f", help="A table for people, or data.")
]
ConfidenceOption = Annotated[
    float, typer.Option("--confidence", min=0.5, max=0.9999, help="Of the intervals.")
]
RescoreOption = Annotated[
    bool,
    typer.Option(
        "--rescore",
        help="Score the kept predictions of every run with today's code first; runs a config's"
        " metrics. Metrics that read the articles' texts need the data set. No run directory is"
        " changed.",
    ),
]
AllowModifiedOption = Annotated[
    bool,
    typer.Option(
        "--allow-modified",
        help="Read files of a run that are not as the run wrote them; a note names each.",
    ),
]
OnVersionChangeOption = Annotated[
    Literal["stop", "keep", "redo"] | None,
    typer.Option(
        "--on-version-change",
        help="Predictions that other versions of a library or of the parser made: stop (default),"
        " keep them, or make them again.",
    ),
]
ConfidenceChange = Annotated[
    float | None,
    typer.Option("--confidence", min=0.5, max=0.9999, help="Of the intervals; 0.95."),
]
ResamplesOption = Annotated[
    int, typer.Option("--resamples", min=100, max=RESAMPLES, help="Random draws over the articles.")
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
    """The key ``engine`` of a config as these options set it, None where none is given.

    Workers without an engine are processes, and an address is one of Ray.
    """
    use = engine or ("ray" if address else "processes" if workers else None)
    return {"use": use, "workers": workers, "address": address} if use else None


@dataclass(frozen=True)
class Narrowing:
    """What the command line changes about a config."""

    models: list[str] | None = None
    tasks: list[str] | None = None
    dataset: str | None = None
    limit: int | None = None
    seed: int | None = None
    batch_size: int | None = None
    on_error: str | None = None
    on_version_change: str | None = None
    confidence: float | None = None
    block_size: int | None = None
    engine: Mapping[str, Any] | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)

    def plan(self, spec: str | None, *, importing: bool = True) -> Plan:
        """The plan of the config behind ``spec`` with these changes.

        Args:
            spec: a config file, or the name of a shipped one.
            importing: as for ``make_plan``.

        Raises:
            BenchError: anything about it cannot be used.
        """
        from bench.runs.config import ConfigFile, find_config
        from bench.runs.plan import choose_models, make_plan
        from bench.tasks import task_named

        file = ConfigFile(find_config(spec))
        options = file.config.tasks
        changes: dict[str, Any] = {
            "models": choose_models(file.config, self.models) if self.models else None,
            "tasks": {name: options.get(task_named(name).name, {}) for name in self.tasks}
            if self.tasks
            else None,
            "dataset": self.dataset,
            "limit": self.limit,
            "seed": self.seed,
            "batch_size": self.batch_size,
            "on_error": self.on_error,
            "on_version_change": self.on_version_change,
            "confidence": self.confidence,
            "block_size": self.block_size,
            "engine": self.engine,
            **self.reading,
        }
        return make_plan(file.config.changed(**changes), file, importing=importing)
