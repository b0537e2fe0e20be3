"""``answer_gain``: how much likelier an answer becomes where a question is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import Any

from bench.article import Article
from bench.errors import ConfigError
from bench.models.neural.batch_size import OutOfMemoryError
from bench.models.neural.likelihood import Continuation, LogProbabilities, log_probabilities
from bench.raters.base import RatedDimension, RatingAnswer, RatingRequest
from bench.raters.checkpoints import out_of_memory
from bench.raters.continuations import LanguageModelRater
from bench.raters.templates import ARTICLE_NAMES, RatingTemplate
from bench.tasks import TaskName

_Pair = tuple[Continuation, Continuation]
"""An answer after the article with the question, and after the article alone."""


@dataclass(kw_only=True)
class AnswerGain(LanguageModelRater):
    """How much likelier an answer becomes given the question, in nats per token.

    The mean log-probability of the answer's tokens after the article and the question, minus the
    same after the article alone. Of several answers the one counts that the question helps most.

    Attributes:
        answer: a Jinja template of the answer, over ``title``, ``text`` and ``extra`` (the other
            columns of the dataset), for datasets with one answer for each article, such as
            ``{{ extra.answer }}``. By default the answers are those of the article's reference
            questions, by their label ``label``.
        label: the name of the label of reference questions that holds their answers.
        prompt: a Jinja template of the input with the question, over ``title``, ``text`` and
            ``item``.
        baseline: a Jinja template of the input without the question.
    """

    description = "how much likelier an answer becomes given the question and the article"
    source = "pointwise mutual information of question and answer given the article"
    tasks = ("questions",)
    version = 2
    sees_references = True

    answer: str | None = None
    label: str = "answer"
    prompt: str = "{{ title }}\n\n{{ text }}\n\nQuestion: {{ item }}\nAnswer:"
    baseline: str = "{{ title }}\n\n{{ text }}\n\nAnswer:"

    def __post_init__(self) -> None:
        _ = self._templates, self._answer  # a broken template is an error now

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:  # noqa: ARG002
        return {"gain": RatedDimension(None, None, unit="nats per token")}

    def seen(self, article: Article) -> str:
        try:
            return json.dumps(self.answers(article))
        except ConfigError as error:  # rating it reports it
            return str(error)

    def template_faults(self) -> Iterator[str]:
        asked, alone = self._templates
        yield from asked.faults("text", "item")
        yield from alone.faults("text")
        yield from self._answer.faults() if self._answer else ()

    def answers(self, article: Article) -> list[str]:
        """The answers that questions about an article may have, without repetitions.

        Raises:
            ConfigError: there is none.
        """
        if self._answer is not None:
            found = [self._answer.of_article(article)]
            remedy = f"the template `{self.answer}` gives no text"
        else:
            found = list(article.item_labels.get("questions", {}).get(self.label, ()))
            remedy = (
                f"its questions have no label {self.label!r}; set `label`, or `answer` to a"
                " template of the answer"
            )
        answers = [text.strip() for text in dict.fromkeys(found) if text.strip()]
        if not answers:
            raise ConfigError(f"article {article.id!r} has no answer: {remedy}")
        return answers

    def rate(self, requests: Sequence[RatingRequest]) -> Iterator[RatingAnswer]:
        self._batch_size.start(len(requests))
        jobs = [self._pairs(request) for request in requests]
        pairs = [pair for job in jobs if not isinstance(job, ConfigError) for pair in job]
        rows = {_key(row): row for pair in pairs for row in pair}  # articles share a baseline
        found = log_probabilities(
            self._loaded, list(rows.values()), self._batch_size, self._events.append
        )
        results = dict(zip(rows, found, strict=True))
        for job in jobs:
            if isinstance(job, ConfigError):
                yield RatingAnswer.failed(str(job))
            else:
                yield self._answer_of(job, results)

    def _answer_of(
        self, pairs: Sequence[_Pair], results: Mapping[Any, LogProbabilities | OutOfMemoryError]
    ) -> RatingAnswer:
        gains = []
        for pair in pairs:
            means = []
            for row in pair:
                found = results[_key(row)]
                if isinstance(found, OutOfMemoryError):
                    return out_of_memory(found, row.length)
                values = [value for one in found for value in one]
                means.append(fsum(values) / len(values))
            gains.append(means[0] - means[1])
        return RatingAnswer(max(gains), tokens_in=sum(asked.length for asked, _ in pairs))

    def _pairs(self, request: RatingRequest) -> list[_Pair] | ConfigError:
        try:
            return [self._pair(request, answer) for answer in self.answers(request.article)]
        except ConfigError as error:
            return error

    def _pair(self, request: RatingRequest, answer: str) -> _Pair:
        """Both inputs have the same text, cut so that the longer one fits."""
        asked, alone = self._templates

        def filled(template: RatingTemplate, text: str) -> str:
            article = request.article.model_copy(update={"text": text})
            return template.text(replace(request, article=article))

        def read(template: RatingTemplate, text: str) -> list[int]:
            found = self.encoded(filled(template, text), answer)
            return found.context if self._loaded.is_encoder_decoder else found.whole

        def render(text: str) -> list[int]:
            return max(read(asked, text), read(alone, text), key=len)

        text = self.cut(render, request.article.text)
        return (
            self._continuation(filled(asked, text), answer),
            self._continuation(filled(alone, text), answer),
        )

    def _continuation(self, prompt: str, answer: str) -> Continuation:
        """The answer after a prompt; special tokens that the tokenizer adds do not count."""
        found = self.encoded(prompt, answer)
        special = set(self._loaded.tokenizer.all_special_ids)
        wanted = [[] if token in special else [token] for token in found.target]
        if not any(wanted):
            raise ConfigError(f"the answer {answer!r:.80} has no tokens")
        return Continuation(found.context, found.target, wanted)

    @cached_property
    def _templates(self) -> tuple[RatingTemplate, RatingTemplate]:
        return RatingTemplate(self.prompt), RatingTemplate(self.baseline, "baseline")

    @cached_property
    def _answer(self) -> RatingTemplate | None:
        return None if self.answer is None else RatingTemplate(self.answer, "answer", ARTICLE_NAMES)


def _key(row: Continuation) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(row.context), tuple(row.target)
