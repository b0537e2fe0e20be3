"""A loaded tokenizer and model, with their token limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from bench.models.neural.languages import LANGUAGE_CODE

_SENTINEL = re.compile(r"<(extra_id|mask|unk)_\d+>|[<\[]unused_?\d+[>\]]|madeupword\d+")
_LINE_END = "<sep>"  # the parser of items reads it as a line end
_UNLIMITED = 10**9  # tokenizers without a limit report a far larger number


@dataclass(frozen=True)
class Loaded:
    """A tokenizer and a model on a device."""

    tokenizer: Any
    model: Any
    device: str

    @property
    def is_encoder_decoder(self) -> bool:
        """Whether the model is an encoder-decoder."""
        return bool(self.model.config.is_encoder_decoder)

    def silent_tokens(self, separators: str = "") -> set[int]:
        """Tokens that are not text: padding, unknown words, masks, sentinels, language codes.

        Other special tokens mark turns and reasoning, which the parser of items reads.

        Args:
            separators: text that contains the special tokens to keep.
        """
        kept = f"{_LINE_END} {separators}"
        return {index for token, index in self._silent.items() if token not in kept}

    @cached_property
    def _silent(self) -> dict[str, int]:
        vocabulary: dict[str, int] = self.tokenizer.get_vocab()
        named = {
            str(token)
            for name, token in self.tokenizer.special_tokens_map.items()
            if name.endswith("_token") and isinstance(token, str)
        }
        found = {token: vocabulary[token] for token in named if token in vocabulary}
        candidates = vocabulary if self.is_encoder_decoder else self.tokenizer.get_added_vocab()
        for token in candidates:
            if LANGUAGE_CODE.fullmatch(token) or _SENTINEL.fullmatch(token):
                found[token] = vocabulary[token]
        return found

    def without_special_tokens(self, item: str, separators: str = "") -> str:
        """An item without the text of special tokens, other than separators."""
        special = {*self.tokenizer.all_special_tokens, *self._silent} - {""}
        found = [token for token in special if token in item and token not in separators]
        if not found:
            return item
        pattern = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
        return " ".join(re.sub(pattern, " ", item).split())

    @property
    def longest_input(self) -> int | None:
        """Maximum number of input tokens; None if unknown."""
        reader = self._positions("encoder") if self.is_encoder_decoder else self._positions(None)
        limits = [*reader, self.tokenizer.model_max_length]
        return min((limit for limit in limits if limit and limit < _UNLIMITED), default=None)

    @property
    def longest_output(self) -> int | None:
        """Maximum number of output tokens, including the start token; None if unknown.

        A decoder-only model shares its length between input and output, half for each.
        """
        if not self.is_encoder_decoder:
            return self.longest_input and self.longest_input // 2 + 1
        limits = self._positions("decoder")
        return min((limit for limit in limits if limit), default=None)

    def _positions(self, side: Literal["encoder", "decoder"] | None) -> list[int | None]:
        """The number of positions of a side, or of the model, by config and position tables."""
        whole = self.model.config
        own = getattr(whole, side or "", None)
        if hasattr(own, "model_type"):  # two combined models, each with its own config
            config, part = own, getattr(self.model, side or "")
        elif side:
            config = whole.get_text_config()
            part = self.model.get_encoder() if side == "encoder" else self.model.get_decoder()
        else:
            config, part = whole.get_text_config(), self.model
        said = getattr(config, f"max_{side}_position_embeddings", None)  # LED has one for each
        return [said or getattr(config, "max_position_embeddings", None), *_tables(part)]


def _tables(part: Any) -> list[int]:
    """Usable lengths of position tables with reserved rows for padding.

    RoBERTa and related models number positions from the row after the padding, so that their
    configs have 514 positions, of which 512 are usable.
    """
    from torch.nn import Embedding

    return [
        module.num_embeddings - module.padding_idx - 1
        for name, module in part.named_modules()
        if isinstance(module, Embedding)
        and "position" in name.rpartition(".")[2]
        and module.padding_idx is not None
    ]
