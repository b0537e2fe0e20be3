"""Validates a row of a prediction file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bench.article import NonBlank, Text
from bench.data.json_layouts import layout_fault
from bench.ids import article_id, is_missing
from bench.models.base import Output
from bench.models.prediction_columns import OPTION, without_answer, without_id
from bench.models.recorded_files import ANSWERS, ID, MISSING, RAW
from bench.text.items import items_from
from bench.text.literals import UncertainListError, opened, refuse_printed
from bench.validation import is_type_fault, plain_reason, shown

_SUCCEEDED = ("ok", "empty", "success", "succeeded", "complete", "completed", "done", "finished")
_FAILED = (
    *("error", "errored", "failed", "failure", "fail", "timeout", "timed_out"),
    *("cancelled", "canceled", "aborted", "skipped"),
)
_NAMES = frozenset((*ID, *ANSWERS))
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")  # pandas writes numbers beside empty cells with .0
_USUAL = ({"article", "items"}, {"article", "items", "raw"})
_NO_ERROR = (*MISSING, "False", "false", "0", "[]", "{}")
_INDEX = ("", "Unnamed: 0", "__index_level_0__", "index", "level_0")
"""Names that pandas gives to an unnamed index column."""


class _RecordedRow(BaseModel):
    """Fields of every row; other keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    article: NonBlank = Field(validation_alias=AliasChoices(*ID))
    sample: Any = None
    status: Any = None
    error: Any = None

    @property
    def sample_number(self) -> int | None:
        """The number of the sample; None if the row has none.

        Raises:
            ValueError: it is not a number of a sample.
        """
        text = _words(self.sample)
        if not text:
            return None
        if isinstance(self.sample, bool) or not _WHOLE.fullmatch(text):
            raise ValueError(
                f"sample: must be a whole number from 0 on, not {shown(self.sample)}; it numbers"
                " the samples of an article"
            )
        return int(float(text))

    def failure(self, *, answered: bool) -> str | None:
        """The reason of a failure; None for a prediction, even an empty one.

        Args:
            answered: whether the row has text; an error without text is a failure.

        Raises:
            ValueError: unknown status.
        """
        if self.error is None and (self.status is None or self.status in _SUCCEEDED):
            return None  # the usual case
        told, status = _words(self.error, _NO_ERROR), _words(self.status)
        if status.lower() in _FAILED:
            return told or status
        if status and status.lower() not in _SUCCEEDED:
            raise ValueError(
                f"unknown status {self.status!r}; known: {', '.join(_SUCCEEDED)} (with a"
                f" prediction), {', '.join(_FAILED)} (failed)"
            )
        return None if status or answered else told or None


class ItemsRow(_RecordedRow):
    """A row with items."""

    items: list[Text | None] | None
    raw: Any = None

    def prediction(self) -> Output:
        """The prediction or failure."""
        raw = self.raw if isinstance(self.raw, str) else None
        items = tuple(item for item in self.items or () if item is not None)
        failure = self.failure(answered=bool(items))
        return Output((), raw, error=failure) if failure else Output(items, raw)

    @property
    def nulls(self) -> int:
        """The number of null elements."""
        return self.items.count(None) if self.items else 0


class RawRow(_RecordedRow):
    """A row with unparsed text."""

    nulls: ClassVar[int] = 0
    raw: Text = Field(validation_alias=AliasChoices(*RAW))

    def prediction(self) -> Output:
        """The parsed prediction or failure."""
        failure = self.failure(answered=bool(self.raw.strip()))
        if failure:
            return Output((), self.raw, error=failure)
        return Output(tuple(items_from(self.raw)), self.raw)


def row_of(record: Any) -> ItemsRow | RawRow:
    """Validate a record of a prediction file. A null or NaN prediction is an empty list.

    Raises:
        ValueError: the record is invalid, or has conflicting ids or predictions.
        ValidationError: a value is missing or of the wrong type.
    """
    if isinstance(record, ValueError):
        raise record
    if not isinstance(record, dict):
        layout = layout_fault(record, _NAMES)
        what = "a row must be an object with article and items"
        raise ValueError(f"{what}; got {layout or shown(record)}")  # noqa: TRY004 - of a file
    is_usual = isinstance(record.get("items"), list) and isinstance(record.get("article"), str)
    row = record if is_usual and record.keys() & _NAMES in _USUAL else _settled(record)
    if "items" not in row and not row.keys().isdisjoint(RAW):
        raw = RawRow.model_validate(row)
        _opened(raw.raw, next(name for name in RAW if name in row), refuse_printed)
        return raw
    if "status" not in row:  # rows of a run have one, and parsed items
        row = {**row, "items": _opened(row.get("items"), "items")} if "items" in row else row
    items = row.get("items")
    if isinstance(items, list) and float in set(map(type, items)):
        row = {**row, "items": [None if is_missing(item) else item for item in items]}
    return ItemsRow.model_validate(row)


def _opened(items: Any, name: str, read: Callable[[Any], Any] = opened) -> Any:
    """Parse items that are given as a list in a string, or in a list of one.

    Args:
        items: the value in the row.
        name: its key.
        read: parses the value.

    Raises:
        ValueError: they look like such a list, but are ambiguous.
    """
    try:
        return read(items)
    except UncertainListError as error:
        or_raw = ", or put the model's own text under 'raw'" if name == "items" else ""
        raise ValueError(f"{name}: {error}{or_raw}") from error


def _settled(record: dict[str, Any]) -> dict[str, Any]:
    """Reduce a row to one id and one prediction, with raw text only beside items.

    Raises:
        ValueError: it has conflicting values.
    """
    row = {name: value for name, value in record.items() if name not in _NAMES}
    if layout := layout_fault(record, _NAMES):
        raise ValueError(layout)
    row |= _id_in(record)
    if row.keys().isdisjoint(ID):
        raise ValueError(_without_id(record))
    answers = [name for name in ANSWERS if name in record]
    given = {name: record[name] for name in answers if not is_missing(record[name])}
    if "items" in given:
        return row | {"items": given["items"], "raw": given.get("raw")}
    if given:
        first, *others = given
        for other in others:
            if given[other] != given[first]:
                raise ValueError(
                    f"{first} and {other} differ, and either may be the prediction; choose one,"
                    f" for example {OPTION} prediction={first}, or drop one:"
                    f' df.drop(columns="{other}")'
                )
        return row | {first: given[first]}
    if answers or _RecordedRow.model_validate(row).failure(answered=False):
        row["items"] = None
        return row
    raise ValueError(
        f"items: missing; a row needs `items` or one of {', '.join(RAW)}; {without_answer(record)}"
    )


def faults_of(error: ValidationError) -> list[str]:
    """One line for each fault of a row."""
    return [_plain(fault) for fault in error.errors()]


def _id_in(record: dict[str, Any]) -> dict[str, str]:
    """The id of a row under its key; empty without one.

    Raises:
        ValueError: it is not a valid id, or the row has conflicting ones.
    """
    given = [name for name in ID if name in record]
    filled = [name for name in given if _is_filled(record[name])] or given[:1]
    found: dict[str, str] = {}
    for name in filled:
        try:
            found[name] = article_id(record[name], name)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    first, *others = filled or [""]
    for other in others:
        if found[other] != found[first]:
            raise ValueError(
                f"{first} is {found[first]!r:.60} and {other} is {found[other]!r:.60}, and either"
                f' may be the article\'s id; drop or rename one: df.drop(columns="{other}")'
            )
    return {first: found[first]} if found else {}


def _is_filled(value: Any) -> bool:
    return not is_missing(value) and (not isinstance(value, str) or bool(value.strip()))


def _words(value: Any, nothing: Sequence[str] = MISSING) -> str:
    """The text of a cell; empty for missing values."""
    words = "" if is_missing(value) else str(value).strip()
    return "" if words in nothing else words


def _without_id(record: dict[str, Any]) -> str:
    """The message for a row without an id column."""
    found = next((name for name in _INDEX if name in record), None)
    if found is None:
        return f"article: missing; a row needs one of {', '.join(ID)}; {without_id(record)}"
    return (
        f"article: missing; if the ids are the index of the table (its column {found!r}):"
        f' df = df.reset_index(names="article"); {OPTION} article= aligns the rows with the'
        " articles by order"
    )


def _plain(fault: ErrorDetails) -> str:
    key, reason = ".".join(map(str, fault["loc"])), plain_reason(fault)
    if key == "items" and is_type_fault(fault):
        return "items must be a list of strings; put a single text into `raw`"
    if fault["type"] == "string_type":
        return f"{key}: {reason}; write it in quotation marks"
    if key in ID:
        return f"{key}: {reason}; every row needs the id of its article"
    return f"{key + ': ' if key else ''}{reason}"
