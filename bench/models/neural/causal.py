"""Decoder-only models, with or without a chat template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.models.neural.base import NeuralModel
from bench.models.neural.checks import system_fault
from bench.models.neural.generation import Prompt
from bench.models.prompts import INSTRUCTIONS, Templates


@dataclass(kw_only=True)
class Causal(NeuralModel):
    """A decoder-only checkpoint, prompted with its chat template if it has one.

    Attributes:
        system: the system message; none by default.
        chat_options: arguments of the chat template, such as ``{enable_thinking: false}``.
    """

    description = "a decoder-only language model (transformers), asked in its own chat template"
    kind = "causal"
    version = 3

    prompt: Templates = field(default_factory=lambda: dict(INSTRUCTIONS))
    system: str | None = None
    chat_options: dict[str, Any] = field(default_factory=dict)

    def token_ids(self, prompt: str) -> list[int]:
        tokenizer = self._loaded.tokenizer
        if not tokenizer.chat_template:
            ids: list[int] = tokenizer(prompt, verbose=False)["input_ids"]
            return ids
        turns = [{"role": "system", "content": self.system}] if self.system else []
        turns.append({"role": "user", "content": prompt})
        text = tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True, **self.chat_options
        )
        turn: list[int] = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return turn

    def input_faults(self) -> Iterator[str]:
        tokenizer = self._loaded.tokenizer
        fault = self.system and system_fault(tokenizer, self.system, self.chat_options)
        if fault:
            yield fault
            self.system = None  # of a copy; the other checks go on without it
        yield from super().input_faults()

    def continued(self, prompt: Prompt) -> str:
        text: str = self._loaded.tokenizer.decode(prompt.ids)
        return text

    @property
    def limit(self) -> int | None:
        """The maximum input length; input and output share the context length."""
        limit = self._loaded.longest_input
        if self.max_input_tokens or limit is None:
            return self.max_input_tokens
        return max(limit // 2, limit - self.max_new_tokens)
