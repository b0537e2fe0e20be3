"""What goes into the places of question templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import plural_of
from bench.heuristics.english.near_duplicates import words

_MOST = 40


@dataclass(frozen=True)
class Filler:
    """A noun phrase, or a piece of a question, in the form that a place asks for.

    Attributes:
        text: how it reads inside a sentence, with its article.
        plural: whether it takes a plural verb.
        head: its main noun, in the singular.
        sentences: the numbers of the sentences that mention it.
        weight: how fit it is among those of its kind, at most 1.
        words: its content words, by which repetition is told.
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
    """The words of a text that are no function words."""
    return frozenset(word for word in words(text) if len(word) > 1 and not is_closed(word))


def ranked(fillers: Iterable[Filler]) -> list[Filler]:
    """Each filler once: the first with weight 1, those behind it with less and less."""
    unique = list({filler.text.lower(): filler for filler in reversed(list(fillers))}.values())
    first = reversed(unique[-_MOST:]) if len(unique) > _MOST else reversed(unique)
    return [replace(one, weight=1 / (1 + 0.25 * rank)) for rank, one in enumerate(first)]
