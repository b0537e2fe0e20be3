"""The ratings of people in a run directory: what they are worth for the lists of the run.

A rating counts as long as the article and the item (or the list) that was rated are unchanged; its
key tells. Rows that do not count stay in their file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path

from bench.data.ratings import Rating
from bench.display import count
from bench.raters import HUMAN
from bench.raters.base import RatedDimension
from bench.raters.rubric import Rubric, shipped_rubric
from bench.runs.rated_units import WHOLE_LIST, UnitId
from bench.runs.rating_files import rating_file, read_human_facts
from bench.runs.rating_scores import RatedScore, article_values, facts_for
from bench.runs.results import MetricFacts
from bench.stats import RaterVariance, rater_variance
from bench.tasks import TASKS

Job = tuple[str, str]
"""A task and a model."""


@dataclass(frozen=True)
class RateableList:
    """A list that people may have rated.

    Attributes:
        article: the id of the article.
        digest: of the article, with its references.
        sample: the number of the sample.
        items: the items by position, without blank ones.
    """

    article: str
    digest: str
    sample: int
    items: Mapping[int, str]

    def positions(self, item: int | str | None) -> list[int]:
        """The positions of what a rating names: an index, a text, or the whole list."""
        if item is None:
            return [WHOLE_LIST]
        if isinstance(item, int):
            return [item] if item in self.items else []
        exact = [position for position, text in self.items.items() if text == item]
        wanted = " ".join(item.split())
        return exact or [p for p, text in self.items.items() if " ".join(text.split()) == wanted]

    def key(self, position: int) -> str:
        """SHA-256 of what a person sees who rates an item, or the list."""
        whole = tuple(self.items.values())
        shown = whole if position == WHOLE_LIST else (self.items[position],)
        parts = [HUMAN, self.digest, str(position == WHOLE_LIST), *shown]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def human_facts(rubric: Rubric, dimension: str) -> MetricFacts | None:
    """How to read the score of a criterion; None if the rubric does not have it.

    The signature covers the words of the criterion in each task that has it.
    """
    tables = (rubric.criteria(task.name) for task in TASKS.values())
    found = [table[dimension] for table in tables if dimension in table]
    if not found:
        return None
    words = "\x1f".join(criterion.model_dump_json() for criterion in found)
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    signature = f"{HUMAN}|dimension:{dimension}|question:sha256:{digest}|v:1"
    low, high = min(one.low for one in found), max(one.high for one in found)
    return facts_for(signature, HUMAN, RatedDimension(low, high, unit="scale"))


def human_scores(
    directory: Path, jobs: Iterable[tuple[Job, Callable[[], Iterable[RateableList]]]]
) -> tuple[list[RatedScore], list[str]]:
    """The scores that come from people's ratings in a run directory.

    Args:
        directory: the run directory.
        jobs: each task and model, and what it wrote, which is read only if it has ratings.

    Returns:
        The scores, and a note on each file with ratings that do not count.

    Raises:
        RunDirectoryError: a file cannot be read.
    """
    found: list[RatedScore] = []
    notes: list[str] = []
    facts = read_human_facts(directory).dimensions
    for (task, model), lists in jobs:
        file = rating_file(directory, HUMAN, model, task)
        if not file.path.exists() and not file.path.is_symlink():
            continue
        rows = (row for _, row in file.parsed(Rating) if row.status == "ok")
        given, dropped = given_ratings(rows, lists())
        for dimension, scores in article_values(_values(given)).items():
            name, own = f"{HUMAN}.{dimension}", _facts(facts, dimension)
            raters = variance_of_raters(given, dimension)
            found.append(RatedScore(task, model, name, own, scores, raters=raters))
        if dropped:
            notes.append(
                f"{task}: {count(dropped, 'rating')} of {model} by people"
                f" {'does' if dropped == 1 else 'do'} not count: what was rated has changed"
                f" since then; kept in {file.path}"
            )
    return found, notes


def _facts(known: Mapping[str, MetricFacts], dimension: str) -> MetricFacts:
    shipped = human_facts(shipped_rubric(), dimension)
    unbounded = RatedDimension(None, None)
    unknown = facts_for(f"{HUMAN}|dimension:{dimension}|v:1", HUMAN, unbounded)
    return known.get(dimension) or shipped or unknown


def people_values(
    rows: Iterable[Rating], lists: Iterable[RateableList]
) -> Iterator[tuple[UnitId, float]]:
    """The mean rating of each item or list, in order."""
    return _values(given_ratings(rows, lists)[0])


GivenRatings = Mapping[UnitId, Mapping[str, float]]
"""The ratings of each item or list, by person."""


def given_ratings(
    rows: Iterable[Rating], lists: Iterable[RateableList]
) -> tuple[GivenRatings, int]:
    """The ratings that count, and how many do not."""
    known = {(one.article, one.sample): one for one in lists}
    # A later row of the same person replaces an earlier one.
    given: dict[UnitId, dict[str, float]] = defaultdict(dict)
    dropped = 0
    for row in rows:
        own = known.get((row.article, row.sample))
        positions = rated_positions(row, own) if own else []
        dropped += not positions
        for position in positions:
            if row.value is not None:
                given[row.article, row.sample, position, row.dimension][row.rater] = row.value
    return given, dropped


def _values(given: GivenRatings) -> Iterator[tuple[UnitId, float]]:
    """The mean rating of each item or list, in order."""
    for unit in sorted(given, key=lambda unit: (unit[0], unit[3], unit[1], unit[2])):
        ratings = given[unit]
        yield unit, fsum(ratings.values()) / len(ratings)


def variance_of_raters(given: GivenRatings, dimension: str) -> RaterVariance | None:
    """What the choice of people adds to the variance of a mean rating."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for unit, ratings in sorted(given.items()):
        if unit[3] == dimension:
            for person, value in sorted(ratings.items()):
                cells[unit[0], person].append(value)
    return rater_variance(
        [fsum(own) / len(own) for own in cells.values()],
        [article for article, _ in cells],
        [person for _, person in cells],
    )


def rated_positions(row: Rating, own: RateableList) -> Sequence[int]:
    """The positions that a rating is of; none if what was rated has changed since then."""
    positions = own.positions(row.item)
    return [p for p in positions if row.key in ("", own.key(p))]
