"""Words for how much articles tell that belong together."""

from __future__ import annotations

from bench.display import count
from bench.runs.results import Results, TaskResult

_SEVERAL = {
    **{"source": "sources", "title": "titles", "day": "days", "date": "dates", "story": "stories"},
    **{"topic": "topics", "author": "authors", "publisher": "publishers", "site": "sites"},
    **{"document": "documents", "book": "books", "page": "pages", "event": "events"},
}


def articles_in_clusters(results: Results, task: TaskResult) -> str:
    """As ``in_clusters`` for the primary score of a task."""
    return in_clusters(
        task.articles, task.clusters, task.effective, results.dataset.clustered_by or ""
    )


def in_clusters(articles: int, clusters: int | None, effective: float | None, by: str) -> str:
    """The articles, their clusters, and how many unrelated articles would tell as much.

    For example ``36 articles in 9 sources: as informative as 14``.

    Args:
        articles: how many.
        clusters: how many; None if every article is one of its own.
        effective: the number of unrelated articles; None if it is not known.
        by: the column of their labels.
    """
    text = count(articles, "article")
    if clusters is None:
        return text
    several = _SEVERAL.get(by, "clusters")
    text += f" in {clusters:,} {several if clusters != 1 else by if by in _SEVERAL else 'cluster'}"
    return text if effective is None else f"{text}: as informative as {round(effective):,}"
