"""Questions that a simple clause answers: one part is asked for, the rest is inverted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from bench.heuristics.english.chunks import Chunk, chunk_at, join
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.closed_words import REPORTING
from bench.heuristics.english.inversion import inverted, without_times
from bench.heuristics.english.lexicon import inflect, readings, singular
from bench.heuristics.english.name_words import GROUP_WORDS, TITLES
from bench.heuristics.english.noun_kinds import ORGANISATIONS, noun_kind
from bench.heuristics.english.phrases import governs
from bench.heuristics.english.subjects import Tokens, is_time
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set

AskedFor = Literal[
    "reason", "manner", "object", "subject", "time", "place", "number", "amount", "opinion"
]

_LONGEST_SUBJECT = 8
_PROSPECTS = word_set("could would will may might can")
# Their object does not answer "what": "called the deal a provocation", "made sure".
_NO_PLAIN_OBJECT = word_set(
    """be have call name make let help keep leave see hear give tell offer show ask urge accuse
    find consider take put cost last weigh become remain set cut lose bring prevent"""
)
# Phrases with these belong to the noun before them, not to the verb.
_OF_NOUNS = word_set("by of over about against between as")
_CHANGES = word_set("""rise fall drop jump climb grow increase decline slump gain slip plunge""")
_AMOUNTS = word_set("raise lose cost pay earn invest spend receive donate borrow owe")
_NO_DATES = word_set("time times hour hours day days week weeks years early late")
_CAUSES = frozenset(("event", "risk", "law", "technology", "money"))
_AGREEING = {"are": "is", "were": "was", "have": "has", "do": "does"}


class ClauseQuestion(NamedTuple):
    """A question about a clause, without its question mark, and the part it asks for."""

    about: AskedFor
    text: str


def questions(clause: Clause, reported: bool = False) -> Iterator[ClauseQuestion]:
    """The questions that a clause reliably answers, the most informative first.

    Args:
        clause: a plain clause.
        reported: whether a verb of saying introduces it; "its" may then be the speaker's.
    """
    if clause.infinitive in REPORTING and clause.reported:
        yield from _opinion(clause)
    if not is_askable(clause, reported):
        return
    yield from _amount(clause)
    yield from _number(clause)
    yield from _object(clause)
    yield from _reason(clause)
    yield from _time(clause)
    yield from _place(clause)
    yield from _subject(clause)


def is_askable(clause: Clause, reported: bool = False) -> bool:
    """Whether a clause is informative without context and its subject is explicit."""
    if not without_times(clause.parts) or len(clause.subject) > _LONGEST_SUBJECT:
        return False
    if needs_context(clause.head):
        return False
    if reported and any(token.tag == "PPS" for part in clause.parts for token in part):
        return False
    has_object = chunk_at(clause.parts[0], 0) is not None
    return clause.infinitive not in REPORTING or (clause.reported is None and has_object)


def needs_context(chunk: Chunk) -> bool:
    """Whether a noun phrase depends on its context: "their operator", "this decision"."""
    return chunk.tokens[0].tag == "PPS" or chunk.determiner in ("this", "that", "these", "those")


def _reason(clause: Clause) -> Iterator[ClauseQuestion]:
    """Why; for a prospect, how."""
    prospect = any(word.lower in _PROSPECTS for word in clause.auxiliaries)
    turned = inverted(clause, without_times(clause.parts))
    yield (
        ClauseQuestion("manner", f"How {turned}")
        if prospect
        else ClauseQuestion("reason", f"Why {turned}")
    )


def _object(clause: Clause) -> Iterator[ClauseQuestion]:
    found = _whole_chunk(clause.parts[0])
    verb = clause.infinitive
    if found is None or clause.passive or verb in _NO_PLAIN_OBJECT | REPORTING:
        return
    if found.head.tag == "CD" or is_time(clause.parts[0]) or clause.verb.tag in ("BE", "HAVE"):
        return
    if any(part[0].tag == "TO" and part[1].tag == "VB" for part in clause.parts[1:2]):
        return  # "want the government to act": the object is the other verb's subject
    word = "Who" if _is_person(found) else "What"
    behind = tuple(_behind_object(clause.parts[1:], singular(found.head.lower)))
    yield ClauseQuestion("object", f"{word} {inverted(clause, behind)}")


def _behind_object(parts: tuple[Tokens, ...], noun: str) -> Iterator[Tokens]:
    """The parts that still make sense without the object: times, and what belongs to the verb."""
    belongs_to_verb = True
    for part in parts:
        link = part[0].lower
        belongs_to_verb = belongs_to_verb and link not in _OF_NOUNS and not governs(noun, link)
        if belongs_to_verb or is_time(part):
            yield part


def _number(clause: Clause) -> Iterator[ClauseQuestion]:
    """How many: of the subject, or of the object."""
    counted = _counted(clause.head)
    if counted and len(clause.subject) == len(clause.head.tokens):
        yield ClauseQuestion(
            "number", f"How many {counted} {_verbs(clause, plural=True)} {clause.predicate()}"
        )
    found = _whole_chunk(clause.parts[0])
    counted = _counted(found) if found else ""
    if counted and not clause.passive and clause.verb.tag != "BE" and not is_time(clause.parts[0]):
        yield ClauseQuestion("number", f"How many {counted} {inverted(clause, clause.parts[1:])}")


def _amount(clause: Clause) -> Iterator[ClauseQuestion]:
    """How much, for money; by how much, for a change."""
    first = clause.parts[0]
    figures = all(token.tag in ("CD", "RB") for token in first)
    if not figures or clause.passive:
        return
    if clause.infinitive in _CHANGES and first[-1].text.endswith("%"):
        yield ClauseQuestion("amount", f"By how much {inverted(clause, clause.parts[1:])}")
    elif clause.infinitive in _AMOUNTS and any(token.text[0] in "$€£¥" for token in first):
        yield ClauseQuestion("amount", f"How much {inverted(clause, clause.parts[1:])}")


def _time(clause: Clause) -> Iterator[ClauseQuestion]:
    infinitive = any(part[0].tag == "TO" and part[-1].tag != "CD" for part in clause.parts[:-1])
    dates = [] if infinitive else [part for part in clause.parts if _is_date(part)]
    if len(dates) != 1 or clause.verb.tag == "BE":
        return
    turned = inverted(clause, without_times(clause.parts))
    if dates[0][0].lower == "since":
        yield ClauseQuestion("time", f"Since when {turned}")
    elif not any(word.tag == "HAVE" for word in clause.auxiliaries):
        yield ClauseQuestion("time", f"When {turned}")


def _is_date(part: Tokens) -> bool:
    """Whether a part is a point in time, not a duration or a frequency."""
    counted = any(token.tag == "CD" for token in part[:-1])
    return is_time(part) and not counted and part[-1].lower not in _NO_DATES


def _place(clause: Clause) -> Iterator[ClauseQuestion]:
    for index, part in enumerate(clause.parts):
        located = part[0].lower in ("in", "near", "at") and part[-1].tag == "NNP"
        others = (*clause.parts[:index], *clause.parts[index + 1 :])
        if located and not is_time(part) and without_times(others):
            yield ClauseQuestion("place", f"Where {inverted(clause, without_times(others))}")
            return


def _subject(clause: Clause) -> Iterator[ClauseQuestion]:
    if clause.negated or clause.head.tokens[0].tag == "CD":
        return
    kind = noun_kind(clause.head.head.lower)
    if _is_person(clause.head):
        word = "Who"
    elif clause.head.head.tag == "NNP" or clause.verb.tag == "BE" or kind not in _CAUSES:
        return
    else:
        word = "What"
    yield ClauseQuestion("subject", f"{word} {_verbs(clause, plural=False)} {clause.predicate(14)}")


def _opinion(clause: Clause) -> Iterator[ClauseQuestion]:
    """What a speaker said about the subject of the reported clause."""
    told = clause.reported
    if told is None or needs_context(told.head) or needs_context(clause.head):
        return
    same = told.subject == clause.subject
    length = len(told.subject) + len(clause.subject)
    if not same and length <= 14 and told.head.head.tag != "CD" and told.head.determiner != "no":
        speaker, subject = clause.subject_text, told.subject_text
        yield ClauseQuestion("opinion", f"What did {speaker} say about {subject}")


def _verbs(clause: Clause, plural: bool) -> str:
    """Auxiliaries and verb behind a subject of this number."""
    words = [word.lower for word in (*clause.auxiliaries, clause.verb)]
    if not plural and clause.plural:
        words[0] = _AGREEING.get(words[0], words[0])
        if not clause.auxiliaries and clause.verb.tag == "VB":
            words[0] = inflect(clause.infinitive, "VBZ")
    return " ".join(words)


def _whole_chunk(part: Tokens) -> Chunk | None:
    """The noun phrase that a part begins with, if all of the part depends on it."""
    found = chunk_at(part, 0)
    if found is None or (found.end < len(part) and part[found.end].lower != "of"):
        return None
    return found


def _counted(chunk: Chunk) -> str:
    """The counted noun in "about 40 ships"; empty if there is no count."""
    tokens: list[Token] = list(chunk.tokens)
    while tokens and tokens[0].tag == "RB":
        tokens.pop(0)
    if not tokens or tokens[0].tag != "CD" or chunk.head.tag != "NNS":
        return ""
    figures = tokens[0].text
    if not (figures.replace(",", "").isdigit() or figures.isalpha()) or figures.lower() == "half":
        return ""
    while tokens and tokens[0].tag == "CD":
        tokens.pop(0)
    return "" if singular(tokens[-1].lower) in _UNITS else join(tokens)


_UNITS = word_set("dollar euro pound year month week day hour minute percent point third")


def _is_person(chunk: Chunk) -> bool:
    """Whether a noun phrase denotes a person, not a thing or an organisation."""
    if chunk.head.tag != "NNP":
        noun = chunk.head.lower
        return noun_kind(noun) == "people" and singular(noun) not in ORGANISATIONS
    if any(token.tag != "NNP" for token in chunk.tokens):
        return False
    words = {token.text for token in chunk.tokens}
    ordinary = any(readings(token.lower) for token in chunk.tokens)
    return bool(words & TITLES) or not (words & GROUP_WORDS or ordinary)
