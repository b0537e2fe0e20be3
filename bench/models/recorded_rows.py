"""One row of a prediction file: which article it is of, and what was written or why it failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bench.article import NonBlank, Text
from bench.data.json_layouts import layout_fault
from bench.ids import article_id, is_missing
from bench.models.base import Output
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
_TOLD = 6  # keys of a row that a message names
_USUAL = ({"article", "items"}, {"article", "items", "raw"})
_NO_ERROR = (*MISSING, "False", "false", "0", "[]", "{}")
_INDEX = ("", "Unnamed: 0", "__index_level_0__", "index", "level_0")
"""What pandas calls the column of an index that has no name."""


class _Row(BaseModel):
    """What every row has; keys that are not fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    article: NonBlank = Field(validation_alias=AliasChoices(*ID))
    status: Any = None
    error: Any = None

    def failure(self, *, answered: bool) -> str | None:
        """Why there is no answer; None if there is one, or an empty one.

        Args:
            answered: whether the row has text; an error counts without a status if it has none.

        Raises:
            ValueError: the status is none of the known ones.
        """
        if self.error is None and (self.status is None or self.status in _SUCCEEDED):
            return None  # as nearly always
        told, status = _words(self.error, _NO_ERROR), _words(self.status)
        if status.lower() in _FAILED:
            return told or status
        if status and status.lower() not in _SUCCEEDED:
            raise ValueError(
                f"unknown status {self.status!r}; known: {', '.join(_SUCCEEDED)} (there is an"
                f" answer), {', '.join(_FAILED)} (it counts as failed)"
            )
        return None if status or answered else told or None


class ItemsRow(_Row):
    """A row that has the items."""

    items: list[Text | None] | None
    raw: Any = None

    def prediction(self) -> Output:
        """What the model wrote, or that it failed."""
        raw = self.raw if isinstance(self.raw, str) else None
        items = tuple(item for item in self.items or () if item is not None)
        failure = self.failure(answered=bool(items))
        return Output((), raw, error=failure) if failure else Output(items, raw)

    @property
    def nulls(self) -> int:
        """How many elements of the list are null."""
        return self.items.count(None) if self.items else 0


class RawRow(_Row):
    """A row that has the text as the model wrote it."""

    nulls: ClassVar[int] = 0
    raw: Text = Field(validation_alias=AliasChoices(*RAW))

    def prediction(self) -> Output:
        """What the model wrote, taken apart, or that it failed."""
        failure = self.failure(answered=bool(self.raw.strip()))
        if failure:
            return Output((), self.raw, error=failure)
        return Output(tuple(items_from(self.raw)), self.raw)


def row_of(record: Any) -> ItemsRow | RawRow:
    """Validate one record of a prediction file. An answer that is null or NaN is an empty list.

    Raises:
        ValueError: the record is a fault of the reader's, or has two ids or answers that differ.
        ValidationError: a value is missing or of the wrong type.
    """
    if isinstance(record, ValueError):
        raise record
    if not isinstance(record, dict):
        layout = layout_fault(record, _NAMES)
        what = "a row has named values, article and items"
        raise ValueError(f"{what}; this is {layout or shown(record)}")  # noqa: TRY004 - of a file
    is_usual = isinstance(record.get("items"), list) and isinstance(record.get("article"), str)
    row = record if is_usual and record.keys() & _NAMES in _USUAL else _settled(record)
    if "items" not in row and not row.keys().isdisjoint(RAW):
        raw = RawRow.model_validate(row)
        _opened(raw.raw, next(name for name in RAW if name in row), refuse_printed)
        return raw
    if "status" not in row:  # rows of a run, which have one, hold items that were taken apart
        row = {**row, "items": _opened(row.get("items"), "items")} if "items" in row else row
    items = row.get("items")
    if isinstance(items, list) and float in set(map(type, items)):
        row = {**row, "items": [None if is_missing(item) else item for item in items]}
    return ItemsRow.model_validate(row)


def _opened(items: Any, name: str, read: Callable[[Any], Any] = opened) -> Any:
    """Items that came as a list in a string, or as a list that holds one.

    Args:
        items: what the row has.
        name: under which name.
        read: what makes items of it.

    Raises:
        ValueError: they look like such a list, but cannot be taken apart for certain.
    """
    try:
        return read(items)
    except UncertainListError as error:
        or_raw = ", or put the model's own text under 'raw'" if name == "items" else ""
        raise ValueError(f"{name}: {error}{or_raw}") from error


def _settled(record: dict[str, Any]) -> dict[str, Any]:
    """The row with one id and one answer, and with raw text only beside items.

    Raises:
        ValueError: it has two that differ.
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
                    f"{first} and {other} differ, and either may be the answer; drop or rename one:"
                    f' df.drop(columns="{other}")'
                )
        return row | {first: given[first]}
    if answers or _Row.model_validate(row).failure(answered=False):
        row["items"] = None
    return row


def faults_of(error: ValidationError) -> list[str]:
    """One line for each thing that is wrong with a row."""
    return [_plain(fault) for fault in error.errors()]


def _id_in(record: dict[str, Any]) -> dict[str, str]:
    """The id of a row under the name that it has there; nothing if it has none.

    Raises:
        ValueError: it is no id, or the row has two that differ.
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
    """What a cell says; nothing where it is empty or says that there is nothing."""
    words = "" if is_missing(value) else str(value).strip()
    return "" if words in nothing else words


def _without_id(record: dict[str, Any]) -> str:
    """What is said of a row that has no column for its id."""
    found = next((name for name in _INDEX if name in record), None)
    if found is None:
        keys = ", ".join(repr(key)[:40] for key in list(record)[:_TOLD])
        return (
            f"article: is missing; a row needs one of {', '.join(ID)}, and this one has"
            f" {keys or 'nothing'}; rename the column of the ids"
        )
    return (
        f"article: is missing; where the ids are the index of the table (its column {found!r}):"
        ' df = df.reset_index(names="article")'
    )


def _plain(fault: ErrorDetails) -> str:
    key, reason = ".".join(map(str, fault["loc"])), plain_reason(fault)
    if key == "items" and fault["type"] == "missing":
        return f"items: is missing; a row needs `items` or one of {', '.join(RAW)}"
    if key == "items" and is_type_fault(fault):
        return "items must be a list of strings; put a single text into `raw`"
    if fault["type"] == "string_type":
        return f"{key}: {reason}; write it in quotation marks"
    if key in ID:
        return f"{key}: {reason}; every row needs the id of its article"
    return f"{key + ': ' if key else ''}{reason}"
