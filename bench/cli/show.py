"""``bench show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.options import (
    ColumnsOption,
    GroupByOption,
    PresetOption,
    SplitOption,
    TableFormatOption,
    reading,
)
from bench.cli.output import print_results
from bench.errors import UnknownNameError, unknown_name
from bench.report import terminal
from bench.report.terminal import printable

if TYPE_CHECKING:
    from bench.article import Article
    from bench.runs.results import Results


def show(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run directory.")],
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
    dataset: Annotated[
        str | None,
        typer.Option("--dataset", "-d", metavar="NAME", help="Where the articles lie now."),
    ] = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    format: TableFormatOption = "table",
) -> None:
    """Show a run's leaderboards, or what one model wrote beside what the page says.

    With --model: every reference item of the article, the item it was matched with one-to-one and
    how alike the two are (ROUGE-L F1), what was missed, what was extra or repeated.

    Examples:
      bench show results/default

      bench show results/default --model template --task questions

      bench show results/default --format json | jq .tasks.questions.models
    """
    from bench.runs.results import read_results

    results = read_results(run)
    if model is None:
        print_results(_only(results, task), format)
        return
    from bench.runs.directory import dataset_of

    read = reading(columns, group_by, split, preset)
    articles = {a.id: a for a in dataset_of(run, dataset, results, read)}
    for name in _tasks_of(results, model, task):
        _show_alignment(run, model, name, _article(articles, article, name))


def _only(results: Results, task: str | None) -> Results:
    if task is None:
        return results
    if task not in results.tasks:
        raise UnknownNameError(unknown_name("task of this run", task, results.tasks))
    return results.model_copy(update={"tasks": {task: results.tasks[task]}})


def _tasks_of(results: Results, model: str, task: str | None) -> list[str]:
    tasks = [t for t, result in _only(results, task).tasks.items() if model in result.models]
    if not tasks:
        known = {name for result in _only(results, task).tasks.values() for name in result.models}
        raise UnknownNameError(unknown_name("model of this run", model, known))
    return tasks


def _article(articles: dict[str, Article], wanted: str | None, task: str) -> Article:
    from bench.tasks import task_named

    usable = {i: article for i, article in articles.items() if task_named(task).references(article)}
    if wanted is not None and wanted not in usable:
        raise UnknownNameError(unknown_name(f"article with {task}", wanted, usable))
    return usable[wanted] if wanted is not None else next(iter(usable.values()))


def _show_alignment(run: Path, model: str, task_name: str, article: Article) -> None:
    from rich.text import Text

    from bench.metrics.sets import align
    from bench.metrics.similarity import RougeLSimilarity
    from bench.report.alignment import alignment_view
    from bench.runs.directory import config_of
    from bench.runs.predictions import prediction_file
    from bench.tasks import task_named

    task = task_named(task_name)
    rows = prediction_file(run, model, task_name).read()
    row = next((row for row in rows if row.article == article.id), None)
    heading = Text(f"{model} · {task_name} · {printable(article.title or article.id)}", "bold")
    if row is None or row.status == "error":
        reason = printable(row.error or "") if row else "no prediction is stored"
        terminal.show(heading, "", Text(f"failed: {reason}", "red"))
        return
    references = task.references(article)
    config = config_of(run)
    similarity = RougeLSimilarity(tokenizer=config.tokenizer, stemmer=config.stemmer)
    alignment = align(row.items, references, similarity)
    view = alignment_view(row.items, references, alignment, task.noun)
    terminal.show(heading, "", view)
