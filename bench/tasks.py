"""The two tasks, which both compare a list of items with a reference list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.article import Article
from bench.errors import UnknownNameError, unknown_name

TaskName = Literal["summary", "questions"]


@dataclass(frozen=True)
class Task:
    """A task for models.

    Attributes:
        name: the name in code, on the command line and in file names.
        description: one line for people.
        noun: the noun for one item.
        items: the number of items that every model is asked for.
        primary: the score that leaderboards are sorted by.
        columns: the scores that leaderboards show, in order, if a run has them; chrF stands beside
            each column of ROUGE-L.
        sample: the number of the sample that is asked for, from 0 on; 0 unless a model is asked
            several times for each article (``samples`` in the config).
    """

    name: TaskName
    description: str
    noun: str
    items: int
    primary: str
    columns: tuple[str, ...]
    sample: int = 0

    def references(self, article: Article) -> tuple[str, ...]:
        """The references of the page; empty without any."""
        return article.summary if self.name == "summary" else article.questions

    def alternatives(self, article: Article) -> list[tuple[str, ...]]:
        """The alternative references that are not empty."""
        summary = self.name == "summary"
        lists = [other.summary if summary else other.questions for other in article.alternatives]
        return [items for items in lists if items]


TASKS: dict[str, Task] = {
    "summary": Task(
        name="summary",
        description="the few bullets above the article",
        noun="bullet",
        items=4,
        primary="rougeLsum.f1",
        columns=(
            "rougeLsum.f1",
            "rougeLsum.recall",
            "chrf",
            "rouge1.f1",
            "rouge2.f1",
            "set_rougeL.f1",
            "set_chrf.f1",
            "coverage@0.5",
            "near_duplicates",
            "count_difference",
        ),
    ),
    "questions": Task(
        name="questions",
        description="the reader questions ('Insights') below the article",
        noun="question",
        items=16,
        primary="set_rougeL.f1",
        columns=(
            "set_rougeL.f1",
            "set_chrf.f1",
            "set_rougeL.precision",
            "set_rougeL.recall",
            "greedy_rougeL.f1",
            "greedy_chrf.f1",
            "coverage@0.5",
            "near_duplicates",
            "count_difference",
        ),
    ),
}


def task_named(name: str) -> Task:
    """Look up a task by name.

    Raises:
        UnknownNameError: unknown task; the message lists the tasks.
    """
    if name not in TASKS:
        raise UnknownNameError(unknown_name("task", name, TASKS))
    return TASKS[name]
