"""What happens in an article: its main event, decisions, plans and single statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bench.heuristics.english.asking import is_askable, needs_context
from bench.heuristics.english.chunks import chunk_at, chunks, join
from bench.heuristics.english.inversion import gerund, inverted, without_times
from bench.heuristics.english.lexicon import plural_of, singular
from bench.heuristics.english.noun_kinds import noun_kind
from bench.heuristics.english.outline import Outline
from bench.heuristics.english.subjects import Tokens
from bench.heuristics.english.words import word_set
from bench.heuristics.questions.acts import LONGEST_ACT, Act, act
from bench.heuristics.questions.filler import Filler, Slots
from bench.heuristics.questions.statements import ranked_statements
from bench.heuristics.questions.template_slots import LONGEST_PHRASE, Cast
from bench.heuristics.questions.template_words import (
    BACKGROUND_EVENTS,
    GOING_VERBS,
    NOMINALS,
    PLAIN_EVENTS,
    PLANNING_VERBS,
    SUPPORTIVE_VERBS,
)

_ANALYTIC = frozenset(("reason", "manner"))
_ONE_OF_MANY = word_set("largest biggest first next last other another each every")


def event_slots(outline: Outline, cast: Cast) -> Slots:
    """The main event as a noun, as a decision, as a question; plans; statements to ask about."""
    acts = _acts(outline, cast)
    return {
        "event": _events(outline, cast),
        "decision": [decision for told in acts if (decision := told.decision)],
        "main": [question for told in acts if (question := told.question)],
        "task": list(_tasks(outline, cast)),
        "support": [
            Filler(inverted(clause, without_times(clause.parts)), sentences=frozenset((number,)))
            for number, clause in outline.clauses
            if clause.infinitive in SUPPORTIVE_VERBS and is_askable(clause)
        ],
        "asked": _asked(outline),
    }


def _acts(outline: Outline, cast: Cast) -> list[Act]:
    """The main event as the title and as the first sentence tell it."""
    title, lead = outline.title_clause, cast.lead
    told = (
        act(title, cast.subject(title) if title else None, is_headline=True),
        act(lead, cast.subject(lead) if lead else None, is_headline=False),
    )
    return [one for one in told if one]


def _events(outline: Outline, cast: Cast) -> list[Filler]:
    """What the article calls the main thing that happens: up to three words for it."""
    title = {singular(token.lower) for token in outline.title_tokens}
    scores: Counter[tuple[str, bool]] = Counter()
    times: Counter[tuple[str, bool]] = Counter()
    for number, tokens in enumerate(outline.tagged):
        for chunk in chunks(tokens):
            head = singular(chunk.head.lower)
            if chunk.head.tag == "NNP" or noun_kind(head) != "event":
                continue
            one_of_many = any(token.lower in _ONE_OF_MANY for token in chunk.tokens)
            spoken_of = 0 if one_of_many else {"this": 2, "the": 1}.get(chunk.determiner, 0)
            if spoken_of or not chunk.plural:
                scores[head, chunk.plural] += 1 + spoken_of + (number == 0)
                times[head, chunk.plural] += 1
    for head, plural in scores:
        scores[head, plural] += 2 * (head in title)
        scores[head, plural] -= 2 * (head in PLAIN_EVENTS) + 3 * (head in BACKGROUND_EVENTS)
    best = sorted((key for key in scores if scores[key] > 0), key=lambda key: (-scores[key], key))
    strong = [
        key
        for rank, key in enumerate(best[:3])
        if rank == 0 or (times[key] > 1 and scores[key] * 2 > scores[best[0]])
    ]
    titled = [*_title_event(outline), *_doing(cast)]
    if titled:
        strong = [key for key in strong if key[0] not in BACKGROUND_EVENTS]
    return [*titled[:1], *(_event(outline, *key) for key in strong), *titled[1:]]


def _doing(cast: Cast) -> Iterator[Filler]:
    """The main clause as a noun: "the purchase of 48 fighter jets"."""
    clause = cast.lead
    noun = NOMINALS.get(clause.infinitive) if clause and not clause.passive else None
    if clause is None or noun is None or not clause.parts:
        return
    obj = clause.head if clause.infinitive in GOING_VERBS else chunk_at(clause.parts[0], 0)
    if obj and not needs_context(obj) and len(obj.tokens) < LONGEST_PHRASE:
        yield Filler(f"the {noun} of {obj.text}", head=noun)


def _title_event(outline: Outline) -> Iterator[Filler]:
    """The subject of the title where it is a happening: "the glacier melt in the Arvan Range"."""
    clause = outline.title_clause
    if clause is None or clause.plural or clause.head.tokens[0].tag == "NNP":
        return
    head = singular(clause.head.head.lower)
    if noun_kind(head) not in ("event", "risk") or clause.head.head.tag == "NNP":
        return
    words = clause.subject_text.split()
    words = words[1:] if words[0] in ("a", "an", "the") else words
    if len(words) <= LONGEST_PHRASE:
        yield Filler(f"the {' '.join(words)}", head=head)


def _event(outline: Outline, head: str, plural: bool) -> Filler:
    """The event in the words that make it plain: "the fall in quarterly profit"."""
    full = [
        phrase
        for phrase in outline.phrases
        if phrase.head == head and phrase.definite and phrase.plural == plural
        if " of " in phrase.text or " in " in phrase.text
    ]
    if full and head in BACKGROUND_EVENTS and len(full[0].text.split()) <= LONGEST_PHRASE:
        return Filler(full[0].noun_phrase, plural, head)
    return Filler(f"the {plural_of(head) if plural else head}", plural, head)


def _tasks(outline: Outline, cast: Cast) -> Iterator[Filler]:
    """What the main actor will do or wants to do, as gerunds."""
    for number, clause in outline.clauses:
        if not cast.is_main(clause) or clause.negated or clause.passive:
            continue
        parts = without_times(clause.parts, LONGEST_ACT)
        act = ""
        if clause.infinitive in PLANNING_VERBS and parts and parts[0][0].lower == "to":
            act = _text(parts).removeprefix("to ")
        elif parts and any(word.lower in ("will", "would", "must") for word in clause.auxiliaries):
            act = f"{clause.infinitive} {_text(parts)}"
        if act and clause.verb.tag != "BE":
            yield Filler(gerund(act), sentences=frozenset((number,)))


def _asked(outline: Outline) -> list[Filler]:
    """Questions made of single statements, the weightiest statements first.

    Of a report only reasons and prospects are asked for; of other texts everything, in turn.
    """
    kinds: Counter[str] = Counter()
    found: list[Filler] = []
    report = outline.register == "report"
    for number, asked in ranked_statements(outline):
        fit = [one for one in asked if not report or (one.about in _ANALYTIC and number > 0)]
        if fit:
            chosen = min(fit, key=lambda one: kinds[one.about])
            kinds[chosen.about] += 1
            found.append(Filler(chosen.text, sentences=frozenset((number,))))
    return found


def _text(parts: tuple[Tokens, ...]) -> str:
    return join([token for part in parts for token in part])
