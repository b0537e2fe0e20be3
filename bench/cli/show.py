"""``bench show``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli.options import (
    AllowModifiedOption,
    ColumnsOption,
    DiffOption,
    GroupByOption,
    PresetOption,
    RunArgument,
    SplitOption,
    TableFormat,
    TableFormatOption,
    reading,
)
from bench.cli.output import opened_run, print_notes, print_result, print_results
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name

if TYPE_CHECKING:
    from bench.article import Article
    from bench.runs.finished import FinishedRun
    from bench.runs.results import Results


def show(
    run: RunArgument,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="NAME", help="Show what it wrote.")
    ] = None,
    article: Annotated[
        str | None,
        typer.Option("--article", "-a", metavar="ID", help="For which article; else the first."),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", metavar="NAME", help="For which task.")
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Sort by this score (rougeL.recall) or metric (rougeL: its F1), and show it"
            " first; each task's primary score if not given.",
        ),
    ] = None,
    worst: Annotated[
        int | None,
        typer.Option(
            "--worst",
            "-w",
            metavar="N",
            min=1,
            help="The N articles with the worst scores, of --model or on average; with --diff the N"
            " with the largest changes.",
        ),
    ] = None,
    diff: DiffOption = None,
    dataset: Annotated[
        str | None,
        typer.Option("--dataset", "-d", metavar="NAME", help="Where the articles lie now."),
    ] = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    allow_modified: AllowModifiedOption = False,
    format: TableFormatOption = "table",
) -> None:
    """Show a run's leaderboards, what a model wrote, where models are worst, or what changed.

    With --model: every reference item of the article, the item it was matched with one-to-one and
    how alike the two are (ROUGE-L F1), what was missed, what was extra or repeated.

    With --worst: the articles with the worst scores and how each model's scores are spread; of one
    model also the alignments. With --diff: items kept, removed (-) and added (+) since that run,
    the largest changes of the score first; 5 articles a model, or as many as --worst says (--format
    json: all).

    Examples:
      bench show results/default

      bench show results/default --metric rouge2.recall --task summary

      bench show results/default --model template --task questions

      bench show results/briefs --worst 5

      bench show results/briefs --worst 3 --model template --metric coverage@0.5

      bench show results/now --diff results/baseline-briefs --model lead

      bench show results/default --format json | jq .tasks.questions.models
    """
    _refuse_what_does_not_combine(model, article, metric, worst, diff)
    shown = _narrowed(opened_run(run, allow_modified), task, metric)
    read = reading(columns, group_by, split, preset)
    if diff is not None:
        from bench.compare.changes import changes

        before = opened_run(diff, allow_modified)
        print_result(changes(shown, before, model, article, worst), format)
    elif worst is not None:
        _show_worst(shown, worst, model, lambda: _articles(shown, dataset, read), format)
    elif model is not None:
        from bench.runs.alignment import AlignedItems, Alignments, written

        tasks, articles = _tasks_of(shown.results, model), _articles(shown, dataset, read)
        found: list[AlignedItems] = []
        for name in tasks:
            chosen = [_article(articles, article, name)]
            found += written(shown, model, name, chosen)
        print_result(Alignments(tuple(found)), format)
    else:
        print_results(shown.results, format)


def _refuse_what_does_not_combine(
    model: str | None,
    article: str | None,
    metric: str | None,
    worst: int | None,
    diff: Path | None,
) -> None:
    if diff is None and worst is None and model is not None and metric is not None:
        raise ConfigError("--metric sorts, and --model shows one article; add --worst N")
    if diff is None and worst is not None and article is not None:
        raise ConfigError("--worst finds the articles and --article names one; give one of them")
    if diff is None and model is None and article is not None:
        raise ConfigError("--article: say whose items to show with --model NAME")


def _narrowed(run: FinishedRun, task: str | None, metric: str | None) -> FinishedRun:
    """The run with one task only, and with the metric's score in place of the primary one."""
    tasks = dict(run.results.tasks)
    if task is not None and task not in tasks:
        raise UnknownNameError(unknown_name("task of this run", task, tasks))
    if task is not None:
        tasks = {task: tasks[task]}
    if metric is not None:
        score = run.score_named(metric)
        tasks = {
            name: result.model_copy(update={"primary": score})
            for name, result in tasks.items()
            if any(score in model.scores for model in result.models.values())
        }
        if not tasks:
            raise UnknownNameError(f"{run.path}: no model of {task} has a {score}")
    return replace(run, results=run.results.model_copy(update={"tasks": tasks}))


def _tasks_of(results: Results, model: str) -> list[str]:
    tasks = [name for name, result in results.tasks.items() if model in result.models]
    if not tasks:
        known = {name for result in results.tasks.values() for name in result.models}
        raise UnknownNameError(unknown_name("model of this run", model, known))
    return tasks


def _articles(run: FinishedRun, dataset: str | None, read: dict[str, Any]) -> Iterable[Article]:
    from bench.runs.articles import articles_of

    found = articles_of(run, dataset, read)
    print_notes([found.note] if found.note else [])
    return found.articles


def _article(articles: Iterable[Article], wanted: str | None, task: str) -> Article:
    from bench.tasks import task_named

    ids = []
    for article in articles:
        if task_named(task).references(article):
            if wanted in (None, article.id):
                return article
            ids.append(article.id)
    raise UnknownNameError(unknown_name(f"article with {task}", str(wanted), ids))


def _show_worst(
    run: FinishedRun,
    count: int,
    model: str | None,
    articles: Callable[[], Iterable[Article]],
    format: TableFormat,
) -> None:
    from bench.runs.worst import WorstArticles, with_articles, worst

    tasks = _tasks_of(run.results, model) if model else list(run.results.tasks)
    tasks.sort(key=lambda task: task != "summary")
    found = WorstArticles(tuple(worst(run, task, count, model) for task in tasks))
    aligned = model is not None and format in ("table", "json")
    try:
        found = with_articles(found, run, articles, aligned=aligned)
    except RunDirectoryError as error:
        if aligned and format == "table":
            raise
        print_notes(f"no titles: {problem}" for problem in error.problems)
    print_result(found, format)
