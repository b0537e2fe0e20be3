"""Finds articles that repeat another: the same title, address or text, or nearly the same text."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.article import Article
from bench.data.repeats import Originals
from bench.ingest.layout.declared import is_web_address
from bench.ingest.layout.prose import word_count
from bench.ingest.layout.sections import shown

_FEWEST_WORDS = 40  # below that, notices and briefs are alike by chance


@dataclass(frozen=True)
class Repeat:
    """A page that repeats an earlier one.

    Attributes:
        line: the two pages and what they have in common.
        exact: whether the page can be skipped without loss.
    """

    line: str
    exact: bool


@dataclass
class SeenArticles:
    """The articles read so far, and their pages.

    Attributes:
        by_address: whether sources are the addresses of the articles and may be compared.
    """

    by_address: bool = True
    pages: list[str] = field(default_factory=list)
    originals: Originals = field(default_factory=lambda: Originals(3, _FEWEST_WORDS))
    texts: dict[str, int] = field(default_factory=dict)
    same: dict[tuple[str, str], int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, article: Article, page: str) -> tuple[Article, Repeat | None]:
        """Add an article, unless it is an exact repeat.

        Returns:
            The article with a unique id, and what it repeats, if anything.
        """
        exact = self._exact(article, page, word_count(article.text))
        if exact:
            return article, exact
        near = self._near(article, page)
        free = self._free(article.id)
        self._remember(article, free, page)
        return article.model_copy(update={"id": free}), near

    def _exact(self, article: Article, page: str, length: int) -> Repeat | None:
        same = self.same.get((article.id, article.text))
        if same is not None:
            what = f"same article id {shown(article.id)} and text"
            line = f"{page}: {what} as {self.pages[same]}; skipped"
            return Repeat(line, exact=True)
        same = self.texts.get(article.text) if length >= _FEWEST_WORDS else None
        if same is None:
            return None
        line = f"{page}: same text as {self.pages[same]} under another title; skipped"
        return Repeat(line, exact=True)

    def _near(self, article: Article, page: str) -> Repeat | None:
        closest = self.originals.add(article.text)
        if closest:
            alike, share = closest
            how = f"nearly the same text as {self.pages[alike]} ({share:.0%} in common)"
        elif (same := self.addresses.get(self._address(article))) is not None:
            how = f"same address as {self.pages[same]}, but a different text"
        elif (same := self.ids.get(article.id)) is not None:
            how = f"same title as {self.pages[same]}, but a different text"
        else:
            return None
        free = self._free(article.id)
        named = f", with the id {shown(free)}" if free != article.id else ""
        return Repeat(f"{page}: {how}; both are kept{named}", exact=False)

    def _free(self, name: str) -> str:
        if name not in self.ids:
            return name
        number = self.numbers.get(name, 2)
        while f"{name}-{number}" in self.ids:
            number += 1
        self.numbers[name] = number  # those below it are taken for good
        return f"{name}-{number}"

    def _remember(self, article: Article, name: str, page: str) -> None:
        at = len(self.pages)
        self.pages.append(page)
        self.ids[name] = at
        self.same.setdefault((article.id, article.text), at)
        self.texts.setdefault(article.text, at)
        if address := self._address(article):
            self.addresses.setdefault(address, at)

    def _address(self, article: Article) -> str:
        """The normalised address; empty if it is that of a whole site."""
        if not (self.by_address and is_web_address(article.source)):
            return ""
        plain = article.source.partition("#")[0].partition("://")[2].rstrip("/").lower()
        return plain if "/" in plain else ""
