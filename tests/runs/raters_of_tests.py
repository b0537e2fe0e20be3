"""Raters as a user would write them: plain classes and functions."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import ClassVar

from bench.raters.base import RatedDimension, RatingAnswer, RatingStoppedError


def words(article, item):
    """The number of words of an item."""
    return len(item.split())


class Counted:
    """The share of capitals, and the length of the list; it logs what it is asked."""

    dimensions: ClassVar = {
        "capitals": RatedDimension(0, 1, unit="share"),
        "length": RatedDimension(0, None, unit="items", of_list=True),
    }

    excluded_from_signature = frozenset({"log"})

    def __init__(self, log: str = "", start: str = "", batched: bool = False) -> None:
        self.log, self.start, self.batched = log, start, batched

    def rate(self, requests):
        for request in requests:
            if self.log:
                with Path(self.log).open("a") as file:
                    file.write(f"{request.dimension} {' / '.join(request.items)}\n")
            if request.dimension == "length":
                yield RatingAnswer(len(request.items), reason="counted", tokens_in=7, cost=0.5)
            else:
                letters = f"{self.start}{request.item}"
                yield sum(letter.isupper() for letter in letters) / len(letters)


class Averaged:
    """The mean of three samples, of which some are lost."""

    dimensions: ClassVar = {"length": RatedDimension(0, None)}

    def rate(self, requests):
        for request in requests:
            length = len(request.item)
            yield RatingAnswer(length, lost_samples=length % 3)


class Fragile:
    """Fails on an article, or on its items with a word, in one way or another."""

    dimensions: ClassVar = {"fine": RatedDimension(0, 1)}

    def __init__(self, word: str = "", how: str = "raise", article: str = "the-harbour") -> None:
        self.word, self.how, self.article = word, how, article

    def rate(self, requests):
        for request in requests:
            concerned = self.article in request.article.id and self.word in request.item.lower()
            if not concerned or "MENDED" in os.environ:
                yield 0.5
            elif self.how == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            elif self.how == "unparsed":
                yield RatingAnswer(status="unparsed", raw="I would rather not say")
            elif self.how == "raise":
                raise ValueError("no harbours\x1b[31m")
            else:
                yield {"text": "good", "large": 7, "nan": float("nan"), "none": RatingAnswer()}[
                    self.how
                ]


class Peeking:
    """The number of references and labels that it is shown."""

    dimensions: ClassVar = {"shown": RatedDimension(None, None)}

    def __init__(self, references: bool = False) -> None:
        self.sees_references = references

    def rate(self, requests):
        return [len(r.task.references(r.article)) + len(r.article.extra) for r in requests]


class Stopping:
    """Stops after some answers."""

    dimensions: ClassVar = {"fine": RatedDimension(0, 1)}
    distributable = False

    def __init__(self, most: int = 3, streams: bool = False) -> None:
        self.most, self.streams, self.given = most, streams, 0

    def _next(self) -> float:
        if self.given == self.most and "MORE" not in os.environ:
            raise RatingStoppedError(f"the limit of {self.most} calls is reached")
        self.given += 1
        return 0.25

    def rate(self, requests):
        for _ in requests:
            yield self._next()

    def stream(self, requests):
        waiting = []
        for key, _ in requests:
            waiting.append(key)
            if len(waiting) == 2:  # in another order
                yield waiting.pop(), self._next()
        for key in waiting:
            yield key, self._next()

    def announce(self, requests, characters):
        return [f"up to {requests} calls"]


class Advisory:
    """A rater that has not been compared with people."""

    dimensions: ClassVar = {
        "liked": RatedDimension(0, 1, advisory="it was not compared with people")
    }

    def rate(self, requests):
        return [len(request.item) % 7 / 7 for request in requests]


class Short:
    """Answers to fewer requests than it gets, but for single ones."""

    dimensions: ClassVar = {"fine": RatedDimension(0, 1)}

    def rate(self, requests):
        return [len(request.item) / 1000 for request in requests][: max(1, len(requests) - 1)]
