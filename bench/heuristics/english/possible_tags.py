"""The possible tags of a token, from capitals, digits and word lists, without context."""

from __future__ import annotations

import re
from collections.abc import Collection

from bench.heuristics.english.closed_words import CLOSED
from bench.heuristics.english.lexicon import Readings, readings
from bench.heuristics.english.tokens import Spelt, opens_quotation

_SENTENCE_OPENERS = frozenset((".", "?", "!", ":", '"', "“", "‘", "``"))
_LOWER_ENDING = re.compile(r"-[a-z]+$")
_NAME: Readings = frozenset(("NNP",))


def possible_tags(tokens: list[Spelt], index: int, names: Collection[str]) -> Readings:
    """The tags that one token of a sentence may get.

    Args:
        tokens: the sentence.
        index: which token.
        names: words that are names even where they open the sentence.
    """
    word = tokens[index].text
    lower = word.lower()
    if not word[0].isalnum():
        return frozenset((_mark(tokens, index),))
    if word[0].isdigit():
        return frozenset(("JJ" if re.search(r"-[a-z]", word) else "CD",))
    if word[0].isupper() and (tags := _capitalised(tokens, index, names)):
        return tags
    if lower in CLOSED:
        return frozenset((CLOSED[lower],))
    return readings(lower) or frozenset(("NNS" if _looks_plural(lower) else "NN",))


def _mark(tokens: list[Spelt], index: int) -> str:
    """The tag of a token that begins with neither a letter nor a digit."""
    word = tokens[index].text
    if word[0] in "$€£¥" and len(word) > 1:
        return "CD"
    if opens_quotation(tokens, index):
        return "``"
    if word.lower() in ("'s", "’s", "'", "’"):
        return "POS"
    return CLOSED.get(word.lower(), word[0] if len(word) == 1 else "``")


def _capitalised(tokens: list[Spelt], index: int, names: Collection[str]) -> Readings:
    """The tags of a word with a capital; empty if it may also be written in lower case."""
    word = tokens[index].text
    lower = word.lower()
    first = (
        index == 0
        or tokens[index - 1].text in _SENTENCE_OPENERS
        or opens_quotation(tokens, index - 1)
    )
    if lower in CLOSED and not _is_name_of_function_word(tokens, index, first):
        return frozenset()
    if word in names:
        return _NAME
    if _LOWER_ENDING.search(word) and "JJ" in readings(lower):
        return frozenset(("JJ",))  # "NATO-led"
    if not first or not readings(lower) or (len(word) > 1 and word.isupper()):
        return _NAME
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    opens_name = following[:1].isupper() and not readings(lower) & {"RB", "VBG", "VBN"}
    return _NAME if opens_name else frozenset()


def _is_name_of_function_word(tokens: list[Spelt], index: int, first: bool) -> bool:
    """Whether a function word's capital is a name's: "US", "in May", "Lingo One"."""
    word = tokens[index].text
    if first or word == "I":
        return False
    numbers_name = CLOSED[word.lower()] == "CD" and tokens[index - 1].text[0].isupper()
    return word in ("May", "Will") or (len(word) > 1 and word.isupper()) or numbers_name


def _looks_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
