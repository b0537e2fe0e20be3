"""People's ratings: which items were rated, and what each rater said of each dimension."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.agreement.rows import RATINGS, GivenValue, entries_of, tasks_in
from bench.agreement.sources import RowFaults, Rows, sources_of
from bench.display import count
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.stats.sample import FloatArray

Key = tuple[str, str, int, str | None]
"""Article, system, sample and item: an index as digits, a text, or None for the whole list."""


@dataclass(frozen=True)
class RatedItem:
    """An item, or a whole list, that people rated.

    Attributes:
        key: what identifies it.
        texts: its text, or the texts of the list; None if they are not known.
    """

    key: Key
    texts: tuple[str, ...] | None

    @property
    def article(self) -> str:
        """The id of the article."""
        return self.key[0]

    @property
    def system(self) -> str:
        """The name of the system that wrote it."""
        return self.key[1]

    @property
    def words(self) -> float:
        """The length in words; NaN if the text is not known."""
        if self.texts is None:
            return math.nan
        return float(sum(len(text.split()) for text in self.texts))


@dataclass(frozen=True, eq=False)
class Dimension:
    """What raters said of one dimension.

    Attributes:
        name: the dimension.
        raters: who rated it; one empty name if rows name no rater.
        ratings: shape (raters, items); NaN where a rater did not rate an item.
    """

    name: str
    raters: tuple[str, ...]
    ratings: FloatArray

    @cached_property
    def means(self) -> FloatArray:
        """The mean of the raters of each item, shape (items,); NaN without a rating."""
        return means_of_raters(self.ratings)


@dataclass(frozen=True, eq=False)
class Ratings:
    """All that people rated.

    Attributes:
        items: sorted by key.
        dimensions: in the order of the files.
        clusters: the cluster of each article that has one.
        notes: what was found on the way: repeated rows, missing values.
    """

    items: tuple[RatedItem, ...]
    dimensions: tuple[Dimension, ...]
    clusters: Mapping[str, str]
    notes: tuple[str, ...]


def means_of_raters(ratings: FloatArray) -> FloatArray:
    """Means over raters that do not depend on their order, shape (raters, items) to (items,)."""
    present = ~np.isnan(ratings)
    means = np.full(ratings.shape[1], np.nan)
    for item in np.flatnonzero(present.any(axis=0)):
        own = ratings[present[:, item], item].tolist()
        means[item] = math.fsum(own) / len(own)
    return means


def read_ratings(given: Rows, task: str | None = None, dimensions: Sequence[str] = ()) -> Ratings:
    """Read people's ratings.

    Args:
        given: files or rows, as for ``bench.agree``.
        task: only rows of this task, and those that name none.
        dimensions: only these; all if empty.

    Raises:
        ConfigError: rows are of several tasks and none is chosen.
        DataError: a row is invalid or contradicts another, a line for each.
        UnknownNameError: nobody rated one of the dimensions.
    """
    sources = sources_of(given, "ratings")
    tasks = tasks_in(sources)
    if task is None and len(tasks) > 1:
        raise ConfigError(f"the ratings are of several tasks; choose one: --task {tasks[0]}")
    faults, notes, entries = RowFaults(), [], []
    for source in sources:
        found, more = entries_of(source, RATINGS, task, faults)
        entries += found
        notes += more
    faults.raise_them()
    known = list(dict.fromkeys(entry.name for entry in entries))
    if unknown := [name for name in dimensions if name not in known]:
        raise UnknownNameError([unknown_name("dimension", name, known) for name in unknown])
    kept = [name for name in known if not dimensions or name in dimensions]
    entries = [entry for entry in entries if entry.name in set(kept)]
    values = unique_values(entries, faults, notes)
    clusters = _clusters(entries, faults)
    faults.raise_them()
    items = _items(entry for entry in entries if entry.value is not None)
    if not items:
        raise ConfigError("no rating has a value")
    missing = sum(entry.value is None for entry in entries)
    if missing:
        notes.append(f"{count(missing, 'rating')} without a value")
    index = {item.key: number for number, item in enumerate(items)}
    tables = tuple(_table(name, values, index) for name in kept)
    rated = tuple(one for one in tables if one.raters)
    notes += [f"{one.name}: no rating has a value" for one in tables if not one.raters]
    return Ratings(items, rated, clusters, tuple(notes))


def averaged_over_lists(ratings: Ratings) -> Ratings:
    """Ratings of whole lists: of each rater the mean over the items of a list."""
    lists: dict[Key, list[int]] = {}
    for number, item in enumerate(ratings.items):
        lists.setdefault((*item.key[:3], None), []).append(number)
    items = tuple(
        RatedItem(key, _texts_of([ratings.items[n] for n in members]))
        for key, members in lists.items()
    )
    dimensions = tuple(
        Dimension(
            one.name,
            one.raters,
            np.stack([means_of_raters(one.ratings[:, n].T) for n in lists.values()], axis=1),
        )
        for one in ratings.dimensions
    )
    note = "ratings of items are averaged over each list, since the measures are of whole lists"
    return Ratings(items, dimensions, ratings.clusters, (*ratings.notes, note))


def _texts_of(items: Sequence[RatedItem]) -> tuple[str, ...] | None:
    """The texts of the items of a list; None if any is not known."""
    found: list[str] = []
    for item in items:
        if item.texts is None:
            return None
        found += item.texts
    return tuple(found)


Values = dict[tuple[Key, str, str], GivenValue]
"""By key of the item, name and rater."""


def unique_values(entries: Iterable[GivenValue], faults: RowFaults, notes: list[str]) -> Values:
    """One value for each item, name and rater; repeated ones are counted.

    Args:
        entries: the values.
        faults: where two different values of one rater are added.
        notes: where the number of repeated rows is added.
    """
    found: Values = {}
    repeated = 0
    for entry in entries:
        if entry.value is None:
            continue
        key = entry.key, entry.name, entry.rater
        first = found.setdefault(key, entry)
        if first is entry:
            continue
        repeated += 1
        if first.value != entry.value:
            whose = f" of rater {entry.rater!r}" if entry.rater else ""
            remedy = "" if entry.rater else "; if they are of two raters, add a column rater"
            faults.add(
                f"{entry.location}: {entry.name}{whose} is {entry.value:g}, but {first.value:g} at"
                f" {first.location} for the same item{remedy}"
            )
    if repeated:
        notes.append(f"{count(repeated, 'repeated value')} skipped")
    return found


def _clusters(entries: Iterable[GivenValue], faults: RowFaults) -> dict[str, str]:
    found: dict[str, GivenValue] = {}
    for entry in entries:
        if entry.cluster:
            first = found.setdefault(entry.article, entry)
            if first.cluster != entry.cluster:
                faults.add(
                    f"{entry.location}: article {entry.article!r} is in cluster {entry.cluster!r},"
                    f" but in {first.cluster!r} at {first.location}"
                )
    return {article: entry.cluster for article, entry in found.items()}


def _items(entries: Iterable[GivenValue]) -> tuple[RatedItem, ...]:
    texts: dict[Key, tuple[str, ...] | None] = {}
    for entry in entries:
        texts[entry.key] = texts.get(entry.key) or entry.items
    ordered = sorted(texts, key=_order)
    return tuple(RatedItem(key, texts[key]) for key in ordered)


def _order(key: Key) -> tuple[str, str, int, int, str]:
    item = key[3] or ""
    return *key[:3], int(item) if item.isdecimal() else -1, item


def _table(name: str, values: Values, index: Mapping[Key, int]) -> Dimension:
    own = [entry for (_, named, _), entry in values.items() if named == name]
    raters = sorted({entry.rater for entry in own})
    ratings = np.full((len(raters), len(index)), np.nan)
    rows = {rater: number for number, rater in enumerate(raters)}
    for entry in own:
        assert entry.value is not None
        ratings[rows[entry.rater], index[entry.key]] = entry.value
    return Dimension(name, tuple(raters), ratings)
