"""Finds the files of a split in a folder: one file, or numbered shards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from bench.data.tables import ending, stem
from bench.display import count
from bench.errors import DataError, listing

# More digits, such as those of a date, are part of the name.
_SHARD = re.compile(r"(?P<split>.+?)[-_.](?P<number>\d{1,6})(?:-of-(?P<total>\d{1,6}))?")
_PARTS = ("data",)  # folders in which the hub keeps the files of a dataset


def split_files(folder: Path, split: str) -> list[Path]:
    """The files of a split, in order.

    They are ``test.jsonl``, shards such as ``test-00000-of-00002.parquet``, or all files in a
    folder that is named after the split; each may be inside a folder ``data``.

    Raises:
        DataError: no such file, more than one, or a shard is missing.
    """
    for place in (folder, *(folder / part for part in _PARTS)):
        names = [file.name for file in place.iterdir() if file.is_file()] if place.is_dir() else []
        if found := _shards(str(place), names, split):
            return [place / name for name in found]
        inner = place / split
        if inner.is_dir() and not any(stem(PurePath(name)) == split for name in names):
            files = sorted(file for file in inner.iterdir() if file.is_file() and ending(file))
            if files:
                return files
    names = [file.name for file in folder.iterdir() if file.is_file()]
    if any(name.endswith(".arrow") for name in names) or "dataset_dict.json" in names:
        raise DataError(
            f"{folder}: was written by save_to_disk; write it as JSON lines, for example with"
            f' load_from_disk(FOLDER)["{split}"].to_json("{split}.jsonl")'
        )
    return [folder / of_split(str(folder), names, split)]


def only_file(folder: str, names: Sequence[str], split: str) -> str:
    """The name of a split's file in a folder behind a URL, where shards are not read.

    Raises:
        DataError: the split is sharded, has no file, or more than one.
    """
    if shards := _shards(folder, names, split):
        raise DataError(
            f"{folder}: split {split!r} is in {count(len(shards), 'shard')} ({shards[0]}), and"
            " shards are read only from a local folder; copy the folder to this machine and give"
            " its path, or name one file"
        )
    return of_split(folder, names, split)


def of_split(folder: str, names: Sequence[str], split: str) -> str:
    """The name of a split's file among the names in a folder.

    Raises:
        DataError: no such file, or more than one.
    """
    files = [file for file in map(PurePath, sorted(names)) if ending(file)]
    found = [file.name for file in files if stem(file) == split]
    if not found:
        splits = listing(sorted({_split_of(file) for file in files})) or "none"
        raise DataError(f"{folder}: no split {split!r} ({split}.jsonl); available: {splits}")
    if len(found) > 1:
        names_found = ", ".join(found)
        raise DataError(
            f"{folder}: several files for split {split!r}: {names_found}; name the file"
        )
    return found[0]


def _shards(folder: str, names: Sequence[str], split: str) -> list[str]:
    """The shards of a split in order; none if it is a single file.

    Raises:
        DataError: a shard is missing, or the split has a file as well.
    """
    numbered: dict[int, str] = {}
    total: str | None = None
    for name in sorted(names):
        match = _SHARD.fullmatch(stem(PurePath(name))) if ending(PurePath(name)) else None
        if not match or match["split"] != split:
            continue
        if int(match["number"]) in numbered or (total is not None and match["total"] != total):
            raise DataError(f"{folder}: several sets of shards for split {split!r}; name the file")
        numbered[int(match["number"])], total = name, match["total"]
    if not numbered:
        return []
    if any(stem(PurePath(name)) == split and ending(PurePath(name)) for name in names):
        raise DataError(f"{folder}: a file and shards for split {split!r}; name the file")
    first = 0 if 0 in numbered or total is not None else min(numbered)
    wanted = range(first, first + (int(total) if total else max(numbered) - first + 1))
    missing = len(wanted) - sum(number in wanted for number in numbered)
    if total and missing == 1 and 0 not in numbered and int(total) in numbered:
        missing = 0  # numbered from 1
    if missing:
        absent = next(number for number in wanted if number not in numbered)
        raise DataError(
            f"{folder}: {count(missing, 'shard')} of split {split!r} missing (the first:"
            f" number {absent}); copy the folder again"
        )
    return [numbered[number] for number in sorted(numbered)]


def _split_of(file: PurePath) -> str:
    match = _SHARD.fullmatch(stem(file))
    return match["split"] if match and match["total"] else stem(file)
