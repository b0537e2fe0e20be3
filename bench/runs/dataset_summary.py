"""What a data set holds for the tasks and models of a run, found in one reading of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from bench.article import Article
from bench.data.rows import Dataset
from bench.errors import DataError
from bench.models.spec import ModelSpec
from bench.tasks import Task
from bench.text.scripts import REMEDY, Losses, emptied, loss_of, wordless

_BLOCK = 1000
_TOLD = 5


@dataclass(frozen=True)
class DatasetSummary:
    """Counts, and what cannot be scored.

    Attributes:
        usable: by task, how many articles have references for it.
        first: by task, the id of the first of them.
        applicable: by model and task, how many of them a model that selects is made for.
        dropped: a line for each of the first references of which a tokenizer of the metrics
            leaves nothing, or less than half the letters.
        dropped_count: how many there are.
        losses: what the tokenizers lose of the others.
        wordless: a line for each task with references that have no letter or digit.
    """

    usable: Mapping[str, int]
    first: Mapping[str, str]
    applicable: Mapping[tuple[str, str], int]
    dropped: tuple[str, ...]
    dropped_count: int
    losses: Losses = field(default_factory=Losses)
    wordless: tuple[str, ...] = ()

    def refuse_dropped(self) -> None:
        """Raise what the tokenizer would drop.

        Raises:
            DataError: there is such a reference; one line for each of the first.
        """
        if self.dropped:
            more = self.dropped_count - len(self.dropped)
            raise DataError([*self.dropped, *([f"... and {more} more"] if more else [])])


def summarise_dataset(
    dataset: Dataset,
    tasks: Sequence[Task],
    specs: Sequence[ModelSpec],
    tokenizers: Set[str] = frozenset(),
    *,
    best: bool = False,
) -> DatasetSummary:
    """Read the data set once.

    Args:
        dataset: the articles.
        tasks: which references.
        specs: the models.
        tokenizers: that the metrics read with.
        best: whether second lists are references too.
    """
    usable: Counter[str] = Counter()
    applicable: Counter[tuple[str, str]] = Counter()
    first: dict[str, str] = {}
    dropped: list[str] = []
    count = 0
    losses = Losses()
    clean = 0
    blank: dict[str, list[str]] = {}
    selective = [
        (spec, task) for spec in specs if spec.selects for task in tasks if task.name in spec.tasks
    ]
    for block in dataset.batches(_BLOCK):
        articles = list(block)
        for task in tasks:
            there = [article for article in articles if task.references(article)]
            usable[task.name] += len(there)
            if there:
                first.setdefault(task.name, there[0].id)
            for spec, of in selective:
                if of is task:
                    applicable[spec.name, task.name] += sum(
                        spec.applies(article, task) for article in there
                    )
            for article in there:
                blank.setdefault(task.name, []).extend(
                    f"{item[:20]!r} in article {article.id!r}"
                    for item in wordless(task.references(article))
                )
                for items in (
                    task.references(article),
                    *(task.alternatives(article) if best else ()),
                ):
                    if not (loss_of(items, tokenizers) or emptied(items, tokenizers)):
                        clean += 1
                        continue
                    lines, loss = _unreadable(dataset.name, article, task, items, tokenizers)
                    dropped += lines[: max(0, _TOLD - count)]
                    count += len(lines)
                    losses += loss
    found = tuple(
        f"{name}: {len(told)} references have no letter or digit ({told[0]} for one), which most"
        " metrics never match; leave them out of the data set"
        for name, told in blank.items()
        if told
    )
    return DatasetSummary(
        usable, first, applicable, tuple(dropped), count, losses + Losses(clean), found
    )


def _unreadable(
    name: str, article: Article, task: Task, items: Sequence[str], tokenizers: Set[str]
) -> tuple[list[str], Losses]:
    """A line for each thing that keeps the list from being scored, and else what it loses."""
    place = f"article {article.id!r}, {task.name}"
    loss = loss_of(items, tokenizers)
    lines = [
        f"{name}: article {article.id!r}, {task.noun} {index + 1}: {items[index][:40]!r} has no"
        f" letter a-z and no digit, all that the tokenizer 'rouge-score' knows; {REMEDY}"
        for index in emptied(items, tokenizers)
    ]
    if loss and loss.is_most:
        lines = [f"{name}: {place}: {loss}; {loss.remedy}"]
    return lines, Losses() if lines else Losses.of(loss, place, article.language)
