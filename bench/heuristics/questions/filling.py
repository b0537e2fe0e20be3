"""Templates filled so that no question repeats another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from string import Formatter

from bench.heuristics.english.near_duplicates import is_near_duplicate
from bench.heuristics.questions.filler import Filler, Slots, content, ranked
from bench.heuristics.questions.soundness import as_question, is_sound
from bench.heuristics.questions.template_table import Template

_TRIED = 6
# Whole statements: one that has been asked about is done with, one that has not is the next.
_STATEMENTS = frozenset(("asked", "support", "main"))


class Writer:
    """Fills templates, preferring fillers not used so far.

    Args:
        templates: what to fill, the better ones of a category first.
        fillers: what to fill them with, the better ones of a kind first.
        text: the article, for the templates that have a trigger.
    """

    def __init__(self, templates: Sequence[Template], fillers: Slots, text: str) -> None:
        self.written: list[str] = []
        self._templates = templates
        self._fillers = {place: ranked(found) for place, found in fillers.items()}
        self._text = text
        self._uses: Counter[str] = Counter()
        self._spent: set[Template] = set()

    def write(self, category: str) -> None:
        """Add the best question of a category that is not written yet, if there is one."""
        for template in self._templates:
            if template.category != category or template in self._spent:
                continue
            if not re.search(template.trigger, self._text):
                continue
            for question, chosen in self._filled(template):
                if not is_near_duplicate(question, self.written):
                    self.written.append(question)
                    self._uses.update(filler.text for filler in chosen)
                    if _places(template.text) != ("asked",):
                        self._spent.add(template)
                    return

    def _filled(self, template: Template) -> Iterator[tuple[str, Sequence[Filler]]]:
        """The template's fillings that make a sound question, the best first."""
        places = _places(template.text)
        choices = [self._choices(place) for place in places]
        wording = content(re.sub(r"{.*?}", "", template.text))
        for chosen in sorted(product(*choices), key=lambda c: -sum(map(self._worth, c))):
            if not _apart(chosen, wording) or (template.near and not _together(chosen)):
                continue
            filled = template.text.format_map(dict(zip(places, chosen, strict=True)))
            question = as_question(filled)
            if is_sound(question):
                yield question, chosen

    def _choices(self, place: str) -> list[Filler]:
        """The fillers to try in a place; the kinds named first are preferred a little."""
        found = [
            replace(filler, weight=filler.weight * (1 - 0.15 * rank))
            for rank, kind in enumerate(place.split("|"))
            for filler in self._fillers.get(kind, ())
            if kind not in _STATEMENTS or not self._uses[filler.text]
        ]
        return sorted(found, key=lambda filler: -self._worth(filler))[:_TRIED]

    def _worth(self, filler: Filler) -> float:
        return filler.weight / (1 + self._uses[filler.text])


@cache
def _places(text: str) -> tuple[str, ...]:
    """The names of the places of a template, each once."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def _apart(chosen: Sequence[Filler], wording: frozenset[str]) -> bool:
    """Whether no content word stands in two places, or in a place and in the template."""
    seen = set(wording)
    for filler in chosen:
        if filler.words & seen:
            return False
        seen |= filler.words
    return True


def _together(chosen: Sequence[Filler]) -> bool:
    """Whether the article speaks of the fillers in one sentence."""
    return bool(frozenset.intersection(*(filler.sentences for filler in chosen)))
