"""Receives the progress of a run."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the progress of a run.

    It may also have ``watch(is_loading)``, which receives, at the beginning of a stage, a function
    that says whether the model is being loaded in this process. Another thread may call it.
    """

    def start(self, label: str, articles: int, done: int) -> None:
        """A stage begins; ``done`` of its articles are done already."""

    def advance(self, articles: int) -> None:
        """More articles of the stage are done."""

    def tell(self, event: str) -> None:
        """An event to report, such as a repair or what an earlier run left."""


class Silent:
    """Progress that is not shown."""

    def start(self, label: str, articles: int, done: int) -> None:
        """Ignored."""

    def advance(self, articles: int) -> None:
        """Ignored."""

    def tell(self, event: str) -> None:
        """Ignored."""
