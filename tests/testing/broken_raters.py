"""Raters that keep their contract in all points but one."""

from __future__ import annotations

from itertools import count
from typing import ClassVar

from bench.raters.base import RatedDimension, Rater


def words(article, item):
    """The number of words."""
    return len(item.split())


class Words:
    """The number of words, as a class."""

    dimensions: ClassVar = {
        "words": RatedDimension(0, None),
        "items": RatedDimension(0, None, of_list=True),
    }

    def __init__(self, plus: int = 0) -> None:
        self.plus = plus

    def rate(self, requests):
        return [
            len(r.items) if r.dimension == "items" else len(r.item.split()) + self.plus
            for r in requests
        ]


class Derived(Rater):
    """The share of the letter e."""

    def dimensions(self, task):
        return {"e": RatedDimension(0, 1)}

    def rate(self, requests):
        for request in requests:
            yield request.item.count("e") / len(request.item)


class OutOfRange(Words):
    """Values beyond the declared range."""

    dimensions: ClassVar = {"words": RatedDimension(0, 1)}


class Nervous(Words):
    """Fails on unusual items."""

    def rate(self, requests):
        if any("\n" in item for request in requests for item in request.items):
            raise ValueError("a line end")
        return super().rate(requests)


class Literal(Words):
    """Needs the text of the article."""

    def rate(self, requests):
        return [len(r.items) + 0 * len(r.article.text.split()[0]) for r in requests]


_CALLS = count()


class Moody(Words):
    """Other values each time."""

    def rate(self, requests):
        return [next(_CALLS) for _ in requests]


class Comparing(Words):
    """Values that depend on the other requests."""

    def rate(self, requests):
        return [len(requests) for _ in requests]


class Silent(Words):
    __doc__ = None


class Hidden(Words):
    """A parameter that is said not to matter, and does."""

    excluded_from_signature = frozenset({"pace"})

    def __init__(self, pace: int = 0) -> None:
        super().__init__()
        self.pace = pace

    @property
    def digest(self) -> str:
        return str(self.pace)


BROKEN = {
    OutOfRange: "answers",
    Nervous: "odd_items",
    Literal: "odd_articles",
    Moody: "repeatable",
    Comparing: "batches",
    Silent: "description",
    Hidden: "parameter pace",
}
"""By rater, the check that it fails."""
