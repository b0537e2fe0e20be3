"""Makes blind sheets, one for each rater, and their key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.errors import ConfigError
from bench.raters.rubric import Criterion, Rubric
from bench.rating.candidates import Candidates, Lists, rateable
from bench.rating.key import (
    ENTRY_LETTERS,
    SHEET_LETTERS,
    ItemEntry,
    ItemSource,
    PairEntry,
    SheetKey,
    digest_of_text,
    rubric_digest,
)
from bench.rating.sampling import (
    Draws,
    drawn_articles,
    drawn_items,
    drawn_pairs,
    rater_articles,
    secret_of,
)
from bench.runs.human_preferences import digest_of_list
from bench.tasks import TaskName


@dataclass(frozen=True)
class SheetSettings:
    """What is rated, how much of it, and by how many.

    Attributes:
        rubric: the criteria of all tasks.
        names: the names of those that are rated.
        articles: the number of articles; all if None.
        items: the number of items of each list, or of comparisons of an article if lists are
            compared; all if None.
        raters: the number of sheets.
        each: the number of raters for each article; all if None.
        pairwise: whether two lists are compared instead of rating items.
        seed: of everything that is drawn.
    """

    rubric: Rubric
    names: tuple[str, ...]
    articles: int | None = 10
    items: int | None = None
    raters: int = 1
    each: int | None = None
    pairwise: bool = False
    seed: int = 0


@dataclass(frozen=True)
class SheetEntry:
    """What a rater sees of an entry: an item, or two lists.

    Attributes:
        id: an opaque id.
        lists: the item alone in one list, or the two lists.
    """

    id: str
    lists: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SheetArticle:
    """An article on a sheet, with its entries in order.

    Attributes:
        number: from 1 on.
        title: its title.
        text: its text, with blank lines between paragraphs; empty if it is not available.
        language: its language.
        entries: what is rated.
    """

    number: int
    title: str
    text: str
    language: str
    entries: tuple[SheetEntry, ...]


@dataclass(frozen=True)
class Sheet:
    """A blind sheet for one rater.

    Attributes:
        sheet: the id of the set of sheets.
        number: the number of this one, from 1 on.
        raters: the number of sheets.
        task: the task.
        pairwise: whether two lists are compared.
        criteria: the criteria, by name.
        rubric: the digest of the criteria.
        articles: the articles, in the order of this sheet.
    """

    sheet: str
    number: int
    raters: int
    task: TaskName
    pairwise: bool
    criteria: Mapping[str, Criterion]
    rubric: str
    articles: tuple[SheetArticle, ...]

    @property
    def entries(self) -> list[SheetEntry]:
        """All entries, in order."""
        return [entry for article in self.articles for entry in article.entries]


def make_key(found: Candidates, settings: SheetSettings) -> SheetKey:
    """Choose what is rated.

    Raises:
        ConfigError: there are fewer than two models to compare, or more raters for each article
            than raters.
    """
    models, each = tuple(found.lists), settings.each or settings.raters
    if settings.pairwise and len(models) < 2:
        raise ConfigError("--pairwise compares two models; name more with --model or --reference")
    if each > settings.raters:
        raise ConfigError(f"--each {each}: there are only {settings.raters} raters; raise --raters")
    secret = secret_of(found)
    draws = Draws(secret, settings.seed)
    articles = drawn_articles(found, settings.articles, settings.seed)
    told = (articles, settings.items, settings.raters, each, settings.pairwise)
    criteria = settings.rubric.criteria(found.task, settings.names)
    naming = Draws(secret, settings.seed, told, rubric_digest(criteria))
    drawing = _Drawing(found, settings, draws, naming)
    groups: dict[str, Sequence[ItemEntry | PairEntry]] = {}
    if settings.pairwise:
        pairs = drawn_pairs(models, articles, settings.items, draws)
        groups |= {article: drawing.pairs(article, pairs[article]) for article in articles}
    else:
        groups |= {article: drawing.items(article) for article in articles}
    orders = [
        _order(own, groups, number, naming)
        for number, own in enumerate(rater_articles(articles, settings.raters, each))
    ]
    entries = sorted((one for own in groups.values() for one in own), key=lambda one: one.id)
    return SheetKey(
        sheet=drawing.sheet,
        task=found.task,
        mode="pairs" if settings.pairwise else "items",
        seed=settings.seed,
        models=models,
        rubric=settings.rubric,
        names=tuple(criteria),
        items=tuple(one for one in entries if isinstance(one, ItemEntry)),
        pairs=tuple(one for one in entries if isinstance(one, PairEntry)),
        raters=tuple(tuple(order) for order in orders),
    )


@dataclass(frozen=True)
class _Drawing:
    """The entries of articles.

    Attributes:
        found: what can be rated.
        settings: how much of it is.
        draws: choose the items.
        naming: make the ids.
    """

    found: Candidates
    settings: SheetSettings
    draws: Draws
    naming: Draws

    @property
    def sheet(self) -> str:
        """The id of the set of sheets."""
        return self.naming.letters(SHEET_LETTERS, "sheet")

    def items(self, article: str) -> list[ItemEntry]:
        """The items of all models for an article; an item that several wrote is rated once."""
        sources: dict[str, list[ItemSource]] = {}
        for model, own in self.found.lists.items():
            for sample, items in own[article].items():
                list_ = (model, article, sample)
                for index in drawn_items(self.found, list_, self.settings.items, self.draws):
                    source = ItemSource(model=model, index=index, sample=sample)
                    sources.setdefault(items[index], []).append(source)
        return [
            ItemEntry(
                id=self._id("item", article, text),
                article=article,
                digest=digest_of_text(text),
                sources=tuple(own),
            )
            for text, own in sources.items()
        ]

    def pairs(self, article: str, pairs: Sequence[tuple[str, str]]) -> list[PairEntry]:
        """Both orders of each pair of lists that differ; each rater sees one of them."""
        lists = {model: own[article][0] for model, own in self.found.lists.items()}
        return [
            PairEntry(
                id=self._id("pair", article, first, second),
                article=article,
                first=first,
                second=second,
                first_digest=digest_of_list(lists[first]),
                second_digest=digest_of_list(lists[second]),
            )
            for pair in pairs
            if lists[pair[0]] != lists[pair[1]]
            for first, second in (pair, pair[::-1])
        ]

    def _id(self, *purpose: str) -> str:
        return f"{self.sheet}-{self.naming.letters(ENTRY_LETTERS, *purpose)}"


def _order(
    articles: Sequence[str],
    groups: Mapping[str, Sequence[ItemEntry | PairEntry]],
    number: int,
    naming: Draws,
) -> list[str]:
    """The ids on the sheet of a rater: articles and their entries in an order of its own.

    Of the two orders of a pair, raters see them in turn, and each rater has either model first
    equally often.
    """
    generator = naming.generator("order", number)
    shuffled = list(articles)
    generator.shuffle(shuffled)
    order: list[str] = []
    unseen = _sides(articles, groups, number, naming)
    for article in shuffled:
        own = [one.id for one in groups[article] if one.id not in unseen]
        generator.shuffle(own)
        order += own
    return order


def _sides(
    articles: Sequence[str],
    groups: Mapping[str, Sequence[ItemEntry | PairEntry]],
    number: int,
    naming: Draws,
) -> set[str]:
    """The ids of the orders of pairs that a rater does not see."""
    unseen: set[str] = set()
    seen: dict[frozenset[str], int] = {}
    mixed = sorted(articles)
    naming.generator("sides").shuffle(mixed)
    for article in mixed:
        pairs = [one for one in groups[article] if isinstance(one, PairEntry)]
        for one, other in zip(pairs[::2], pairs[1::2], strict=True):
            names = frozenset((one.first, one.second))
            start = naming.generator("side", *sorted(names)).randrange(2)
            turn = seen[names] = seen.get(names, start + number) + 1
            unseen.add((one if turn % 2 else other).id)
    return unseen


def sheets_of(key: SheetKey, lists: Lists, articles: Mapping[str, Article]) -> list[Sheet]:
    """What each rater sees.

    Args:
        key: the key.
        lists: the items of each model.
        articles: the articles by id, with their texts if these are available.
    """
    shown = {one: SheetEntry(one, own) for one, own in texts_of(key, lists).items()}
    articles_by_id = {entry.id: entry.article for entry in key.entries}
    found = []
    for number, ids in enumerate(key.raters, start=1):
        groups: dict[str, list[SheetEntry]] = {}
        for one in ids:
            groups.setdefault(articles_by_id[one], []).append(shown[one])
        found.append(
            Sheet(
                sheet=key.sheet,
                number=number,
                raters=len(key.raters),
                task=key.task,
                pairwise=key.mode == "pairs",
                criteria=key.criteria,
                rubric=rubric_digest(key.criteria),
                articles=tuple(
                    SheetArticle(
                        index,
                        articles[article].title,
                        articles[article].text,
                        articles[article].language,
                        tuple(entries),
                    )
                    for index, (article, entries) in enumerate(groups.items(), start=1)
                ),
            )
        )
    return found


def texts_of(key: SheetKey, lists: Lists) -> dict[str, tuple[tuple[str, ...], ...]]:
    """By id, what a sheet shows: the item alone in one list, or two lists without blank items."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for item in key.items:
        source = item.sources[0]
        found[item.id] = ((lists[source.model][item.article][source.sample][source.index],),)
    for pair in key.pairs:
        both = (lists[model][pair.article][0] for model in (pair.first, pair.second))
        found[pair.id] = tuple(tuple(own[index] for index in rateable(own)) for own in both)
    return found
