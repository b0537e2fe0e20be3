"""Encoder-decoder models: BART, PEGASUS, T5, LED, and question generators built on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Literal

from bench.article import Article
from bench.component import ADDED
from bench.errors import ConfigError
from bench.models.neural.answers import Candidate, candidates
from bench.models.neural.base import NeuralModel
from bench.models.neural.generation import Prompt, fitted
from bench.models.neural.languages import language_fault, set_source_language, target_settings
from bench.models.neural.loaded import Loaded
from bench.models.prompts import Templates
from bench.tasks import Task
from bench.text.items import ParsedItems


@dataclass(kw_only=True)
class Seq2Seq(NeuralModel):
    """An encoder-decoder checkpoint.

    Attributes:
        per: ``article`` uses one prompt per article. ``answer`` is for answer-aware question
            generators: one answer per requested item is selected from the article and prompted
            with its paragraph; the template has ``answer``, the paragraph as ``text``, and the
            text ``before`` and ``after`` the answer.
        source_language: the language of the articles, as a code that the tokenizer knows, such as
            ``en_XX`` (mBART), ``eng_Latn`` (NLLB) or ``en`` (M2M).
        target_language: the language of the output, likewise.
    """

    description = "an encoder-decoder model (transformers): BART, PEGASUS, T5, LED, T5 questions"
    kind = "seq2seq"
    version = 2

    prompt: Templates = "{{ text }}"
    per: Literal["article", "answer"] = "article"
    source_language: str | None = field(default=None, metadata=ADDED)
    target_language: str | None = field(default=None, metadata=ADDED)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.per == "answer":
            vars(self)["article_variables"] = ("answer", "before", "after")
            vars(self)["version"] = 3  # of the choice of answers; whole articles are read as before
            if "summary" in self.tasks:
                raise ConfigError("per: answer requires `prompt: {questions: ...}`")
            vars(self)["honors_item_count"] = True

    @cached_property
    def _loaded(self) -> Loaded:
        loaded = self._load()
        if self.source_language is not None:
            set_source_language(loaded.tokenizer, self.source_language)
        return loaded

    def language_settings(self) -> dict[str, int]:
        if self.target_language is None:
            return {}
        config = self._loaded.model.generation_config
        return target_settings(self._loaded.tokenizer, config, self.target_language)

    def token_ids(self, prompt: str) -> list[int]:
        ids: list[int] = self._loaded.tokenizer(prompt, verbose=False)["input_ids"]
        return ids

    def input_faults(self) -> Iterator[str]:
        tokenizer = self._loaded.tokenizer
        for parameter in ("source_language", "target_language"):
            code = getattr(self, parameter)
            fault = language_fault(tokenizer, parameter, code) if code is not None else None
            if fault:
                yield fault
        yield from super().input_faults()

    def prompts_of(self, article: Article, task: Task) -> Iterator[Prompt]:
        if self.per == "article":
            yield from super().prompts_of(article, task)
            return
        for found in candidates(article, task.items):
            before = self._shortened(article, task, found)
            kept = replace(found, before=before)
            prompt = (
                fitted(partial(self._with_answer, article, task, kept), found.after, self.limit)
                if found.after
                else Prompt(self._with_answer(article, task, kept, ""))
            )
            yield replace(prompt, cut=prompt.cut or before != found.before)

    def _shortened(self, article: Article, task: Task, found: Candidate) -> str:
        """The text before the answer, without sentences that do not fit."""
        before, limit = found.before, self.limit
        while before and limit is not None:
            rest = replace(found, before=before)
            if len(self._with_answer(article, task, rest, found.after[:200])) <= limit:
                break
            half = before[-(len(before) // 2) :] if len(before) > 1 else ""
            before = half.partition(" ")[2]
        return before

    def _with_answer(self, article: Article, task: Task, found: Candidate, after: str) -> list[int]:
        text = f"{found.before}{found.answer}{after}"
        names = {"answer": found.answer, "before": found.before, "after": after}
        return self.token_ids(self._prompts.text(article, task, text=text, **names))

    def parsed(self, text: str, **known: Any) -> ParsedItems:
        if self.per == "article" or self.pattern:
            return super().parsed(text, **known)
        return ParsedItems([" ".join(text.split())] if text.strip() else [])

    def joined(self, items: list[list[str]], task: Task) -> list[list[str]]:
        return items if self.per == "answer" else super().joined(items, task)
