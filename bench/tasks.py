"""The two tasks. Both have one form: a list of items against a reference list of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.article import Article
from bench.errors import UnknownNameError, unknown_name

TaskName = Literal["summary", "questions"]


@dataclass(frozen=True)
class Task:
    """What is asked of a model.

    Attributes:
        name: the name in code, on the command line and in file names.
        description: one line for people.
        noun: what one item is called.
        items: how many items a model is asked for, the same for every model and article.
        primary: the score that leaderboards are sorted by.
        columns: the scores a leaderboard shows, in order.
    """

    name: TaskName
    description: str
    noun: str
    items: int
    primary: str
    columns: tuple[str, ...]

    def references(self, article: Article) -> tuple[str, ...]:
        """What the article's own page says; empty where the page says nothing."""
        return article.summary if self.name == "summary" else article.questions

    def alternatives(self, article: Article) -> list[tuple[str, ...]]:
        """What other editors wrote for the same page, each list that is not empty."""
        summary = self.name == "summary"
        lists = [other.summary if summary else other.questions for other in article.alternatives]
        return [items for items in lists if items]


TASKS: dict[str, Task] = {
    "summary": Task(
        name="summary",
        description="the few bullets that stand above the article",
        noun="bullet",
        items=4,
        primary="rougeLsum.f1",
        columns=(
            "rougeLsum.f1",
            "rougeLsum.recall",
            "rouge1.f1",
            "rouge2.f1",
            "set_rougeL.f1",
            "coverage@0.5",
            "count_difference",
        ),
    ),
    "questions": Task(
        name="questions",
        description="the reader questions ('Insights') that stand below the article",
        noun="question",
        items=16,
        primary="set_rougeL.f1",
        columns=(
            "set_rougeL.f1",
            "set_rougeL.precision",
            "set_rougeL.recall",
            "greedy_rougeL.f1",
            "coverage@0.5",
            "near_duplicates",
            "count_difference",
        ),
    ),
}


def task_named(name: str) -> Task:
    """The task of that name.

    Raises:
        UnknownNameError: there is none; the message says which there are.
    """
    if name not in TASKS:
        raise UnknownNameError(unknown_name("task", name, TASKS))
    return TASKS[name]
