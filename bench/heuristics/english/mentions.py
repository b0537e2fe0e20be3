"""Mentions of names in a text, and their contexts.

Found by capitals, checked against the text's own lower case: a word that opens sentences and is
elsewhere written in lower case is not a name. Nothing is looked up in a gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import readings
from bench.heuristics.english.name_words import (
    DEMONYM_ENDINGS,
    DEMONYMS,
    JOINED_BY_AND,
    JOINED_BY_FOR,
    LOOSE_TITLES,
    NAME_ENDS,
    NO_NAMES,
    PERSON_NOUNS,
    SPEECH,
    TITLES,
)
from bench.heuristics.english.tagging import FINITE, NOMINAL
from bench.heuristics.english.tokens import Token, tokenize

Words = tuple[str, ...]

_COMPOUND = re.compile(r"-[a-z]+$")  # "NATO-led" is not a name
_MARKS_OR_LINKS = frozenset(("IN", "CC", "DT", '"', "”"))


@dataclass(frozen=True)
class Mention:
    """One mention of a name in the text, and its context."""

    words: Words
    start: tuple[int, int]
    before: str = ""
    modifies: bool = False
    """Whether a noun follows: an article before the name is then that noun's."""
    acts: bool = False
    person: bool = False
    """Whether a title, an occupation or a verb of speech indicates a person."""
    stands_for: Words = ()
    """The name written out, where the mention is its acronym in brackets."""


def capitalised_words(sentences: Iterable[str]) -> frozenset[str]:
    """Words that are names even at the start of a sentence.

    They are capitalised inside a sentence and never written small; an ordinary word must stand
    alone there, because a part of a longer name ("the Fans' Trust") proves nothing.
    """
    inside: set[str] = set()
    small: set[str] = set()
    for sentence in sentences:
        words = [word for word, _ in tokenize(sentence)]
        for index, word in enumerate(words):
            if word[0].islower():
                small.add(word)
            elif word[0].isupper() and index and words[index - 1][-1].isalnum() and len(word) > 1:
                after = "".join(words[index + 1 : index + 3])
                alone = words[index - 1].islower() or not readings(words[index - 1].lower())
                if (alone and after == after.lower()) or not readings(word.lower()):
                    inside.add(word)
    return frozenset(
        word
        for word in inside
        if word.lower() not in small and not is_closed(word.lower()) and not _COMPOUND.search(word)
    )


def mentions(
    tokens: Sequence[Token], sentence: int, known: Collection[Words] = ()
) -> Iterator[Mention]:
    """The names in one tagged sentence, in order.

    Args:
        tokens: the sentence.
        sentence: its number.
        known: names that end where they end, whatever capitals follow; headlines need that.
    """
    index = 0
    while index < len(tokens):
        if tokens[index].tag != "NNP":
            index += 1
            continue
        end = _known_end(tokens, index, known) or _run_end(tokens, index)
        written_out, acronym_end = _written_out(tokens, index, end)
        if acronym_end:
            yield _mention(tokens, index, written_out, sentence)
            acronym = acronym_end - 2
            yield Mention(
                words=(tokens[acronym].text,),
                start=(sentence, acronym),
                stands_for=_words(tokens, index, written_out),
            )
            index = acronym_end
            continue
        start = _without_titles(tokens, index, end)
        if start < end:
            yield _mention(tokens, start, end, sentence)
        index = end


def _known_end(tokens: Sequence[Token], start: int, known: Collection[Words]) -> int:
    """The end of the longest known name that begins here; 0 without one."""
    longest = max((len(words) for words in known), default=0)
    ends = range(min(start + longest, len(tokens)), start, -1)
    end = next((end for end in ends if _words(tokens, start, end) in known), 0)
    following = tokens[end].text if 0 < end < len(tokens) else ""
    return 0 if following in NAME_ENDS else end


def _words(tokens: Sequence[Token], start: int, end: int) -> Words:
    return tuple(token.text for token in tokens[start:end])


def _run_end(tokens: Sequence[Token], start: int) -> int:
    """The end of the run of capitalised words from ``start``, including joining words."""
    end = start + 1
    while end < len(tokens):
        if tokens[end].tag == "NNP":
            end += 1
            continue
        step = 2 if [token.lower for token in tokens[end : end + 2]] == ["of", "the"] else 1
        following = tokens[end + step : end + step + 1]
        if not following or following[0].tag != "NNP" or following[0].text in NO_NAMES:
            return end
        if not _joins(tokens, start, end):
            return end
        end += step + 1
    return end


def _joins(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether the small word at ``end`` belongs to the name before it."""
    run = {token.text for token in tokens[start:end]}
    last = tokens[end - 1].text
    match tokens[end].lower:
        case "&" | "de" | "van" | "von" | "del" | "al" | "bin":
            return True
        case "of":
            return bool(readings(last.lower()) & {"NN"}) and last not in TITLES
        case "for":
            return bool(run & JOINED_BY_FOR)
        case "and":
            return bool(run & JOINED_BY_AND) and any(t.text == "of" for t in tokens[start:end])
        case "'" | "’":
            return last.endswith("s")
    return False


def _written_out(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The end of a name that an acronym in brackets follows, and the end of the bracket; or 0s."""
    letters: list[str] = []
    for index in range(start, min(start + 12, len(tokens) - 2)):
        if tokens[index].text == "(":
            acronym = tokens[index + 1].text
            closed = tokens[index + 2].text == ")"
            fits = acronym.isupper() and len(acronym) > 1 and acronym[0] == letters[0]
            remaining = iter(letters)
            if closed and fits and all(x in remaining for x in acronym if x.isalpha()):
                quoted = not tokens[index - 1].text[0].isalnum()
                return index - quoted, index + 3
            return 0, 0
        if tokens[index].tag == "NNP":
            letters += [part[0].upper() for part in tokens[index].text.split("-") if part]
        elif index >= end and tokens[index].tag not in _MARKS_OR_LINKS:
            return 0, 0
    return 0, 0


def _without_titles(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where the name itself starts: behind loose titles, and behind a country before a title."""
    while start < end and tokens[start].text in LOOSE_TITLES:
        start += 1
    words = _words(tokens, start, end)
    titled = next((index for index, word in enumerate(words) if word in TITLES), 0)
    if titled and (is_demonym(words[0]) or words[0].isupper()):
        start += titled
    if start < end and tokens[end - 1].text in TITLES | NO_NAMES:
        return end
    return start


def _mention(tokens: Sequence[Token], start: int, end: int, sentence: int) -> Mention:
    after = tokens[end].tag if end < len(tokens) else "."
    opening = start - 1 if start and tokens[start - 1].tag == "DT" else start
    governed = bool(opening) and tokens[opening - 1].tag == "IN" and after != "POS"
    return Mention(
        words=_words(tokens, start, end),
        start=(sentence, start),
        before=tokens[start - 1].lower if start else "",
        modifies=after in NOMINAL or after == "JJ",
        acts=_acts(tokens, end, governed),
        person=_is_person(tokens, start, end),
    )


def _is_person(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a title, a job or a verb of speech beside a name marks a person."""
    if tokens[start].text in TITLES:
        return True
    before = [token.text for token in tokens[max(start - 2, 0) : start]]
    if before and (before[-1] in LOOSE_TITLES or before[-1].lower() in PERSON_NOUNS):
        return True
    if before[1:] == [","] and before[0].lower() in PERSON_NOUNS:
        return True
    after = {token.text for token in tokens[end : end + 2]}
    spoken_before = SPEECH & set(before) and before[-1].lower() != "the"
    return end - start > 1 and bool(SPEECH & after or spoken_before)


def _acts(tokens: Sequence[Token], end: int, governed: bool) -> bool:
    """Whether a verb, a possessive or a "who" follows, maybe behind "and" and another name."""
    if end + 1 < len(tokens) and tokens[end].tag == "CC" and tokens[end + 1].tag == "NNP":
        end = _run_end(tokens, end + 1)
    if end + 1 < len(tokens) and tokens[end].tag == ",":
        return tokens[end + 1].tag == "REL" or tokens[end + 1].lower == "both"
    return end < len(tokens) and not governed and tokens[end].tag in FINITE | {"POS"}


def is_demonym(word: str) -> bool:
    """Whether a capitalised word looks like an adjective of nationality."""
    return word in DEMONYMS or (len(word) > 4 and word.endswith(DEMONYM_ENDINGS[:4]))
