"""The position in a text of each of its tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bench.text.normalization import normalized
from bench.text.tokens import _INVISIBLE, _PUNCTUATION, _SQUAD_ARTICLES, _UNSPACED, TokenizerName

Span = tuple[int, int]
"""The start and end of a token, in code points of the text."""

_RUN = re.compile(r"\S+")
_WORD = re.compile("[a-z0-9]+")
_JOINED = 4  # characters that one can be composed with those before it, such as Hangul jamo
_CLUSTER = re.compile(r".[^\x00-\u02ff]*", re.DOTALL)


def token_spans(text: str, tokenizer: TokenizerName) -> list[Span]:
    """The span of each token that the tokenizer finds, in order.

    Tokenizers change a text before they split it: one letter may become two, and three letters
    one. A span covers the first to the last character that the token was made from.
    """
    made, sources = _FOLDED[tokenizer](text)
    pattern = _WORD if tokenizer == "rouge-score" else _RUN
    runs = (found.span() for found in pattern.finditer(made))
    if sources is None:
        return list(runs)
    return [(sources[start][0], sources[end - 1][1]) for start, end in runs]


def _lowered(text: str) -> tuple[str, list[Span] | None]:
    """The text in lower case, and the span that each of its characters comes from."""
    lowered = text.lower()
    if len(lowered) == len(text):  # no character becomes fewer than one
        return lowered, None
    return lowered, [(i, i + 1) for i, c in enumerate(text) for _ in c.lower()]


def _squad(text: str) -> tuple[str, list[Span]]:
    lowered, sources = _lowered(text)
    kept = [i for i, c in enumerate(lowered) if ord(c) not in _PUNCTUATION]
    bare = "".join(lowered[i] for i in kept)
    without = _SQUAD_ARTICLES.sub(lambda article: " " * len(article[0]), bare)
    return without, [sources[i] if sources else (i, i + 1) for i in kept]


def _unicode(text: str) -> tuple[str, list[Span]]:
    seen = [i for i, c in enumerate(text) if not _INVISIBLE.match(c)]
    visible = "".join(text[i] for i in seen)
    composed, sources = [], []
    for start, end in _normalised_alone(visible):
        part = normalized("NFKC", visible[start:end])
        composed.append(part)
        sources += [(seen[start], seen[end - 1] + 1)] * len(part)
    lowered, spans = _lowered("".join(composed))
    if spans is not None:
        sources = [sources[i] for i, _ in spans]
    edges = {edge for found in _UNSPACED.finditer(lowered) for edge in found.span()}
    spaced, spans_of_spaced = [], []
    for i, (character, span) in enumerate(zip(lowered, sources, strict=True)):
        before = " " if i in edges else ""
        spaced.append(before + (character if unicodedata.category(character)[0] in "LNM" else " "))
        spans_of_spaced += [span] * len(spaced[-1])
    return "".join(spaced), spans_of_spaced


def _normalised_alone(text: str) -> Iterator[Span]:
    """Parts of the text that can be normalised one by one: an ASCII letter, and what may join it.

    What joins the character before it (accents, vowel signs, Hangul jamo) lies beyond U+02FF. Such
    runs are cut before a character that is no combining mark, and normalises alone to what it
    becomes behind the part before it.
    """
    if normalized("NFKC", text) == text:
        yield from ((i, i + 1) for i in range(len(text)))
        return
    for found in _CLUSTER.finditer(text):
        start, end = found.span()
        for cut in range(start + 1, end):
            if _normalises_alone(text[max(start, cut - _JOINED) : cut], text[cut]):
                yield start, cut
                start = cut
        yield start, end


def _normalises_alone(before: str, character: str) -> bool:
    """Whether a character starts a new part behind the one before it."""
    alone = unicodedata.normalize("NFKC", character)
    if unicodedata.combining(unicodedata.normalize("NFD", character)[0]):
        return False
    return normalized("NFKC", before + character) == normalized("NFKC", before) + alone


_FOLDED = {"rouge-score": _lowered, "squad": _squad, "unicode": _unicode}
