"""A model of an earlier run, represented by its stored predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.models.base import Model, Output, Role
from bench.tasks import Task, TaskName


@dataclass(eq=False)
class KeptModel(Model):
    """Replaces a model whose stored predictions are scored again without its code.

    Attributes:
        tasks: the tasks that have predictions.
        role: model, floor or ceiling.
        honors_item_count: whether it wrote the requested number of items.
        has: whether an article has a prediction.
        paid: the cost of the predictions; None if unknown.
        sees_references: whether it received the references.
        sees_dataset: whether it received the whole dataset.
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
        raise NotImplementedError("only its stored predictions are available")
