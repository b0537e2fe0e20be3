"""Joins the answers of all raters with those that a run has already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.data.ratings import Preference, Rating
from bench.display import count
from bench.errors import shortened
from bench.rating.answers import CheckedFile, RaterAnswer
from bench.rating.candidates import Lists
from bench.rating.key import ItemEntry, PairEntry, SheetKey, digest_of_text
from bench.rating.stored import Row, answer_of, target_of
from bench.rating.values import same_name
from bench.runs.human_preferences import digest_of_list, key_of_lists

_STORED = "the run"
_Outcome = Literal["added", "changed", "repeated", "refused"]
Texts = Mapping[str, Sequence[Sequence[str]]]
"""By id, what a sheet shows."""


@dataclass
class JoinedRatings:
    """The rows to add to a run.

    Attributes:
        rows: the rows that are new, or replace another one.
        added: answers that are new.
        changed: answers that replace one of the run.
        repeated: answers that were there already.
        problems: a line for each contradiction, in order.
        notes: what was unusual.
    """

    rows: list[Row] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    repeated: int = 0
    problems: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def count(self, outcomes: set[_Outcome]) -> None:
        """Count an answer once, of however many models it is."""
        if "added" in outcomes:
            self.added += 1
        elif "changed" in outcomes:
            self.changed += 1
        elif "repeated" in outcomes:
            self.repeated += 1


def joined(
    stored: Sequence[Row],
    files: Iterable[CheckedFile],
    texts: Texts,
    *,
    replace: bool = False,
) -> JoinedRatings:
    """Join the answers of returned sheets with stored rows.

    Args:
        stored: the rows that the run has.
        files: the checked sheets.
        texts: by id, what the sheets show.
        replace: whether a new answer replaces another answer of the run.
    """
    found = JoinedRatings()
    names = _Spellings(row.rater for row in stored)
    known: dict[tuple[str, ...], tuple[Row, str]] = {
        target_of(row): (row, _STORED) for row in stored
    }
    for file in files:
        for answer in file.answers:
            rows = rows_of(answer, names.of(answer.rater), texts)
            outcomes = {_join(row, answer.location, known, found, replace=replace) for row in rows}
            found.count(outcomes)
    found.rows = [row for row, where in known.values() if where != _STORED]
    found.notes += names.notes()
    return found


def _join(
    row: Row,
    location: str,
    known: dict[tuple[str, ...], tuple[Row, str]],
    found: JoinedRatings,
    *,
    replace: bool,
) -> _Outcome:
    """Join a row, and say what became of it."""
    target = target_of(row)
    earlier, where = known.get(target, (None, ""))
    if earlier is None:
        known[target] = (row, location)
        return "added"
    if answer_of(earlier) == answer_of(row):
        return "repeated"
    if where == _STORED and replace:
        known[target] = (row, location)
        return "changed"
    remedy = (
        "use --replace to take the new answer"
        if where == _STORED
        else "keep one of them, and delete the other"
    )
    problem = (
        f"{location}: {shortened(row.rater)} answers {row.dimension} with {_told(row)}, but with"
        f" {_told(earlier)} in {where}; {remedy}"
    )
    found.problems.setdefault(problem)
    return "refused"


def _told(row: Row) -> str:
    answer = answer_of(row)
    return f"{answer:g}" if isinstance(answer, float) else str(answer)


def rows_of(answer: RaterAnswer, rater: str, texts: Texts) -> Iterator[Row]:
    """The rows of an answer: one for each model that wrote the item."""
    key, entry = answer.key, answer.entry
    common = {
        "task": key.task,
        "article": entry.article,
        "rater": rater,
        "dimension": answer.dimension,
        "reason": answer.comment,
    }
    if isinstance(entry, PairEntry):
        sides = {"first": entry.first, "second": entry.second, "choice": answer.value}
        compared = key_of_lists(entry.first_digest, entry.second_digest)
        yield Preference.model_validate({**common, **sides, "key": compared})
        return
    text = texts[entry.id][0][0]
    for model, sample in dict.fromkeys((source.model, source.sample) for source in entry.sources):
        own = {"model": model, "item": text, "sample": sample}
        yield Rating.model_validate({**common, **own, "value": answer.value})


class _Spellings:
    """One spelling for each name, the first; names that differ in case only are the same."""

    def __init__(self, names: Iterable[str]) -> None:
        self._first: dict[str, str] = {}
        self._others: Counter[tuple[str, str]] = Counter()
        for name in names:
            self.of(name)

    def of(self, name: str) -> str:
        first = self._first.setdefault(same_name(name), name)
        if first != name:
            self._others[first, name] += 1
        return first

    def notes(self) -> Iterator[str]:
        for first, other in self._others:
            yield f"{shortened(other)!r} is taken for {shortened(first)!r}"


def changed_predictions(key: SheetKey, lists: Lists) -> Iterator[str]:
    """A line for each model whose rated items are no longer those of the sheet.

    Args:
        key: the key of the sheet.
        lists: the items of each model, as they are now.
    """
    changed: Counter[str] = Counter()
    for entry in key.entries:
        if isinstance(entry, ItemEntry):
            for source in entry.sources:
                items = lists[source.model].get(entry.article, {}).get(source.sample, ())
                same = source.index < len(items) and (
                    digest_of_text(items[source.index]) == entry.digest
                )
                changed[source.model] += not same
        else:
            for model, digest in (
                (entry.first, entry.first_digest),
                (entry.second, entry.second_digest),
            ):
                items = lists[model].get(entry.article, {}).get(0, ())
                changed[model] += digest_of_list(items) != digest
    for model, number in changed.items():
        if number:
            yield (
                f"sheet {key.sheet}: the predictions of {model} have changed since it was made"
                f" (in {count(number, 'row')});"
                " its ratings are of other texts: rate a new sheet"
            )
