"""Converts headlines to sentences: lower-cases ordinary words and restores articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bench.heuristics.english.chunks import Chunk, chunk_at, chunks
from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import readings, singular
from bench.heuristics.english.mentions import Words
from bench.heuristics.english.name_words import NAME_ENDS
from bench.heuristics.english.names import ProperName
from bench.heuristics.english.tagging import FINITE, NOMINAL
from bench.heuristics.english.tokens import Token, tokenize

_LONGEST_KICKER = 4


def recased(title: str, body: Sequence[str], forms: Iterable[Words]) -> str:
    """The title in the form it would have inside a sentence.

    Args:
        title: the headline, in Title Case or not.
        body: the sentences of the text, whose spelling tells names from capitalised words.
        forms: the names of the text, word by word.
    """
    spelt = tokenize(title)
    words = [word for word, _ in spelt]
    small = {word for sentence in body for word, _ in tokenize(sentence) if word[0].islower()}
    named = _named(words, {form[:size] for form in forms for size in range(1, len(form) + 1)})
    headline_case = _in_headline_case(words)
    text = list(title)
    for index, (word, start) in enumerate(spelt):
        inside = index > 0 and words[index - 1] != ":"
        if index in named or not word[0].isupper() or (inside and not headline_case):
            continue
        if _is_ordinary(word, small):
            text[start : start + len(word)] = word.lower()
    return "".join(text)


def _named(words: Sequence[str], forms: Collection[Words]) -> set[int]:
    """The indices of words that are part of a name in the text."""
    found: set[int] = set()
    longest = max((len(form) for form in forms), default=0)
    for start in range(len(words)):
        for size in range(min(longest, len(words) - start), 0, -1):
            if tuple(words[start : start + size]) in forms:
                found.update(range(start, start + size))
                break
    following = {index + 1 for index in found}
    return found | {p for p in following if p < len(words) and words[p] in NAME_ENDS}


def _in_headline_case(words: Sequence[str]) -> bool:
    """Whether most of the title's own words are capitalised."""
    content = [word for word in words[1:] if word[0].isalpha() and not is_closed(word.lower())]
    return sum(word[0].isupper() for word in content) * 2 > len(content)


def _is_ordinary(word: str, small: Collection[str]) -> bool:
    lower = word.lower()
    if lower in small or is_closed(lower):
        return True
    if "-" in word:
        parts = [part for part in lower.split("-") if part]
        return all(part in small or is_closed(part) or readings(part) for part in parts)
    shouted = word.isupper() and 1 < len(word) <= 5
    return not shouted and bool(readings(lower))


def as_sentence(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """A headline's tokens as a sentence has them.

    The words before a colon near its start are dropped; "to act" becomes "will act", and "sued by
    novelists" becomes "was sued by novelists".
    """
    colon = next(
        (index for index, token in enumerate(tokens[:_LONGEST_KICKER]) if token.text == ":"), -1
    )
    tokens = tokens[colon + 1 :]
    for index, token in enumerate(tokens):
        if token.tag in FINITE:
            break
        if token.tag == "VBN" and index and tokens[index + 1 : index + 2]:
            if tokens[index + 1].lower != "by" or tokens[index - 1].tag not in NOMINAL:
                break
            was = "were" if tokens[index - 1].tag == "NNS" else "was"
            return (*tokens[:index], Token(was, "BE", token.start, token.start), *tokens[index:])
        if token.tag == "TO" and index and tokens[index + 1 : index + 2]:
            if tokens[index + 1].tag != "VB":
                break
            will = Token("will", "MD", token.start, token.end)
            return (*tokens[:index], will, *tokens[index + 1 :])
    return tuple(tokens)


def with_articles(
    tokens: Sequence[Token], tagged: Sequence[Sequence[Token]], known: Collection[ProperName]
) -> tuple[Token, ...]:
    """A headline's tokens with the articles that the text uses before the same nouns.

    Ends before the first noun whose article the text does not show: better short than "raise rate".
    """
    used = _determiners(tagged)
    definite = sorted((name.words for name in known if name.definite), key=len, reverse=True)
    complete: list[Token] = []
    index = 0
    while index < len(tokens):
        chunk = chunk_at(tokens, index)
        if chunk is None:
            complete.append(tokens[index])
            index += 1
            continue
        if index == 0 and (owner := _owner_end(tokens, chunk, known)):
            # "Northwind profit falls": in a sentence, Northwind's.
            complete += (
                *tokens[:owner],
                Token("'s", "POS", tokens[owner].start, tokens[owner].start),
            )
            complete += tokens[owner : chunk.end]
            index = chunk.end
            continue
        article = "the" if _begins(tokens, index, definite) else _article(chunk, used)
        if article is None:
            return _up_to_last_link(complete)
        if article:
            tag = "PPS" if article == "its" else "DT"
            complete.append(Token(article, tag, chunk.tokens[0].start, chunk.tokens[0].start))
        complete += chunk.tokens
        index = chunk.end
    return tuple(complete)


def _owner_end(tokens: Sequence[Token], chunk: Chunk, known: Iterable[ProperName]) -> int:
    """The end of a name before the noun of a headline's subject; 0 without one."""
    ends = (len(name.words) for name in known if _begins_with(tokens, name.words))
    end = max(ends, default=0)
    owns = 0 < end < chunk.end and all(
        t.tag in ("NN", "NNS", "JJ") for t in tokens[end : chunk.end]
    )
    return end if owns else 0


def _begins_with(tokens: Sequence[Token], words: Words) -> bool:
    return tuple(token.text for token in tokens[: len(words)]) == words


def _begins(tokens: Sequence[Token], index: int, forms: Sequence[Words]) -> bool:
    """Whether a name at an index may take the article; the longest names go first."""
    for form in forms:
        end = index + len(form)
        if tuple(token.text for token in tokens[index:end]) == form:
            return end == len(tokens) or tokens[end].tag not in ("NN", "NNS", "JJ", "NNP")
    return False


def _up_to_last_link(tokens: list[Token]) -> tuple[Token, ...]:
    """The tokens without the preposition, and what else, that waits for a noun."""
    while tokens and tokens[-1].tag not in NOMINAL | {"CD", "RP"}:
        tokens = tokens[:-1]
    return tuple(tokens)


def _determiners(tagged: Sequence[Sequence[Token]]) -> dict[str, str]:
    """For each singular noun of the text, the determiner before its first mention."""
    used: dict[str, str] = {}
    for tokens in tagged:
        for chunk in chunks(tokens):
            owned = any(token.tag == "POS" for token in chunk.tokens)
            if not chunk.plural and chunk.head.tag != "NNP" and not owned:
                used.setdefault(chunk.head.lower, chunk.determiner)
    return used


def _article(chunk: Chunk, used: dict[str, str]) -> str | None:
    """The article before a noun phrase, which may be empty; ``None`` if unknown."""
    first, head = chunk.tokens[0], chunk.head
    numbered = first.tag == "CD" and not first.text.endswith("%")
    owned = any(token.tag == "POS" for token in chunk.tokens)
    if chunk.determiner or numbered or owned or chunk.plural or head.tag not in ("NN", "NNS"):
        return ""
    determiner = used.get(head.lower, used.get(singular(head.lower)))
    if determiner is None:
        return None
    if determiner in ("a", "an", "another", "one"):
        return "an" if first.lower[0] in "aeiou" else "a"
    if determiner in ("his", "her", "their", "our", "my", "your"):
        return None
    return "its" if determiner == "its" else "the" if determiner else ""
