"""The words and phrases that a text is about, from the text alone.

Words are ranked by PositionRank (Florescu and Caragea, "PositionRank: An Unsupervised Approach to
Keyphrase Extraction from Scholarly Documents", ACL 2017): PageRank over a graph of the words that
occur near each other, which prefers words that occur early and often. The paper keeps nouns and
adjectives; here all words but stop words are kept, so that no tagger is needed. Phrases are runs of
such words between stop words and punctuation, as in RAKE (Rose et al. 2010), ranked by the sum of
their words' ranks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.text.stop_words import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WINDOW = 10  # words that are fewer words apart than this are near each other
_DAMPING = 0.85
_PRECISION = 1e-6  # of the ranks, which sum to one
_STEPS = 100
_DECIMALS = 9
_HEAVIEST = 9.0
_LONGEST_PHRASE = 3

Span = tuple[int, int]
"""Where a phrase begins and ends in a text, in characters."""


@dataclass(frozen=True)
class _WordSpan:
    span: Span
    lower: str
    is_content: bool


def word_weights(text: str, language: str = "en") -> dict[str, float]:
    """How much a text is about each of its content words, in small letters: from 1 to 9."""
    words = _words(text, language)
    ranks = _ranks(words)
    highest = max(ranks.values(), default=1.0)
    return {word: 1 + (_HEAVIEST - 1) * rank / highest for word, rank in ranks.items()}


def key_phrases(text: str, count: int, language: str = "en") -> list[Span]:
    """The spans of the best phrases of up to three words, the best first.

    Each is where the phrase first occurs; spans do not overlap, and no word is in two of them.

    Args:
        text: any text.
        count: the most phrases to return.
        language: the language of the text. Stop words are known of English; in other languages
            words of up to three letters are taken for stop words.
    """
    words = _words(text, language)
    ranks = _ranks(words)
    first: dict[tuple[str, ...], Span] = {}
    for run in _runs(text, words):
        for phrase in _parts(run):
            span = (phrase[0].span[0], phrase[-1].span[1])
            first.setdefault(tuple(word.lower for word in phrase), span)
    scored = [
        (sum(ranks[word] for word in dict.fromkeys(key)), span, key) for key, span in first.items()
    ]
    chosen: list[Span] = []
    taken: set[str] = set()
    for _, span, key in sorted(scored, key=lambda one: (-round(one[0], _DECIMALS), one[1])):
        if len(chosen) == count:
            break
        if taken.isdisjoint(key):
            taken.update(key)
            chosen.append(span)
    return chosen


def _words(text: str, language: str) -> list[_WordSpan]:
    is_english = language.partition("-")[0].lower() == "en"

    def is_content(word: str) -> bool:
        if not is_english and len(word) <= 3 and word.isascii():
            return False
        plain = word.replace("’", "'")
        return plain not in STOP_WORDS and len(word) > 1 and not word.isnumeric()

    found = ((match.span(), match[0].lower()) for match in _WORD.finditer(text))
    return [_WordSpan(span, word, is_content(word)) for span, word in found]


def _ranks(words: Sequence[_WordSpan]) -> dict[str, float]:
    """The PositionRank of each content word; all together are one."""
    numbers: dict[str, int] = {}
    sequence = np.array(
        [numbers.setdefault(w.lower, len(numbers)) if w.is_content else -1 for w in words], int
    )
    if not numbers:
        return {}
    positions = np.flatnonzero(sequence >= 0)
    inverse = np.reciprocal(positions + 1.0)
    early = np.bincount(sequence[positions], weights=inverse, minlength=len(numbers))
    ranks = _random_walk(*_neighbours(sequence), early / early.sum())
    return dict(zip(numbers, np.round(ranks, _DECIMALS).tolist(), strict=True))


def _neighbours(sequence: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Both ends of an edge for each time that two different words are near each other."""
    left, right = [], []
    for distance in range(1, _WINDOW):
        one, other = sequence[:-distance], sequence[distance:]
        kept = (one >= 0) & (other >= 0) & (one != other)
        left += [one[kept], other[kept]]
        right += [other[kept], one[kept]]
    return np.concatenate(left), np.concatenate(right)


def _random_walk(
    start: NDArray[np.int_], end: NDArray[np.int_], restart: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How often a walk along the edges is at each word, which begins anew by ``restart``."""
    size = len(restart)
    degree = np.bincount(start, minlength=size)
    share = 1 / np.maximum(degree, 1)
    ranks = restart
    for _ in range(_STEPS):
        moved = np.bincount(end, weights=(ranks * share)[start], minlength=size)
        stuck = ranks[degree == 0].sum()
        following = _DAMPING * (moved + stuck * restart) + (1 - _DAMPING) * restart
        change = np.abs(following - ranks).sum()
        ranks = following
        if change < _PRECISION:
            break
    return ranks


def _runs(text: str, words: Sequence[_WordSpan]) -> Iterator[list[_WordSpan]]:
    """Content words with nothing but spaces between them."""
    run: list[_WordSpan] = []
    for word in words:
        between = text[run[-1].span[1] : word.span[0]] if run else ""
        if run and (not word.is_content or between.strip(" \u00a0")):
            yield run
            run = []
        if word.is_content:
            run.append(word)
    if run:
        yield run


def _parts(run: Sequence[_WordSpan]) -> Iterator[Sequence[_WordSpan]]:
    """Every phrase of up to three words of a run."""
    for begin in range(len(run)):
        for end in range(begin + 1, min(begin + _LONGEST_PHRASE, len(run)) + 1):
            yield run[begin:end]
