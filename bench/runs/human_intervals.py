"""What the choice of people adds to the interval of a score of a finished run."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from bench.raters import HUMAN
from bench.runs.add_ratings import lists_of, lists_written
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import (
    PREFERRED,
    REFERENCE,
    comparisons_of,
    counted,
    variance_of_choices,
)
from bench.runs.human_ratings import given_ratings, variance_of_raters
from bench.runs.preference_rows import preference_file
from bench.stats import RaterVariance


def people_behind(
    run: FinishedRun, task: str, model: str, score: str, articles: Collection[str]
) -> RaterVariance | None:
    """What the choice of people adds to the variance of a score over some articles.

    Args:
        run: the run.
        task: the task.
        model: the model.
        score: the name of the score.
        articles: the ids of the articles.

    Returns:
        None for scores of other raters and of metrics, and where people share no article.

    Raises:
        RunDirectoryError: the ratings cannot be read or have changed since the run.
    """
    if run.results.facts(score).rater != HUMAN:
        return None
    name, wanted = score.removeprefix(f"{HUMAN}."), set(articles)
    if name.endswith(PREFERRED):
        compared = preference_file(run.path, HUMAN, task)
        run.stored(compared.path.relative_to(run.path).as_posix())  # checks its digest
        models = (*run.results.tasks[task].models, REFERENCE)
        choices, _ = counted(compared, task, models, partial(lists_written, run))
        some = [row for row in choices if row.article in wanted]
        return variance_of_choices(comparisons_of(some, model, name.removesuffix(PREFERRED)))
    rows = (row for row in run.ratings(HUMAN, task, model) if row.status == "ok")
    given, _ = given_ratings(rows, lists_of(run, task, model))
    own = {unit: ratings for unit, ratings in given.items() if unit[0] in wanted}
    return variance_of_raters(own, name)
