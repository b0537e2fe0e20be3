"""Reader questions from the headline alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.heuristics.english.asking import needs_context
from bench.heuristics.english.chunks import chunks
from bench.heuristics.english.clauses import clause
from bench.heuristics.english.headlines import as_sentence, with_articles
from bench.heuristics.english.inversion import inverted
from bench.heuristics.english.lexicon import singular
from bench.heuristics.english.noun_kinds import VAGUE, noun_kind
from bench.heuristics.english.outline import Outline, read
from bench.heuristics.english.words import word_list
from bench.heuristics.questions.acts import act
from bench.heuristics.questions.filler import Filler, Slots
from bench.heuristics.questions.filling import TemplateFiller
from bench.heuristics.questions.soundness import as_question, is_sound
from bench.heuristics.questions.template_slots import Cast
from bench.heuristics.questions.template_table import rows
from bench.models.base import Model, Output
from bench.tasks import Task

_TEMPLATES = (
    *rows("cause", "What prompted {decision}?", "Why {main}?"),
    *rows("state", "What happens now that {state}?"),
    *rows(
        "consequence",
        "What are the likely consequences of {decision|event}?",
        "What does it mean for {name} that {state}?",
    ),
    *rows("affected", "Who is most affected by {decision|event}?"),
    *rows("reaction", "How {body:have} reacted to {decision|event}?"),
    *rows("role", "What role {body:do} play in {event}?"),
    *rows("background", "What is the background to {event|decision}?"),
    *rows("comparison", "How {decision|event:do} compare with past practice?"),
    *rows(
        "known",
        "What is known so far about {phrase|name}?",
        "Why {phrase:be} important to {name}?",
        "How {name:be} connected to {partner}?",
    ),
)
_MENU = word_list(
    """cause state consequence affected reaction role background comparison cause consequence role
    known known known known"""
)


@dataclass
class TitleQuestions(Model):
    """Questions of a reader who has seen only the headline.

    The body is used only to determine which words of the headline are names and which take an
    article.
    """

    description = "questions that the headline alone suggests"
    tasks = ("questions",)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            yield Output(tuple(title_questions(article, task.items)))


def title_questions(article: Article, count: int) -> list[str]:
    """At most ``count`` distinct questions on a headline; none if it is not in English."""
    if not article.language.lower().startswith("en") or not article.title.strip():
        return []
    outline = read(article.title, article.text, article.language)
    writer = TemplateFiller(_TEMPLATES, _slots(outline), outline.title)
    writer.written += _asked(outline)
    for category in _MENU:
        if len(writer.written) == count:
            break
        writer.write(category)
    return writer.written[:count]


def _asked(outline: Outline) -> list[str]:
    """The question that the headline itself asks or announces: "Why the yard bets on sails"."""
    if "?" in outline.title:
        question = as_question(outline.title.partition("?")[0])
    else:
        opening, *rest = outline.title_tokens or (None,)
        announced = clause(rest) if opening and opening.lower in ("why", "how", "where") else None
        if opening is None or announced is None or not announced.parts:
            return []
        question = as_question(f"{opening.text} {inverted(announced)}")
    return [question] if is_sound(question) else []


def _slots(outline: Outline) -> Slots:
    cast = Cast(outline)
    main = None if "?" in outline.title else outline.title_clause
    told = act(main, cast.subject(main) if main else None, is_headline=True)
    titled = [name for name in outline.names if name.first[0] < 0 and name.free]
    names = [cast.filler(name) for name in titled]
    phrases = list(_phrases(outline))
    return {
        "name": names,
        "partner": names,
        "body": [cast.filler(name) for name in titled if name.kind in ("person", "group")],
        "phrase": phrases,
        "event": [
            phrase for phrase in phrases if noun_kind(phrase.head) in ("event", "law", "risk")
        ],
        "decision": [told.decision] if told and told.decision else [],
        "main": [told.question] if told and told.question else [],
        "state": [told.state] if told else [],
    }


def _phrases(outline: Outline) -> Iterator[Filler]:
    """The noun phrases of the headline, with the articles that the text uses."""
    tokens = with_articles(as_sentence(outline.title_tokens), outline.tagged, outline.names)
    question = next((index for index, t in enumerate(tokens) if t.text == "?"), -1)
    tokens = tokens[question + 1 :]
    end = next((index for index, t in enumerate(tokens) if t.text in ",;:"), len(tokens))
    for chunk in chunks(tokens[:end]):
        head = singular(chunk.head.lower)
        if chunk.head.tag == "NNP" or head in VAGUE or needs_context(chunk):
            continue
        if chunk.tokens[0].tag != "CD":
            text = chunk.text
            definite = f"the {text.split(' ', 1)[1]}" if chunk.determiner in ("a", "an") else text
            yield Filler(definite, chunk.plural, head)
