"""The main clause of a sentence, if it is simple enough to be parsed by rule.

What comes out is safe to turn round; anything doubtful gives no clause at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.heuristics.english.chunks import Chunk, join
from bench.heuristics.english.closed_words import REPORTING
from bench.heuristics.english.lexicon import base
from bench.heuristics.english.predicates import ENDS, QUOTES, predicate
from bench.heuristics.english.subjects import Subject, Tokens, subject_at
from bench.heuristics.english.tagging import FINITE
from bench.heuristics.english.tokens import Token

_AUXILIARY = frozenset(("MD", "BE", "HAVE", "DO"))
_VERBS = frozenset(("VB", "VBZ", "VBD", "VBN", "VBG"))
_ADVERBS = frozenset(("RB", "NOT"))
_SINGULAR_VERBS = frozenset(("is", "was", "has", "does"))
_PLURAL_VERBS = frozenset(("are", "were", "have", "do"))
_LONGEST_OPENING = 16
_LONGEST_QUOTED = 6


@dataclass(frozen=True)
class Clause:
    """A subject, its verb and the predicate, ready for inversion.

    Attributes:
        head: the noun phrase at the heart of the subject.
        subject: the subject's tokens, with the phrases that belong to it.
        plural: whether the verb is a plural's.
        auxiliaries: "has been" of "has been sold"; empty for "sold".
        negated: whether a "not" or "never" stands between them.
        verb: the main verb in its form; a form of "be" if there is no other.
        parts: what follows the verb: object, complement, then one phrase each.
        reported: the clause that a verb of saying introduces.
    """

    head: Chunk
    subject: Tokens
    plural: bool
    auxiliaries: Tokens
    negated: bool
    verb: Token
    parts: tuple[Tokens, ...]
    reported: Clause | None = None

    @property
    def subject_text(self) -> str:
        """The subject in its form inside a sentence."""
        return join(self.subject)

    @property
    def infinitive(self) -> str:
        """The main verb's infinitive."""
        return base(self.verb.lower)

    @property
    def passive(self) -> bool:
        """Whether the verb is in the passive voice."""
        return self.verb.tag == "VBN" and any(word.tag == "BE" for word in self.auxiliaries[-1:])

    def predicate(self, limit: int = 99) -> str:
        """The first complete parts after the verb that have at most ``limit`` words."""
        kept: list[Token] = []
        for part in self.parts:
            if len(kept) + len(part) > limit and kept:
                break
            kept += part
        return join(kept)


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The simple clauses of a tagged sentence: the main one, and those joined to it by "and"."""
    plain = _without_brackets(_without_short_quotes(tokens))
    if not plain or plain[-1].text in "?!" or plain[0].tag in QUOTES:
        return []
    starts = [_opening(plain)]
    quoted = False
    for index, token in enumerate(plain):
        quoted = quoted != (token.tag in QUOTES)
        joins = token.text == ";" or (token.tag == "CC" and index and plain[index - 1].text in ",;")
        if joins and not quoted and index >= starts[0]:
            starts.append(index + 1)
    return [found for start in starts if (found := _clause(plain, start))]


def clause(tokens: Sequence[Token]) -> Clause | None:
    """The main clause of a tagged sentence; ``None`` if it is not simple."""
    found = clauses(tokens)
    return found[0] if found else None


def _without_short_quotes(tokens: Sequence[Token]) -> Tokens:
    """The tokens without quotation marks around a few words that are not a sentence."""
    marks = [index for index, token in enumerate(tokens) if token.tag in QUOTES]
    dropped: set[int] = set()
    for left, right in zip(marks[::2], marks[1::2], strict=False):
        inside = tokens[left + 1 : right]
        if len(inside) <= _LONGEST_QUOTED and not any(t.tag in FINITE | ENDS for t in inside):
            dropped |= {left, right}
    return tuple(token for index, token in enumerate(tokens) if index not in dropped)


def _without_brackets(tokens: Sequence[Token]) -> Tokens:
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.text in ("(", "-lrb-")
        if not depth:
            kept.append(token)
        depth = max(depth - (token.text in (")", "-rrb-")), 0)
    return tuple(kept)


def _opening(tokens: Tokens) -> int:
    """The expected start of the subject: after "But", "However," or an opening phrase."""
    start = 1 if tokens[0].tag == "CC" else 0
    if start < len(tokens) and tokens[start].tag in ("IN", "SUB", "RB", "VBG", "VBN", "TO"):
        stretch = range(start, min(start + _LONGEST_OPENING, len(tokens)))
        return next((index + 1 for index in stretch if tokens[index].tag == ","), start)
    return start


def _clause(tokens: Tokens, start: int, speaker: Subject | None = None) -> Clause | None:
    """The clause that begins at an index; a pronoun there may refer to the speaker."""
    subject = subject_at(tokens, start) or _spoken_of(tokens, start, speaker)
    verb_group = _verb_group(tokens, subject.behind) if subject else None
    if subject is None or verb_group is None:
        return None
    auxiliaries, negated, verb, index = verb_group
    number = _number(auxiliaries[0] if auxiliaries else verb)
    parts = predicate(tokens, index, verb)
    reports = base(verb.lower) in REPORTING
    if not _agrees(subject, number) or (parts is None and not reports):
        return None
    plural = subject.plural if number is None else number == "plural"
    return Clause(
        head=subject.head,
        subject=subject.tokens,
        plural=plural,
        auxiliaries=auxiliaries,
        negated=negated,
        verb=verb,
        parts=parts or (),
        reported=_reported(tokens, index, replace(subject, plural=plural)) if reports else None,
    )


def _spoken_of(tokens: Tokens, start: int, speaker: Subject | None) -> Subject | None:
    """The speaker as the subject of what he reports: "the bank said it would ..."."""
    if speaker is None or start >= len(tokens):
        return None
    pronouns = ("they",) if speaker.plural else ("it", "he", "she")
    return replace(speaker, behind=start + 1) if tokens[start].lower in pronouns else None


def _number(verb: Token) -> Literal["singular", "plural"] | None:
    """The number of a verb form, if it is marked."""
    if verb.tag == "VBZ" or verb.lower in _SINGULAR_VERBS:
        return "singular"
    return "plural" if verb.tag == "VB" or verb.lower in _PLURAL_VERBS else None


def _agrees(subject: Subject, number: str | None) -> bool:
    """Whether subject and verb agree; if not, the subject was parsed incorrectly."""
    if subject.head.head.tag == "NNS" and not subject.head.determiner:
        return number != "singular"
    one = subject.head.determiner in ("a", "an", "this", "that", "each", "every")
    return not (number == "plural" and one and not subject.plural)


def _verb_group(tokens: Tokens, index: int) -> tuple[Tokens, bool, Token, int] | None:
    """Auxiliaries, negation, main verb and the index behind it."""
    auxiliaries: list[Token] = []
    negated = False
    while index < len(tokens) and tokens[index].tag in _AUXILIARY | _ADVERBS:
        word = tokens[index]
        negated = negated or word.tag == "NOT" or word.lower == "not"
        if word.tag in _AUXILIARY:
            auxiliaries.append(word)
        index += 1
    main = tokens[index] if index < len(tokens) else None
    if main and main.tag in _VERBS and (auxiliaries or main.tag in FINITE):
        return tuple(auxiliaries), negated, main, index + 1
    if not auxiliaries or auxiliaries[-1].tag == "MD" or auxiliaries[-1].text.startswith("'"):
        return None
    return tuple(auxiliaries[:-1]), negated, auxiliaries[-1], index


def _reported(tokens: Tokens, index: int, speaker: Subject) -> Clause | None:
    """The clause after a verb of saying, with or without "that"."""
    for start in range(index, min(index + 6, len(tokens))):
        if tokens[start].lower == "that" and tokens[start].tag == "SUB":
            return _clause(tokens, start + 1, speaker)
    return _clause(tokens, index, speaker)
