"""Language models that rate: what they read, and the words whose probability is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.models.neural.loaded import Loaded
from bench.raters.checkpoints import CheckpointRater


@dataclass(kw_only=True)
class LanguageModelRater(CheckpointRater):
    """A rater that asks how likely a language model finds some words.

    Attributes:
        chat_options: arguments of the chat template of a decoder-only checkpoint that has one, such
            as ``{enable_thinking: false}``.
    """

    chat_options: dict[str, Any] = field(default_factory=dict)

    def read(self, prompt: str) -> str:
        """The text that a decoder-only checkpoint reads: in its chat template if it has one."""
        tokenizer = self._loaded.tokenizer
        if self._loaded.is_encoder_decoder or not tokenizer.chat_template:
            return prompt
        turns = [{"role": "user", "content": prompt}]
        text: str = tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True, **self.chat_options
        )
        return text

    def encoded(self, prompt: str, words: str) -> EncodedWords:
        """A prompt and words that may follow it, as tokens.

        An encoder-decoder reads the prompt and writes the words. A decoder-only model writes them
        after the prompt: after a space, unless it has a chat template.
        """
        loaded, tokenizer = self._loaded, self._loaded.tokenizer
        if loaded.is_encoder_decoder:
            context = tokenizer(prompt, verbose=False)["input_ids"]
            written = tokenizer(text_target=words, verbose=False)["input_ids"]
            return EncodedWords(context, _without_end(loaded, written))
        text = self.read(prompt)
        is_chat = text is not prompt
        separator = "" if is_chat or text[-1:].isspace() else " "
        options = {"add_special_tokens": not is_chat, "verbose": False}
        whole = _without_end(loaded, tokenizer(f"{text}{separator}{words}", **options)["input_ids"])
        alone = _without_end(loaded, tokenizer(text, **options)["input_ids"])
        begin = common_prefix(whole, alone)
        if begin == 0:
            start = tokenizer.bos_token_id
            start = tokenizer.eos_token_id if start is None else start
            whole, begin = [start or 0, *whole], 1
        return EncodedWords(whole[:begin], whole[begin:])


@dataclass(frozen=True)
class EncodedWords:
    """A prompt and the words after it.

    Attributes:
        context: the tokens of the prompt.
        target: the tokens of the words.
    """

    context: list[int]
    target: list[int]

    @property
    def whole(self) -> list[int]:
        """All tokens."""
        return [*self.context, *self.target]


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """The number of tokens at the beginning that are equal."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _without_end(loaded: Loaded, ids: list[int]) -> list[int]:
    """Tokens without the end token that some tokenizers add."""
    end = loaded.tokenizer.eos_token_id
    return ids[:-1] if ids and ids[-1] == end else ids
