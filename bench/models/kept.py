"""A model of an earlier run, of which only the predictions are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.models.base import Model, Output, Role
from bench.tasks import Task, TaskName


@dataclass(eq=False)
class KeptModel(Model):
    """Stands for a model whose predictions are scored again, without any of its code.

    Attributes:
        tasks: what there are predictions for.
        role: competitor, floor or ceiling.
        honors_item_count: whether it wrote as many items as it was asked for.
        has: whether there is a prediction for an article.
        paid: what the predictions cost; None where nobody has said.
        sees_references: whether it was given the references.
        sees_dataset: whether it was shown the whole data set.
        is_reference: whether its lists are reference lists.
    """

    tasks: tuple[TaskName, ...]  # type: ignore[misc]  # its own, where a model has its class's
    role: Role = "model"  # type: ignore[misc]
    honors_item_count: bool = True  # type: ignore[misc]
    has: Callable[[Article, Task], bool] = lambda article, task: True  # noqa: ARG005
    paid: float | None = None
    sees_references: bool = False  # type: ignore[misc]
    sees_dataset: bool = False  # type: ignore[misc]
    is_reference: bool = False  # type: ignore[misc]

    distributable = False

    def applies(self, article: Article, task: Task) -> bool:
        return self.has(article, task)

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:  # noqa: ARG002 - the contract
        return self.paid

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        raise NotImplementedError("only its predictions are at hand")
