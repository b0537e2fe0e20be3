"""Recognises printed tables, in which values may be truncated or omitted."""

from __future__ import annotations

import re

_SERIES_END = re.compile(r"(?:(?:Name|Length|Freq): .*, )?dtype: [\w\[\]]+")
_CATEGORIES = "\ndtype: category\nCategories ("
_FRAME_END = re.compile(r"\[\d+ rows x \d+ columns\]")
_LONGEST_END = 300
_FRAME_ROW = re.compile(r"(?:(\d+)|\.{2,3})(?:[ \t]{2,}\S|\Z)")
_OBJECT = re.compile(r"<[\w.]+(?: object)?(?: [\w.<>]+)? at 0x[0-9a-fA-F]+>\s*(?:\[|\Z)")
_BEGINNINGS = (
    ("Empty DataFrame\n", "pandas prints of a DataFrame", 'df["items"].tolist()'),
    ("pyarrow.", "Arrow prints of a table", "column.to_pylist()"),
    ("<pyarrow.", "Arrow prints of an array", "array.to_pylist()"),
    ("<ArrowStringArray", "pandas prints of an array", "list(array)"),
    ("<StringArray", "pandas prints of an array", "list(array)"),
    ("<PandasArray", "pandas prints of an array", "list(array)"),
    ("<NumpyExtensionArray", "pandas prints of an array", "list(array)"),
    ("shape: (", "Polars prints of a table", "series.to_list()"),
    ("Dataset({", "`datasets` prints of a dataset", 'dataset["items"]'),
)
_SERIES = ("pandas prints of a Series", "series.tolist()")
_FRAME = ("pandas prints of a DataFrame", 'df["items"].tolist()')


def printed(text: str) -> str | None:
    """The reason why a text is printed output instead of items; None for any other text.

    A text with list marks is never refused: ``1.`` is a list mark, the bare row numbers of a table
    are not.
    """
    text = text.strip()
    found = next(
        ((what, code) for start, what, code in _BEGINNINGS if text.startswith(start)), None
    )
    if found is None and _OBJECT.match(text):
        found = "Python prints of an object", "list(object)"
    if found is None and "\n" in text:
        found = _table(text)
    if found is None:
        return None
    what, code = found
    return f"it is what {what}, which may truncate or omit values (use {code})"


def _table(text: str) -> tuple[str, str] | None:
    last = text[-_LONGEST_END:].rpartition("\n")[2]
    if _SERIES_END.fullmatch(last) or _CATEGORIES in text:
        return _SERIES
    if _FRAME_END.fullmatch(last):
        return _FRAME
    rows = text.split("\n")[1:]
    first = _FRAME_ROW.match(rows[0])
    if first is None or first[1] != "0":
        return None
    found = [_FRAME_ROW.match(row) for row in rows]
    numbers = [int(row[1]) for row in found if row and row[1]]
    is_counted = all(found) and numbers == sorted(set(numbers))
    return _FRAME if is_counted else None
