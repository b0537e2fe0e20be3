"""The statements of an article in the order in which they are worth asking about."""

from __future__ import annotations

from bench.heuristics.english.asking import Asked, questions
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.outline import Outline


def ranked_statements(outline: Outline) -> list[tuple[int, list[Asked]]]:
    """The questions that each statement allows, with its sentence's number, the weightiest first.

    Weightier is what holds more of the article's key words and comes earlier.
    """
    reported = {id(clause.reported) for _, clause in outline.clauses}
    ranked = sorted(
        outline.clauses,
        key=lambda item: (-_weight(outline, item[1]) / (1 + 0.05 * item[0]), item[0]),
    )
    return [(number, list(questions(clause, id(clause) in reported))) for number, clause in ranked]


def _weight(outline: Outline, clause: Clause) -> float:
    told = [token.lower for part in (clause.subject, *clause.parts) for token in part]
    return sum(outline.weights.get(word, 0.0) for word in told) / (5 + len(told))
