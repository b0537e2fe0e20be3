"""``bench score``."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from bench.cli.options import (
    AllowModifiedOption,
    BlockSizeOption,
    ColumnsOption,
    ConfidenceChange,
    EngineOption,
    GroupByOption,
    OnErrorOption,
    OnVersionChangeOption,
    OverwriteOption,
    PresetOption,
    RayAddressOption,
    SplitOption,
    TableFormatOption,
    WorkersOption,
    engine_options,
    reading,
)
from bench.cli.output import (
    print_notes,
    print_results,
    raise_broken_metrics,
    raise_failures,
)
from bench.data.urls import is_url
from bench.errors import ConfigError
from bench.reports.progress import progress_bars

if TYPE_CHECKING:
    from bench.runs.config import Config

_OR_SKIP = "or pass --on-error skip to leave those articles out"


def score(
    predictions: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Rows of `article` and `items`, or `raw` text; NAME=FILE to name the system.",
            show_default=False,
        ),
    ],
    dataset: Annotated[
        str,
        typer.Option("--dataset", "-d", metavar="NAME", help="The articles.", show_default=False),
    ],
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    task: Annotated[
        str | None,
        typer.Option("--task", "-t", metavar="NAME", help="What the items are."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Only this metric, or {use: bleu, tokenize: zh}; may be repeated.",
        ),
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="rouge-score, unicode (any language) or squad."),
    ] = None,
    stemmer: Annotated[
        bool | None, typer.Option("--stemmer/--no-stemmer", help="Words of one stem are equal.")
    ] = None,
    max_items: Annotated[
        int | None,
        typer.Option(
            "--max-items", metavar="N", min=1, help="Score the first N items of a list; 1000."
        ),
    ] = None,
    on_error: OnErrorOption = None,
    on_version_change: OnVersionChangeOption = None,
    confidence: ConfidenceChange = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    ray_address: RayAddressOption = None,
    block_size: BlockSizeOption = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR", help="Keep the run, for `bench show`."),
    ] = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    format: TableFormatOption = "table",
) -> None:
    """Score what other programs wrote: one leaderboard over all files.

    A row has `article` (an id) and either `items` (a list) or `raw` (the text as the model wrote
    it: a list, lines, JSON or prose, taken apart here; also called `prediction` or `output`). A
    file or URL ends in .jsonl, .json (an array), .csv or .tsv (with a header; items as a JSON array
    in the cell) or .parquet; the predictions of a run directory are such files.

    An article without a row counts as failed, and the exit code is 4, unless --on-error skip leaves
    it out. A null answer is an empty list. Rows of unknown articles are left out and counted, but
    an id that looks like one of the data set (1.0, 001 or docs/1 for 1) is an error, as is a row
    that cannot be read, or an article twice.

    With --output, systems that were scored into the same directory before stay in the leaderboard;
    it is for one data set and one task.

    Example: bench score mine.jsonl theirs.csv --dataset articles.jsonl --task questions
    """
    from bench.runs.owner import Policy
    from bench.runs.plan import make_plan
    from bench.runs.remote_write import execute_at

    read = reading(columns, group_by, split, preset)
    changes: dict[str, Any] = {
        **read,
        "metrics": metric and [_metric(given) for given in metric],
        "tokenizer": tokenizer,
        "stemmer": stemmer,
        "max_items": max_items,
        "on_error": on_error,
        "on_version_change": on_version_change,
        "confidence": confidence,
        "block_size": block_size,
        "engine": engine_options(engine, workers, ray_address),
    }
    named = _task(task, dataset, read)
    plan = make_plan(_config(predictions, dataset, named).changed(**changes))
    print_notes(plan.notes)
    policy = Policy(
        keep=not overwrite, overwrite=overwrite, allow_modified=allow_modified, one_task=True
    )
    with TemporaryDirectory() as scratch:
        directory = output or scratch
        with progress_bars() as progress:
            results = execute_at(plan, directory, progress, policy)
        print_results(results, format)
        own = results.only((e.name, t.name) for e, t in plan.jobs)
        if plan.config.on_error == "skip":
            from bench.runs.failures import failures, rows_at

            print_notes(f"{line}; left out" for line in failures(own, rows_at(directory)))
            raise_broken_metrics(own)
        else:
            raise_failures(own, directory, "complete the file", _OR_SKIP)


def _config(predictions: list[str], dataset: str, task: str) -> Config:
    from bench.runs.config import Config

    named = [_named(argument) for argument in predictions]
    models = [{"use": "recorded", "name": name, "file": file} for name, file in named]
    names = [model["name"] for model in models]
    for model in models:
        if names.count(model["name"]) > 1:
            raise ConfigError(
                f"{model['file']}: two files are called {model['name']!r}; name one of them:"
                f" OTHER={model['file']}"
            )
    return Config.model_validate(
        {"name": "score", "dataset": dataset, "tasks": [task], "models": models}
    )


def _metric(given: str) -> Any:
    """A metric by name, or with parameters, as an entry of a config has them."""
    if not given.startswith("{"):
        return given
    import yaml

    try:
        return yaml.safe_load(given)
    except yaml.YAMLError as error:
        example = "{use: bleu, tokenize: zh}"
        raise ConfigError(f"--metric {given}: cannot be read; write it as {example}") from error


def _task(given: str | None, dataset: str, read: dict[str, Any]) -> str:
    from bench.data.rows import load_dataset
    from bench.tasks import TASKS, task_named

    if given is not None:
        return task_named(given).name
    articles = load_dataset(dataset, **read)
    usable = [name for name, task in TASKS.items() if any(map(task.references, articles))]
    if len(usable) != 1:
        raise ConfigError(f"say what the items are: --task {' or --task '.join(TASKS)}")
    return usable[0]


def _named(argument: str) -> tuple[str, str]:
    """Name and file of one argument; what is a file as it stands has no name before it."""
    name, _, file = argument.partition("=")
    if not file or "/" in name or Path(argument).exists():
        return _file_name(argument), argument
    if not re.fullmatch(r"\w[\w@.-]*", name):
        raise ConfigError(
            f"{argument}: {name!r} is no name for a system; use letters, digits, . - _"
        )
    return name, file


def _file_name(file: str) -> str:
    path = urlsplit(file).path if is_url(file) else file
    stem = Path(path.removesuffix(".gz")).stem
    return re.sub(r"[^\w@.-]+", "-", stem).lstrip("-._@") or "predictions"
