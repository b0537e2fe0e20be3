"""Counts of a dataset for the tasks and models of a run, from one pass over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from bench.article import Article
from bench.data.clusters import ClusterFinder, Clusters, Remark
from bench.data.rows import Dataset
from bench.errors import DataError
from bench.models.spec import ModelSpec
from bench.tasks import Task
from bench.text.scripts import REMEDY, Losses, emptied, loss_of, wordless

_ARTICLES_AT_ONCE = 1000
_REPORTED = 5


@dataclass(frozen=True)
class DatasetSummary:
    """What a dataset holds for a run.

    Attributes:
        usable: by task, the number of articles with references.
        first: by task, the id of the first of them.
        applicable: by model and task, the number of those that a selective model applies to.
        dropped: a line for each of the first references of which a tokenizer drops most letters.
        dropped_count: the number of such references.
        losses: the letters that the tokenizers drop from the others.
        wordless: a line for each task that has references without a letter or digit.
        clusters: the articles that belong together; None if none do.
        remarks: what is to be said about the clusters.
        labelled: whether any reference item has a label.
        cluster_labels: whether any article has the label of a cluster.
        textless: by task, the number of articles with references that have no text.
    """

    usable: Mapping[str, int]
    first: Mapping[str, str]
    applicable: Mapping[tuple[str, str], int]
    dropped: tuple[str, ...]
    dropped_count: int
    losses: Losses = field(default_factory=Losses)
    wordless: tuple[str, ...] = ()
    clusters: Clusters | None = None
    remarks: tuple[Remark, ...] = ()
    labelled: bool = False
    cluster_labels: bool = False
    textless: Mapping[str, int] = field(default_factory=dict)

    def refuse_dropped(self) -> None:
        """Raise an error if a tokenizer drops most letters of a reference.

        Raises:
            DataError: it does; one line for each of the first such references.
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
    """Summarise a dataset in one pass.

    Args:
        dataset: the articles.
        tasks: the tasks.
        specs: the models.
        tokenizers: the tokenizers of the metrics.
        best: whether second lists are references, too.
    """
    usable: Counter[str] = Counter()
    textless: Counter[str] = Counter()
    applicable: Counter[tuple[str, str]] = Counter()
    first: dict[str, str] = {}
    dropped: list[str] = []
    count = 0
    losses = Losses()
    clean = 0
    labelled = False
    blank: dict[str, list[str]] = {}
    finder = ClusterFinder(dataset.clustered_by)
    selective = [
        (spec, task) for spec in specs if spec.selects for task in tasks if task.name in spec.tasks
    ]
    for batch in dataset.batches(_ARTICLES_AT_ONCE):
        articles = list(batch)
        labelled = labelled or any(article.item_labels for article in articles)
        for article in articles:
            finder.add(article, (task.name for task in tasks if task.references(article)))
        for task in tasks:
            with_references = [article for article in articles if task.references(article)]
            usable[task.name] += len(with_references)
            textless[task.name] += sum(not article.text.strip() for article in with_references)
            if with_references:
                first.setdefault(task.name, with_references[0].id)
            for spec, of in selective:
                if of is task:
                    applicable[spec.name, task.name] += sum(
                        spec.applies(article, task) for article in with_references
                    )
            for article in with_references:
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
                    dropped += lines[: max(0, _REPORTED - count)]
                    count += len(lines)
                    losses += loss
    found = tuple(
        f"{name}: references without a letter or digit, which most metrics never match:"
        f" {len(lines)} (e.g. {lines[0]}); leave them out of the dataset"
        for name, lines in blank.items()
        if lines
    )
    return DatasetSummary(
        usable,
        first,
        applicable,
        tuple(dropped),
        count,
        losses + Losses(clean),
        found,
        finder.clusters(),
        tuple(finder.remarks(dataset.articles)),
        labelled,
        finder.has_labels,
        textless,
    )


def _unreadable(
    name: str, article: Article, task: Task, items: Sequence[str], tokenizers: Set[str]
) -> tuple[list[str], Losses]:
    """A line for each reason why a list cannot be scored; without one, the letters it loses."""
    where = f"article {article.id!r}, {task.name}"
    loss = loss_of(items, tokenizers)
    lines = [
        f"{name}: article {article.id!r}, {task.noun} {index + 1}: {items[index][:40]!r} has no"
        f" letter a-z and no digit, all that the tokenizer 'rouge-score' knows; {REMEDY}"
        for index in emptied(items, tokenizers)
    ]
    if loss and loss.is_most:
        lines = [f"{name}: {where}: {loss}; {loss.remedy}"]
    return lines, Losses() if lines else Losses.of(loss, where, article.language)
