"""Where a judge keeps answers from the moment it has received them.

An answer to a question may be one of several samples, or a verdict that could not be read and is
asked for again, so that it does not have a row yet. If the process dies then, another run finds it
here instead of asking again.
"""

from __future__ import annotations

from typing import Protocol

from bench.models.chat.answers import Answer


class ReceivedAnswers(Protocol):
    """Answers that belong to questions without a row; the methods are called from any thread."""

    def find(self, question: str, sample: int, attempt: int) -> Answer | None:
        """An answer of an earlier process; None if there is none.

        Args:
            question: the key of the question.
            sample: the number of the sample.
            attempt: how many answers to this sample were not verdicts before.
        """

    def keep(self, question: str, sample: int, attempt: int, answer: Answer) -> None:
        """Write an answer, so that it outlives the process."""


class Forgotten:
    """Keeps nothing, for judges outside a run."""

    def find(self, question: str, sample: int, attempt: int) -> Answer | None:
        """None."""

    def keep(self, question: str, sample: int, attempt: int, answer: Answer) -> None:
        """Does nothing."""
