"""The model of this example: it asks about the names in an article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench import Article

QUESTIONS = ("What did {} decide?", "Why does {} matter here?", "Who answers for {}?")


class Asker:
    """Asks the same three questions about each of the most frequent names.

    Attributes:
        names: how many names are asked about.
    """

    tasks = ("questions",)

    def __init__(self, names: int = 3) -> None:
        self.names = names

    def predict(self, articles: Sequence[Article], task: object) -> list[list[str]]:  # noqa: ARG002
        """Write the questions of each article."""
        return [self._questions(article) for article in articles]

    def _questions(self, article: Article) -> list[str]:
        found = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*", article.text)
        names = sorted(set(found), key=lambda name: (-found.count(name), name))
        return [form.format(name) for name in names[: self.names] for form in QUESTIONS]
