"""``bench score``."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.cli.article_options import (
    ClusterOption,
    ColumnsOption,
    GroupByOption,
    PresetOption,
    RequiredDatasetOption,
    SplitOption,
    reading,
)
from bench.cli.completion import one_of
from bench.cli.execution_options import (
    BlockSizeOption,
    EngineOption,
    OnErrorOption,
    RayAddressOption,
    WorkersOption,
    engine_options,
)
from bench.cli.metric_option import metric_entry
from bench.cli.options import (
    FILES,
    AllowModifiedOption,
    ConfidenceChange,
    FormatOption,
    OnlyMetricsOption,
    OnVersionChangeOption,
    OutputsTaskOption,
    OverwriteOption,
)
from bench.cli.output import print_notes, print_results, raise_missing_outputs
from bench.errors import ConfigError
from bench.limits import SAMPLES
from bench.reports.progress import progress_bars


def score(
    predictions: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Predictions, one file for each system; NAME=FILE names the system.",
            show_default=False,
        ),
    ],
    dataset: RequiredDatasetOption,
    task: OutputsTaskOption = None,
    metric: OnlyMetricsOption = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Tokenizer: rouge-score (default), unicode (any language) or squad.",
            autocompletion=one_of("rouge-score", "unicode", "squad"),
        ),
    ] = None,
    stemmer: Annotated[
        bool | None,
        typer.Option("--stemmer/--no-stemmer", help="Apply Porter stemming (default: yes)."),
    ] = None,
    max_items: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Score only the first N items of a list (default: 1000)."
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            min=1,
            max=SAMPLES,
            help="Accept up to K rows for each article, its samples, without a column `sample`.",
        ),
    ] = None,
    prediction_columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN,...",
            help="Read article, prediction or system from these columns of the predictions, for"
            " example prediction=answer; article= aligns rows with articles by order. Names without"
            " a field (bart,t5) are columns with a system each.",
        ),
    ] = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    cluster: ClusterOption = None,
    preset: PresetOption = None,
    confidence: ConfidenceChange = None,
    on_error: OnErrorOption = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    ray_address: RayAddressOption = None,
    block_size: BlockSizeOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Run directory to write (default: nothing is kept).",
            rich_help_panel=FILES,
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    on_version_change: OnVersionChangeOption = None,
    format: FormatOption = "table",
) -> None:
    """Score the predictions of other programs: one leaderboard over all files.

    A row has `article` (an id) and either `items` (a list) or `raw` (the text as the model wrote
    it: a list, lines, JSON or prose, which is parsed; also called `prediction`, `output`,
    `generated_text`, `response`, `summary` or `questions`). A file or URL ends in .jsonl, .ndjson,
    .json, .csv or .tsv (with a header; items as a JSON array in the cell), .parquet, or .txt (one
    prediction per line, in the order of the articles). Prediction files of a run directory can be
    scored, too.

    Other files: --prediction-columns names their columns, --group-by merges rows with one item
    each, and rows of several systems are told apart by a column `system`. Samples of lm-eval and
    inspect, results of promptfoo and OpenAI batches are recognised. Standard error says what was
    recognised.

    An article without a row counts as failed, and the exit code is 4; --on-error skip leaves it
    out. A null answer is an empty list. Rows of unknown articles are skipped and counted. An id
    that resembles one of the dataset (1.0, 001 or docs/1 for 1), a row that cannot be read and a
    repeated article are errors.

    With --output, systems that were scored into the same directory before stay in the leaderboard.
    A directory is for one dataset and one task.

    Example:
      bench score mine.jsonl theirs.csv --dataset articles.jsonl --task questions
    """
    from bench.api.scoring import planned_scores
    from bench.runs.owner import Policy
    from bench.runs.remote_write import execute_at

    plan = planned_scores(
        predictions,
        dataset,
        task=task,
        metrics=metric and [metric_entry(given) for given in metric],
        prediction_columns=prediction_columns and _columns(prediction_columns),
        tokenizer=tokenizer,
        stemmer=stemmer,
        max_items=max_items,
        samples=samples,
        on_error=on_error,
        on_version_change=on_version_change,
        confidence=confidence,
        block_size=block_size,
        engine=engine_options(engine, workers, ray_address),
        **reading(columns, group_by, split, preset, cluster),
    )
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
        raise_missing_outputs(own, directory, plan.config.on_error)


def _columns(given: list[str]) -> dict[str, str] | list[str]:
    """The columns by field, or those of the systems.

    Raises:
        ConfigError: names with and without a field are mixed.
    """
    parts = [part for each in given for part in each.split(",")]
    bare = [part.strip() for part in parts if "=" not in part]
    if bare and len(bare) < len(parts):
        raise ConfigError(
            f"--prediction-columns {','.join(parts)}: write FIELD=COLUMN for each, or only columns"
        )
    if bare:
        return bare
    pairs = [part.partition("=") for part in parts]
    names = [name.strip() for name, _, _ in pairs]
    if len(set(names)) < len(names):
        raise ConfigError(f"--prediction-columns {','.join(parts)}: a field is given twice")
    return {name.strip(): column.strip() for name, _, column in pairs}
