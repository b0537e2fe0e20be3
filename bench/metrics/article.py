"""Compares predicted items with the article: copied, novel and unsupported content."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.tokens import TokenizerName

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MANY, _SHORT = 100, 64  # facts of one length, and the length, from and to which that is quicker
# Capitalised words but the first of an item, which is capitalised in any case.
_NAME = re.compile(r"(?<=\S\s)(?:[^\W\d_]['.])?[^\W\d_a-zß-ÿ][^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True)
class AgainstArticle(Metric):
    """Base class of metrics over the words of the items and of the title and text.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
    """

    needs_text = True
    reference_free = True
    version = 1

    tokenizer: TokenizerName = "rouge-score"

    def encoded(self, block: Block) -> tuple[list[list[str]], list[str]]:
        """The encoded items, and the encoded article, of each article."""
        texts = block.encoders[self.tokenizer, False].encode(block.texts_for(self))
        return block.encoded("predictions", self.tokenizer, stemmer=False), texts


@dataclass(frozen=True)
class NovelNgrams(AgainstArticle):
    """Share of the items' n-grams that are not in the article.

    Attributes:
        n: the number of words in an n-gram.
    """

    description = "share of the items' n-grams that the article does not have"
    source = "See, Liu and Manning 2017"

    n: int = 2

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return f"novel{self.n}"

    def statistics(self, block: Block) -> FloatArray:
        def share(items: Sequence[str], text: str) -> float:
            grams, known = ([*_ngrams(texts, self.n)] for texts in (items, [text]))
            there = frozenset(known)
            return sum(gram not in there for gram in grams) / len(grams) if grams else 0.0

        pairs = zip(*self.encoded(block), strict=True)
        return np.array([[share(items, text)] for items, text in pairs])


@dataclass(frozen=True)
class Support(Metric):
    """Share of the items' stemmed bigrams that are in the article.

    Attributes:
        tokenizer: how items and article are split into tokens.
        stemmer: whether tokens are stemmed.
    """

    name = "support"
    description = "share of the items' stemmed bigrams that the article has; rewards copying"
    source = "this project, after See, Liu and Manning 2017"
    needs_text = True
    reference_free = True
    ignores_order = True

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def statistics(self, block: Block) -> FloatArray:
        def share(items: Sequence[str], text: str) -> float:
            grams, known = [*_ngrams(items, 2)], frozenset(_ngrams([text], 2))
            return sum(gram in known for gram in grams) / len(grams) if grams else 0.0

        encoded = block.encoded("predictions", self.tokenizer, self.stemmer)
        texts = block.encoders[self.tokenizer, self.stemmer].encode(block.texts_for(self))
        pairs = zip(encoded, texts, strict=True)
        return np.array([[share(items, text)] for items, text in pairs]).reshape(-1, 1)


@dataclass(frozen=True)
class ExtractiveFragments(AgainstArticle):
    """Coverage, density and compression of the items as one text.

    Fragments are found as the Newsroom paper does: from left to right, each the longest run of
    words that the article has too.
    """

    name = "fragments"
    description = "copied words (coverage), length of copied runs (density), article to items"
    source = "Grusky, Naaman and Artzi 2018 (Newsroom)"
    fields = ("coverage", "density", "compression")
    range = (0.0, None)
    field_ranges = MappingProxyType({"coverage": (0.0, 1.0)})

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(*self.encoded(block), strict=True)
        return np.array([_fragments("".join(items), text) for items, text in pairs]).reshape(-1, 3)


@dataclass(frozen=True)
class UnsupportedFacts(Metric):
    """Share of the names and numbers in the items that are not in the article."""

    name = "unsupported"
    description = "share of names and numbers in the items that the article does not have"
    source = "this project, after entity-level hallucination checks (Nan et al. 2021)"
    higher_is_better = False
    needs_text = True
    reference_free = True
    ignores_order = True

    def statistics(self, block: Block) -> FloatArray:
        def share(items: Items, text: str) -> float:
            there = _straight(text).lower()
            facts = [f for i in items for f in (*_NUMBER.findall(i), *_NAME.findall(_straight(i)))]
            counts = Counter(fact.lower() for fact in facts)
            known = _found_in(there, counts)
            absent = sum(count for fact, count in counts.items() if fact not in known)
            return absent / len(facts) if facts else 0.0

        pairs = zip(block.predictions, block.texts_for(self), strict=True)
        return np.array([[share(items, text)] for items, text in pairs])


def _ngrams(texts: Sequence[str], n: int) -> Iterator[str]:
    return (text[k : k + n] for text in texts for k in range(len(text) - n + 1))


def _straight(text: str) -> str:
    """The text with typewriter apostrophes: "Japan’s" and "Japan's" are one name."""
    return text.replace("’", "'")


def _found_in(text: str, facts: Iterable[str]) -> set[str]:
    """The facts that are part of a text; many of one length are looked up in one pass over it."""
    of_length = defaultdict[int, set[str]](set)
    for fact in facts:
        of_length[len(fact)].add(fact)
    found: set[str] = set()
    for length, same in of_length.items():
        if len(same) < _MANY or length > _SHORT:
            found |= {fact for fact in same if fact in text}
        else:
            found |= same.intersection(text[k : k + length] for k in range(len(text)))
    return found


def _copied(summary: str, start: int, text: str) -> int:
    """Length of the longest run from ``start`` on, at least 1, that the text has too."""
    most, size = len(summary) - start, 2
    while size <= most and summary[start : start + size] in text:
        size *= 2
    found, missing = size // 2, min(size, most + 1)
    while missing - found > 1:
        middle = (found + missing) // 2
        if summary[start : start + middle] in text:
            found = middle
        else:
            missing = middle
    return found


def _fragments(summary: str, text: str) -> tuple[float, float, float]:
    if not summary:
        return 0.0, 0.0, 0.0
    lengths, start, words = [], 0, frozenset(text)
    while start < len(summary):
        length = _copied(summary, start, text) if summary[start] in words else 0
        lengths.append(length)
        start += max(length, 1)
    size = len(summary)
    return (
        sum(lengths) / size,
        sum(length**2 for length in lengths) / size,
        len(text) / size,
    )
