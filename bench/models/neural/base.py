"""Base class of sequence-to-sequence and causal models."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

from bench.article import Article
from bench.component import ADDED
from bench.errors import ConfigError
from bench.models.base import Model, Output, Truncated
from bench.models.nested_settings import GENERATION
from bench.models.neural.batch_size import OutOfMemoryError
from bench.models.neural.checkpoint import Kind
from bench.models.neural.checkpoint_user import CheckpointUser
from bench.models.neural.checks import length_fault, setting_faults
from bench.models.neural.generation import (
    Decoding,
    GeneratedText,
    Prompt,
    TooLongError,
    chunked,
    fitted,
    generate_texts,
    generation_config,
)
from bench.models.neural.hub import UnreachableError
from bench.models.prompts import NAMES, Prompts, Templates, without_article
from bench.models.stop import stop_strings
from bench.tasks import TASKS, Task
from bench.text.items import ParsedItems, parsed_items


@dataclass(kw_only=True)
class NeuralModel(CheckpointUser, Model):
    """A checkpoint with a prompt, and the parsing of its output.

    Attributes:
        checkpoint: an id on the hub, or a folder.
        gguf: the name of a GGUF file in the checkpoint, which is loaded instead of its other files;
            requires the packages ``gguf`` and ``accelerate``.
        prompt: a Jinja template of its input, or one per supported task.
        revision: commit, branch or tag of a checkpoint on the hub.
        trust_remote_code: whether code in the checkpoint may be run.
        allow_missing_weights: whether to accept weights that do not match the architecture:
            missing and misshapen tensors are then initialised with ``seed``, unused ones are
            ignored, and the run notes them.
        device: the device; ``auto`` uses an accelerator if available.
        dtype: the type of weights; ``auto`` uses that of the checkpoint, except that a processor
            computes in bfloat16 if it can and the checkpoint is in half precision, and otherwise
            in float32. The choice is part of the signature.
        batch_size: prompts per batch; by default that of the run, which grows on a CUDA device as
            long as memory allows.
        max_new_tokens: maximum number of output tokens per prompt.
        max_input_tokens: maximum number of input tokens; by default the limit of the checkpoint, of
            a decoder-only one without ``max_new_tokens`` (half of it at least).
        too_long: how to handle longer articles: truncate them, which is counted, or split them into
            chunks that each contribute a share of the items.
        generation: further settings for ``generate``, such as ``num_beams``. Of several sequences
            (``num_return_sequences``) the best is used; with ``do_sample: true``, set ``samples``
            of the model instead, to have each scored.
        stop: the output ends before this text, or the first of several.
        separator: the separator of items, if the model writes one.
        pattern: a regular expression whose first group is an item, for other formats.
        seed: the seed of sampling, if enabled in ``generation``, and of missing weights.
        thinking: pairs of the text before and after reasoning, beside those that are known.
    """

    tasks = ("summary", "questions")
    kind: ClassVar[Kind]
    batched = True
    by_task = frozenset({"prompt"})
    nested_settings: ClassVar[Mapping[str, Sequence[str]]] = {"generation": GENERATION}
    synonyms: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("stop_strings", "stop_sequences"), "stop"),
        **dict.fromkeys(("max_tokens", "max_length"), "max_new_tokens"),
    }
    parses_text = True
    article_variables: ClassVar[tuple[str, ...]] = ()
    """Variables of its prompts, besides ``text``, that hold text of the article."""

    checkpoint: str
    prompt: Templates
    gguf: str | None = field(default=None, metadata=ADDED)
    revision: str | None = None
    trust_remote_code: bool = False
    allow_missing_weights: bool = False
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    batch_size: int | None = None
    max_new_tokens: int = 512
    max_input_tokens: int | None = None
    too_long: Literal["truncate", "chunk"] = "truncate"
    generation: dict[str, Any] = field(default_factory=dict)
    stop: str | list[str] | None = field(default=None, metadata=ADDED)
    separator: str | None = None
    pattern: str | None = None
    seed: int = 0
    thinking: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Overrides those of the class.
        vars(self)["tasks"] = self._prompts.tasks
        vars(self)["honors_item_count"] = bool(re.search(r"\bitems\b", self._prompts.signature()))
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ConfigError(f"pattern {self.pattern!r}: {error}") from error
        vars(self)["draws_at_random"] = bool(self.generation.get("do_sample"))
        sequences = self.generation.get("num_return_sequences", 1)
        if self.draws_at_random and sequences != 1:
            raise ConfigError(
                "generation: remove num_return_sequences, which goes with sampling as `samples`;"
                f" set `samples: {sequences}` of the model, beside `generation`, to have each"
                " sequence scored"
            )
        stop_strings(self.stop)
        for name in ("max_length", "max_new_tokens"):
            if name in self.generation:
                raise ConfigError(
                    f"generation: remove {name}; set max_new_tokens of the model instead"
                )

    def faults(self) -> list[str]:
        """Faults of the prompts, the settings and the checkpoint."""
        faults = [
            *self._prompts.unknown_variables(self.article_variables),
            *without_article(self._prompts, holding=self._holding)[0],
        ]
        own: Mapping[str, Any] = {}
        try:
            outline = self._checkpoint.outline(self.kind)
        except UnreachableError:
            outline = None
        except ConfigError as error:
            return [*faults, *error.problems, *setting_faults(self.generation, own)]
        if outline is not None:
            own = vars(outline.model.generation_config)
        settings = list(setting_faults(self.generation, own))
        if outline is not None:
            copied = copy(self)
            vars(copied)["_loaded"] = outline
            faults += copied.input_faults()
            if not settings:
                settings = copied.generation_faults()
        return [*faults, *settings]

    def input_faults(self) -> Iterator[str]:
        """Faults of the prompts with the tokenizer of the checkpoint."""
        for name in self._prompts.tasks:
            nothing = dict.fromkeys(self._prompts.variables(name) - {*NAMES}, "")
            try:
                prompt = self._prompts.text(Article(id="-", text=""), TASKS[name], **nothing)
            except ConfigError:  # an expression that needs a text
                continue
            try:
                tokens = len(self.token_ids(prompt))
            except Exception as error:  # noqa: BLE001 - a chat template may raise anything
                yield f"the chat template of the checkpoint cannot be used: {error}"
                return
            given = self.max_input_tokens is not None
            fault = length_fault(name, tokens, self.limit, is_given=given)
            if fault:
                yield fault

    def generation_faults(self) -> list[str]:
        """Faults of the settings with those of the checkpoint."""
        try:
            generation_config(self._loaded, self.generation, self.max_new_tokens)
        except ConfigError as error:
            return list(error.problems)
        return []

    @property
    def _holding(self) -> tuple[str, ...]:
        """The variables of its prompts with text of the article."""
        return ("text", *self.article_variables)

    def notes(self, dataset: Iterable[Article]) -> list[str]:  # noqa: ARG002 - part of the contract
        """Notes on weights that do not match the architecture, and on prompts without text."""
        return [*without_article(self._prompts, holding=self._holding)[1], *self.weight_notes()]

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:
        options = {**self.generation, **self.language_settings()}
        config = generation_config(self._loaded, options, self.max_new_tokens)
        jobs = [self._job(article, task) for article in articles]
        flat = [prompt for job in jobs if isinstance(job, list) for prompt in job]
        self._batch_size.start(len(articles))
        texts = iter(
            generate_texts(
                self._loaded,
                flat,
                config,
                self._batch_size,
                self.seed,
                self._events.append,
                decoding=Decoding(stop_strings(self.stop), self._separators),
                sample=task.sample,
            )
        )
        for job in jobs:
            if isinstance(job, list):
                yield self._output(job, [next(texts) for _ in job], task)
            else:
                yield Output((), error=str(job))

    @property
    def articles_per_batch(self) -> int | None:
        """The number of articles that it reads together next; None for that of the run."""
        return self._inputs_per_batch

    def _job(self, article: Article, task: Task) -> list[Prompt] | TooLongError:
        """The prompts for an article, or the error if the text does not fit."""
        try:
            return [replace(p, of=article.id) for p in self.prompts_of(article, task)]
        except TooLongError as error:
            return error

    def prompts_of(self, article: Article, task: Task) -> Iterator[Prompt]:
        """The prompts for an article: one, or one per chunk of a long article."""
        limit = self.limit

        def render(text: str, items: int = task.items) -> list[int]:
            return self.token_ids(self._prompts.text(article, task, text=text, items=items))

        pieces = [article.text]
        if self.too_long == "chunk":
            pieces = chunked(render, article.text, limit)
        share = -(-task.items // len(pieces))
        for piece in pieces:
            yield fitted(lambda text: render(text, share), piece, limit)

    def language_settings(self) -> dict[str, int]:
        """Generation settings for the language of the output."""
        return {}

    @abstractmethod
    def token_ids(self, prompt: str) -> list[int]:
        """The tokens of the whole input."""

    def continued(self, prompt: Prompt) -> str:  # noqa: ARG002 - a decoder begins anew
        """The text that the output continues."""
        return ""

    def parsed(self, text: str, **known: Any) -> ParsedItems:
        """The items in the output for one prompt, and the number of those that were dropped.

        Args:
            text: the output.
            known: ``task``, ``after`` and ``unfinished``, as ``parsed_items`` takes them.
        """
        if self.pattern:
            matches = re.finditer(self.pattern, text, re.DOTALL)
            found = [match[1 if match.re.groups else 0] or "" for match in matches]
            return ParsedItems([item.strip() for item in found if item.strip()])
        return parsed_items(text, self.separator, thinking=self.thinking, **known)

    def _output(
        self, job: Sequence[Prompt], texts: Sequence[GeneratedText | OutOfMemoryError], task: Task
    ) -> Output:
        generated = [text for text in texts if isinstance(text, GeneratedText)]
        if len(generated) < len(texts):
            longest = max(len(prompt.ids) for prompt in job)
            return Output(
                (),
                error=f"not enough memory for one prompt of {longest} tokens and up to"
                f" {self.max_new_tokens} new ones; reduce max_input_tokens or max_new_tokens, or"
                " use a smaller dtype",
            )
        return self._parsed(job, generated, task)

    def _parsed(self, job: Sequence[Prompt], texts: Sequence[GeneratedText], task: Task) -> Output:
        parsed = [
            self.parsed(
                text.text, task=task.name, after=self.continued(prompt), unfinished=text.unfinished
            )
            for prompt, text in zip(job, texts, strict=True)
        ]
        items = [self._without_special_tokens(one.items) for one in parsed]
        if len(items) > 1:
            items = self.joined(items, task)
        cut = any(prompt.cut for prompt in job)
        unfinished = any(text.unfinished for text in texts)
        truncated: Truncated = "neither"
        if cut or unfinished:
            truncated = "both" if cut and unfinished else "input" if cut else "output"
        return Output(
            items=tuple(item for some in items for item in some),
            raw="\n".join(text.text for text in texts),
            truncated=truncated,
            tokens_in=sum(len(prompt.ids) for prompt in job),
            tokens_out=sum(text.tokens for text in texts),
            dropped=sum(one.dropped for one in parsed),
        )

    def _without_special_tokens(self, items: list[str]) -> list[str]:
        own = (self._loaded.without_special_tokens(item, self._separators) for item in items)
        return [item for item in own if item]

    @property
    def _separators(self) -> str:
        """Text with the special tokens that separate items."""
        return f"{self.separator or ''} {self.pattern or ''}"

    def joined(self, items: list[list[str]], task: Task) -> list[list[str]]:
        """The share of items of each chunk, so that long articles do not yield more items."""
        share = -(-task.items // len(items))
        return [some[:share] for some in items]

    @cached_property
    def _prompts(self) -> Prompts:
        return Prompts(self.prompt)
