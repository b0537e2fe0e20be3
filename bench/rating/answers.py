"""Checks returned sheets against the keys of a run. All faults of all files are found together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property

from bench.data.ratings import Choice
from bench.display import count
from bench.errors import shortened
from bench.rating.key import ItemEntry, PairEntry, SheetKey, rubric_digest
from bench.rating.returned import (
    COMMENT,
    ID,
    ITEM,
    LISTS,
    RATER,
    SHOWN,
    ReturnedFile,
    ReturnedRow,
    normalized_column,
    plain_id,
)
from bench.rating.values import same_name, typed_choice, typed_comment, typed_name, typed_value

Entry = ItemEntry | PairEntry
_ALIKE = 0.6  # of two texts, from which one may be an edited copy of the other
_COMPARED = 300  # characters of a text
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class RaterAnswer:
    """An answer of a rater to one criterion for one entry.

    Attributes:
        location: where it stands, for messages.
        rater: the name of the rater.
        key: the key of the sheet.
        entry: what was rated.
        dimension: the criterion.
        value: the value for an item; the choice for a pair.
        comment: what the rater wrote beside it.
    """

    location: str
    rater: str
    key: SheetKey
    entry: Entry
    dimension: str
    value: int | Choice
    comment: str | None = None


@dataclass
class CheckedFile:
    """What is in a returned sheet.

    Attributes:
        answers: the answers that are valid.
        problems: a line for each fault.
        notes: what was ignored or unusual.
        rows: rows with at least one answer.
        partial: rows with some criteria answered, but not all.
        untouched: rows without any.
    """

    answers: list[RaterAnswer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    partial: int = 0
    untouched: int = 0


@dataclass(frozen=True)
class Keyring:
    """The keys of a run, and the texts of their entries.

    Attributes:
        run: the run directory, for messages.
        keys: by sheet.
        texts: by id, the lists that the sheet shows; without those of changed predictions.
    """

    run: str
    keys: Mapping[str, SheetKey]
    texts: Mapping[str, Sequence[Sequence[str]]]

    def entry(self, identifier: str) -> tuple[SheetKey, Entry] | None:
        """The entry with an id."""
        return self._entries.get(identifier)

    @cached_property
    def _entries(self) -> Mapping[str, tuple[SheetKey, Entry]]:
        return {entry.id: (key, entry) for key in self.keys.values() for entry in key.entries}

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of every text on a sheet."""
        lists = (items for own in self.texts.values() for items in own)
        return frozenset(_words(" ".join(items)) for items in lists)


def checked(file: ReturnedFile, keyring: Keyring, rater: str | None = None) -> CheckedFile:
    """Check a returned sheet.

    Args:
        file: the sheet.
        keyring: the keys of the run.
        rater: the name of the rater of rows that have none.
    """
    found = CheckedFile(notes=list(file.notes))
    located = list(_located(file, keyring, found))
    keys = {key.sheet: key for _, key, _ in located}
    criteria = {normalized_column(name) for key in keys.values() for name in key.criteria}
    found.problems += _rubric_problems(file, keys)
    if located:
        _check_columns(file, criteria, found)
    names = _names(file, rater, found)
    for row, key, entry in located:
        found.problems += _text_problems(row, entry, keyring)
        answers = list(_values(row, key, found))
        comment = row.cells.get(COMMENT)
        if not answers:
            found.untouched += 1
            if comment:
                found.notes.append(f"{row.location}: a comment without a rating is not kept")
            continue
        found.rows += 1
        found.partial += len(answers) < len(key.criteria)
        name = _name_of(file, row, names, found)
        if name is None:
            continue
        kept = typed_comment(comment) if comment else None
        found.answers += [
            RaterAnswer(row.location, name, key, entry, dimension, value, kept)
            for dimension, value in answers
        ]
    return found


def _located(
    file: ReturnedFile, keyring: Keyring, found: CheckedFile
) -> Iterator[tuple[ReturnedRow, SheetKey, Entry]]:
    """The rows with the entries that their ids name."""
    foreign: Counter[str] = Counter()
    filled_in = {RATER, ID, *SHOWN}
    for row in file.rows:
        identifier = plain_id(row.cells.get(ID, ""))
        if not identifier:
            if row.cells.keys() - filled_in:
                found.problems.append(
                    f"{row.location}: has no id; restore the id from the original sheet, or delete"
                    " the row"
                )
            continue
        known = keyring.entry(identifier)
        if known:
            yield row, *known
        elif identifier.partition("-")[0] in keyring.keys:
            found.problems.append(
                f"{row.location}: unknown id {shortened(identifier)!r}; restore it from the"
                " original sheet"
            )
        else:
            foreign[identifier.partition("-")[0]] += 1
    for sheet, rows in foreign.items():
        made = ", ".join(sorted(keyring.keys)) or "none"
        found.problems.append(
            f"{file.name}: {count(rows, 'row')} of sheet {shortened(sheet)!r}, which was not made"
            f" from {keyring.run} (its sheets: {made}); import it into the run that it was made"
            " from"
        )


def _rubric_problems(file: ReturnedFile, keys: Mapping[str, SheetKey]) -> Iterator[str]:
    for key in keys.values():
        if file.rubric not in (None, rubric_digest(key.criteria)):
            yield (
                f"{file.name}: was rated by other criteria than those of sheet {key.sheet}"
                f" ({', '.join(key.criteria)}); rate the current sheet"
            )


def _check_columns(file: ReturnedFile, criteria: set[str], found: CheckedFile) -> None:
    known = {RATER, ID, COMMENT, *SHOWN, *criteria}
    present = set(file.columns)
    missing = sorted(criteria - present)
    filled = {column for row in file.rows for column in row.cells}
    for column in sorted(present - known):
        close = get_close_matches(column, missing, n=1, cutoff=0.75)
        if close:
            found.problems.append(
                f"{file.name}: unknown column {shortened(column)!r}; did you mean {close[0]!r}?"
            )
            missing.remove(close[0])
        elif column in filled:
            found.notes.append(f"{file.name}: column {shortened(column)!r} is ignored")
    if len(missing) == len(criteria):
        found.problems.append(
            f"{file.name}: has none of the columns {', '.join(missing)}; restore the first row of"
            " the sheet"
        )
    elif missing and file.rubric is None:
        found.notes.append(f"{file.name}: has no column {', '.join(missing)}: not rated by it")


def _names(file: ReturnedFile, rater: str | None, found: CheckedFile) -> dict[str, str]:
    """The names of raters in a file by their cells; under "" that of rows without a name."""
    names: dict[str, str] = {}
    for row in file.rows:
        cell = row.cells.get(RATER, "")
        if cell and cell not in names:
            try:
                names[cell] = typed_name(cell)
            except ValueError as error:
                found.problems.append(f"{row.location}: rater: {error}")
                names[cell] = ""
    spellings = {same_name(name) for name in names.values()}
    if len(spellings) == 1:
        names[""] = next(iter(names.values()))
    elif rater is not None and not names:
        names[""] = rater
    return names


def _name_of(
    file: ReturnedFile, row: ReturnedRow, names: Mapping[str, str], found: CheckedFile
) -> str | None:
    """The name of the rater of a row; None with a problem where it is not known."""
    name = names.get(row.cells.get(RATER, ""))
    if name is None:
        problem = (
            f"{row.location}: has no rater, and the file names several; write the name into the"
            " column `rater`"
            if names
            else f"{file.name}: no row names its rater; write a name into the first row of the"
            " column `rater`, or use --rater NAME"
        )
        if problem not in found.problems:
            found.problems.append(problem)
    return name or None


def _values(
    row: ReturnedRow, key: SheetKey, found: CheckedFile
) -> Iterator[tuple[str, int | Choice]]:
    for name, criterion in key.criteria.items():
        text = row.cells.get(normalized_column(name))
        if text is None:
            continue
        try:
            yield name, typed_choice(text) if key.mode == "pairs" else typed_value(text, criterion)
        except ValueError as error:
            found.problems.append(f"{row.location}: {name}: {error}")


def _text_problems(row: ReturnedRow, entry: Entry, keyring: Keyring) -> Iterator[str]:
    """Whether a row shows the text of its id: rows and columns may have been sorted apart."""
    columns = LISTS if isinstance(entry, PairEntry) else (ITEM,)
    shown = keyring.texts.get(entry.id, [()] * len(columns))
    for column, items in zip(columns, shown, strict=True):
        typed, wanted = _words(row.cells.get(column, "")), _words(" ".join(items))
        if not typed or not wanted or typed == wanted:
            continue
        alike = SequenceMatcher(None, typed, wanted, autojunk=False).ratio() >= _ALIKE
        if typed in keyring.words or not alike:
            yield (
                f"{row.location}: the {column.replace('_', ' ')} is not that of id {entry.id}: the"
                " column was sorted apart from the others, or edited; copy the ratings into the"
                " original sheet"
            )


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))[:_COMPARED]
