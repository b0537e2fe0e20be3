"""``bench show``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli.article_options import (
    ColumnsOption,
    GroupByOption,
    MovedDatasetOption,
    PresetOption,
    SplitOption,
    reading,
)
from bench.cli.completion import names_of
from bench.cli.options import AllowModifiedOption, DiffOption, FormatOption, RunArgument, SortOption
from bench.cli.output import opened_run, print_lines, print_notes, print_result
from bench.errors import ConfigError, RunDirectoryError
from bench.runs.sources import source_lines

if TYPE_CHECKING:
    from bench.article import Article
    from bench.runs.public import Run
    from bench.runs.worst import WorstArticles


def show(
    run: RunArgument,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            metavar="NAME",
            help="Show the output of this model.",
            autocompletion=names_of("models"),
        ),
    ] = None,
    article: Annotated[
        str | None,
        typer.Option(
            "--article", "-a", metavar="ID", help="Show this article (default: the first)."
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            "-t",
            metavar="NAME",
            help="Show only this task (default: all).",
            autocompletion=names_of("tasks"),
        ),
    ] = None,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help="With --model: show the raw text beside the items; what the parser dropped is"
            " marked.",
        ),
    ] = False,
    metric: SortOption = None,
    worst: Annotated[
        int | None,
        typer.Option(
            "--worst",
            "-w",
            metavar="N",
            min=1,
            help="Show the N articles with the worst scores, of --model or on average; with --diff,"
            " the N with the largest changes.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL",
            help="Show which kinds of reference items are matched, by a label of the references"
            " such as kind; with --model, with intervals.",
        ),
    ] = None,
    disagreements: Annotated[
        int | None,
        typer.Option(
            "--disagreements",
            metavar="N",
            min=1,
            help="Show the N items of which people and judges think most differently, with the"
            " judges' reasons; with --model, of that model.",
        ),
    ] = None,
    diff: DiffOption = None,
    allow_modified: AllowModifiedOption = False,
    dataset: MovedDatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    format: FormatOption = "table",
) -> None:
    """Show the leaderboards, outputs, worst articles or changes of a run.

    Without options: the leaderboards, and where imported models come from.

    --model shows the output of a model for an article: each reference item with the item matched to
    it one-to-one and their similarity, and the items that are missed, extra or repeated. The
    similarity is that of the primary score if that compares sets (`embed`), otherwise ROUGE-L F1.

    --worst shows the articles with the worst scores and the distribution of each model's scores;
    with --model also the alignments.

    --by shows how well each model matches the reference items of each kind, for datasets whose
    references are labelled.

    --disagreements shows the items of which people and the judges of the run think most
    differently. With --model, what people and raters said of each item stands below the items.

    --diff shows the items kept, removed (-) and added (+) since another run, largest changes of the
    score first: 5 articles of each model, or N with --worst N (--format json: all).

    Examples:
      bench show results/default
      bench show results/default --metric rouge2.recall --task summary
      bench show results/default --model template --task questions
      bench show results/checkpoints --model my-model --article ID --raw
      bench show results/briefs --worst 5
      bench show results/briefs --worst 3 --model template --metric coverage@0.5
      bench show results/insights --by kind --model template
      bench show results/now --diff results/baseline-briefs --model lead
      bench show results/default --format json | jq .tasks.questions.models
    """
    choice = {"article": article, "metric": metric, "worst": worst, "diff": diff}
    if disagreements is not None:
        _refuse_beside("--disagreements", **choice, by=by, raw=raw or None)
    if raw:
        _refuse_beside("--raw", worst=worst, diff=diff, by=by)
        if model is None:
            raise ConfigError("--raw requires a model; add --model NAME")
    if by is not None:
        _refuse_beside("--by", **choice)
    _refuse_what_does_not_combine(model, article, metric, worst, diff)
    opened = opened_run(run, allow_modified)
    if model is not None and task is not None:
        opened.task_of(model, task)  # or an error that says which tasks the model has
    shown = opened.narrowed(task, metric)
    read = reading(columns, group_by, split, preset)
    result: Any = shown.leaderboard()
    is_overview = by is None and diff is None and worst is None
    if by is not None:
        result = shown.by(by, model)
    elif disagreements is not None:
        result = shown.disagreements(disagreements, model)
    elif diff is not None:
        from bench.api.comparing import diff as changes

        before = opened_run(diff, allow_modified)
        result = changes(shown, before, model=model, article=article, limit=worst)
    elif worst is not None:
        result = _worst(shown, worst, model, dataset, read, format)
    elif model is not None:
        articles = _articles(shown, dataset, read)
        result = shown.alignment(model, article, articles=articles, raw=raw)
    print_result(result, format)
    if is_overview and shown.has_record:
        print_lines(source_lines(shown.record, model), format)


def _refuse_what_does_not_combine(
    model: str | None,
    article: str | None,
    metric: str | None,
    worst: int | None,
    diff: str | None,
) -> None:
    if diff is None and worst is None and model is not None and metric is not None:
        raise ConfigError("--metric does not apply to one article of --model; add --worst N")
    if diff is None and worst is not None and article is not None:
        raise ConfigError("--worst and --article exclude each other; remove one of them")
    if diff is None and model is None and article is not None:
        raise ConfigError("--article requires a model; add --model NAME")


def _refuse_beside(option: str, **given: object) -> None:
    """Refuse an option together with others, which are named like their parameters."""
    excluded = [name for name, value in given.items() if value is not None]
    if excluded:
        raise ConfigError(f"{option} and --{excluded[0]} exclude each other; remove one of them")


def _articles(run: Run, dataset: str | None, read: dict[str, Any]) -> Iterable[Article]:
    from bench.runs.articles import articles_of

    found = articles_of(run, dataset, read)
    print_notes([found.note] if found.note else [])
    return found.articles


def _worst(
    run: Run, count: int, model: str | None, dataset: str | None, read: dict[str, Any], format: str
) -> WorstArticles:
    """The worst articles, with titles and alignments where the articles can be read."""
    aligned = model is not None and format in ("table", "json")
    try:
        articles = _articles(run, dataset, read)
        return run.worst(count, model, articles=articles, aligned=aligned)
    except RunDirectoryError as error:
        if aligned and format == "table":
            raise
        print_notes(f"no titles: {problem}" for problem in error.problems)
        return run.worst(count, model, articles=(), aligned=False)
