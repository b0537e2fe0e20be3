"""``bench export``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.completion import names_of, one_of
from bench.cli.options import AllowModifiedOption, ModelsOption, RunArgument
from bench.cli.output import models_at_work, opened_run
from bench.errors import ConfigError
from bench.exchange.formats import FORMATS

_NAMES = tuple(FORMATS)


def export(
    run: RunArgument,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help=f"Format: {', '.join(_NAMES[:-1])} or {_NAMES[-1]}.",
            autocompletion=one_of(*_NAMES),
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Directory to write into, or the file if there is only one, or - for standard"
            " output (default: exports/RUN/FORMAT).",
        ),
    ] = None,
    model: ModelsOption = None,
    task: Annotated[
        str | None,
        typer.Option("--task", "-t", metavar="NAME", help="Export only this task (default: all)."),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Primary score, where a format has only one for a task: a score (rougeL.recall)"
            " or metric (rougeL: its F1) (default: the primary score of each task).",
            autocompletion=names_of("metrics"),
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Date of the run, as in 2026-01-31T12:00:00Z (default: from the directory's name,"
            " or when the run finished, and only in formats that require one).",
        ),
    ] = None,
    dataset_id: Annotated[
        str | None,
        typer.Option(metavar="OWNER/NAME", help="The dataset's id on the hub; hub requires one."),
    ] = None,
    model_id: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=OWNER/NAME",
            help="A model's id on the hub (repeatable; default: its checkpoint, or the model that"
            " was imported).",
        ),
    ] = None,
    allow_modified: AllowModifiedOption = False,
) -> None:
    """Write a run in the format of another tool. No network is used.

    every-eval-ever: a JSON document for each model and task with every score, its interval and its
    signature, and a file of instances with the primary score of each article. The articles' texts
    are not part of it.

    hub: MODEL/.eval_results/DATASET.yaml with the primary score of each task, to be added to a
    model repository. model-index: MODEL/README.md with the metadata of a model card.

    lm-eval: MODEL/results_DATE.json and MODEL/samples_TASK_DATE.jsonl, which `bench import` reads
    back.

    mlflow, wandb, trackio: a run for each model in a local store, through their own libraries: pip
    install 'qgbench[mlflow]'. Every export adds new runs to the store.

    Floors and ceilings are exported only if --model names them. The same run gives the same files.

    Examples:
      bench export results/insights --to every-eval-ever
      bench export results/insights --to model-index --model lead --output -
      bench export results/insights --to hub --dataset-id me/insights --output cards
      bench export results/insights --to wandb --output tracking
    """
    from bench.api.exchanging import written_export
    from bench.exchange.exported import exported
    from bench.exchange.formats import files_of, format_named
    from bench.exchange.write import only_text
    from bench.reports.terminal import write_data

    chosen = format_named(to)
    found = exported(
        opened_run(run, allow_modified),
        models=model or (),
        task=task,
        metric=metric,
        date=date,
        dataset_id=dataset_id,
        model_ids=_ids(model_id or []),
    )
    if output == "-" and not chosen.tracker:
        write_data(only_text(files_of(found, to), output))
        return
    with models_at_work():  # trackers print to standard output
        written = written_export(found, to, output)
    for line in written:
        write_data(f"{line}\n")


def _ids(given: list[str]) -> dict[str, str]:
    """The id of each model.

    Raises:
        ConfigError: an argument has another form, or a model has two.
    """
    found: dict[str, str] = {}
    for argument in given:
        name, equals, owned = argument.rpartition("=")
        if not equals or not name:
            raise ConfigError(f"--model-id {argument}: write NAME=OWNER/NAME")
        if name in found:
            raise ConfigError(f"--model-id {name}: is given twice")
        found[name] = owned
    return found
