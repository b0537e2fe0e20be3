"""A part of a dataset, for runs that share the work: the second of five shards, for example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from bench.article import Article
from bench.data.stored import StoredArticles
from bench.data.working_copy import PackedArticle


class ShardArticles(Sequence[Article]):
    """The articles from one index to another, read on demand.

    Args:
        articles: all articles.
        start: the index of the first.
        stop: the index after the last.
    """

    def __init__(self, articles: Sequence[Article], start: int, stop: int) -> None:
        self._articles, self._range = articles, range(start, stop)

    def __len__(self) -> int:
        return len(self._range)

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(index, slice):
            return tuple(self._articles[one] for one in self._range[index])
        return self._articles[self._range[index]]

    def __iter__(self) -> Iterator[Article]:
        return islice(iter(self._articles), self._range.start, self._range.stop)

    def packed(self) -> Iterator[PackedArticle | Article]:
        """The articles in the form in which they are stored."""
        if isinstance(self._articles, StoredArticles):
            return islice(self._articles.packed(), self._range.start, self._range.stop)
        return iter(self)


def bounds(articles: int, number: int, count: int) -> tuple[int, int]:
    """The first index of a shard and the one after its last; shards differ by at most one article.

    Args:
        articles: the number of articles.
        number: the number of the shard, from 1 on.
        count: the number of shards.
    """
    return articles * (number - 1) // count, articles * number // count
