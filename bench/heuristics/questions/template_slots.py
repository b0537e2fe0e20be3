"""The actors and topics of an article: the nouns for the slots of the templates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property

from bench.heuristics.english.asking import needs_context
from bench.heuristics.english.chunks import join
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.lexicon import singular
from bench.heuristics.english.name_words import CAPITALS, PLACE_WORDS
from bench.heuristics.english.names import ProperName
from bench.heuristics.english.noun_kinds import noun_kind
from bench.heuristics.english.outline import Outline
from bench.heuristics.english.phrases import Phrase
from bench.heuristics.questions.filler import Filler, Slots
from bench.heuristics.questions.template_words import (
    COMMENTATORS,
    COMPANY_WORDS,
    CRITICAL_VERBS,
    MASS_TRENDS,
    PROSPECT,
    REACTION,
    RELATIONS,
    TRENDS,
)

LONGEST_PHRASE = 6


class Cast:
    """The actors of an article: the main one, the others, and those who comment on it."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline

    @cached_property
    def main(self) -> ProperName | None:
        """The most prominent name that can act."""
        acting = [name for name in self.outline.names if self._may_act(name)]
        return max(acting, key=self._prominence, default=None)

    def _may_act(self, name: ProperName) -> bool:
        if name.kind in ("person", "group") or self._acts(name):
            return True
        return name.first[0] < 0 and not set(name.words) & PLACE_WORDS

    def _acts(self, name: ProperName) -> bool:
        """Whether a place acts as countries do; rivers do not, whatever they irrigate."""
        return name.kind == "place" and name.acts > 0 and not set(name.words) & PLACE_WORDS

    @cached_property
    def lead(self) -> Clause | None:
        """The clause of the first sentence, or the clause that it reports."""
        first = next((clause for number, clause in self.outline.clauses if number == 0), None)
        return first.reported or first if first else None

    @cached_property
    def _plurals(self) -> frozenset[str]:
        """Names that the text uses with plural verbs, as clubs' are."""
        return frozenset(
            join(clause.head.tokens)
            for clause in self._all_clauses
            if clause.plural and clause.head.head.tag == "NNP"
        )

    @property
    def _all_clauses(self) -> list[Clause]:
        title = self.outline.title_clause
        return [clause for _, clause in self.outline.clauses] + ([title] if title else [])

    def _prominence(self, name: ProperName) -> tuple[float, tuple[int, int]]:
        """Mentions, deeds, the title, the first sentences; of equal ones the earlier."""
        subject = any(
            clause is not None
            and clause.head.head.tag == "NNP"
            and self.outline.name_of(clause.subject) is name
            for clause in (self.outline.title_clause, self.lead)
        )
        prominence = {-1: 3, 0: 2, 1: 1}.get(name.first[0], 0)
        idle = name.kind not in ("person", "group") and not name.acts
        score = name.count + name.acts + prominence + 3 * subject - 2 * idle
        return score, (-name.first[0], -name.first[1])

    def filler(self, name: ProperName) -> Filler:
        """A name as a filler."""
        plural = name.plural or bool({name.text, name.noun_phrase} & self._plurals)
        return Filler(name.noun_phrase, plural, sentences=name.sentences)

    def subject(self, clause: Clause) -> Filler | None:
        """The subject of a clause as a filler; ``None`` if it depends on its context."""
        name = self.outline.name_of(clause.subject)
        if name and clause.head.head.tag == "NNP" and len(clause.subject) <= len(name.words) + 3:
            return self.filler(name)
        if needs_context(clause.head) or len(clause.subject) > LONGEST_PHRASE + 2:
            return None
        return Filler(clause.subject_text, clause.plural, singular(clause.head.head.lower))

    def is_main(self, clause: Clause) -> bool:
        """Whether the main actor is the subject, by name or as "the company"."""
        if self.main is None:
            return False
        if clause.head.determiner == "the" and clause.head.head.lower in COMPANY_WORDS:
            return self.main.kind == "group" and len(clause.subject) == 2
        return clause.head.head.tag == "NNP" and self.outline.name_of(clause.subject) is self.main

    def actors(self) -> list[Filler]:
        """The main actor; without names, the people who are the subject most often."""
        if self.main:
            return [self.filler(self.main)]
        subjects: Counter[Filler] = Counter()
        for number, clause in self.outline.clauses:
            subject = self.subject(clause)
            if subject and noun_kind(subject.head) == "people":
                subjects[subject] += 3 if number < 2 else 2
        return [subject for subject, _ in subjects.most_common(1)]

    def slots(self) -> Slots:
        """The actors, by the slots that they can fill."""
        others = sorted(
            (name for name in self.outline.names if self._is_other(name)),
            key=lambda name: -self._closeness(name),
        )
        kinds = {
            kind: [self.filler(name) for name in others if name.kind == kind and _matters(name)]
            for kind in ("person", "place", "thing")
        }
        acting = [n for n in others if n.kind == "group" or self._acts(n)]
        actor = self.actors()
        return {
            "actor": actor,
            "body": [] if self.main is None or self.main.kind == "person" else actor,
            **kinds,
            "group": [self.filler(name) for name in acting],
            "partner": [self.filler(name) for name in acting if self._is_partner(name)],
            "reactor": self._reactors(others, expected=False),
            "next_reactor": self._reactors(others, expected=True),
            "critic": self.speakers(CRITICAL_VERBS),
        }

    def _is_other(self, name: ProperName) -> bool:
        if name is self.main or not name.free or name.kind == "law":
            return False
        if self.main and CAPITALS.get(name.text) == self.main.text:
            return False
        # Japan's own ministry, "the Japanese Ministry of Defense", is no other actor than Japan.
        return not (
            self.main
            and (set(name.words) & set(self.main.words) or name.words[:1] in self.main.forms)
        )

    def _is_partner(self, name: ProperName) -> bool:
        """Whether the main actor may have ties with a name; what ties persons, nobody can tell."""
        person = self.main is not None and self.main.kind == "person"
        return self._closeness(name) >= 2 and not person

    def _closeness(self, name: ProperName) -> float:
        """How often a name is mentioned, and how often in one sentence with the main actor."""
        beside = len(name.sentences & self.main.sentences) if self.main else 0
        return name.count + beside

    def _reactors(self, others: list[ProperName], expected: bool) -> list[Filler]:
        """Those who have reacted or are expected to; two in one sentence form a pair."""
        found: dict[frozenset[int], list[ProperName]] = {}
        for name in others:
            told = [
                self.outline.sentences[number]
                for number in sorted(name.sentences)
                if number > 0 and re.search(REACTION, self.outline.sentences[number])
            ]
            if name.acts and told and any(re.search(PROSPECT, s) for s in told) == expected:
                found.setdefault(name.sentences, []).append(name)
        return [
            Filler(" and ".join(n.noun_phrase for n in pair), True, sentences=sentences)
            if len(pair := sorted(names[:2], key=lambda n: n.first)) > 1
            else self.filler(pair[0])
            for sentences, names in found.items()
        ]

    def speakers(self, verbs: frozenset[str]) -> list[Filler]:
        """Who criticises, warns, welcomes …, apart from the main actor."""
        found: list[Filler] = []
        for _, clause in self.outline.clauses:
            subject = self.subject(clause) if clause.infinitive in verbs else None
            people = clause.head.head.tag == "NNP" or noun_kind(clause.head.head.lower) == "people"
            if subject and people and not self.is_main(clause):
                found.append(subject)
        return found


def _matters(name: ProperName) -> bool:
    """Whether a name is more than a place that is mentioned in passing."""
    return name.kind != "place" or len(name.sentences) > 1 or name.first[0] <= 0


def phrase_slots(outline: Outline) -> Slots:
    """The key phrases, by the slots that they can fill."""
    found: Slots = {kind: [] for kind in _TESTS}
    for phrase in outline.phrases:
        if len(phrase.text.split()) > LONGEST_PHRASE:
            continue
        filler = Filler(phrase.noun_phrase, phrase.plural, phrase.head, phrase.sentences)
        for kind, fits in _TESTS.items():
            if fits(phrase):
                found[kind].append(filler)
    return found


def _is_affected(phrase: Phrase) -> bool:
    several = phrase.kind == "people" and phrase.plural and not phrase.definite
    return several and phrase.head not in COMMENTATORS and phrase.text != "people"


def _is_topic(phrase: Phrase) -> bool:
    return len(phrase.words) > 1 and phrase.kind not in ("people", "event")


def _is_trend(phrase: Phrase) -> bool:
    says_which = len(phrase.words) > 1 or phrase.head in MASS_TRENDS
    return phrase.head in TRENDS and says_which


def _of_kind(kind: str, words: int) -> Callable[[Phrase], bool]:
    return lambda phrase: phrase.kind == kind and len(phrase.words) >= words


_TESTS: dict[str, Callable[[Phrase], bool]] = {
    "people": _is_affected,
    "topic": _is_topic,
    "risk": _of_kind("risk", words=2),
    "law": _of_kind("law", words=1),
    "technology": _of_kind("technology", words=2),
    "money": _is_trend,
    "field": _of_kind("field", words=2),
    "relation": lambda phrase: phrase.head in RELATIONS and len(phrase.words) > 1,
}
