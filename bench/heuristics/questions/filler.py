"""The fillers of the slots of question templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import plural_of
from bench.heuristics.english.near_duplicates import words

_MOST = 40


@dataclass(frozen=True)
class Filler:
    """A noun phrase, or part of a question, that can take the form that a slot requires.

    Attributes:
        text: its form inside a sentence, with its article.
        plural: whether it takes a plural verb.
        head: its main noun, in the singular.
        sentences: the numbers of the sentences that mention it.
        weight: its rank among fillers of its kind, at most 1.
        words: its content words, used to detect repetition.
    """

    text: str
    plural: bool = False
    head: str = ""
    sentences: frozenset[int] = frozenset()
    weight: float = 1.0
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", content(self.text))

    def __format__(self, form: str) -> str:
        match form:
            case "'s":
                return f"{self.text}'" if self.text.endswith("s") else f"{self.text}'s"
            case "do":
                return f"{'do' if self.plural else 'does'} {self.text}"
            case "have":
                return f"{'have' if self.plural else 'has'} {self.text}"
            case "be":
                return f"{'are' if self.plural else 'is'} {self.text}"
            case "plural":
                return plural_of(self.head)
        return self.text


Slots = dict[str, list[Filler]]


def content(text: str) -> frozenset[str]:
    """The words of a text without function words."""
    return frozenset(word for word in words(text) if len(word) > 1 and not is_closed(word))


def ranked(fillers: Iterable[Filler]) -> list[Filler]:
    """Each filler once, with weights that decrease from 1."""
    unique = list({filler.text.lower(): filler for filler in reversed(list(fillers))}.values())
    first = reversed(unique[-_MOST:]) if len(unique) > _MOST else reversed(unique)
    return [replace(one, weight=1 / (1 + 0.25 * rank)) for rank, one in enumerate(first)]
