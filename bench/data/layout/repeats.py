"""Which articles repeat another: the same title, address or text, or nearly the same text."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.article import Article
from bench.data.layout.declared import is_web_address
from bench.data.layout.prose import words
from bench.data.layout.sections import shown

_FEWEST_WORDS = 40  # below that, notices and briefs are alike by chance
_SHINGLE = 3  # words
_NEAR = 0.8  # of all shingles of two texts, those that both have
_COMMONPLACE = 20  # texts that have a shingle; one in more says nothing of two of them

_Shingles = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Repeat:
    """That one page repeats an earlier one.

    Attributes:
        line: which page repeats which, and in what.
        exact: whether nothing is lost without it.
    """

    line: str
    exact: bool


@dataclass
class Seen:
    """The articles so far, and the pages they stand on.

    Attributes:
        by_address: whether sources are the articles' own addresses, so that they can be compared.
    """

    by_address: bool = True
    pages: list[str] = field(default_factory=list)
    shingles: list[_Shingles] = field(default_factory=list)
    having: defaultdict[tuple[str, ...], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    texts: dict[str, int] = field(default_factory=dict)
    same: dict[tuple[str, str], int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)

    def add(self, article: Article, page: str) -> tuple[Article, Repeat | None]:
        """Take an article in, unless it is an exact repeat.

        Returns:
            The article, with an id that no other has, and what it repeats, if anything.
        """
        text = words(article.text)
        exact = self._exact(article, page, len(text))
        if exact:
            return article, exact
        known = _shingles(text)
        near = self._near(article, page, known)
        free = self._free(article.id)
        # The first of many versions stands for all of them.
        self._remember(article, free, page, frozenset() if near else known)
        return article.model_copy(update={"id": free}), near

    def _exact(self, article: Article, page: str, length: int) -> Repeat | None:
        same = self.same.get((article.id, article.text))
        if same is not None:
            line = (
                f"{page}: has the article id {shown(article.id)} and the text of "
                f"{self.pages[same]}; one of them is enough"
            )
            return Repeat(line, exact=True)
        same = self.texts.get(article.text) if length >= _FEWEST_WORDS else None
        if same is None:
            return None
        line = f"{page}: has the text of {self.pages[same]} under another title; one is enough"
        return Repeat(line, exact=True)

    def _near(self, article: Article, page: str, known: _Shingles) -> Repeat | None:
        alike, share = self._closest(known)
        if alike is not None:
            how = f"has nearly the text of {self.pages[alike]} ({share:.0%} in common)"
        elif (alike := self.addresses.get(self._address(article))) is not None:
            how = f"has the address of {self.pages[alike]}, but another text"
        elif (alike := self.ids.get(article.id)) is not None:
            how = f"has the title of {self.pages[alike]}, but another text"
        else:
            return None
        free = self._free(article.id)
        named = f", with the id {shown(free)}" if free != article.id else ""
        return Repeat(f"{page}: {how}; both are kept{named}", exact=False)

    def _closest(self, known: _Shingles) -> tuple[int | None, float]:
        """The text that is most alike, if it is alike enough, and how much."""
        rare = [
            having for each in known if len(having := self.having.get(each, ())) <= _COMMONPLACE
        ]
        in_common = Counter(other for having in rare for other in having)
        # So many must be rare ones, were all others common to both.
        least = _NEAR * len(known) - (len(known) - len(rare))
        alike = [other for other, number in in_common.items() if number >= least]
        share, best = max(
            ((self._share(known, other), -other) for other in alike), default=(0.0, 0)
        )
        return (-best, share) if share >= _NEAR else (None, 0.0)

    def _share(self, known: _Shingles, other: int) -> float:
        theirs = self.shingles[other]
        if min(len(known), len(theirs)) < _NEAR * max(len(known), len(theirs)):
            return 0.0
        common = len(known & theirs)
        return common / (len(known) + len(theirs) - common)

    def _free(self, name: str) -> str:
        number, free = 2, name
        while free in self.ids:
            number, free = number + 1, f"{name}-{number}"
        return free

    def _remember(self, article: Article, name: str, page: str, known: _Shingles) -> None:
        at = len(self.pages)
        self.pages.append(page)
        self.shingles.append(known)
        self.ids[name] = at
        self.same.setdefault((article.id, article.text), at)
        self.texts.setdefault(article.text, at)
        if address := self._address(article):
            self.addresses.setdefault(address, at)
        for shingle in known:
            self.having[shingle].append(at)

    def _address(self, article: Article) -> str:
        """The address, written one way; empty where it says nothing, as that of a whole site."""
        if not (self.by_address and is_web_address(article.source)):
            return ""
        plain = article.source.partition("#")[0].partition("://")[2].rstrip("/").lower()
        return plain if "/" in plain else ""


def _shingles(text: list[str]) -> _Shingles:
    if len(text) < _FEWEST_WORDS:
        return frozenset()
    small = [word.casefold() for word in text]
    return frozenset(zip(*(small[start:] for start in range(_SHINGLE)), strict=False))
