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


def predicate(tokens: Tokens, place: int, verb: Token) -> tuple[Tokens, ...] | None:
    """Split the words after a verb into the object or complement and phrases.

    Args:
        tokens: the sentence.
        place: the place behind the verb.
        verb: the verb.

    Returns:
        The parts, up to where the clause ends; ``None`` where they cannot stand by themselves.
    """
    parts = tuple(_parts(tokens, place, verb))
    end = place + sum(len(part) for part in parts)
    plain = all(_is_plain(part, base(verb.lower)) for part in parts)
    return parts if plain and not _breaks_off(tokens, end, verb) else None


def _parts(tokens: Tokens, place: int, verb: Token) -> Iterator[Tokens]:
    """The object or complement and the phrases, up to the end or the first unclear word."""
    start = place
    while place < len(tokens) and not _clause_ends(tokens, place, verb):
        chunk = chunk_at(tokens, place)
        if place > start and _opens_part(tokens, place, chunk):
            yield tokens[start:place]
            start = place
        place = chunk.end if chunk else place + 1
    if place > start:
        yield tokens[start:place]


def _opens_part(tokens: Tokens, place: int, chunk: Chunk | None) -> bool:
    """Whether a preposition, or a time without one, begins a new part of the predicate."""
    token = tokens[place]
    if token.tag in ("IN", "TO"):
        return token.lower != "of"
    if token.lower in ("early", "late") and [t.tag for t in tokens[place + 1 :][:1]] == ["IN"]:
        return True
    if chunk is not None and is_time(chunk.tokens):
        return tokens[place - 1].tag not in ("IN", "TO", "SUB")
    return _as_preposition(tokens, place)


def _clause_ends(tokens: Tokens, place: int, verb: Token) -> bool:
    token = tokens[place]
    before = tokens[place - 1].tag
    if token.tag in ENDS or token.text in ENDS:
        return not _as_preposition(tokens, place)
    if token.tag == "CC":
        following = tokens[place + 1].lower if place + 1 < len(tokens) else ""
        # "understands 42 languages and runs on a chip": perhaps a second verb; better cut.
        return _new_clause(tokens, place + 1) or verb.tag in readings(following) & _AGREEING
    if token.tag == "RB" and place + 1 < len(tokens) and tokens[place + 1].tag == "TO":
        return True  # "plant more, only to be left with less"
    participle = token.tag in ("VBN", "VBG") and before in NOMINAL
    return participle and base(verb.lower) not in _WITH_PARTICIPLE


def _as_preposition(tokens: Tokens, place: int) -> bool:
    """Whether "as", "since", "after" ... precedes a noun phrase, not a clause."""
    if tokens[place].tag != "SUB" or tokens[place].lower not in _PREPOSITION_TOO:
        return False
    if tokens[place].lower == "as" and any(t.lower == "as" for t in tokens[place + 1 : place + 4]):
        return False
    if place + 1 < len(tokens) and tokens[place + 1].tag == "CD":
        return True
    return chunk_at(tokens, place + 1) is not None and not _new_clause(tokens, place + 1)


def _new_clause(tokens: Tokens, place: int) -> bool:
    """Whether no noun phrase begins here, or one that is followed by its own verb."""
    if chunk_at(tokens, place) is None:
        return not (place < len(tokens) and tokens[place].tag in ("IN", "TO"))
    subject = subject_at(tokens, place)
    verbs = tokens[subject.behind : subject.behind + 2] if subject else ()
    return any(word.tag in FINITE and word.tag != "VB" for word in verbs[:1]) or (
        len(verbs) == 2 and verbs[0].tag == "RB" and verbs[1].tag in FINITE
    )


def _breaks_off(tokens: Tokens, place: int, verb: Token) -> bool:
    """Whether a clause that ends here is incomplete."""
    if place >= len(tokens):
        return False
    ending, before = tokens[place], tokens[place - 2 : place]
    if ending.tag in QUOTES or (ending.lower in _CONTENT and tokens[place - 1].tag in _VERBAL):
        return True
    if ending.lower == "as":
        return base(verb.lower) in _WITH_AS  # "described the vote as free"
    # "a handsome, even glow"
    return ending.text == "," and [token.tag for token in before] == ["DT", "JJ"]


def _is_plain(part: Tokens, verb: str) -> bool:
    """Whether a part has no pronoun and no verb but an infinitive or a gerund."""
    for place, token in enumerate(part):
        before = part[place - 1].tag if place else ""
        if token.tag in ("PRP", "REL", "WP") or token.text in ("'", "’", "/"):
            return False
        if token.tag == "VB" and before in NOMINAL and verb in _WITH_BARE_VERB:
            continue
        if token.tag in FINITE and not (token.tag in ("VB", "BE") and before in ("TO", "RB", "CC")):
            return False
    if part[-1].tag == "VB" and part[-1].lower in _NEED_OBJECTS:
        return False
    return part[-1].tag not in _WAITING and part[-1].lower != "twice"
