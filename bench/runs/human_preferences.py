"""People's choices between the lists of two models: scores of a run, ``human.CRITERION.preferred``.

The score of a model on an article is the share of comparisons that it wins there, ties half: over
the people who compared it with another model first, then over these models. A choice counts as long
as both lists are unchanged; its key tells.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.data.ratings import Preference
from bench.display import count
from bench.raters import HUMAN
from bench.raters.base import RatedDimension
from bench.runs.article_scores import ArticleScores
from bench.runs.preference_rows import PreferenceFile, preference_file, rows_of
from bench.runs.rating_files import read_human_facts
from bench.runs.rating_scores import RatedScore, facts_for
from bench.runs.results import MetricFacts
from bench.stats import RaterVariance, rater_variance

REFERENCE = "reference"
"""The name of the page's own lists where they are rated like those of a model."""
PREFERRED = ".preferred"
"""What follows the criterion in the name of a score that comes from choices."""
POINTS = {"first": 1.0, "tie": 0.5, "second": 0.0}
Written = Callable[[str, str], Iterable[tuple[str, Sequence[str]]]]
"""By task and model (or ``REFERENCE``), each article with the list that was written for it."""


class PreferenceOutcome(NamedTuple):
    """What a model got in a comparison with another one."""

    article: str
    rater: str
    other: str
    points: float


def digest_of_list(items: Sequence[str]) -> str:
    """The digest of a list of items."""
    return hashlib.sha256(json.dumps(list(items)).encode()).hexdigest()


def key_of_lists(first: str, second: str) -> str:
    """The key of a preference, which counts while both lists have these digests."""
    return hashlib.sha256(f"{first}\x1f{second}".encode()).hexdigest()


def preferred_facts(signature: str) -> MetricFacts:
    """How to read a score that comes from choices, given the signature of its criterion."""
    parts = signature.split("|")
    told = "|".join([*parts[:2], "preferred", *parts[2:]])
    return facts_for(told, HUMAN, RatedDimension(0.0, 1.0, unit="share"))


def preference_scores(
    directory: Path, tasks: Mapping[str, Sequence[str]], written: Written
) -> tuple[list[RatedScore], list[str]]:
    """The scores that come from people's choices in a run directory.

    Args:
        directory: the run directory.
        tasks: the models of each task.
        written: what the models wrote, which is read only where people compared it.

    Returns:
        The scores, and a note on each file with choices that do not count.

    Raises:
        RunDirectoryError: a file cannot be read.
    """
    found: list[RatedScore] = []
    notes: list[str] = []
    facts = read_human_facts(directory).dimensions
    for task, models in tasks.items():
        file = preference_file(directory, HUMAN, task)
        kept, dropped = counted(file, task, {*models, REFERENCE}, written)
        for (model, dimension), own in _by_model(kept).items():
            if model in models:
                name = f"{dimension}{PREFERRED}"
                unknown = preferred_facts(f"{HUMAN}|dimension:{dimension}|v:1")
                found.append(
                    RatedScore(
                        task,
                        model,
                        f"{HUMAN}.{name}",
                        facts.get(name, unknown),
                        _values(own),
                        raters=variance_of_choices(own),
                    )
                )
        if dropped:
            notes.append(
                f"{task}: {count(dropped, 'comparison')} by people"
                f" {'does' if dropped == 1 else 'do'} not count: a list has changed since then;"
                f" kept in {file.path}"
            )
    return found, notes


def counted(
    file: PreferenceFile, task: str, models: Iterable[str], written: Written
) -> tuple[list[Preference], int]:
    """The choices in a file that are between lists of a run as they are now, and how many are not.

    Args:
        file: the file, which need not exist.
        task: its task.
        models: the models of the run.
        written: what they wrote.
    """
    rows = [row for row in rows_of(file) if row.choice is not None]
    named = {name for row in rows for name in (row.first, row.second)} & {*models}
    digests = {
        name: {article: digest_of_list(items) for article, items in written(task, name)}
        for name in sorted(named)
    }

    def counts(row: Preference) -> bool:
        first, second = (digests.get(name, {}).get(row.article) for name in (row.first, row.second))
        if first is None or second is None:
            return False
        return row.key in ("", key_of_lists(first, second))

    kept = [row for row in rows if counts(row)]
    return kept, len(rows) - len(kept)


def comparisons_of(
    rows: Iterable[Preference], model: str, dimension: str
) -> list[PreferenceOutcome]:
    """What a model got in each comparison by a criterion."""
    return _by_model(row for row in rows if row.dimension == dimension).get((model, dimension), [])


def variance_of_choices(own: Sequence[PreferenceOutcome]) -> RaterVariance | None:
    """What the choice of people adds to the variance of the share that a model wins."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in own:
        cells[one.article, one.rater].append(one.points)
    return rater_variance(
        [_mean(points) for points in cells.values()],
        [article for article, _ in cells],
        [rater for _, rater in cells],
    )


def _by_model(rows: Iterable[Preference]) -> dict[tuple[str, str], list[PreferenceOutcome]]:
    """By model and criterion, what it got in each comparison."""
    found: dict[tuple[str, str], list[PreferenceOutcome]] = defaultdict(list)
    for row in rows:
        points = POINTS[str(row.choice)]
        first = PreferenceOutcome(row.article, row.rater, row.second, points)
        second = PreferenceOutcome(row.article, row.rater, row.first, 1 - points)
        found[row.first, row.dimension].append(first)
        found[row.second, row.dimension].append(second)
    return dict(sorted(found.items()))


def _values(own: Sequence[PreferenceOutcome]) -> ArticleScores:
    articles: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in own:
        articles[one.article][one.other].append(one.points)
    means = {
        article: _mean([_mean(points) for _, points in sorted(others.items())])
        for article, others in sorted(articles.items())
    }
    return ArticleScores(tuple(means), np.array([*means.values()], np.float64), None)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
