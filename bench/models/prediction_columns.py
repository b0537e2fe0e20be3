"""Determines which columns of a prediction file hold the ids and the predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from bench.errors import ConfigError, shortened, unknown_name
from bench.ids import article_id, is_missing
from bench.models.harnesses import POSITION, Harness, harness_of, value_at
from bench.models.prediction_items import SINGLE_ITEM, strings_of
from bench.models.recorded_files import ANSWERS, ID, MISSING

OPTION = "--prediction-columns"
SYSTEM = "system"
SYSTEMS = (SYSTEM, "model")
"""Names of columns with the name of the system that wrote a row."""
FIELDS = ("article", "prediction", SYSTEM)
"""What ``--prediction-columns`` maps to columns."""
_STATE = ("status", "error")
_DOCUMENTED = ("items", "raw", "prediction", "output")
_ALIASES = {**dict.fromkeys(ID, "article"), **dict.fromkeys(ANSWERS, "prediction")}
_ALIASES |= dict.fromkeys(SYSTEMS, SYSTEM)
_ID_WORDS = ("id", "ids", "key", "idx", "uid", "guid", "doc", "docid", "article", "index", "name")
_APART = (
    *(*SYSTEMS, "provider.id", "provider", "generator", "method", "epoch", "filter"),
    *("seed", "run", "sample"),
)
"""Names of columns that may tell apart several rows of an article."""
_SHOWN = 12  # columns in a message


def named_fields(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns by field, under the field's own name.

    Raises:
        ConfigError: unknown or repeated field.
    """
    found: dict[str, str] = {}
    for name, column in columns.items():
        target = _ALIASES.get(name)
        if target is None:
            raise ConfigError(f"{OPTION} {name}={column}: {unknown_name('field', name, FIELDS)}")
        if target in found:
            raise ConfigError(f"{OPTION}: {target} is given twice")
        found[target] = column
    return found


@dataclass
class ColumnReader:
    """Reduces the rows of a file to the columns that count.

    Attributes:
        columns: the columns by field (see ``FIELDS``), as named by the user; an empty one for
            ``article`` aligns the rows with the articles of the dataset by order.
        group_by: the column of ids, if each row is one item.
        system: the value of the system column whose rows count; all rows if None.
        is_text_table: whether missing values are words, as in CSV.
        in_order: whether rows are aligned by order.
        counted: whether their positions were counted, so that there must be one for each article.
        notes: a line for each choice that the user did not make.
    """

    columns: Mapping[str, str]
    group_by: str | None = None
    system: str | None = None
    is_text_table: bool = False
    in_order: bool = False
    counted: bool = False
    notes: list[str] = field(default_factory=list)
    _harness: Harness | None = None
    _rows: int = 0
    _spelled: dict[str, str] = field(default_factory=dict)

    def row(self, value: Any) -> Any:
        """The row in the form that ``row_of`` reads; None for a row of another system.

        Raises:
            ConfigError: the first row lacks a named column.
            ValueError: a row has no id or no prediction that can be found.
        """
        self._rows += 1
        if isinstance(value, str) or _is_list_of_strings(value):
            return self._bare(value)
        if isinstance(value, dict) and self._is_out_of_order(value):
            raise ValueError("has an id, unlike the first row; give every row one, or none")
        if not isinstance(value, dict):
            return value
        if self._rows == 1:
            self._begin(value)
        if self._spelled:
            value = {self._spelled.get(name, name): cell for name, cell in value.items()}
        if self.system is not None:
            column = self.columns[SYSTEM]
            found = value_at(value, column)
            if is_missing(found):
                raise ValueError(f"{column}: missing; every row needs the name of its system")
            if str(found) != self.system:
                return None
        if self._harness:
            row = self._harness.row(value)
            if row is None:
                raise ValueError(f"not a row of {self._harness.name}, as the first one is")
            return self._numbered(row)
        return self._chosen(value)

    def _is_out_of_order(self, row: Mapping[str, Any]) -> bool:
        """Whether a row has an id although rows are aligned by order for want of ids."""
        is_chosen = self._harness is not None or self.columns.get("article") == ""
        return self.counted and not is_chosen and bool(set(ID) & row.keys())

    def column(self) -> str | None:
        """The column of ids that was named by the user; None if none was."""
        return self.group_by or self.columns.get("article") or None

    def _bare(self, value: str | list[str]) -> dict[str, Any]:
        if named := self.column() or self.columns.get("prediction"):
            raise ValueError(f"the file has no columns, so no {named!r}")
        kind = "one prediction per line" if isinstance(value, str) else "one list per row"
        self._say(f"{kind}, without ids")
        answer = {"raw": value} if isinstance(value, str) else {"items": value}
        return self._numbered(answer)

    def _begin(self, row: Mapping[str, Any]) -> None:
        named = [self.columns.get("article"), self.columns.get("prediction"), self.group_by]
        if SYSTEM in self.columns:
            named.append(self.columns[SYSTEM])
        problems = [missing for column in named if column and (missing := _missing(row, column))]
        if problems:
            raise ConfigError(f"{OPTION}: {problem}" for problem in dict.fromkeys(problems))
        if "prediction" in self.columns or self.columns.get("article") or self.group_by:
            return
        self._spelled = _other_spellings(row)
        if self._spelled:
            read = ", ".join(f"{own!r} as {name!r}" for own, name in self._spelled.items())
            self._say(f"columns read: {read}")
        self._harness = harness_of(row)
        if self._harness:
            self._say(f"read as {self._harness.name}: {self._harness.reads}")

    def _chosen(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with its id in ``article``, and its prediction in ``items`` or ``raw``."""
        chosen = row
        if column := self.columns.get("prediction"):
            chosen = {name: value for name, value in row.items() if name not in ANSWERS}
            chosen |= _answer(self._cell(value_at(row, column)), "raw")
        elif self.group_by and not set(ANSWERS) & row.keys():
            name = _only(row, SINGLE_ITEM)
            if name:
                self._say(f"items from the column {name!r}")
                chosen = {**row, **_answer(self._cell(row[name]), "raw")}
        else:
            chosen = self._known_answer(row)
        if self.group_by:
            chosen = _as_items(chosen)
            if not set(ANSWERS) & chosen.keys():
                rest = {name: value for name, value in row.items() if name != self.group_by}
                guess = nearest(list(rest), (*SINGLE_ITEM, *ANSWERS)) or "COLUMN"
                raise ValueError(
                    f"items: missing; its columns are {listed(row)}; name that of the items:"
                    f" {OPTION} prediction={guess}"
                )
        if column := self.column():
            chosen = {name: value for name, value in chosen.items() if name not in ID}
            chosen["article"] = value_at(row, column)
            if column not in ID:
                _check_id(chosen["article"], column)
                chosen["article"] = article_id(chosen["article"], column)
        elif self.columns.get("article") == "":
            chosen = {name: value for name, value in chosen.items() if name not in ID}
            return self._numbered(chosen)
        elif self._aligns(row):
            self._say("rows without ids")
            return self._numbered(chosen)
        return chosen

    def _aligns(self, row: Mapping[str, Any]) -> bool:
        """Whether a row has a prediction and nothing else, as the first one of the file has."""
        bare = len(row) == 1 and bool(set(ANSWERS) & row.keys())
        return bare and (self.in_order or self._rows == 1)

    def _known_answer(self, row: dict[str, Any]) -> dict[str, Any]:
        """Move a list out of a column of text, and say which column counts if it is unusual."""
        if "items" in row:
            return {n: v for n, v in row.items() if n in _DOCUMENTED or n not in ANSWERS}
        given = [name for name in ANSWERS if name in row and not is_missing(row[name])]
        if len(given) != 1:
            return row
        name = given[0]
        if name not in _DOCUMENTED:
            self._say(f"predictions from the column {name!r}")
        if isinstance(row[name], list) and name != "raw":
            return {n: v for n, v in row.items() if n not in ANSWERS} | _answer(row[name], name)
        return row

    def _cell(self, value: Any) -> Any:
        is_word = self.is_text_table and isinstance(value, str) and value.strip() in MISSING
        return None if is_word else value

    def _numbered(self, row: dict[str, Any]) -> dict[str, Any]:
        if "article" in row:
            self.in_order = self.in_order or str(row["article"]).startswith(POSITION)
            return row
        self.in_order = self.counted = True
        return {**row, "article": f"{POSITION}{self._rows - 1}"}

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _answer(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, list):
        return {name: value}
    found = strings_of(value)
    return {"items": value if found is None else found}


def _other_spellings(row: Mapping[str, Any]) -> dict[str, str]:
    """The columns whose name is a known one in capitals or with spaces around it."""
    known = (*ID, *ANSWERS)
    plain = {name: name.strip().casefold() for name in row}
    return {
        own: name
        for own, name in plain.items()
        if own != name and name in known and list(plain.values()).count(name) == 1
    }


def _as_items(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its text as a single item."""
    given = [name for name in ANSWERS if not is_missing(row.get(name))]
    if len(given) != 1 or not isinstance(text := row[given[0]], str):
        return row
    items = [text.strip()] if text.strip() else []
    return {n: v for n, v in row.items() if n not in ANSWERS} | {"items": items}


def without_answer(row: Mapping[str, Any]) -> str:
    """What to do about a row whose columns include no known name of predictions."""
    columns = [name for name in row if name not in (*ID, *SYSTEMS, *_STATE)]
    guess = nearest(columns, ANSWERS)
    hint = f"if they are in {guess!r}: {OPTION} prediction={guess}" if guess else ""
    texts = [n for n in columns if isinstance(row[n], str | list) and "," not in n and n]
    one = next((name for name in SINGLE_ITEM if name in columns), None)
    if one:
        own = next((name for name in ID if name in row), "COLUMN")
        hint = f"if each row is one item of an article: --group-by {own}"
    elif len(texts) > 1:
        wide = f"if each column is a system: {OPTION} {','.join(texts[:_SHOWN])}"
        hint = f"{hint}; {wide}" if hint else wide
    hint = hint or f"name the column with {OPTION} prediction=COLUMN"
    return f"its columns are {listed(row)}; {hint}"


def without_id(row: Mapping[str, Any]) -> str:
    """What to do about a row whose columns include no known name of ids."""
    guess = nearest(list(row), _ID_WORDS)
    answer = ""
    if not set(ANSWERS) & row.keys():
        columns = [name for name in row if name != guess]
        answer = f",prediction={nearest(columns, ANSWERS) or 'COLUMN'}"
    if guess:
        there = f"{OPTION} article={guess}{answer} reads the ids from there"
        return f"its columns are {listed(row)}; {there}"
    return (
        f"its columns are {listed(row)}; {OPTION} article=COLUMN{answer} names that of the ids,"
        f" and {OPTION} article={answer} aligns the rows with the articles by order"
    )


def repeated_remedy(row: Mapping[str, Any], id_column: str) -> str:
    """What to do about a second row of the same article."""
    tells_apart = next((name for name in _APART if value_at(row, name) is not None), "COLUMN")
    return (
        f"if each row is one item: --group-by {id_column}; if a column tells systems or samples"
        f" apart: {OPTION} system={tells_apart}"
    )


def nearest(columns: Sequence[str], known: Sequence[str]) -> str | None:
    """The column whose name resembles a known one most; None if none does."""
    by_name = {column.casefold(): column for column in columns}
    for name in known:
        close = get_close_matches(name, by_name, n=1, cutoff=0.8)
        if close:
            return by_name[close[0]]
    for column in columns:
        words = column.casefold().replace("-", "_").replace(" ", "_").replace(".", "_").split("_")
        if any(name in words or f"{name}s" in words for name in known):
            return column
    return None


def listed(columns: Iterable[str]) -> str:
    """The names of columns for a message; "none" without any."""
    names = [repr(shortened(name)) for name in columns]
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "") or "none"


def _missing(row: Mapping[str, Any], column: str) -> str | None:
    head = column.partition(".")[0]
    if column in row or head in row:
        return None
    line = unknown_name("column", column, row)
    return line if "; available: " in line else f"{line} (its columns are {listed(row)})"


def _check_id(value: Any, column: str) -> None:
    if is_missing(value) or (isinstance(value, str) and not value.strip()):
        raise ValueError(f"{column}: missing; every row needs the id of its article")


def _only(row: Mapping[str, Any], names: Sequence[str]) -> str | None:
    found = [name for name in names if name in row]
    return found[0] if len(found) == 1 else None


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
