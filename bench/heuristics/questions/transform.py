"""Reader questions made from the statements of the article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.heuristics.english.asking import ClauseQuestion
from bench.heuristics.english.near_duplicates import is_near_duplicate
from bench.heuristics.english.outline import Outline, read
from bench.heuristics.questions.soundness import as_question, is_sound
from bench.heuristics.questions.statements import ranked_statements
from bench.models.base import Model, Output
from bench.tasks import Task


@dataclass
class TransformedStatements(Model):
    """Converts statements into questions by rule, if they are simple enough to be parsed.

    "The bank will raise rates in May." gives "What will the bank raise in May?", "When will the
    bank raise rates?" and so on: the answer is in that sentence of the article. Sentences that the
    rules cannot parse reliably give no question.
    """

    description = "the article's statements turned into questions by rule"
    tasks = ("questions",)
    version = 2

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            english = article.language.lower().startswith("en")
            outline = read(article.title, article.text, article.language) if english else None
            yield Output(tuple(transformed(outline, task.items)) if outline else ())


def transformed(outline: Outline, count: int) -> list[str]:
    """At most ``count`` distinct questions: one per statement, best statement first, then more.

    Of the questions about a statement, the kind that is least frequent so far is chosen.
    """
    statements = [asked for _, asked in ranked_statements(outline)]
    written: list[str] = []
    kinds: Counter[str] = Counter()
    while any(statements) and len(written) < count:
        for asked in statements:
            asked.sort(key=lambda one: kinds[one.about])  # keeps the order of equals
            fresh = _take(asked, written)
            if fresh and len(written) < count:
                written.append(as_question(fresh.text))
                kinds[fresh.about] += 1
    return written


def _take(asked: list[ClauseQuestion], written: list[str]) -> ClauseQuestion | None:
    """Remove and return the first well-formed new question; drop those before it."""
    while asked:
        one = asked.pop(0)
        question = as_question(one.text)
        if is_sound(question) and not is_near_duplicate(question, written):
            return one
    return None
