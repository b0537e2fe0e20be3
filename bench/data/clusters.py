"""Finds the articles that belong together: by the labels of the dataset, or by identical texts.

One pass, 33 bytes an article: labels, texts and ids are kept as 64-bit hashes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bench.article import Article
from bench.text.words import label_of_text

SAME_TEXT = "identical texts"
"""What the clusters are made by where the dataset has no labels."""

_SHOWN = 5  # ids of articles in a remark
_FEW_SOURCES = 10
_DOMINANT = 1 / 3  # of the articles

Hashes = NDArray[np.uint64]
Kind = Literal["unlabelled", "one", "apart", "same_text", "sources"]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which articles of a dataset belong together. A single article counts as a cluster.

    Attributes:
        by: the column of the labels, or ``SAME_TEXT``.
        count: the number of clusters.
        unlabelled: the number of articles without a label, each a cluster of its own.
        in_tasks: by task, the number of clusters among the articles with references.
        members: hashes of the ids of the articles in clusters, sorted.
        units: hashes of the labels of their clusters.
    """

    by: str
    count: int
    unlabelled: int
    in_tasks: Mapping[str, int]
    members: Hashes
    units: Hashes

    def of(self, articles: Sequence[str]) -> Hashes:
        """A number for the cluster of each article, by id; equal ones belong together."""
        ids = np.array([_hash("article", article) for article in articles], np.uint64)
        rows = np.searchsorted(self.members, ids) % len(self.members)
        return np.where(self.members[rows] == ids, self.units[rows], ids)

    def label(self, article: Article) -> str | None:
        """The label of an article's cluster, if it has one."""
        if self.by != SAME_TEXT or article.cluster:
            return article.cluster or None
        return label_of_text(article.text) if self.holds(article.id) else None

    def holds(self, article: str) -> bool:
        """Whether the article of an id is in a cluster."""
        own = np.uint64(_hash("article", article))
        row = int(np.searchsorted(self.members, own)) % len(self.members)
        return bool(self.members[row] == own)


@dataclass(frozen=True)
class Remark:
    """What is to be said about the clusters of a dataset.

    Attributes:
        kind: what it is about.
        count: the number of articles, or of sources.
        message: the rest of the sentence.
        articles: ids of the first articles concerned.
        repeats: for articles with the text of an earlier one, the ids of these.
    """

    kind: Kind
    count: int
    message: str
    articles: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()

    def note(self, dataset: str) -> str:
        """The remark as one line."""
        example = ""
        if self.repeats:
            example = f" (e.g. {self.articles[0]!r} that of {self.repeats[0]!r})"
        elif self.articles:
            example = f" (e.g. {self.articles[0]!r})"
        message = self.message
        if self.count == 1:
            message = message.replace("articles", "article", 1)
        return f"{dataset}: {self.count:,} {message}{example}"


class ClusterFinder:
    """Collects the labels, texts and sources of articles, one article at a time.

    Args:
        by: the column that the labels come from.
    """

    def __init__(self, by: str = "cluster") -> None:
        self._by = by
        self._ids, self._labels = array("Q"), array("Q")
        self._texts, self._sources = array("Q"), array("Q")
        self._has_labels = False
        self._tasks: dict[str, bytearray] = {}

    def add(
        self, article: Article, tasks: Iterable[str] = (), text_label: str | None = None
    ) -> None:
        """Add an article.

        Args:
            article: the article.
            tasks: those that it has references for.
            text_label: the label of its text, if the text itself is not there.
        """
        count = len(self._ids)
        self._ids.append(_hash("article", article.id))
        self._labels.append(_hash("label", article.cluster) if article.cluster else 0)
        self._has_labels = self._has_labels or bool(article.cluster)
        text = None if self._has_labels else text_label or label_of_text(article.text)
        self._texts.append(_hash("label", text) if text else 0)
        self._sources.append(_hash("source", article.source) if article.source.strip() else 0)
        for task in tasks:
            marks = self._tasks.setdefault(task, bytearray())
            marks.extend(bytes(count - len(marks)))
            marks.append(1)

    @property
    def has_labels(self) -> bool:
        """Whether any article has a label."""
        return self._has_labels

    def clusters(self) -> Clusters | None:
        """The clusters; None if every article is one of its own."""
        ids, labels = _numbers(self._ids), self._shared_labels()
        members = np.flatnonzero(labels)
        units = np.where(labels > 0, labels, ids)
        count = len(np.unique(units))
        if count == len(ids):
            return None
        in_tasks = {
            task: len(np.unique(units[: len(marks)][np.frombuffer(marks, np.bool_)]))
            for task, marks in self._tasks.items()
        }
        order = members[np.argsort(ids[members])]
        declared = self._has_labels
        by = self._by if declared else SAME_TEXT
        is_text = by == SAME_TEXT
        unlabelled = 0 if is_text else len(ids) - len(members)
        return Clusters(by, count, unlabelled, in_tasks, ids[order], units[order])

    def remarks(self, articles: Sequence[Article]) -> list[Remark]:
        """What a user should know about the clusters.

        Args:
            articles: those that were added, in the same order.
        """
        if self._has_labels and self._by != SAME_TEXT:
            return self._of_labels(articles)
        found = [] if self._by in {"cluster", SAME_TEXT} else [self._without_labels(articles)]
        return [*found, *self._of_texts(articles), *self._of_sources(articles)]

    def _shared_labels(self) -> Hashes:
        """The label of each article, 0 without one; of texts only those that several have."""
        if self._has_labels:
            return _numbers(self._labels)
        texts = _numbers(self._texts)
        _, numbers, counts = np.unique(texts, return_inverse=True, return_counts=True)
        return np.where(counts[numbers] > 1, texts, np.uint64(0))

    def _without_labels(self, articles: Sequence[Article]) -> Remark:
        message = f"articles, none with a label in {self._by!r}: they are taken as unrelated"
        return Remark("unlabelled", len(self._ids), message, _ids(articles, range(len(articles))))

    def _of_labels(self, articles: Sequence[Article]) -> list[Remark]:
        labels = _numbers(self._labels)
        missing = np.flatnonzero(labels == 0)
        units = len(np.unique(labels[labels > 0])) + len(missing)
        if len(missing):
            message = f"articles without a label in {self._by!r}, each a cluster of its own"
            return [Remark("unlabelled", len(missing), message, _ids(articles, missing))]
        if units == 1 < len(labels):
            message = f"articles in a single cluster by {self._by!r}: no intervals and no tests"
            return [Remark("one", len(labels), message, _ids(articles, range(len(labels))))]
        if units == len(labels) > 1:
            message = f"articles with a label each in {self._by!r}: none belong together"
            return [Remark("apart", len(labels), message, _ids(articles, range(len(labels))))]
        return []

    def _of_texts(self, articles: Sequence[Article]) -> list[Remark]:
        texts = _numbers(self._texts)
        if self._has_labels:  # of texts that were not kept
            return []
        shared = np.flatnonzero(self._shared_labels())
        first: dict[int, int] = {}
        pairs = [(row, first.setdefault(int(texts[row]), row)) for row in map(int, shared)]
        repeated = [(later, earlier) for later, earlier in pairs if later != earlier]
        if not repeated:
            return []
        later, earlier = zip(*repeated[:_SHOWN], strict=True)
        message = "articles with the text of an earlier one; equal texts are one cluster"
        pair = _ids(articles, later), _ids(articles, earlier)
        return [Remark("same_text", len(repeated), message, *pair)]

    def _of_sources(self, articles: Sequence[Article]) -> list[Remark]:
        """Whether a few sources dominate.

        A single source cannot be resampled, and where nearly every article has its own source,
        as with addresses of pages, none dominates.
        """
        sources = _numbers(self._sources)
        found, first, counts = np.unique(
            sources[sources > 0], return_index=True, return_counts=True
        )
        if len(found) < 2 or counts.max() < 2:
            return []
        advice = "articles of one source may resemble one another; consider `cluster: source`"
        if counts.max() > _DOMINANT * len(sources):
            rows = np.flatnonzero(sources == found[counts.argmax()])
            source = articles[int(rows[0])].source
            message = f"of {len(sources):,} articles are from one source, {source[:60]!r}: {advice}"
            return [Remark("sources", int(counts.max()), message, _ids(articles, rows))]
        if len(found) < _FEW_SOURCES and counts.sum() >= 2 * len(found):
            rows = np.flatnonzero(sources > 0)[np.sort(first)]
            message = f"sources for {counts.sum():,} articles: {advice}"
            return [Remark("sources", len(found), message, _ids(articles, rows))]
        return []


def clusters_of(articles: Sequence[Article], by: str) -> tuple[Clusters | None, list[Remark]]:
    """The clusters of some articles, and what a user should know about them."""
    finder = ClusterFinder(by)
    for article in articles:
        finder.add(article)
    return finder.clusters(), finder.remarks(articles)


def _ids(articles: Sequence[Article], rows: Any) -> tuple[str, ...]:
    return tuple(articles[int(row)].id for row in rows[:_SHOWN])


def _numbers(hashes: array[int]) -> Hashes:
    return np.frombuffer(hashes, np.uint64) if hashes else np.zeros(0, np.uint64)


def _hash(kind: str, name: str) -> int:
    """A number above 0; an id and a label never have the same but by chance (1 in 2^64)."""
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=kind.encode()).digest()
    return max(1, int.from_bytes(digest, "big"))
