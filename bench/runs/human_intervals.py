"""What the choice of people adds to the interval of a score of a finished run."""

from __future__ import annotations

from collections.abc import Collection

from bench.data.ratings import Rating
from bench.raters import HUMAN
from bench.runs.add_ratings import lists_of
from bench.runs.finished import FinishedRun
from bench.runs.human_ratings import given_ratings, variance_of_raters
from bench.runs.rating_files import rating_file
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
        RunDirectoryError: the ratings cannot be read.
    """
    if run.results.facts(score).rater != HUMAN:
        return None
    file = rating_file(run.path, HUMAN, model, task)
    run.fetch(file.path.relative_to(run.path).as_posix())
    rows = (row for _, row in file.parsed(Rating) if row.status == "ok")
    given, _ = given_ratings(rows, lists_of(run, task, model))
    wanted = set(articles)
    own = {unit: ratings for unit, ratings in given.items() if unit[0] in wanted}
    return variance_of_raters(own, score.removeprefix(f"{HUMAN}."))
