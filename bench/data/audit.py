"""Audits a dataset: its contents, and the problems that a run would have with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import quantiles
from typing import Literal

from bench.article import Article
from bench.data.clusters import clusters_of
from bench.data.lists import questions_of
from bench.data.repeats import NEAR, Originals
from bench.data.rows import Dataset
from bench.display import Displayed
from bench.errors import DataError
from bench.tasks import Task
from bench.text.asking import ends_in_greek_mark
from bench.text.scripts import REMEDY, Loss, Losses, emptied, loss_of
from bench.text.words import words_of

Severity = Literal["error", "warning", "info"]
EXAMPLES = 5
"""Number of examples shown per finding; the rest are counted."""

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_QUESTION_MARKS = ("?", "？", "؟", "\u037e")  # the last is Greek
_CLOSING = " \"'”’»)]"
_RUN_TOGETHER = re.compile(
    r"</?\s*(?:n|q|sep|br)\s*/?>|\[SEP\]"  # separators of items in common datasets
    r"|\S\s+[•‣▪●◦]\s"
    r"|[^\d\s][.?!]\s+\(?\d{1,2}[.)]\s",  # "... the end. 2. The next ..."
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spread:
    """Summary statistics of numbers."""

    min: float
    lower_quartile: float
    median: float
    upper_quartile: float
    max: float


@dataclass(frozen=True)
class TaskFacts:
    """Summary of the references for a task.

    Attributes:
        articles: the number with references, which a run uses.
        missing: the number without references.
        with_alternatives: the number with alternative references.
        alternatives: the number of alternative lists.
        items: items per list, over the primary references.
        words: words per item of these lists.
    """

    articles: int
    missing: int
    with_alternatives: int
    alternatives: int
    items: Spread | None
    words: Spread | None


@dataclass(frozen=True)
class Finding:
    """One kind of problem or remark.

    Attributes:
        severity: "error" if a run would fail or its scores would be wrong.
        code: an identifier such as ``questions.leaked`` or ``text.near``.
        count: the number of occurrences.
        message: the problem, in the plural.
        examples: ids of the first articles that have it.
        repeats: for articles that repeat others, the ids of these.
    """

    severity: Severity
    code: str
    count: int
    message: str
    examples: tuple[str, ...]
    repeats: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Audit(Displayed):
    """The result of an audit.

    Attributes:
        dataset: the name of the dataset.
        fingerprint: the fingerprint of its content.
        articles: the number of articles.
        languages: the number of articles by declared language.
        words: words per text, blank texts excluded.
        tasks: summaries by task name.
        findings: most severe first.
    """

    dataset: str
    fingerprint: str
    articles: int
    languages: dict[str, int]
    words: Spread | None
    tasks: dict[str, TaskFacts]
    findings: tuple[Finding, ...]
    clusters: int | None = None
    """The number of clusters of articles that belong together; None if every article is one."""
    clustered_by: str | None = None
    """The column of their labels, or ``identical texts``."""

    @property
    def errors(self) -> list[Finding]:
        """The findings that would make a run fail."""
        return [finding for finding in self.findings if finding.severity == "error"]


def audit(
    dataset: Dataset,
    tasks: Iterable[Task],
    tokenizer: str | Collection[str] = "rouge-score",
    *,
    best: bool = False,
) -> Audit:
    """Audit a dataset.

    Words are separated by white space; in scripts without spaces each character is a word.

    Args:
        dataset: the articles.
        tasks: the tasks to audit it for.
        tokenizer: the tokenizer of the run, or all of them.
        best: whether the run also scores against alternative references.
    """
    tasks = list(tasks)
    tokenizers = frozenset([tokenizer] if isinstance(tokenizer, str) else tokenizer)
    texts = [article.text for article in dataset if article.text.strip()]
    findings = [*_nothing_usable(dataset, tasks), *_article_findings(dataset.articles)]
    clusters, remarks = clusters_of(dataset.articles, dataset.clustered_by)
    findings += [
        Finding("warning", f"cluster.{r.kind}", r.count, r.message, r.articles, r.repeats)
        for r in remarks
    ]
    for task in tasks:
        findings += _task_findings(task, dataset.articles)
        findings += _dropped(task, dataset.articles, tokenizers, best)
    return Audit(
        dataset=dataset.name,
        fingerprint=dataset.fingerprint,
        articles=len(dataset),
        languages=dict(Counter(article.language for article in dataset).most_common()),
        words=_spread(list(map(_length, texts))),
        tasks={task.name: _facts(task, dataset.articles) for task in tasks},
        findings=tuple(sorted(findings, key=lambda found: _SEVERITIES.index(found.severity))),
        clusters=clusters.count if clusters else None,
        clustered_by=clusters.by if clusters else None,
    )


def _nothing_usable(dataset: Dataset, tasks: Sequence[Task]) -> list[Finding]:
    if any(task.references(article) for article in dataset for task in tasks):
        return []
    nouns = " or ".join(f"{task.noun}s" for task in tasks)
    message = f"articles, none with reference {nouns}"
    return _found("error", "references.none", message, (article.id for article in dataset))


def _article_findings(articles: Sequence[Article]) -> Iterator[Finding]:
    no_text = (article.id for article in articles if not article.text.strip())
    yield from _found("warning", "text.missing", "articles without text", no_text)
    no_title = (article.id for article in articles if not article.title.strip())
    yield from _found("info", "title.missing", "articles without title", no_title)
    texts = _same(articles, [_folded(article.text) for article in articles])
    yield from _repeating("warning", "text.same", "texts that occur before", texts)
    titles = _same(articles, [_folded(article.title) for article in articles])
    yield from _repeating("info", "title.same", "titles that occur before", titles)
    repeated = {later for later, _ in texts}
    others = [article for article in articles if article.id not in repeated]
    originals = Originals()
    found = [(article.id, originals.add(article.text)) for article in others]
    near = [(later, others[earlier[0]].id) for later, earlier in found if earlier]
    message = f"texts that share {NEAR:.0%} or more of their 5-word sequences with another"
    yield from _repeating("warning", "text.near", message, near)


def _same(articles: Sequence[Article], texts: Sequence[str]) -> list[tuple[str, str]]:
    """The ids of articles with the text of an earlier one, each with the id of that one."""
    first: dict[str, str] = {}
    pairs = zip(texts, articles, strict=True)
    found = ((article.id, first.setdefault(text, article.id)) for text, article in pairs if text)
    return [(later, earlier) for later, earlier in found if later != earlier]


def _task_findings(task: Task, articles: Sequence[Article]) -> Iterator[Finding]:
    missing = [article.id for article in articles if not task.references(article)]
    nouns = f"{task.noun}s"
    if len(missing) == len(articles):
        message = f"articles, none with {nouns}; the task is skipped"
        yield from _found("info", f"{task.name}.none", message, missing)
    else:
        message = f"articles without {nouns}, skipped for this task"
        yield from _found("warning", f"{task.name}.missing", message, missing)
    lists = [
        (article, items)
        for article in articles
        for items in (task.references(article), *task.alternatives(article))
    ]
    yield from _broken(task, lists)
    repeated = (
        article.id
        for article, items in lists
        for count in Counter(map(_folded, items)).values()
        for _ in range(count - 1)
    )
    message = f"{nouns} that occur earlier in their list"
    yield from _found("warning", f"{task.name}.repeated", message, repeated)
    message = f"{nouns} that occur verbatim in the article's text"
    yield from _found("warning", f"{task.name}.leaked", message, _leaked(lists))


_Lists = Sequence[tuple[Article, Sequence[str]]]


def _dropped(
    task: Task, articles: Sequence[Article], tokenizers: Collection[str], best: bool
) -> Iterator[Finding]:
    """Lists of which a tokenizer loses letters, so that a run would refuse or note them."""
    nothing: list[str] = []
    most: list[str] = []
    some: list[str] = []
    worst: Loss | None = None
    losses = Losses()
    for article in articles:
        for items in (task.references(article), *(task.alternatives(article) if best else ())):
            loss = loss_of(items, tokenizers)
            empty = emptied(items, tokenizers)
            nothing += [article.id] * len(empty)
            if loss and loss.is_most and len(empty) < len(items):
                most.append(article.id)
                worst = max(worst or loss, loss, key=lambda one: one.share)
            elif not empty and items:
                found = Losses.of(loss, f"article {article.id!r}", article.language)
                some += [article.id] * found.concerned
                losses += found
    message = f"{task.noun}s without a letter or digit that the tokenizer 'rouge-score' keeps"
    yield from _found("error", f"{task.name}.dropped", f"{message}; {REMEDY}", nothing)
    if worst:
        message = f"lists of {task.noun}s with most letters lost: {worst}; {worst.remedy}"
        yield from _found("error", f"{task.name}.mostly_dropped", message, most)
    if losses.note and losses.worst:
        message = f"lists of {task.noun}s with some letters lost: {losses.worst}"
        message = f"{message}; {losses.worst.remedy}"
        yield from _found("warning", f"{task.name}.partly_dropped", message, some)


def _broken(task: Task, lists: _Lists) -> Iterator[Finding]:
    """Malformed items, judged by the item alone."""
    checks: list[tuple[str, str, Callable[[str], bool]]] = [
        ("wordless", "without a letter or digit", _is_wordless),
        ("lines", "that are not one line", lambda item: len(item.splitlines()) > 1),
        ("run_together", f"that look like several {task.noun}s in one", _is_several),
    ]
    if task.name == "questions":
        what = "without a question mark at the end"
        checks.append(("unmarked", what, lambda item: not _is_question(item)))
    for code, what, is_broken in checks:
        ids = (article.id for article, items in lists for item in items if is_broken(item))
        yield from _found("warning", f"{task.name}.{code}", f"{task.noun}s {what}", ids)


def _is_wordless(item: str) -> bool:
    return not any(map(str.isalnum, item))


def _is_several(item: str) -> bool:
    try:
        parts = questions_of(item)
    except DataError:  # a list in a string
        return True
    return bool(_RUN_TOGETHER.search(item)) or sum(map(_is_question, parts)) > 1


def _is_question(item: str) -> bool:
    bare = item.rstrip(_CLOSING)
    return bare.endswith(_QUESTION_MARKS) or ends_in_greek_mark(bare)


def _leaked(lists: _Lists) -> Iterator[str]:
    for article, items in lists:
        text = _folded(article.text)
        for item in items:
            bare = _folded(item).rstrip(" .")
            if bare and bare in text:
                yield article.id


def _folded(text: str) -> str:
    """Normalise white space and case."""
    return " ".join(text.split()).casefold()


def _found(severity: Severity, code: str, message: str, ids: Iterable[str]) -> list[Finding]:
    """The finding, if there are any ids; repeated ids count each time."""
    ids = list(ids)
    examples = tuple(dict.fromkeys(ids))[:EXAMPLES]
    return [Finding(severity, code, len(ids), message, examples)] if ids else []


def _repeating(
    severity: Severity, code: str, message: str, pairs: Sequence[tuple[str, str]]
) -> list[Finding]:
    """The finding, if there are any pairs of an id and the id it repeats."""
    if not pairs:
        return []
    later, earlier = zip(*pairs[:EXAMPLES], strict=True)
    return [Finding(severity, code, len(pairs), message, later, earlier)]


def _facts(task: Task, articles: Sequence[Article]) -> TaskFacts:
    lists = [items for article in articles if (items := task.references(article))]
    second = [len(task.alternatives(article)) for article in articles]
    return TaskFacts(
        articles=len(lists),
        missing=len(articles) - len(lists),
        with_alternatives=sum(map(bool, second)),
        alternatives=sum(second),
        items=_spread(list(map(len, lists))),
        words=_spread(list(map(_length, chain.from_iterable(lists)))),
    )


def _length(text: str) -> int:
    spaced = len(text.split())
    words = len(words_of(text))
    return words if words > 2 * spaced else spaced


def _spread(numbers: Sequence[int]) -> Spread | None:
    if not numbers:
        return None
    several = numbers if len(numbers) > 1 else [*numbers, *numbers]
    lower, median, upper = quantiles(several, n=4, method="inclusive")
    return Spread(min(numbers), lower, median, upper, max(numbers))
