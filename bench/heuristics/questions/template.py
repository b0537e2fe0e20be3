"""Reader questions from templates, filled with words of the article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.heuristics.english.outline import Outline, read
from bench.heuristics.questions.filler import Slots
from bench.heuristics.questions.filling import TemplateFiller
from bench.heuristics.questions.template_events import event_slots
from bench.heuristics.questions.template_slots import Cast, phrase_slots
from bench.heuristics.questions.template_table import MENUS, TEMPLATES
from bench.models.base import Model, Output
from bench.tasks import Task


@dataclass
class TemplateQuestions(Model):
    """Questions that an analyst might ask, from templates filled with words of the article.

    Reads out of the article who acts, what happens, who is affected, what is at stake, and asks for
    causes, roles, consequences, criticism, outlook: whatever the article has the words for. Stories
    and explanations, which have no event to analyse, are asked about statement by statement.
    English only: an article in another language gets no questions.
    """

    description = "templates filled with the article's actors, events and key phrases"
    tasks = ("questions",)
    version = 2

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            yield Output(tuple(questions(article, task.items)))


def questions(article: Article, count: int) -> list[str]:
    """At most ``count`` distinct questions on an article."""
    if not article.language.lower().startswith("en"):
        return []
    outline = read(article.title, article.text, article.language)
    writer = TemplateFiller(TEMPLATES, slots(outline), " ".join(outline.sentences))
    for category in MENUS[outline.register]:
        if len(writer.written) == count:
            break
        writer.write(category)
    return writer.written


def slots(outline: Outline) -> Slots:
    """The fillers of every kind in an article, the best first."""
    cast = Cast(outline)
    return {**cast.slots(), **phrase_slots(outline), **event_slots(outline, cast)}
