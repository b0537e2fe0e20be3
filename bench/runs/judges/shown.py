"""What raters said of items, to be read beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.display import Displayed, count
from bench.raters import HUMAN
from bench.runs.add_ratings import lists_of
from bench.runs.finished import FinishedRun
from bench.runs.human_ratings import rated_positions
from bench.runs.judges.items import judged_tasks
from bench.runs.judges.measured import judge_entries
from bench.runs.leaderboard import ordered
from bench.runs.rated_units import WHOLE_LIST


@dataclass(frozen=True)
class ItemRating:
    """What one rater said of an item, or of a whole list.

    Attributes:
        item: the position of the item; None for the whole list.
        rater: the person or the rater.
        dimension: the criterion.
        value: the value; None if the answer was not a value.
        reason: the reason that the rater gave, if any.
        is_person: whether a person said it.
    """

    item: int | None
    rater: str
    dimension: str
    value: float | None
    reason: str | None
    is_person: bool


@dataclass(frozen=True)
class Disagreement:
    """An item of which people and a judge think differently.

    Attributes:
        task: the task.
        judge: the name of the judge.
        dimension: the criterion.
        article: the id of the article.
        title: its title; "" if it is not known.
        model: the model that wrote the item.
        text: the item.
        value: of the judge.
        people: the mean of people.
        reason: of the judge, if any.
    """

    task: str
    judge: str
    dimension: str
    article: str
    title: str
    model: str
    text: str
    value: float
    people: float
    reason: str | None

    @property
    def size(self) -> float:
        """The judge minus people."""
        return self.value - self.people


@dataclass(frozen=True, repr=False)
class Disagreements(Displayed):
    """Items of which people and judges think most differently, the largest difference first.

    Attributes:
        items: the items.
        of: the number of items that both rated.
    """

    items: tuple[Disagreement, ...]
    of: int

    def __repr__(self) -> str:
        return f"<Disagreements: {len(self.items)} of {count(self.of, 'item')}; print() shows them>"


def ratings_of(
    run: FinishedRun, task: str, model: str, articles: Sequence[str]
) -> dict[tuple[str, int], tuple[ItemRating, ...]]:
    """What all raters of a run said of some lists, by article and sample, in order of the items.

    Raises:
        RunDirectoryError: a file cannot be read or has changed since the run.
    """
    if not run.raters:
        return {}
    wanted = set(articles)
    lists = {
        (one.article, one.sample): one
        for one in lists_of(run, task, model)
        if one.article in wanted
    }
    found: dict[tuple[str, int], list[ItemRating]] = defaultdict(list)
    columns = list(run.results.metrics)
    for rater in sorted(run.raters, key=lambda name: name != HUMAN):
        for row in run.ratings(rater, task, model):
            own = lists.get((row.article, row.sample))
            if own is None:
                continue
            is_person = rater == HUMAN
            positions = rated_positions(row, own) if is_person else own.positions(row.item)
            for position in positions[:1]:
                item = None if position == WHOLE_LIST else position
                what = (item, row.rater, row.dimension, row.value, row.reason, is_person)
                found[row.article, row.sample].append(ItemRating(*what))

    def order(row: ItemRating) -> tuple[bool, int, bool, str, int]:
        """People first; the answers of a judge were stored in order of completion."""
        score = f"{row.rater}.{row.dimension}"
        column = columns.index(score) if score in columns and not row.is_person else -1
        judge = "" if row.is_person else row.rater
        return row.item is None, row.item or 0, not row.is_person, judge, column

    return {where: tuple(sorted(rows, key=order)) for where, rows in found.items()}


def disagreements(
    run: FinishedRun, most: int, model: str | None = None, task: str | None = None
) -> Disagreements:
    """The items of which people and the judges of a run think most differently.

    Args:
        run: the run.
        most: the maximum number of items.
        model: only items of this model.
        task: only items of this task.

    Raises:
        RunDirectoryError: a file cannot be read or has changed since the run.
    """
    judges = [one for one in judge_entries(run) if not one.parameters.get("pairwise")]
    has_titles = bool(judges) and run.has_references
    titles = {article.id: article.title for article in run.references()} if has_titles else {}
    found = [
        Disagreement(
            task=name,
            judge=judged.judge,
            dimension=judged.dimension,
            article=item.article,
            title=titles.get(item.article, ""),
            model=item.model,
            text=item.text,
            value=item.judge,
            people=item.people,
            reason=item.reason,
        )
        for name, _ in ordered(run.results)
        if task in (None, name)
        for entry in judges
        for judged in judged_tasks(run, entry.label, name)
        for item in judged.items
        if item.judge is not None and item.people is not None and model in (None, item.model)
    ]
    found.sort(key=lambda one: -abs(one.size))
    return Disagreements(tuple(found[:most]), len(found))
