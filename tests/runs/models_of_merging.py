"""Models and a metric of the tests of merging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Fragile:
    """Fails on some articles and repeats itself on others."""

    tasks = ("summary", "questions")

    def predict(self, articles: Sequence[Any], task: Any) -> list[list[str]]:
        found = []
        for article in articles:
            if article.id in {"a01", "a07"}:
                raise ValueError("a fault of the model")
            found.append([article.title] * (int(article.id[1:]) % 3))
        return found


class Dice:
    """Draws from the sentences of the article."""

    tasks = ("questions",)
    draws_at_random = True

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def predict(self, articles: Sequence[Any], task: Any) -> list[list[str]]:
        parts = [article.text.split(". ") for article in articles]
        return [[own[(self.seed + len(own)) % len(own)], own[0]] for own in parts]


def picky(predictions: Sequence[str], references: Sequence[str]) -> float:
    """A metric that fails on some lists."""
    if any(f"day {number} " in item for item in predictions for number in (2, 5)):
        raise ValueError("a fault of the metric")
    return float(len(predictions))


def long_enough(article: Any, item: str) -> float:
    """A rater of the length of an item."""
    return float(len(item) > 20)
