"""The main event of an article as a clause: phrased as a decision, a question or a state."""

from __future__ import annotations

from dataclasses import dataclass

from bench.heuristics.english.asking import needs_context
from bench.heuristics.english.chunks import join
from bench.heuristics.english.clauses import Clause
from bench.heuristics.english.closed_words import REPORTING
from bench.heuristics.english.inversion import inverted, without_times
from bench.heuristics.english.lexicon import inflect
from bench.heuristics.english.noun_kinds import noun_kind
from bench.heuristics.english.subjects import Tokens
from bench.heuristics.questions.filler import Filler
from bench.heuristics.questions.template_words import UNDECIDED_VERBS

LONGEST_ACT = 9


@dataclass(frozen=True)
class Act:
    """A subject and its action.

    Attributes:
        clause: the clause that states it.
        subject: its subject.
        parts: the predicate after the verb, without times and purposes.
        is_headline: whether the clause is a headline, whose present tense means the past.
    """

    clause: Clause
    subject: Filler
    parts: tuple[Tokens, ...]
    is_headline: bool

    @property
    def _rest(self) -> str:
        return join([token for part in self.parts for token in part])

    @property
    def infinitive(self) -> str:
        """The verb's infinitive with what follows it: "raise its key rate"."""
        return f"{self.clause.infinitive} {self._rest}"

    @property
    def decision(self) -> Filler | None:
        """The act as a decision ("the bank's decision to raise rates"), if it is one."""
        head = self.clause.head.head
        decides = head.tag == "NNP" or noun_kind(head.lower) == "people"
        undecided = self.clause.passive or self.clause.infinitive in UNDECIDED_VERBS | REPORTING
        if not decides or undecided:
            return None
        if head.tag != "NNP" and len(self.clause.subject) > len(self.clause.head.tokens):
            return Filler(f"the decision by {self.subject} to {self.infinitive}", head="decision")
        return Filler(f"{self.subject:'s} decision to {self.infinitive}", head="decision")

    @property
    def question(self) -> Filler | None:
        """The act with inversion ("did the bank raise rates"), for use after "why"."""
        if self.clause.passive:
            return Filler(inverted(self.clause, self.parts))
        if self.clause.infinitive in REPORTING or self.clause.auxiliaries:
            return None
        if self.is_headline:
            return Filler(f"did {self.subject} {self.infinitive}")
        return Filler(inverted(self.clause, self.parts))

    @property
    def state(self) -> Filler:
        """The act as a result ("the bank has raised rates") or a plan."""
        subject = self.subject
        if self.clause.passive:
            be = "have been" if subject.plural else "has been"
            return Filler(f"{subject} {be} {self.clause.verb.lower} {self._rest}")
        if any(word.tag == "MD" for word in self.clause.auxiliaries):
            return Filler(f"{subject} {'are' if subject.plural else 'is'} to {self.infinitive}")
        participle = inflect(self.clause.infinitive, "VBN")
        return Filler(f"{subject} {'have' if subject.plural else 'has'} {participle} {self._rest}")


def act(clause: Clause | None, subject: Filler | None, is_headline: bool) -> Act | None:
    """The act that a clause states; ``None`` if it states none, or too little."""
    if clause is None or subject is None or needs_context(clause.head):
        return None
    if clause.negated or clause.verb.tag == "BE":
        return None
    parts = without_times(_without_purpose(clause.parts), LONGEST_ACT)
    return Act(clause, subject, parts, is_headline) if parts else None


def _without_purpose(parts: tuple[Tokens, ...]) -> tuple[Tokens, ...]:
    """The parts before an infinitive of purpose."""
    purposes = (index for index, part in enumerate(parts) if index and part[0].tag == "TO")
    infinitive = next((index for index in purposes if parts[index][1].tag == "VB"), len(parts))
    return parts[:infinitive]
