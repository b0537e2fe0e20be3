"""``yes``: the probability that a checkpoint answers Yes to a question about an item."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from bench.article import Article
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.models.neural.batch_size import OutOfMemoryError
from bench.models.neural.likelihood import Continuation, log_probabilities
from bench.models.neural.loaded import Loaded
from bench.raters.base import RatedDimension, RatingAnswer, RatingRequest
from bench.raters.checkpoints import out_of_memory
from bench.raters.continuations import LanguageModelRater, common_prefix
from bench.raters.templates import ARTICLE_NAMES, NAMES, RatingTemplate
from bench.tasks import TASKS, TaskName

QUESTIONS: Mapping[TaskName, Mapping[str, str]] = {
    "questions": {
        "answerable": "Is this question answered by the document?",
        "worth_asking": "Does a reader of the document want to know this?",
        "clear": "Is this a clear question?",
        "grounded": "Does the document agree with all that this question takes for granted?",
    },
    "summary": {
        "faithful": "Is this claim consistent with the document?",
        "important": "Is this claim one of the main points of the document?",
        "clear": "Can this claim be understood without the document?",
    },
}
"""What is asked about an item, by task and criterion."""
ENCODER_DECODER = (
    "question: {{ ask }} </s> {{ 'question' if task == 'questions' else 'claim' }}: {{ item }}"
    "{% if answer %} </s> answer: {{ answer }}{% endif %}"
    " </s> document: {{ title }} {{ text }}"
)
"""The form that UniEval was trained on."""
DECODER_ONLY = (
    "{{ title }}\n\n{{ text }}\n\n"
    "{{ 'Question' if task == 'questions' else 'Claim' }}: {{ item }}\n\n"
    "{% if answer %}Answer: {{ answer }}\n\n{% endif %}"
    "{{ ask }} Answer {{ positive }} or {{ negative }}.\nAnswer:"
)
_DEFAULTS = (ENCODER_DECODER, DECODER_ONLY)
_NAMES = (*NAMES, "answer", "ask", "criterion", "positive", "negative")
_LARGEST = 700.0  # of an exponent


@dataclass(kw_only=True)
class YesProbability(LanguageModelRater):
    """P(Yes) / (P(Yes) + P(No)) after a question about an item and the article, as in UniEval.

    Attributes:
        criteria: what is rated, such as ``answerable``; by default the keys of ``prompt`` if it is
            a mapping, and otherwise all criteria that have a question built in.
        prompt: a Jinja template of the input, or a mapping from criteria to these. It has
            ``title``, ``text``, ``item``, ``noun``, ``task``, ``answer``, ``criterion``,
            ``positive``, ``negative`` and ``ask``, the question that is built in for the criterion.
            By default the form of UniEval for encoder-decoders (``question: ... </s> question: ...
            </s> document: ...``), and a plain one for decoder-only checkpoints.
        answer: a Jinja template of the answer to the item, over ``title``, ``text`` and ``extra``
            (the other columns of the dataset), for datasets with one answer for each article, such
            as ``{{ extra.answer }}``; none by default.
        positive: the word whose probability counts.
        negative: the word that it is compared with.
    """

    description = "probability of Yes to a question about an item and its article (UniEval)"
    source = "Zhong et al. 2022 (UniEval)"
    by_dimension = frozenset({"criteria", "prompt"})

    criteria: list[str] | None = None
    prompt: str | dict[str, str] | None = None
    answer: str | None = None
    positive: str = "Yes"
    negative: str = "No"

    def __post_init__(self) -> None:
        known = {name for of_task in QUESTIONS.values() for name in of_task} | self._own.keys()
        unknown = [name for name in self.criteria or () if name not in known]
        if unknown:
            raise UnknownNameError(unknown_name("criterion", name, known) for name in unknown)
        vars(self)["tasks"] = tuple(t.name for t in TASKS.values() if self.dimensions(t.name))
        if not self.tasks:
            raise ConfigError("criteria: at least one is needed")
        vars(self)["sees_references"] = self.answer is not None  # which are among its columns
        _ = self._templates, self._answer  # a broken template is an error now

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:
        built_in = {name for of_task in QUESTIONS.values() for name in of_task}
        known = [*QUESTIONS[task], *(name for name in self._own if name not in built_in)]
        chosen = self.criteria if self.criteria is not None else [*self._own] or known
        return {
            name: RatedDimension(0.0, 1.0, unit="probability") for name in known if name in chosen
        }

    def question(self, task: TaskName, dimension: str) -> str:
        own = self._own.get(dimension, self.prompt if isinstance(self.prompt, str) else None)
        return "\x1f".join([QUESTIONS[task].get(dimension, ""), *([own] if own else _DEFAULTS)])

    def seen(self, article: Article) -> str:
        try:
            return self._answer.of_article(article) if self._answer else ""
        except ConfigError as error:  # rating it reports it
            return str(error)

    def template_faults(self) -> Iterator[str]:
        yield from self._answer.faults() if self._answer else ()
        for template in self._templates.values():
            yield from template.faults("text", "item")

    def outline_faults(self, outline: Loaded) -> Iterator[str]:
        copied = copy(self)
        vars(copied)["_loaded"] = outline
        try:
            copied._asked("-")
        except ConfigError as error:
            yield from error.problems

    def rate(self, requests: Sequence[RatingRequest]) -> Iterator[RatingAnswer]:
        self._batch_size.start(len(requests))
        asked = [self._continuation(request) for request in requests]
        found = log_probabilities(self._loaded, asked, self._batch_size, self._events.append)
        for continuation, answer in zip(asked, found, strict=True):
            if isinstance(answer, OutOfMemoryError):
                yield out_of_memory(answer, continuation.length)
                continue
            yes, no = answer[-1]
            value = 1 / (1 + math.exp(min(no - yes, _LARGEST)))
            yield RatingAnswer(value, tokens_in=len(continuation.context), tokens_out=0)

    def _continuation(self, request: RatingRequest) -> Continuation:
        template = self._template(request.dimension)
        answer = self._answer.of_article(request.article) if self._answer else ""
        ask = QUESTIONS[request.task.name].get(request.dimension, "")

        def asked(text: str) -> Continuation:
            article = request.article.model_copy(update={"text": text})
            names = {"ask": ask, "criterion": request.dimension}
            names |= {"answer": answer, "positive": self.positive, "negative": self.negative}
            return self._asked(template.text(replace(request, article=article), **names))

        def render(text: str) -> list[int]:
            found = asked(text)
            shares = not self._loaded.is_encoder_decoder  # input and output share the limit
            return [*found.context, *(found.target if shares else ())]

        return asked(self.cut(render, request.article.text))

    def _asked(self, prompt: str) -> Continuation:
        """The prompt, followed by the tokens that both words begin with, and those that differ.

        Raises:
            ConfigError: the tokenizer does not tell the words apart.
        """
        yes, no = (self.encoded(prompt, word) for word in (self.positive, self.negative))
        if self._loaded.is_encoder_decoder:
            context, one, other = yes.context, yes.target, no.target
        else:  # how the prompt ends may depend on the word after it
            begin = len(yes.context) if yes.context == no.context else 0
            begin = begin or common_prefix(yes.whole, no.whole)
            context, one, other = yes.whole[:begin], yes.whole[begin:], no.whole[begin:]
        same = common_prefix(one, other)
        if same in {len(one), len(other)} or not context:
            raise ConfigError(
                f"its tokenizer does not tell {self.positive!r} from {self.negative!r} by a token;"
                " set `positive` and `negative` to other words"
            )
        wanted = [*([] for _ in range(same)), [one[same], other[same]]]
        return Continuation(context, one[: same + 1], wanted)

    @property
    def _own(self) -> dict[str, str]:
        return self.prompt if isinstance(self.prompt, dict) else {}

    @cached_property
    def _answer(self) -> RatingTemplate | None:
        return None if self.answer is None else RatingTemplate(self.answer, "answer", ARTICLE_NAMES)

    @cached_property
    def _templates(self) -> dict[str, RatingTemplate]:
        """By criterion; that of the others has the name "".

        The default depends on the checkpoint, which is not read before a run needs it.
        """
        own = {
            name: RatingTemplate(t, f"prompt for {name}", _NAMES) for name, t in self._own.items()
        }
        if isinstance(self.prompt, str):
            own[""] = RatingTemplate(self.prompt, "prompt", _NAMES)
        return own

    def _template(self, dimension: str) -> RatingTemplate:
        chosen = self._templates.get(dimension) or self._templates.get("")
        if chosen is None:
            default = ENCODER_DECODER if self.kind == "seq2seq" else DECODER_ONLY
            chosen = self._templates[""] = RatingTemplate(default, "prompt", _NAMES)
        return chosen
