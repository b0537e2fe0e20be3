"""What sequence-to-sequence and causal models have in common."""

from __future__ import annotations

import hashlib
import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

from bench.article import Article
from bench.errors import ConfigError
from bench.models.base import Model, Output, Truncated
from bench.models.neural.checkpoint import Checkpoint, Kind
from bench.models.neural.generation import (
    GeneratedText,
    Prompt,
    TooLongError,
    chunked,
    fitted,
    generate_texts,
    generation_config,
)
from bench.models.neural.loaded import Loaded
from bench.models.prompts import Prompts, Templates
from bench.tasks import Task
from bench.text.items import items_from


@dataclass(kw_only=True)
class NeuralModel(Model):
    """A checkpoint, what it is told, and how what it writes becomes items.

    Attributes:
        checkpoint: an id on the hub, or a folder.
        prompt: a Jinja template of what it reads, or one for each task it does.
        revision: commit, branch or tag of a checkpoint on the hub.
        trust_remote_code: whether code that comes with the checkpoint may be run.
        allow_missing_weights: whether a checkpoint may be used whose weights do not fit the
            architecture: tensors that are missing or of another shape are then drawn with
            ``seed``, those it does not use are left out, and the run notes which.
        device: ``auto`` takes an accelerator if there is one.
        dtype: ``auto`` takes the checkpoint's own, and float32 without an accelerator.
        batch_size: prompts read at a time.
        max_new_tokens: generate_texts at most for one prompt.
        max_input_tokens: read at most; what the checkpoint says where not given.
        too_long: what is done with an article that is longer: its end is cut off and that is
            counted, or it is read in pieces that each give their share of the items.
        generation: further settings for ``generate``, such as ``num_beams``. Of several sequences
            (``num_return_sequences``) the best is taken.
        separator: what stands between items, where the model writes such a thing.
        pattern: a regular expression whose first group is an item, for other forms.
        seed: of sampling, which is off unless ``generation`` asks for it, and of missing weights.
    """

    tasks = ("summary", "questions")
    kind: ClassVar[Kind]
    batched = True
    made_with = ("torch", "transformers", "tokenizers")
    parses_text = True

    checkpoint: str
    prompt: Templates
    revision: str | None = None
    trust_remote_code: bool = False
    allow_missing_weights: bool = False
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    batch_size: int = 16
    max_new_tokens: int = 512
    max_input_tokens: int | None = None
    too_long: Literal["truncate", "chunk"] = "truncate"
    generation: dict[str, Any] = field(default_factory=dict)
    separator: str | None = None
    pattern: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        # This one's own, over those of the class.
        vars(self)["tasks"] = self._prompts.tasks
        vars(self)["honors_item_count"] = bool(re.search(r"\bitems\b", self._prompts.signature()))
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ConfigError(f"pattern {self.pattern!r}: {error}") from error
        for name in ("max_length", "max_new_tokens"):
            if name in self.generation:
                raise ConfigError(f"generation: not {name}; set max_new_tokens of the model")

    @property
    def digest(self) -> str:
        """Of the checkpoint and of what it is told, for the signature."""
        parts = [self._checkpoint.digest(), self._prompts.signature()]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def load(self) -> None:
        """Bring tokenizer and weights into memory.

        Raises:
            ConfigError: that cannot be done.
        """
        _ = self._loaded

    def notes(self, dataset: Iterable[Article]) -> list[str]:  # noqa: ARG002 - part of the contract
        """How the checkpoint's weights do not fit, for people to know before anything is read."""
        try:
            report = self._checkpoint.report(self.kind)
        except ConfigError as error:
            return [str(error)]
        if report.fault and not self.allow_missing_weights:
            return [self._checkpoint.told_fault(report)]
        if report.fault:
            return [f"checkpoint {self.checkpoint!r}: {report.fault}; allow_missing_weights is set"]
        return [f"checkpoint {self.checkpoint!r}: {report.note}"] if report.note else []

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:
        config = generation_config(self._loaded, self.generation, self.max_new_tokens)
        jobs = [self._job(article, task) for article in articles]
        flat = [prompt for job in jobs if isinstance(job, list) for prompt in job]
        texts = iter(generate_texts(self._loaded, flat, config, self.batch_size, self.seed))
        for job in jobs:
            if isinstance(job, list):
                yield self._output(job, [next(texts) for _ in job], task)
            else:
                yield Output((), error=str(job))

    def _job(self, article: Article, task: Task) -> list[Prompt] | TooLongError:
        """What is read for an article, or why that cannot be."""
        try:
            return [replace(p, of=article.id) for p in self.prompts_of(article, task)]
        except TooLongError as error:
            return error

    def prompts_of(self, article: Article, task: Task) -> Iterator[Prompt]:
        """What is read for one article: one prompt, or one for each piece of a long article."""
        limit = self._limit

        def render(text: str, items: int = task.items) -> list[int]:
            return self.token_ids(self._prompts.text(article, task, text=text, items=items))

        pieces = [article.text]
        if self.too_long == "chunk":
            pieces = chunked(render, article.text, limit)
        share = -(-task.items // len(pieces))
        for piece in pieces:
            yield fitted(lambda text: render(text, share), piece, limit)

    @abstractmethod
    def token_ids(self, prompt: str) -> list[int]:
        """The whole of what is read, as tokens."""

    def items_of(self, text: str) -> list[str]:
        """The items in what the model wrote for one prompt."""
        if self.pattern:
            matches = re.finditer(self.pattern, text, re.DOTALL)
            found = [match[1 if match.re.groups else 0] or "" for match in matches]
            return [item.strip() for item in found if item.strip()]
        return items_from(text, self.separator)

    def _output(self, job: Sequence[Prompt], texts: Sequence[GeneratedText], task: Task) -> Output:
        items = [self.items_of(text.text) for text in texts]
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
        )

    def joined(self, items: list[list[str]], task: Task) -> list[list[str]]:
        """Each piece's share of the items, so that long articles do not give more than others."""
        share = -(-task.items // len(items))
        return [some[:share] for some in items]

    @property
    def _limit(self) -> int | None:
        return self.max_input_tokens or self._loaded.longest_input

    @cached_property
    def _prompts(self) -> Prompts:
        return Prompts(self.prompt)

    @property
    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self.checkpoint, self.revision, self.trust_remote_code)

    @cached_property
    def _loaded(self) -> Loaded:
        return self._checkpoint.load(
            self.kind,
            self.device,
            self.dtype,
            allow_missing_weights=self.allow_missing_weights,
            seed=self.seed,
        )
