"""Reader questions made of the article's own statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.models.base import Model, Output
from bench.models.questions.soundness import as_question, is_sound
from bench.models.questions.statements import ranked_statements
from bench.tasks import Task
from bench.text.english.asking import Asked
from bench.text.english.near_duplicates import is_near_duplicate
from bench.text.english.outline import Outline, read


@dataclass
class TransformedStatements(Model):
    """Statements turned into questions by rule, where a statement is plain enough to be parsed.

    "The bank will raise rates in May." gives "What will the bank raise in May?", "When will the
    bank raise rates?" and so on: the answer stands in the article, in that sentence. Sentences that
    the rules cannot take apart safely give no question.
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
    """At most ``count`` distinct questions: one of each statement, the weightiest first, then more.

    Of the questions that a statement allows, the kind that was asked least so far is taken.
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


def _take(asked: list[Asked], written: list[str]) -> Asked | None:
    """The first question that says something new; those before it are given up."""
    while asked:
        one = asked.pop(0)
        question = as_question(one.text)
        if is_sound(question) and not is_near_duplicate(question, written):
            return one
    return None
