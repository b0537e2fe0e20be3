"""Ranks the statements of an article by their worth for a question."""

from __future__ import annotations

from bench.heuristics.english.asking import ClauseQuestion, questions
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.outline import Outline


def ranked_statements(outline: Outline) -> list[tuple[int, list[ClauseQuestion]]]:
    """The questions about each statement, with the number of its sentence, best first.

    A statement ranks higher if it has more key words of the article and comes earlier.
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
