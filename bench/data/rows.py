"""Article rows in JSON lines: one article a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from pydantic import ValidationError

from bench.article import Article
from bench.data.shipped import shipped_datasets
from bench.errors import DataError, UnknownNameError, unknown_name

_REPORTED = 20  # faults shown of a broken file; the rest are counted


@dataclass(frozen=True)
class Dataset(Sequence[Article]):
    """Articles in a fixed order, under a name."""

    name: str
    articles: tuple[Article, ...]

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


def load_dataset(spec: str | Path, *, split: str = "test", limit: int | None = None) -> Dataset:
    """Load articles from a file, a folder, or a data set that travels with the package.

    Args:
        spec: a ``.jsonl`` file, a folder that holds ``<split>.jsonl``, or a shipped name.
        split: which file of a folder.
        limit: only so many articles, the first ones.

    Raises:
        UnknownNameError: there is no such file, folder or name.
        DataError: the file is broken; one line for each fault.
    """
    path = Path(spec)
    if not path.exists():
        known = shipped_datasets()
        if str(spec) not in known:
            line = unknown_name("dataset", str(spec), known)
            raise UnknownNameError(f"{line} (nor is there a file or folder of that name)")
        path = known[str(spec)]
    file = path / f"{split}.jsonl" if path.is_dir() else path
    if not file.is_file():
        found = ", ".join(sorted(p.stem for p in path.glob("*.jsonl"))) or "none"
        raise DataError(f"{path}: no split {split!r} ({file.name}); splits there: {found}")
    articles = read_rows(file)[:limit]
    name = file.parent.resolve().name if file.stem == split else file.stem
    return Dataset(name=name, articles=tuple(articles))


def read_rows(file: Path) -> list[Article]:
    """The articles of a JSON-lines file, all checked.

    Raises:
        DataError: unreadable, not UTF-8, empty, not JSON, not an article row, or an id twice; one
            line for each fault, naming file and line.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: byte {error.start} is not UTF-8; convert the file") from error
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
    if problems:
        more = len(problems) - _REPORTED
        raise DataError(problems[:_REPORTED] + ([f"... and {more} more"] if more > 0 else []))
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
    if not isinstance(row, dict):
        raise DataError(f"an article row is a JSON object, not {type(row).__name__}")
    try:
        return Article.model_validate(row)
    except ValidationError as error:
        raise DataError(
            f"{'.'.join(map(str, fault['loc'])) or 'row'}: {fault['msg'].lower()}"
            for fault in error.errors()
        ) from error


def to_lines(articles: Iterable[Article]) -> str:
    """The rows as they are written to a file, one a line."""
    return "".join(json.dumps(a.to_row(), ensure_ascii=False) + "\n" for a in articles)
