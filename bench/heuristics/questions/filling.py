"""Fills templates without repeating a question."""

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
# Whole statements, which are used only once.
_STATEMENTS = frozenset(("asked", "support", "main"))


class TemplateFiller:
    """Fills templates, preferring unused fillers.

    Args:
        templates: the templates, the better ones of a category first.
        fillers: the fillers, the better ones of a kind first.
        text: the article, for templates with a trigger.
    """

    def __init__(self, templates: Sequence[Template], fillers: Slots, text: str) -> None:
        self.written: list[str] = []
        self._templates = templates
        self._fillers = {kind: ranked(found) for kind, found in fillers.items()}
        self._text = text
        self._uses: Counter[str] = Counter()
        self._used_templates: set[Template] = set()

    def write(self, category: str) -> None:
        """Add the best new question of a category, if any."""
        for template in self._templates:
            if template.category != category or template in self._used_templates:
                continue
            if not re.search(template.trigger, self._text):
                continue
            for question, chosen in self._filled(template):
                if not is_near_duplicate(question, self.written):
                    self.written.append(question)
                    self._uses.update(filler.text for filler in chosen)
                    if _slot_names(template.text) != ("asked",):
                        self._used_templates.add(template)
                    return

    def _filled(self, template: Template) -> Iterator[tuple[str, Sequence[Filler]]]:
        """The well-formed questions from a template, the best first."""
        names = _slot_names(template.text)
        choices = [self._choices(name) for name in names]
        wording = content(re.sub(r"{.*?}", "", template.text))
        for chosen in sorted(product(*choices), key=lambda c: -sum(map(self._worth, c))):
            if _has_repeated_word(chosen, wording) or (
                template.near and not _share_a_sentence(chosen)
            ):
                continue
            filled = template.text.format_map(dict(zip(names, chosen, strict=True)))
            question = as_question(filled)
            if is_sound(question):
                yield question, chosen

    def _choices(self, slot: str) -> list[Filler]:
        """The fillers to try in a slot; kinds named first are slightly preferred."""
        found = [
            replace(filler, weight=filler.weight * (1 - 0.15 * rank))
            for rank, kind in enumerate(slot.split("|"))
            for filler in self._fillers.get(kind, ())
            if kind not in _STATEMENTS or not self._uses[filler.text]
        ]
        return sorted(found, key=lambda filler: -self._worth(filler))[:_TRIED]

    def _worth(self, filler: Filler) -> float:
        return filler.weight / (1 + self._uses[filler.text])


@cache
def _slot_names(text: str) -> tuple[str, ...]:
    """The distinct names of the slots of a template."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def _has_repeated_word(chosen: Sequence[Filler], wording: frozenset[str]) -> bool:
    """Whether a content word occurs in two fillers, or in a filler and the template."""
    seen = set(wording)
    for filler in chosen:
        if filler.words & seen:
            return True
        seen |= filler.words
    return False


def _share_a_sentence(chosen: Sequence[Filler]) -> bool:
    """Whether one sentence of the article mentions all fillers."""
    return bool(frozenset.intersection(*(filler.sentences for filler in chosen)))
