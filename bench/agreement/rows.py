"""Rows of ratings and of measures, in long, wide and nested form, as single values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from numbers import Real
from typing import Any

from bench.agreement.sources import LocatedRow, RowFaults, Source
from bench.display import count
from bench.ids import article_id, cluster_label, is_missing
from bench.models.recorded_files import ID, MISSING
from bench.validation import shown

SYSTEM = ("system", "model", "model_id")
RATER = ("rater", "annotator")
VALUE = ("value", "score", "rating")
_TEXTS = (
    *("items", "prediction", "output", "generated_text", "response", "predict"),
    *("summary", "question", "questions", "decoded"),
)
_NOTHING = ("", *MISSING, "NA", "N/A", "n/a")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INDEX = re.compile(r"[0-9]{1,9}(\.0)?")
_LARGEST = 1e100
_YES_OR_NO = ("yes", "no", "true", "false")
_OTHERS = (
    *("task", "item", "sample", "cluster", "status", "error", "raw", "reason", "key", "cost"),
    *("tokens_in", "tokens_out", "seconds", "truncated", "seed", "title", "text", "source"),
    *("license", "language", "", "index", "level_0", "Unnamed: 0", "__index_level_0__"),
)


@dataclass(frozen=True)
class Form:
    """What the rows of a kind are called.

    Attributes:
        noun: what one is, for messages.
        names: columns with the name of what a value is of, in long form.
        nested: columns with an object of values by name.
    """

    noun: str
    names: tuple[str, ...]
    nested: tuple[str, ...]


RATINGS = Form(
    "dimension", ("dimension",), ("human", "ratings", "annotations", "expert_annotations")
)
MEASURES = Form("measure", ("measure", "metric"), ("measures", "scores", "metrics", "published"))


@dataclass(frozen=True, slots=True)
class GivenValue:
    """One value of an item.

    Attributes:
        article, system, sample, item: what it is of; ``item`` is an index as digits, a text, or
            None for the whole list.
        name: the dimension or measure.
        rater: who gave it; empty if that is not said.
        value: None if it is missing.
        items: the texts of the item, or of the items of the list; None if not known.
        cluster: the label of the article's cluster; empty if not said.
        location: of the row, for messages.
    """

    article: str
    system: str
    sample: int
    item: str | None
    name: str
    rater: str
    value: float | None
    items: tuple[str, ...] | None
    cluster: str
    location: str

    @property
    def key(self) -> tuple[str, str, int, str | None]:
        """What identifies the item."""
        return self.article, self.system, self.sample, self.item


def entries_of(
    source: Source, form: Form, task: str | None, faults: RowFaults
) -> tuple[list[GivenValue], list[str]]:
    """The values in the rows of a file, and notes on what was not read.

    Args:
        source: the rows.
        form: ratings or measures.
        task: only rows of this task, and those that name none; every row if None.
        faults: where faults of rows are added, a line for each.
    """
    rows = [row for row in source.rows if task is None or _task(row) in ("", task)]
    wide = _wide_columns(rows)
    notes = []
    found: list[GivenValue] = []
    failed = faulty = 0
    for row in rows:
        try:
            status = row.values.get("status")
            failed += status not in (None, "", "ok")
            found += _of_row(row, source.name, form, wide)
        except ValueError as error:
            faults.add(f"{row.location}: {error}")
            faulty += 1
    if failed:
        notes.append(f"{source.file}: {failed:,} rows have a status other than ok: missing values")
    if not found and rows and not faulty:
        named = f"{form.names[0]} and value"
        faults.add(
            f"{source.file}: has no {form.noun}s; a row needs {named}, a column of numbers for each"
            f" {form.noun}, or an object of numbers under {form.nested[0]!r}; give articles with"
            " --dataset"
        )
    return found, notes


def tasks_in(sources: Sequence[Source]) -> list[str]:
    """The tasks that rows name, in order."""
    named = (_task(row) for source in sources for row in source.rows)
    return list(dict.fromkeys(filter(None, named)))


def _task(row: LocatedRow) -> str:
    """The task that a row names; "" without one."""
    value = row.values.get("task")
    return "" if _is_nothing(value) else str(value).strip()


def _of_row(row: LocatedRow, name: str, form: Form, wide: Sequence[str]) -> list[GivenValue]:
    values = row.values
    if {"first", "second", "choice"} <= values.keys():
        raise ValueError("a preference between two lists; agreement needs ratings of single ones")
    article = _article(values)
    system = _label(values, SYSTEM) or name or "all"
    sample = _sample(values.get("sample"))
    item, items = _item(values)
    rater = _label(values, RATER)
    cluster = cluster_label(values.get("cluster"))
    usable = values.get("status") in (None, "", "ok")

    def entry(named: str, own_rater: str, value: Any) -> GivenValue:
        try:
            parsed = _number(value) if usable else None
        except ValueError as error:
            raise ValueError(f"{named}: {error}") from error
        return GivenValue(
            article, system, sample, item, named, own_rater, parsed, items, cluster, row.location
        )

    return [entry(*one) for one in _values_in(values, form, wide, rater)]


def _values_in(
    values: Mapping[str, Any], form: Form, wide: Sequence[str], rater: str
) -> Iterator[tuple[str, str, Any]]:
    """Name, rater and value of each value in a row."""
    named = next((key for key in form.names if key in values), None)
    if named is None and form is MEASURES and {"dimension", "rater"} <= values.keys():
        judge, dimension = _label(values, RATER), _label(values, RATINGS.names)
        yield f"{judge}.{dimension}" if judge else dimension, "", _value(values)
    elif named is not None:
        name = _label(values, (named,))
        if not name:
            raise ValueError(f"{named}: missing; name the {form.noun} that the value is of")
        yield name, "" if form is MEASURES else rater, _value(values)
    elif nested := [key for key in form.nested if isinstance(values.get(key), dict | list)]:
        for key in nested:
            yield from _nested(values[key], key, rater)
    else:
        yield from ((column, rater, values.get(column)) for column in wide)


def _nested(value: Any, key: str, rater: str) -> Iterator[tuple[str, str, Any]]:
    """The values of an object by name; those of several raters in lists, or by rater."""
    if isinstance(value, list):
        for number, one in enumerate(value, start=1):
            if not isinstance(one, dict):
                what = f"{key}: must have an object of numbers for each rater"
                raise ValueError(what)  # noqa: TRY004 - of a file
            yield from ((name, str(number), inner) for name, inner in one.items())
        return
    for name, inner in value.items():
        if isinstance(inner, list):
            yield from ((name, str(number), each) for number, each in enumerate(inner, start=1))
        elif isinstance(inner, dict):
            yield from ((name, str(own), each) for own, each in inner.items())
        else:
            yield name, rater, inner


def _value(values: Mapping[str, Any]) -> Any:
    for key in VALUE:
        if key in values:
            return values[key]
    if values.get("status") not in (None, "", "ok"):
        return None
    raise ValueError("value: missing; a row with one name needs one value")


def _wide_columns(rows: Sequence[LocatedRow]) -> list[str]:
    """The columns that hold numbers, in half of their cells at least."""
    known = {*ID, *SYSTEM, *RATER, *_TEXTS, *_OTHERS, *RATINGS.nested, *MEASURES.nested}
    known |= {*RATINGS.names, *MEASURES.names}
    columns = dict.fromkeys(chain.from_iterable(row.values for row in rows))
    found = []
    for column in columns:
        if column in known:
            continue
        cells = [row.values.get(column) for row in rows]
        given = [cell for cell in cells if not _is_nothing(cell)]
        numbers = sum(_is_number(cell) for cell in given)
        if given and 2 * numbers >= len(given):
            found.append(column)
    return found


def _article(values: Mapping[str, Any]) -> str:
    for key in ID:
        if key in values and not _is_nothing(values[key]):
            try:
                return article_id(values[key], key)
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from error
    raise ValueError(f"article: missing; a row needs one of {', '.join(ID)}")


def _label(values: Mapping[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        value = values.get(key)
        if not _is_nothing(value):
            if isinstance(value, bool | list | dict):
                raise ValueError(f"{key}: must be a name, not {shown(value)}")
            whole = isinstance(value, float) and value.is_integer()
            return (f"{value:z.0f}" if whole else str(value)).strip()
    return ""


def _sample(value: Any) -> int:
    if _is_nothing(value):
        return 0
    if isinstance(value, bool) or not _INDEX.fullmatch(str(value).strip()):
        raise ValueError(f"sample: must be a whole number from 0 on, not {shown(value)}")
    return int(float(str(value)))


def _item(values: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...] | None]:
    """The item's key and texts: of the item itself, or of the list if the row is of all of it."""
    given, (texts, is_list) = values.get("item"), _texts(values)
    if _is_nothing(given):
        return None, texts
    if isinstance(given, bool | list | dict):
        what = f"item: must be an index, a text, or absent, not {shown(given)}"
        raise ValueError(what)  # noqa: TRY004 - of a file
    text = str(given).strip()
    if not _INDEX.fullmatch(text):
        return text, (text,)
    index = int(float(text))
    if texts is not None and is_list:
        if index >= len(texts):
            size = count(len(texts), "item")
            raise ValueError(f"item: is {index}, but its list has {size}; the first is 0")
        return str(index), (texts[index],)
    return str(index), texts


def _texts(values: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, bool]:
    """The texts in a row, None if it has none, and whether they are a list."""
    for key in _TEXTS:
        value = values.get(key)
        if isinstance(value, str) and not _is_nothing(value):
            return (value,), False
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value), True
    return None, False


def _number(value: Any) -> float | None:
    """A number; None for a missing value.

    Raises:
        ValueError: anything else.
    """
    if _is_nothing(value):
        return None
    if isinstance(value, bool) or not _is_number(value):
        raise ValueError(f"must be a number, not {shown(value)}; {_remedy(value)}")
    try:
        found = float(value)
    except OverflowError:  # an integer of more than 308 digits
        found = math.inf
    if not math.isfinite(found) or abs(found) > _LARGEST:
        raise ValueError(f"must be a finite number of at most {_LARGEST:g}, not {shown(value)}")
    return found


def _remedy(value: Any) -> str:
    """What to write instead of a value that is no number."""
    word = str(value).strip()
    if word.lower() in _YES_OR_NO:
        return "write 1 for yes and 0 for no"
    if _NUMBER.fullmatch(word.replace(",", ".")):
        return f"write {word.replace(',', '.')}"
    return "leave it empty if it is missing"


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, Real) or type(value).__name__ == "Decimal"


def _is_nothing(value: Any) -> bool:
    return is_missing(value) or (isinstance(value, str) and value.strip() in _NOTHING)
