"""The question templates. Data for :mod:`bench.heuristics.questions.template`.

A slot in braces takes one filler of its kind (``field|money``: one of either). The part after the
colon selects a form: ``'s`` for the possessive; ``do``, ``have``, ``be`` for the verb that
agrees, followed by the noun ("do the officers"); ``plural`` for its main noun in the plural.
"""

from __future__ import annotations

from typing import NamedTuple

from bench.heuristics.english.outline import Register
from bench.heuristics.english.words import word_list
from bench.heuristics.questions.template_words import CRITICISM


class Template(NamedTuple):
    """A template of a question.

    Attributes:
        category: the subject of the question; the menus list categories.
        text: the question with its slots.
        near: whether the fillers, actor and event apart, must share a sentence of the article.
        trigger: a pattern that the article must match.
    """

    category: str
    text: str
    near: bool = False
    trigger: str = ""


def rows(category: str, *texts: str, near: bool = False, trigger: str = "") -> list[Template]:
    """The templates of one category, the better ones first."""
    return [Template(category, text, near, trigger) for text in texts]


TEMPLATES: tuple[Template, ...] = (
    *rows(
        "cause",
        "What prompted {decision}?",
        "Why {main}?",
        "What factors led to {event}?",
        "What is driving {money|risk}?",
    ),
    *rows("relations", "What is the current state of relations between {body} and {partner}?"),
    *rows("relations", "How {actor:be} connected to {partner}?"),
    *rows(
        "role",
        "What role {group:do} play in {event}?",
        "What role {person:do} play in {event}?",
        "What role will {people} play in {event}?",
        "What part {thing:do} play in {event}?",
    ),
    *rows(
        "development",
        "What recent developments have shaped {relation|field|money}?",
        "How {money|field:have} changed in recent years?",
        "What is the current state of {field|relation|law}?",
        "What is known so far about {technology|topic}?",
    ),
    *rows("technology", "What role {technology:do} play in {event}?"),
    *rows("technology", "How could {technology} affect {people}?", near=True),
    *rows("technology", "What are the benefits and drawbacks of {technology}?"),
    *rows(
        "implication",
        "What implications {event:do} have for {field|place|money|partner}?",
        "How could {event} affect {people}?",
        "What impact could {decision} have on {field|money|people|partner}?",
        "What {event:do} mean for {partner|people|place}?",
    ),
    *rows("law", "How {law:do} affect {actor}?", "How {law:do} affect {people}?", near=True),
    *rows("law", "What role {law:do} play in the debate over {event}?"),
    *rows(
        "criticism",
        "What concerns {critic:have} raised about {event}?",
        "What are the main arguments against {decision|event}?",
        "What criticism have {people} expressed about {event}?",
        trigger=CRITICISM,
    ),
    *rows(
        "reaction",
        "How {reactor:have} responded to {event}?",
        "How might {next_reactor} react to {event}?",
        "Why {support}?",
    ),
    *rows(
        "comparison",
        "How {decision:do} compare with past practice?",
        "How {event:do} compare with similar {event:plural} in the past?",
        "How {actor:do} compare with {partner} in this respect?",
    ),
    *rows(
        "challenge",
        "What challenges {actor:do} face in {task}?",
        "What obstacles could {actor} face after {event}?",
    ),
    *rows("challenge", "What risks {risk:do} pose to {people|actor}?", near=True),
    *rows("challenge", "How could {risk} affect {actor}?"),
    *rows("money", "How important {money:be} for {actor}?", near=True),
    *rows(
        "money",
        "What explains the trend in {money}?",
        "How {money:be} linked to {event}?",
    ),
    *rows(
        "history",
        "What historical background helps explain {event|relation}?",
        "How {relation|field:have} evolved over time?",
        "What earlier events led to {event}?",
    ),
    *rows(
        "strategy",
        "What {event:do} reveal about {actor:'s} approach to {field|money|risk|law|topic}?",
        "How {decision:do} fit into a broader strategy?",
        "How {event:do} reflect wider trends in {field}?",
    ),
    *rows(
        "outlook",
        "How might {event} shape the future of {field|relation|actor}?",
        "What are the next steps for {actor} after {event}?",
        "What could the long-term effects of {event} on {people|field|money} be?",
        "How might {event} influence {relation|field|money}?",
    ),
    *rows("person", "How {person:do} explain {event}?", "Where {person:do} stand on {event}?"),
    *rows("detail", "{asked}?"),
    *rows(
        "story",
        "What part {person|thing|group:do} play in the story of {actor}?",
        "How are {actor} and {person|group|people} connected with each other?",
        "Why {topic:be} important to {actor}?",
        "What does the story tell about {topic|thing|people}?",
    ),
    *rows(
        "topic",
        "What role {topic:do} play in {event}?",
        "How {topic:be} linked to {event}?",
        "Why {topic|field|technology:be} important to {actor}?",
        "What is known about {topic|people|thing}?",
    ),
)

# What is asked for, first to last, until there are enough questions. What an article cannot fill
# is passed over, so the tail is reached by short and odd articles only.
MENUS: dict[Register, tuple[str, ...]] = {
    "report": word_list(
        """cause relations development role technology implication criticism law reaction comparison
        challenge money outlook history strategy implication cause detail outlook challenge
        reaction role person implication detail development comparison strategy criticism detail
        history law detail outlook topic money technology detail topic relations challenge
        implication detail topic detail topic detail detail detail topic detail detail
        detail"""
    ),
    # A story has no policy to criticise: it is asked about statement by statement.
    "story": (*12 * ("detail",), *3 * ("story",), *12 * ("detail",), *4 * ("story",)),
    "exposition": word_list(
        """detail detail detail detail topic history detail detail law technology detail detail
        development role detail topic relations detail money implication detail cause detail topic
        detail detail challenge detail comparison strategy outlook topic history"""
    ),
}
