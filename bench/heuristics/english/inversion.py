"""Inversion of statements: "the bank raised rates" to "did the bank raise rates"."""

from __future__ import annotations

from bench.heuristics.english.chunks import join
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.lexicon import inflect
from bench.heuristics.english.subjects import Tokens, is_time

_DO = {"VBD": "did", "VBZ": "does", "VB": "do"}


def inverted(clause: Clause, parts: tuple[Tokens, ...] | None = None) -> str:
    """The clause with its auxiliary before its subject.

    Args:
        clause: a plain clause.
        parts: what to leave behind the verb; all of it if this is not given.
    """
    behind = join([token for part in (clause.parts if parts is None else parts) for token in part])
    auxiliary, verbs = _split(clause)
    negation = "not" if clause.negated else ""
    words = (auxiliary, clause.subject_text, negation, verbs, behind)
    return " ".join(word for word in words if word)


def _split(clause: Clause) -> tuple[str, str]:
    """The words before the subject, and the part of the verb after it."""
    verb = clause.verb
    if clause.auxiliaries:
        first, *others = (word.lower for word in clause.auxiliaries)
        return _spelt_out(first), " ".join((*others, verb.lower))
    if verb.tag == "BE":
        return verb.lower, ""
    if verb.tag in ("HAVE", "DO"):
        past = verb.lower in ("had", "did")
        agreeing = "did" if past else "do" if clause.plural else "does"
        return agreeing, "have" if verb.tag == "HAVE" else "do"
    do = _DO[verb.tag]
    return "does" if do == "do" and not clause.plural else do, clause.infinitive


def _spelt_out(auxiliary: str) -> str:
    return {"ca": "can", "wo": "will", "cannot": "can"}.get(auxiliary, auxiliary)


def without_times(parts: tuple[Tokens, ...], limit: int = 12) -> tuple[Tokens, ...]:
    """The first parts of a predicate that are not times, up to ``limit`` words."""
    kept: list[Tokens] = []
    for part in parts:
        if is_time(part):
            continue
        if kept and sum(map(len, kept)) + len(part) > limit:
            break
        kept.append(part)
    return tuple(kept)


def gerund(verb_phrase: str) -> str:
    """An infinitive with what follows it, as a gerund.

    >>> gerund("raise its key rate")
    'raising its key rate'
    """
    verb, _, rest = verb_phrase.partition(" ")
    return f"{inflect(verb, 'VBG')} {rest}".rstrip()
