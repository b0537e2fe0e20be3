"""The outline of an article: its names, key phrases, simple clauses and main event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from bench.heuristics.english.clauses import Clause, clause, clauses
from bench.heuristics.english.closed_words import REPORTING
from bench.heuristics.english.headlines import as_sentence, recased, with_articles
from bench.heuristics.english.mentions import Mention, capitalised_words, mentions
from bench.heuristics.english.names import ProperName, names
from bench.heuristics.english.phrases import Phrase, phrases
from bench.heuristics.english.tagging import tag
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set
from bench.models.sentences import without_dateline
from bench.text.keyphrases import word_weights
from bench.text.sentences import sentences

_LONGEST_REMEMBERED = 50_000  # characters of a text
_MOST_SENTENCES = 600
_TITLE = -1

Register = Literal["report", "story", "exposition"]
_PERSONS = word_set("he she him her his i me my you your thou thee himself herself")
_MANY_PERSONS = 0.045


@dataclass(frozen=True)
class Outline:
    """A parsed article.

    Attributes:
        title: the headline, its ordinary words small; empty if there is none.
        sentences: the sentences of the text, a dateline left out; of a very long text the first.
    """

    title: str
    sentences: tuple[str, ...]
    tagged: tuple[tuple[Token, ...], ...]
    title_tokens: tuple[Token, ...]
    names: tuple[ProperName, ...]
    language: str = "en"

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight of each word in the article."""
        return word_weights(" ".join((self.title, *self.sentences)), self.language)

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The key phrases of the text, weightiest first."""
        return tuple(phrases(self.tagged, self.weights))

    @cached_property
    def clauses(self) -> tuple[tuple[int, Clause], ...]:
        """The simple clauses with their sentence numbers; a reported clause follows its clause."""
        found: list[tuple[int, Clause]] = []
        for number, tokens in enumerate(self.tagged):
            for main in clauses(tokens):
                found.append((number, main))
                if main.reported:
                    found.append((number, main.reported))
        return tuple(found)

    @cached_property
    def title_clause(self) -> Clause | None:
        """The title as a clause with articles restored; ``None`` if it is not a simple clause."""
        if self.title == self.title.lower() or "?" in self.title:
            return None  # Without any capital nothing tells a headline's subject from its verb.
        complete = with_articles(as_sentence(self.title_tokens), self.tagged, self.names)
        return clause(complete) if complete else None

    @cached_property
    def register(self) -> Register:
        """The kind of text.

        A story has many pronouns for persons. A report has a headline, or people who say things;
        what has neither explains.
        """
        words = [
            token.lower for tokens in self.tagged for token in tokens if token.text[0].isalpha()
        ]
        if sum(word in _PERSONS for word in words) > _MANY_PERSONS * max(len(words), 1):
            return "story"
        told = sum(clause.infinitive in REPORTING for _, clause in self.clauses)
        return "report" if self.title or told > 1 else "exposition"

    def name_of(self, tokens: Sequence[Token]) -> ProperName | None:
        """The name that some tokens contain in one of its forms, the longest such form."""
        words = tuple(token.text for token in tokens)
        best: tuple[int, ProperName] | None = None
        for name in self.names:
            for form in sorted(name.forms):
                starts = range(len(words) - len(form) + 1)
                if any(words[s : s + len(form)] == form for s in starts) and (
                    best is None or len(form) > best[0]
                ):
                    best = (len(form), name)
        return best[1] if best else None


def read(title: str, text: str, language: str = "en") -> Outline:
    """Read an article; the last ones are remembered, since several models read each."""
    return (_read if len(text) <= _LONGEST_REMEMBERED else _read.__wrapped__)(title, text, language)


@lru_cache(maxsize=64)
def _read(title: str, text: str, language: str) -> Outline:
    body = tuple(sentences(without_dateline(text), language)[:_MOST_SENTENCES])
    known = capitalised_words(body)
    tagged = tuple(tuple(tag(sentence, known)) for sentence in body)
    found: list[Mention] = [
        mention for number, tokens in enumerate(tagged) for mention in mentions(tokens, number)
    ]
    forms = {mention.words for mention in found}
    headline = recased(" ".join(title.split()), body, forms)
    head_tokens = tuple(tag(headline, known | {word for form in forms for word in form}))
    in_title = list(mentions(head_tokens, _TITLE, forms))
    return Outline(headline, body, tagged, head_tokens, tuple(names([*in_title, *found])), language)
