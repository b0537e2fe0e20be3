"""Makes the report on the ratings of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bench.data.ratings import Preference, Rating
from bench.display import count
from bench.rating.candidates import Lists, lists_of
from bench.rating.findings import ImportCounts, RatingReport, SheetCoverage
from bench.rating.key import ItemEntry, SheetKey, digest_of_text, read_keys
from bench.rating.stored import Row, read_ratings
from bench.rating.summary import RatingSummaries, rater_summaries
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import REFERENCE, digest_of_list, key_of_lists
from bench.runs.rating_files import read_human_facts


def report_on(
    run: FinishedRun,
    confidence: float = 0.95,
    imported: ImportCounts | None = None,
    notes: Iterable[str] = (),
) -> RatingReport:
    """The report on the ratings of a run, as far as they are of what its models wrote.

    Args:
        run: the run.
        confidence: of all intervals.
        imported: what was imported just now.
        notes: what was ignored or unusual in it.
    """
    stored = read_ratings(run.path)
    lists = _lists(run, stored.rows)
    ratings = [row for row in stored.ratings if _is_written(row, lists)]
    preferences = [row for row in stored.preferences if _is_compared(row, lists)]
    facts = read_human_facts(run.path).dimensions
    summaries = RatingSummaries(
        lists=lists,
        units=run.units,
        limits={name: own.range for name, own in facts.items()},
        confidence=confidence,
    )
    counted: list[Row] = [*ratings, *preferences]
    severities = summaries.severities(ratings)
    lost = len(stored.rows) - len(counted)
    told = [*notes]
    if lost:
        told.append(f"{count(lost, 'rating')} not counted: what was rated has changed since then")
    return RatingReport(
        run=run.location,
        sheets=tuple(_coverage(read_keys(run.path).values(), counted)),
        raters=rater_summaries(counted, severities, summaries),
        dimensions=summaries.dimensions(ratings),
        preferences=summaries.preferences(preferences),
        confidence=confidence,
        imported=imported,
        notes=tuple(told),
    )


def _lists(run: FinishedRun, rows: Sequence[Row]) -> dict[str, Lists]:
    """By task, the lists of all models that have ratings."""
    names: dict[str, set[str]] = {}
    for row in rows:
        if row.task in run.results.tasks:
            own = (row.model,) if isinstance(row, Rating) else (row.first, row.second)
            names.setdefault(row.task, set()).update(own)
    found: dict[str, Lists] = {}
    for row in rows:
        if row.task in names and row.task not in found:
            known = {*run.results.tasks[row.task].models, REFERENCE}
            found[row.task] = lists_of(run, row.task, sorted(names[row.task] & known))
    return found


def _items(lists: Mapping[str, Lists], row: Row, model: str) -> Sequence[str]:
    return lists.get(row.task, {}).get(model, {}).get(row.article, {}).get(row.sample, ())


def _is_written(row: Rating, lists: Mapping[str, Lists]) -> bool:
    items = _items(lists, row, row.model)
    if isinstance(row.item, int):
        return row.item < len(items)
    return bool(items) if row.item is None else row.item in items


def _is_compared(row: Preference, lists: Mapping[str, Lists]) -> bool:
    digests = [digest_of_list(_items(lists, row, model)) for model in (row.first, row.second)]
    return row.key in ("", key_of_lists(*digests))


def _coverage(keys: Iterable[SheetKey], rows: Sequence[Row]) -> Iterator[SheetCoverage]:
    """How much of each set of sheets is rated."""
    raters: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        raters.setdefault(_subject(row), set()).add(row.rater)
    for key in keys:
        given = rated = 0
        wanted = Counter(one for ids in key.raters for one in ids)
        for entry in key.entries:
            subject = (
                (key.task, entry.article, entry.sources[0].model, entry.digest)
                if isinstance(entry, ItemEntry)
                else (key.task, entry.article, entry.first, entry.second)
            )
            numbers = [len(raters.get((*subject, name), ())) for name in key.criteria]
            given += sum(min(number, wanted[entry.id]) for number in numbers)
            rated += any(numbers) and wanted[entry.id] > 0
        asked = wanted.total() * len(key.names)
        yield SheetCoverage(key.sheet, key.task, len(wanted), rated, asked, given)


def _subject(row: Row) -> tuple[str, ...]:
    if isinstance(row, Rating):
        what = digest_of_text(row.item) if isinstance(row.item, str) else str(row.item)
        return (row.task, row.article, row.model, what, row.dimension)
    return (row.task, row.article, row.first, row.second, row.dimension)
