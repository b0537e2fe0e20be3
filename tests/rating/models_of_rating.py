"""Models that runs in tests load by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Uneven:
    """Writes one to three questions, as many and as different as its seed says."""

    tasks = ("questions",)
    draws_at_random = True

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def predict(self, articles: Sequence[Any], task: Any) -> list[list[str]]:
        return [
            [f"Why {self.seed % 97} of {article.id} ({n})?" for n in range(1 + self.seed % 3)]
            for article in articles
        ]
