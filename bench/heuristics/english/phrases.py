"""The key phrases of a text: noun phrases that can be used in a sentence unchanged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.heuristics.english.chunks import Chunk, chunk_at, chunks, join
from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import singular
from bench.heuristics.english.noun_kinds import VAGUE, NounKind, noun_kind
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set

_LONGEST = 6
_DROPPED = word_set(
    """other such same own last next first second third further several many few more most recent
    previous certain different possible whole late early certain enough little former latter
    various numerous only very alleged particular current ongoing"""
)
_UNFIT = word_set("no any another their his her my your our each every")
# Nouns that are only half said without what follows: "ties with the alliance".
_GOVERNS = {
    preposition: word_set(nouns)
    for preposition, nouns in {
        "with": "tie relation relationship partnership cooperation war contract agreement deal",
        "for": "demand need search support market plan responsibility respect preference role",
        "over": "dispute battle fight row control dominance concern clash victory",
        "on": "ban tariff restriction reliance limit tax impact pressure treaty focus duty",
        "in": "investment stake interest shift rise fall increase decline growth role change boom",
        "to": "threat access response approach opposition challenge resistance damage exposure",
        "into": "inquiry investigation expansion",
        "between": "relationship standoff war conflict tension gap border partnership talks",
        "against": "war protection campaign case crime discrimination fight threat violence",
    }.items()
}


@dataclass
class Phrase:
    """A noun phrase and its use in the text.

    Attributes:
        text: its words, without an article, capitals only where names have them.
        head: its last noun (before "of"), small, in the singular.
        plural: whether it takes a plural verb.
        definite: whether it needs "the" when it is spoken of again.
        kind: the kind of its head.
        weight: how much the text is about it; comparable within one text only.
        count: how often it is mentioned in just this form.
        first: the number of the sentence that mentions it first.
    """

    text: str
    head: str
    plural: bool
    definite: bool
    kind: NounKind | None
    weight: float = 0.0
    count: int = 0
    first: int = 0
    words: frozenset[str] = frozenset()
    sentences: frozenset[int] = frozenset()
    """The numbers of the sentences that mention it."""

    @property
    def noun_phrase(self) -> str:
        """The phrase with its article, if it needs one."""
        return f"the {self.text}" if self.definite else self.text


def phrases(tagged: Sequence[Sequence[Token]], weights: dict[str, float]) -> list[Phrase]:
    """The noun phrases of a text, weightiest first.

    Args:
        tagged: the tagged sentences of the text.
        weights: what :func:`bench.text.keyphrases.word_weights` says of its words.
    """
    known: dict[str, Phrase] = {}
    bare: dict[str, int] = {}
    for number, tokens in enumerate(tagged):
        for chunk, core in _candidates(tokens):
            found = _phrase(chunk, core, number)
            phrase = known.setdefault(found.text.lower(), found)
            phrase.count += 1
            phrase.sentences |= {number}
            bare[found.text.lower()] = bare.get(found.text.lower(), 0) + (not found.definite)
    for key, phrase in known.items():
        phrase.definite = bare[key] * 2 < phrase.count or (phrase.definite and not phrase.plural)
        phrase.weight = _weight(phrase, weights)
    kept = [phrase for phrase in known.values() if phrase.count > 1 or not _is_vague(phrase)]
    return sorted(kept, key=lambda phrase: (-phrase.weight, phrase.first, phrase.text))


def _candidates(tokens: Sequence[Token]) -> Iterator[tuple[Chunk, tuple[Token, ...]]]:
    """Noun phrases with the tokens to show: each alone, and with what depends on it."""
    for chunk in chunks(tokens):
        core = _core(chunk)
        if not core or chunk.head.tag == "NNP" or chunk.determiner in _UNFIT:
            continue
        complement = _complement(tokens, chunk)
        if complement and len(core) + len(complement) <= _LONGEST:
            yield chunk, core + complement
        if singular(chunk.head.lower) not in VAGUE:
            yield chunk, core


def _core(chunk: Chunk) -> tuple[Token, ...]:
    """The tokens without article, numbers and words such as "other" or "greatest" in front."""
    core = chunk.core
    while core and (
        core[0].tag in ("CD", "RB", "POS", "DT", "PPS")
        or core[0].lower in _DROPPED
        or (core[0].tag == "JJ" and core[0].lower.endswith("est") and len(core[0].text) > 5)
    ):
        core = core[1:]
    unfit = any(token.tag == "CD" or not token.text[0].isalnum() for token in core[:-1])
    possessive = any(token.tag == "POS" for token in core)
    if possessive:
        unfit = core[0].tag != "NNP" and not chunk.determiner
    fits = core and not unfit and len(core) <= 5 and len(core[-1].text) > 2
    return core if fits and core[-1].text.isascii() == core[0].text.isascii() else ()


def _complement(tokens: Sequence[Token], chunk: Chunk) -> tuple[Token, ...]:
    """The phrase behind a noun that belongs to it: "of pilots", "with the alliance"."""
    if chunk.end >= len(tokens):
        return ()
    link = tokens[chunk.end]
    head = singular(chunk.head.lower)
    governed = governs(head, link.lower)
    following = chunk_at(tokens, chunk.end + 1) if governed and link.tag in ("IN", "TO") else None
    if following is None or singular(following.head.lower) in VAGUE:
        return ()
    if following.determiner not in ("", "the") or following.core[0].tag in ("CD", "RB"):
        return ()
    if any(token.tag == "CD" for token in following.tokens) or head in VAGUE:
        return ()
    if link.lower != "between":
        return (link, *following.tokens)
    pair = [token.lower for token in tokens[following.end : following.end + 1]] == ["and"]
    second = chunk_at(tokens, following.end + 1) if pair else None
    return (link, *tokens[chunk.end + 1 : second.end]) if second else ()


def governs(noun: str, preposition: str) -> bool:
    """Whether a phrase with this preposition, behind this noun, belongs to the noun."""
    return preposition == "of" or noun in _GOVERNS.get(preposition, ())


def _phrase(chunk: Chunk, core: tuple[Token, ...], number: int) -> Phrase:
    head = singular(chunk.head.lower)
    owned = any(token.tag == "POS" for token in core) and core[0].tag == "NNP"
    return Phrase(
        text=join(core),
        head=head,
        plural=chunk.head.tag == "NNS" or chunk.plural,
        definite=not owned and chunk.determiner not in ("", "some", "all", "those", "these"),
        kind=noun_kind(head),
        first=number,
        words=frozenset(
            singular(token.lower)
            for token in core
            if token.text[0].isalnum() and not is_closed(token.lower)
        ),
    )


def _is_vague(phrase: Phrase) -> bool:
    """Whether one mention of it says too little: a lone noun of no known kind."""
    return len(phrase.words) < 2 and (phrase.kind is None or phrase.definite)


def _weight(phrase: Phrase, weights: dict[str, float]) -> float:
    """The mean weight of its words; more for phrases of two or three words and repeated ones."""
    words = phrase.text.lower().split()
    content = [word for word in words if not is_closed(word)] or words
    mean = sum(weights.get(word, 1.0) for word in content) / len(content)
    length = {1: 0.7, 2: 1.2, 3: 1.2}.get(len(content), 1.0)
    return mean * length * (1 + math.log(phrase.count)) / (1 + 0.02 * phrase.first)
