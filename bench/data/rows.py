"""Articles from a file, a folder, the package or the hub; article rows in JSON lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from bench.article import Article
from bench.data.columns import Shape, checked_article, raise_problems, read_articles
from bench.data.hub import hub_rows
from bench.data.presets import PRESETS, Preset
from bench.data.shipped import shipped_datasets
from bench.data.tables import ending, read_table, read_text, stem
from bench.errors import DataError, UnknownNameError, unknown_name

_HUB = "hf://datasets/"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Dataset(Sequence[Article]):
    """Articles in a fixed order, under a name, and a note for each thing mended in reading them."""

    name: str
    articles: tuple[Article, ...]
    notes: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        return self.articles[index]

    def __len__(self) -> int:
        return len(self.articles)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content: the same for any order of the rows and any formatting."""
        digests = "\n".join(sorted(article.digest() for article in self.articles))
        return f"sha256:{hashlib.sha256(digests.encode()).hexdigest()}"


def load_dataset(  # noqa: PLR0913
    spec: str | Path,
    *,
    split: str | None = None,
    limit: int | None = None,
    columns: Mapping[str, str] | None = None,
    group_by: str | None = None,
    preset: str | None = None,
    subset: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
) -> Dataset:
    """Load articles from a file, a folder, the package or the hub.

    Args:
        spec: a file of rows (JSON lines, JSON, CSV, TSV or Parquet), a folder that holds one named
            after the split, a shipped name, a preset, or ``owner/name`` of a hub data set.
        split: which part; the preset's, or ``test``, if not given.
        limit: only so many articles, the first ones.
        columns: article field to the column it is read from, over what the preset says.
        group_by: the column whose distinct values are the articles, where a row is one question;
            "" for none although the preset has one.
        preset: read the rows as those of this well-known data set are read.
        subset: the configuration of a hub data set.
        revision: its branch, tag or commit.
        streaming: fetch only as many of its rows as are needed.

    Raises:
        UnknownNameError: there is no such file, folder, name or preset.
        ConfigError: a column or article field that is not there, or a library that is missing.
        DataError: the rows cannot be had or used; one line for each fault.
    """
    path = _local(spec)
    named = PRESETS.get(str(spec)) if path is None else None
    chosen = named if preset is None else _preset(preset)
    split = split or (chosen.split if chosen else "test")
    columns = columns or {}
    shape = chosen.shape(columns, group_by) if chosen else Shape(columns, group_by or None)
    if path is None:
        repository = named.hub if named else str(spec).removeprefix(_HUB)
        rows = hub_rows(
            repository,
            split=split,
            subset=subset or (named.subset if named else None),
            revision=revision or (named.revision if named else None),
            streaming=streaming,
        )
        name = str(spec) if named else repository
        articles, notes = read_articles(
            rows, shape, name.rpartition("/")[2], limit=limit, hasty=streaming
        )
        return Dataset(name, tuple(articles), tuple(notes))
    file = _file(path, split)
    name = file.parent.resolve().name if stem(file) == split else stem(file)
    if ending(file) in {".jsonl", ".jsonl.gz"} and shape == Shape():
        return Dataset(name, tuple(read_rows(file)[:limit]))
    articles, notes = read_articles(read_table(file), shape, stem(file), limit=limit)
    return Dataset(name, tuple(articles), tuple(notes))


def _local(spec: str | Path) -> Path | None:
    """The file or folder of a data set, None for one of the hub.

    A name like a path into a folder that is here, or like a file of rows, is no name on the hub.

    Raises:
        UnknownNameError: neither.
    """
    path = Path(spec)
    shipped = shipped_datasets()
    if path.exists():
        return path
    if str(spec) in shipped:
        return shipped[str(spec)]
    if isinstance(spec, str):
        bare = spec.removeprefix(_HUB)
        meant = bare != spec or not (ending(path) or path.parent.is_dir())
        if spec in PRESETS or (meant and _HUB_NAME.fullmatch(bare)):
            return None
    line = unknown_name("dataset", str(spec), [*shipped, *PRESETS])
    raise UnknownNameError(f"{line} (nor is there a file or folder of that name)")


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UnknownNameError(unknown_name("preset", name, PRESETS))
    return PRESETS[name]


def _file(path: Path, split: str) -> Path:
    """The file of a split in a folder, or the file itself.

    Raises:
        DataError: there is none, or several.
    """
    if not path.is_dir():
        return path
    files = [file for file in sorted(path.iterdir()) if ending(file) and file.is_file()]
    found = [file for file in files if stem(file) == split]
    if not found:
        splits = ", ".join(sorted({stem(file) for file in files})) or "none"
        raise DataError(f"{path}: no split {split!r} ({split}.jsonl); splits there: {splits}")
    if len(found) > 1:
        names = ", ".join(file.name for file in found)
        raise DataError(f"{path}: split {split!r} is there several times: {names}; name the file")
    return found[0]


def read_rows(file: Path) -> list[Article]:
    """The articles of a JSON-lines file, all checked.

    Raises:
        DataError: unreadable, not UTF-8, empty, not JSON, not an article row, or an id twice; one
            line for each fault, naming file and line.
    """
    lines = read_text(file).split("\n")
    articles: list[Article] = []
    problems: list[str] = []
    first_line_of: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            article = parse_row(line)
        except DataError as error:
            problems.extend(f"{file}:{number}: {problem}" for problem in error.problems)
            continue
        if article.id in first_line_of:
            earlier = first_line_of[article.id]
            problems.append(f"{file}:{number}: id {article.id!r} stands in line {earlier} already")
        first_line_of.setdefault(article.id, number)
        articles.append(article)
    raise_problems(problems)
    if not articles:
        raise DataError(f"{file}: no article rows in it")
    return articles


def parse_row(line: str) -> Article:
    """One article from one line of JSON.

    Raises:
        DataError: one line for each fault, without a place.
    """
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"JSON that nobody can read: {error}") from error
    return checked_article(row)


def to_lines(articles: Iterable[Article]) -> str:
    """The rows as they are written to a file, one a line."""
    return "".join(json.dumps(a.to_row(), ensure_ascii=False) + "\n" for a in articles)
