"""The key of rating sheets: which model wrote what has which id.

It stays in the run directory, in ``ratings/keys/SHEET.json``; raters never see it. It holds no
text: an item is found in the predictions, whose digests show whether they have changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bench.data.files import write_atomic
from bench.errors import RunDirectoryError, UnknownNameError
from bench.raters.rubric import Criteria, Rubric
from bench.runs.strict_json import read_json, regular
from bench.strict_model import StrictModel
from bench.tasks import TaskName
from bench.validation import plain_reason

KEYS = "ratings/keys"
LETTERS = "bcdfghjkmnpqrstvwxz"
"""The letters of ids: without vowels there are no words, and without digits no numbers or dates."""
SHEET_LETTERS, ENTRY_LETTERS = 6, 8
_Mode = Literal["items", "pairs"]
_Id = Annotated[str, Field(pattern=rf"^[{LETTERS}]{{{SHEET_LETTERS}}}-[{LETTERS}]+$")]
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class ItemSource(StrictModel):
    """One item of the list of a model."""

    model: _Name
    index: Annotated[int, Field(ge=0)]
    sample: Annotated[int, Field(ge=0)] = 0


class ItemEntry(StrictModel):
    """An item to rate, and every model that wrote it for the article."""

    id: _Id
    article: str
    digest: _Digest
    """Of the text of the item."""
    sources: Annotated[tuple[ItemSource, ...], Field(min_length=1)]


class PairEntry(StrictModel):
    """Two lists to compare."""

    id: _Id
    article: str
    first: _Name
    second: _Name
    first_digest: _Digest
    second_digest: _Digest


class SheetKey(StrictModel):
    """The key of a set of sheets, one for each rater."""

    format: Literal["qgbench-sheet-key"] = "qgbench-sheet-key"
    version: Literal[1] = 1
    sheet: Annotated[str, Field(pattern=rf"^[{LETTERS}]{{{SHEET_LETTERS}}}$")]
    task: TaskName
    mode: _Mode
    seed: int
    models: tuple[_Name, ...]
    rubric: Rubric
    names: Annotated[tuple[str, ...], Field(min_length=1)]
    """The names of the criteria that are rated."""
    items: tuple[ItemEntry, ...] = ()
    pairs: tuple[PairEntry, ...] = ()
    raters: tuple[tuple[str, ...], ...]
    """The ids on the sheet of each rater, in order."""

    @property
    def criteria(self) -> Criteria:
        """The criteria that are rated, by name."""
        return self.rubric.criteria(self.task, self.names)

    @property
    def entries(self) -> Sequence[ItemEntry | PairEntry]:
        """What is rated."""
        return self.items or self.pairs


def digest_of_text(text: str) -> str:
    """The digest of an item."""
    return hashlib.sha256(text.encode()).hexdigest()


def rubric_digest(criteria: Criteria) -> str:
    """A short digest of criteria: names, questions and scales."""
    record = {
        name: [one.ask, sorted((value, told) for value, told in one.scale.items())]
        for name, one in criteria.items()
    }
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:12]


def write_key(directory: Path, key: SheetKey) -> Path:
    """Write the key of sheets into a run directory.

    Raises:
        RunDirectoryError: the folder of keys is a link.
        OSError: it cannot be written.
    """
    file = directory / KEYS / f"{key.sheet}.json"
    for folder in (file.parent.parent, file.parent, file):
        if folder.is_symlink():
            raise RunDirectoryError(
                f"{folder}: is a link, and the key would be written where it leads to; delete it"
            )
    write_atomic(file, key.model_dump_json(indent=1) + "\n")
    return file


def read_keys(directory: Path) -> dict[str, SheetKey]:
    """The keys in a run directory, by sheet.

    Raises:
        RunDirectoryError: one cannot be read.
    """
    folder = directory / KEYS
    if not folder.is_dir():
        return {}
    found = {}
    for file in sorted(folder.glob("*.json")):
        _, record = read_json(regular(file, directory), directory)
        try:
            key = SheetKey.model_validate(record)
            _ = key.criteria
        except ValidationError as error:
            fault = error.errors()[0]
            name = ".".join(map(str, fault["loc"]))
            raise _unusable(file, f"{name}: {plain_reason(fault)}") from error
        except UnknownNameError as error:
            raise _unusable(file, str(error)) from error
        if file.stem != key.sheet:
            raise _unusable(file, f"is the key of sheet {key.sheet}")
        found[key.sheet] = key
    return found


def _unusable(file: Path, reason: str) -> RunDirectoryError:
    return RunDirectoryError(
        f"{file}: not a key of rating sheets: {reason}; restore the file, or delete it (its sheets"
        " can then no longer be imported)"
    )
