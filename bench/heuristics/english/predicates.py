"""The parts of a predicate after the verb, and whether they are complete."""

from __future__ import annotations

from collections.abc import Iterator

from bench.heuristics.english.chunks import Chunk, chunk_at
from bench.heuristics.english.lexicon import base, readings
from bench.heuristics.english.subjects import Tokens, is_time, subject_at
from bench.heuristics.english.tagging import FINITE, NOMINAL
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set

QUOTES = frozenset(('"', "“", "”", "``", "''"))
ENDS = word_set("— – -- - ; : ( ) , . ? ! SUB REL") | QUOTES

_AGREEING = frozenset(("VBZ", "VBD"))
_VERBAL = frozenset(("VB", "VBZ", "VBD", "VBN", "VBG", "MD", "BE", "HAVE", "DO"))
_WAITING = frozenset(("IN", "TO", "DT", "PPS", "CC", "SUB"))
_PREPOSITION_TOO = word_set("as since until till after before")
# "keep the stations running", "help patients lose weight": what follows the object belongs to it.
_WITH_PARTICIPLE = word_set("keep leave see hear watch find")
_WITH_BARE_VERB = word_set("help let make have see hear")
_NEED_OBJECTS = word_set("find make take get give have see bring put keep let hold send")
_WITH_AS = word_set("describe regard see treat view define portray label serve act work")
_CONTENT = word_set("that whether how why if what where who")


def predicate(tokens: Tokens, index: int, verb: Token) -> tuple[Tokens, ...] | None:
    """Split the words after a verb into the object or complement and phrases.

    Args:
        tokens: the sentence.
        index: the index behind the verb.
        verb: the verb.

    Returns:
        The parts, up to where the clause ends; ``None`` where they cannot stand by themselves.
    """
    parts = tuple(_parts(tokens, index, verb))
    end = index + sum(len(part) for part in parts)
    plain = all(_is_plain(part, base(verb.lower)) for part in parts)
    return parts if plain and not _breaks_off(tokens, end, verb) else None


def _parts(tokens: Tokens, index: int, verb: Token) -> Iterator[Tokens]:
    """The object or complement and the phrases, up to the end or the first unclear word."""
    start = index
    while index < len(tokens) and not _clause_ends(tokens, index, verb):
        chunk = chunk_at(tokens, index)
        if index > start and _opens_part(tokens, index, chunk):
            yield tokens[start:index]
            start = index
        index = chunk.end if chunk else index + 1
    if index > start:
        yield tokens[start:index]


def _opens_part(tokens: Tokens, index: int, chunk: Chunk | None) -> bool:
    """Whether a preposition, or a time without one, begins a new part of the predicate."""
    token = tokens[index]
    if token.tag in ("IN", "TO"):
        return token.lower != "of"
    if token.lower in ("early", "late") and [t.tag for t in tokens[index + 1 :][:1]] == ["IN"]:
        return True
    if chunk is not None and is_time(chunk.tokens):
        return tokens[index - 1].tag not in ("IN", "TO", "SUB")
    return _as_preposition(tokens, index)


def _clause_ends(tokens: Tokens, index: int, verb: Token) -> bool:
    token = tokens[index]
    before = tokens[index - 1].tag
    if token.tag in ENDS or token.text in ENDS:
        return not _as_preposition(tokens, index)
    if token.tag == "CC":
        following = tokens[index + 1].lower if index + 1 < len(tokens) else ""
        # "understands 42 languages and runs on a chip": perhaps a second verb; better cut.
        return _new_clause(tokens, index + 1) or verb.tag in readings(following) & _AGREEING
    if token.tag == "RB" and index + 1 < len(tokens) and tokens[index + 1].tag == "TO":
        return True  # "plant more, only to be left with less"
    participle = token.tag in ("VBN", "VBG") and before in NOMINAL
    return participle and base(verb.lower) not in _WITH_PARTICIPLE


def _as_preposition(tokens: Tokens, index: int) -> bool:
    """Whether "as", "since", "after" ... precedes a noun phrase, not a clause."""
    if tokens[index].tag != "SUB" or tokens[index].lower not in _PREPOSITION_TOO:
        return False
    if tokens[index].lower == "as" and any(t.lower == "as" for t in tokens[index + 1 : index + 4]):
        return False
    if index + 1 < len(tokens) and tokens[index + 1].tag == "CD":
        return True
    return chunk_at(tokens, index + 1) is not None and not _new_clause(tokens, index + 1)


def _new_clause(tokens: Tokens, index: int) -> bool:
    """Whether no noun phrase begins here, or one that is followed by its own verb."""
    if chunk_at(tokens, index) is None:
        return not (index < len(tokens) and tokens[index].tag in ("IN", "TO"))
    subject = subject_at(tokens, index)
    verbs = tokens[subject.behind : subject.behind + 2] if subject else ()
    return any(word.tag in FINITE and word.tag != "VB" for word in verbs[:1]) or (
        len(verbs) == 2 and verbs[0].tag == "RB" and verbs[1].tag in FINITE
    )


def _breaks_off(tokens: Tokens, index: int, verb: Token) -> bool:
    """Whether a clause that ends here is incomplete."""
    if index >= len(tokens):
        return False
    ending, before = tokens[index], tokens[index - 2 : index]
    if ending.tag in QUOTES or (ending.lower in _CONTENT and tokens[index - 1].tag in _VERBAL):
        return True
    if ending.lower == "as":
        return base(verb.lower) in _WITH_AS  # "described the vote as free"
    # "a handsome, even glow"
    return ending.text == "," and [token.tag for token in before] == ["DT", "JJ"]


def _is_plain(part: Tokens, verb: str) -> bool:
    """Whether a part has no pronoun and no verb but an infinitive or a gerund."""
    for index, token in enumerate(part):
        before = part[index - 1].tag if index else ""
        if token.tag in ("PRP", "REL", "WP") or token.text in ("'", "’", "/"):
            return False
        if token.tag == "VB" and before in NOMINAL and verb in _WITH_BARE_VERB:
            continue
        if token.tag in FINITE and not (token.tag in ("VB", "BE") and before in ("TO", "RB", "CC")):
            return False
    if part[-1].tag == "VB" and part[-1].lower in _NEED_OBJECTS:
        return False
    return part[-1].tag not in _WAITING and part[-1].lower != "twice"
