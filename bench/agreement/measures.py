"""The values of measures for the items that people rated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from bench.agreement.ratings import Key, RatedItem, Ratings, averaged_over_lists, unique_values
from bench.agreement.rows import MEASURES, entries_of
from bench.agreement.sources import RowFaults, Rows, sources_of
from bench.display import count
from bench.errors import DataError, shortened
from bench.stats.sample import FloatArray

LENGTH, RANDOM = "length", "random"
"""Measures that are always there."""


def read_measures(
    given: Rows, ratings: Ratings, task: str | None = None
) -> tuple[Ratings, dict[str, FloatArray], list[str]]:
    """Read measures from files, and match them with the rated items.

    A value of the item itself is taken, or of the whole list if it is the only one rated; the
    value of a rated list without one of its own is the mean over its items. If all measures are of
    whole lists, ratings of several items of a list are averaged.

    Args:
        given: files or rows, as for ``bench.agree``.
        ratings: what people said.
        task: only rows of this task, and those that name none.

    Returns:
        The ratings, of items or of whole lists; by name the values of each, NaN where a measure has
        none; and notes.

    Raises:
        DataError: a row is invalid, contradicts another, or a measure has no value of any item.
    """
    faults, notes = RowFaults(), []
    entries = []
    for source in sources_of(given, "measures"):
        found, more = entries_of(source, MEASURES, task, faults)
        entries += found
        notes += more
    values = unique_values(entries, faults, notes)
    faults.raise_them()
    lists = {(*item.key[:3], None) for item in ratings.items}
    if len(lists) < len(ratings.items) and all(key[3] is None for key, _, _ in values):
        ratings = averaged_over_lists(ratings)
    items = ratings.items
    by_list: dict[str, dict[Key, dict[str | None, float]]] = {}
    names = list(dict.fromkeys(entry.name for entry in entries))
    systems = {item.system for item in items}
    for (key, name, _), entry in values.items():
        assert entry.value is not None
        own = by_list.setdefault(name, {})
        own.setdefault((*key[:3], None), {})[key[3]] = entry.value
    _refuse_unknown(by_list, items, systems)
    lone = _lone_lists(items)
    table = {name: np.array([_value(by_list[name], i, lone) for i in items]) for name in by_list}
    empty = [name for name in names if name not in by_list or np.isnan(table[name]).all()]
    if empty:
        raise DataError([f"measure {n!r}: no value for any item that people rated" for n in empty])
    for name, column in table.items():
        missing = int(np.isnan(column).sum())
        if missing:
            notes.append(f"{name}: no value for {missing:,} of {count(len(items), 'rated item')}")
    unused = _unused(by_list, items)
    if unused:
        notes.append(f"{count(unused, 'list')} with measures were not rated by people")
    return ratings, {name: table[name] for name in names}, notes


def given_length(items: Sequence[RatedItem]) -> FloatArray:
    """The length of each item in words, NaN where its text is not known."""
    return np.array([item.words for item in items], np.float64)


def random_values(items: Sequence[RatedItem], seed: int) -> FloatArray:
    """A random number from 0 to 1 for each item, which depends on it and the seed alone."""
    found = []
    for item in items:
        digest = hashlib.blake2b(repr((seed, item.key)).encode(), digest_size=8).digest()
        found.append(int.from_bytes(digest, "big") / 2**64)
    return np.array(found, np.float64)


def _lone_lists(items: Sequence[RatedItem]) -> frozenset[Key]:
    """The lists of which a single item was rated."""
    seen: dict[Key, int] = {}
    for item in items:
        key = (*item.key[:3], None)
        seen[key] = seen.get(key, 0) + 1
    return frozenset(key for key, number in seen.items() if number == 1)


def _value(
    lists: Mapping[Key, Mapping[str | None, float]], item: RatedItem, lone: frozenset[Key]
) -> float:
    key: Key = (*item.key[:3], None)
    found = lists.get(key, {})
    named = item.key[3]
    if named in found:
        return found[named]
    if named is None:
        return float(np.mean([found[one] for one in sorted(map(str, found))])) if found else np.nan
    if item.texts is not None and len(item.texts) == 1 and item.texts[0].strip() in found:
        return found[item.texts[0].strip()]
    return found[None] if None in found and key in lone else np.nan


def _refuse_unknown(
    by_list: Mapping[str, Mapping[Key, object]], items: Sequence[RatedItem], systems: set[str]
) -> None:
    """Explain why nothing matches, if nothing does."""
    rated = {(*item.key[:3], None) for item in items}
    measured = {key for lists in by_list.values() for key in lists}
    if not measured or measured & rated:
        return
    own, other = next(iter(sorted(measured, key=str))), next(iter(sorted(rated, key=str)))
    if own[1] not in systems:
        what = f"system {shortened(own[1])!r} (the ratings have {shortened(other[1])!r})"
    else:
        what = f"article {shortened(own[0])!r} (the ratings have {shortened(other[0])!r})"
    raise DataError(f"no list with measures was rated: nobody rated {what}; ids must be equal")


def _unused(by_list: Mapping[str, Mapping[Key, object]], items: Sequence[RatedItem]) -> int:
    rated = {(*item.key[:3], None) for item in items}
    return len({key for lists in by_list.values() for key in lists} - rated)
