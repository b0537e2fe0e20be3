"""Converts table rows to articles: renames columns, splits strings, groups rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bench.article import Article
from bench.data.article_rows import checked_article
from bench.data.drafts import Draft, DraftReader
from bench.data.problems import raise_problems
from bench.data.shape import Shape, TableRow
from bench.errors import DataError

NO_ROWS = "no article rows; write a row for each article, with `id`, `text` and the references"
"""The message for a file without rows."""


def read_articles(
    rows: Iterable[TableRow],
    shape: Shape,
    name: str,
    *,
    limit: int | None = None,
    hasty: bool = False,
) -> tuple[list[Article], list[str]]:
    """Convert a table to checked articles, with a note for each kind of repair.

    Args:
        rows: the rows, in order.
        shape: how to convert them.
        name: the name of the table, for the ids of rows without one: ``name-1``, ``name-2``, ...
        limit: use only the first ``limit`` articles; later rows are not checked.
        hasty: stop at the first row of an article over the limit, even though later rows may have
            further questions for earlier articles.

    Raises:
        ConfigError: the shape names a missing column.
        DataError: no rows, or invalid rows; one line for each fault, with the location.
    """
    reader = DraftReader(shape, name)
    if shape.group_by:
        drafts = reader.grouped(rows, shape.group_by, limit if hasty else None)
    else:
        drafts = reader.drafts(rows)
    articles = _checked(drafts, limit, shape.columns.get("id"))
    if not articles:
        raise DataError(f"{name}: {NO_ROWS}")
    return articles, reader.notes()


def _checked(drafts: Iterator[Draft], limit: int | None, id_column: str | None) -> list[Article]:
    articles: list[Article] = []
    problems: list[str] = []
    location_of: dict[str, str] = {}
    for draft in drafts:
        if draft.problems:
            problems.extend(draft.problems)
            continue
        try:
            article = checked_article(draft.values, id_column)
        except DataError as error:
            problems.extend(f"{draft.location}: {problem}" for problem in error.problems)
            continue
        if article.id in location_of:
            problems.append(
                f"{draft.location}: duplicate id {article.id!r} (first at"
                f" {location_of[article.id]}); if each row is one question: --group-by"
                f" {id_column or 'id'}; else --columns id= numbers the articles"
            )
        location_of.setdefault(article.id, draft.location)
        articles.append(article)
        if len(articles) == limit:
            break
    raise_problems(problems)
    return articles
