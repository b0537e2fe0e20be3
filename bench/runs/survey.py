"""What a data set holds for the tasks and models of a run, found in one reading of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.data.rows import Dataset
from bench.errors import DataError
from bench.models.entrant import Entrant
from bench.tasks import Task
from bench.text.tokens import tokenizer_named

_BLOCK = 1000
_TOLD = 5


@dataclass(frozen=True)
class Survey:
    """Counts, and what cannot be scored.

    Attributes:
        usable: by task, how many articles have references for it.
        first: by task, the id of the first of them.
        made_for: by model and task, how many of them a model that selects is made for.
        dropped: a line for each of the first references of which the tokenizer
            ``rouge-score`` would leave nothing.
        dropped_count: how many there are.
    """

    usable: Mapping[str, int]
    first: Mapping[str, str]
    made_for: Mapping[tuple[str, str], int]
    dropped: tuple[str, ...]
    dropped_count: int

    def refuse_dropped(self) -> None:
        """Raise what the tokenizer would drop.

        Raises:
            DataError: there is such a reference; one line for each of the first.
        """
        if self.dropped:
            more = self.dropped_count - len(self.dropped)
            raise DataError([*self.dropped, *([f"... and {more} more"] if more else [])])


def survey(dataset: Dataset, tasks: Sequence[Task], entrants: Sequence[Entrant]) -> Survey:
    """Read the data set once."""
    usable: Counter[str] = Counter()
    made_for: Counter[tuple[str, str]] = Counter()
    first: dict[str, str] = {}
    dropped: list[str] = []
    count = 0
    selective = [(e, task) for e in entrants if e.selects for task in tasks if task.name in e.tasks]
    for block in dataset.blocks(_BLOCK):
        articles = list(block)
        for task in tasks:
            there = [article for article in articles if task.references(article)]
            usable[task.name] += len(there)
            if there:
                first.setdefault(task.name, there[0].id)
            for entrant, of in selective:
                if of is task:
                    made_for[entrant.name, task.name] += sum(
                        entrant.applies(article, task) for article in there
                    )
        for line in _dropped(dataset.name, tasks, articles):
            count += 1
            if count <= _TOLD:
                dropped.append(line)
    return Survey(usable, first, made_for, tuple(dropped), count)


def _dropped(name: str, tasks: Sequence[Task], articles: Sequence[Article]) -> Iterator[str]:
    placed = [
        (f"article {article.id!r}, {task.noun} {number}", item)
        for task in tasks
        for article in articles
        for number, item in enumerate(task.references(article), start=1)
    ]
    words = tokenizer_named("rouge-score").plain([item for _, item in placed])
    for (place, item), left in zip(placed, words, strict=True):
        if not left.strip() and any(map(str.isalnum, item)):
            yield (
                f"{name}: {place}: {item[:40]!r} has no letter a-z and no digit, all that the"
                " tokenizer 'rouge-score' knows; set `tokenizer: unicode` in the config"
            )
