"""A tokenizer and a model in memory, and how many tokens they read and write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

_UNLIMITED = 10**9  # a tokenizer without a limit says a number far above


@dataclass(frozen=True)
class Loaded:
    """A tokenizer and a model on a device."""

    tokenizer: Any
    model: Any
    device: str

    @property
    def is_encoder_decoder(self) -> bool:
        """Whether what it reads and what it writes are apart."""
        return bool(self.model.config.is_encoder_decoder)

    @property
    def longest_input(self) -> int | None:
        """Tokens that the model reads at most; None where nothing says so."""
        reader = self._positions("encoder") if self.is_encoder_decoder else self._positions(None)
        limits = [*reader, self.tokenizer.model_max_length]
        return min((limit for limit in limits if limit and limit < _UNLIMITED), default=None)

    @property
    def longest_output(self) -> int | None:
        """Tokens that it writes at most, one to start with included; None where nothing says so.

        A decoder alone has one length for what it reads and writes: half of it is for either.
        """
        if not self.is_encoder_decoder:
            return self.longest_input and self.longest_input // 2 + 1
        limits = self._positions("decoder")
        return min((limit for limit in limits if limit), default=None)

    def _positions(self, side: Literal["encoder", "decoder"] | None) -> list[int | None]:
        """How many positions a side has, or a model without sides, by its config and its tables."""
        whole = self.model.config
        own = getattr(whole, side or "", None)
        if hasattr(own, "model_type"):  # two models put together, each with its own config
            config, part = own, getattr(self.model, side or "")
        elif side:
            config = whole.get_text_config()
            part = self.model.get_encoder() if side == "encoder" else self.model.get_decoder()
        else:
            config, part = whole.get_text_config(), self.model
        said = getattr(config, f"max_{side}_position_embeddings", None)  # LED has one for each
        return [said or getattr(config, "max_position_embeddings", None), *_tables(part)]


def _tables(part: Any) -> list[int]:
    """Lengths of the position tables that keep rows for padding and what comes before it.

    RoBERTa and its kin count positions from the row after the padding's, so that their configs say
    514 where 512 can be used.
    """
    from torch.nn import Embedding

    return [
        module.num_embeddings - module.padding_idx - 1
        for name, module in part.named_modules()
        if isinstance(module, Embedding)
        and "position" in name.rpartition(".")[2]
        and module.padding_idx is not None
    ]
