"""``bench score``."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli.options import ConfidenceChange, OnErrorOption
from bench.cli.output import FormatOption, print_notes, print_results, progress_bars
from bench.errors import ConfigError

if TYPE_CHECKING:
    from bench.runs.config import Config


def score(
    predictions: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Rows of JSON with `article` and `items`; NAME=FILE to name the system.",
            show_default=False,
        ),
    ],
    dataset: Annotated[
        str,
        typer.Option("--dataset", "-d", metavar="PATH", help="The articles.", show_default=False),
    ],
    task: Annotated[
        str | None,
        typer.Option("--task", "-t", metavar="NAME", help="What the items are."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="NAME", help="Only this metric; may be repeated."),
    ] = None,
    tokenizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="rouge-score, unicode or squad.")
    ] = None,
    stemmer: Annotated[
        bool | None, typer.Option("--stemmer/--no-stemmer", help="Words of one stem are equal.")
    ] = None,
    on_error: OnErrorOption = None,
    confidence: ConfidenceChange = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Keep the run, for `bench show`."),
    ] = None,
    format: FormatOption = "table",
) -> None:
    """Score what other programs wrote: one leaderboard over all files.

    An article that a file has no row for counts as failed; rows of unknown articles are left out;
    both are said. A row that cannot be read, or an article twice, is an error.

    Example: bench score mine.jsonl theirs.jsonl --dataset articles.jsonl --task questions
    """
    from bench.runs.plan import make_plan
    from bench.runs.run import execute

    changes: dict[str, Any] = {
        "metrics": metric,
        "tokenizer": tokenizer,
        "stemmer": stemmer,
        "on_error": on_error,
        "confidence": confidence,
    }
    plan = make_plan(_config(predictions, dataset, _task(task, dataset)).changed(**changes))
    print_notes(plan.notes)
    with TemporaryDirectory() as scratch, progress_bars() as progress:
        results = execute(plan, output or Path(scratch), progress)
    print_results(results, format)


def _config(predictions: list[str], dataset: str, task: str) -> Config:
    from bench.runs.config import Config

    named = [argument.rpartition("=") for argument in predictions]
    models = [
        {"use": "recorded", "name": name or _file_name(file), "file": file}
        for name, _, file in named
    ]
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


def _task(given: str | None, dataset: str) -> str:
    from bench.data.rows import load_dataset
    from bench.tasks import TASKS, task_named

    if given is not None:
        return task_named(given).name
    articles = load_dataset(dataset)
    usable = [name for name, task in TASKS.items() if any(map(task.references, articles))]
    if len(usable) != 1:
        raise ConfigError(f"say what the items are: --task {' or --task '.join(TASKS)}")
    return usable[0]


def _file_name(file: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]+", "-", Path(file).stem).lstrip("-._@") or "predictions"
