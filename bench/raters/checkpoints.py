"""Raters with weights, through the ``transformers`` library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bench.errors import ConfigError
from bench.models.neural.batch_size import OutOfMemoryError
from bench.models.neural.checkpoint import Kind
from bench.models.neural.checkpoint_user import CheckpointUser
from bench.models.neural.generation import Render, end_of_what_fits
from bench.models.neural.hub import UnreachableError
from bench.models.neural.loaded import Loaded
from bench.raters.base import Rater, RatingAnswer


@dataclass(kw_only=True)
class CheckpointRater(CheckpointUser, Rater):
    """A rater with weights. Nothing is downloaded unless the config names an id on the hub.

    Attributes:
        checkpoint: an id on the hub, or a folder.
        revision: commit, branch or tag of a checkpoint on the hub.
        trust_remote_code: whether code in the checkpoint may be run.
        allow_missing_weights: whether to accept weights that do not match the architecture.
        device: the device; ``auto`` uses an accelerator if available.
        dtype: the type of weights; ``auto`` uses that of the checkpoint, except that a processor
            computes in bfloat16 if it can and the checkpoint is in half precision, and otherwise in
            float32. The choice is part of the signature.
        batch_size: inputs per batch; by default that of the run, which grows on a CUDA device as
            long as memory allows. Values differ in the last digits only.
        max_input_tokens: maximum number of input tokens; by default the limit of the checkpoint.
            The text of a longer article is cut.
    """

    batched = True
    excluded_from_signature = frozenset({"device", "batch_size"})

    checkpoint: str
    revision: str | None = None
    trust_remote_code: bool = False
    allow_missing_weights: bool = False
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    batch_size: int | None = None
    max_input_tokens: int | None = None

    @property
    def requests_per_batch(self) -> int | None:
        return self._inputs_per_batch

    def faults(self) -> list[str]:
        """Faults of the templates, the settings and the checkpoint."""
        found = list(self.template_faults())
        try:
            outline = self._checkpoint.outline(self.kind)
        except UnreachableError:
            return found  # `obstacle` tells it
        except ConfigError as error:
            return [*found, *error.problems]
        return [*found, *(self.outline_faults(outline) if outline else ())]

    def template_faults(self) -> Iterator[str]:
        """Faults of the templates."""
        return iter(())

    def outline_faults(self, outline: Loaded) -> Iterator[str]:  # noqa: ARG002 - a default
        """Faults that the tokenizer and the config of the checkpoint tell."""
        return iter(())

    def notes(self) -> list[str]:
        """Notes on weights that do not match the architecture."""
        return self.weight_notes()

    @property
    def kind(self) -> Kind:
        """The architecture that the checkpoint is loaded as."""
        return self._kind

    @cached_property
    def _kind(self) -> Kind:
        return self._checkpoint.text_kind()

    def cut(self, render: Render, text: str) -> str:
        """The text of an article, without its end if the input would be too long.

        Args:
            render: the tokens of the whole input for a text.
            text: the text.

        Raises:
            ConfigError: even without the text the input is too long.
        """
        limit = self.limit
        if limit is None or len(render(text)) <= limit:
            return text
        end = end_of_what_fits(render, text, limit)
        if end == 0:
            raise ConfigError(
                f"the input takes {len(render(''))} tokens without the text of the article, of a"
                f" limit of {limit}; shorten the prompt, or use a checkpoint that reads more"
            )
        if "_has_cut" not in vars(self):
            vars(self)["_has_cut"] = True
            self._events.append(f"the texts of articles are cut to fit {limit} tokens")
        return text[:end]


def out_of_memory(error: OutOfMemoryError, tokens: int) -> RatingAnswer:
    """The answer to a request for which memory runs out even alone."""
    return RatingAnswer.failed(
        f"not enough memory for one input of {tokens} tokens ({error!s:.100}); reduce"
        " max_input_tokens, or use a smaller dtype"
    )
