"""Vectors of texts by an encoder of ``transformers``, pooled as its folder declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.errors import ConfigError
from bench.metrics.base import FloatArray
from bench.metrics.encoders.folder import Dense, EncoderFolder
from bench.metrics.static_vectors import UNIT_BITS

_AT_ONCE = 64
_LONGEST = 1 << 20  # tokenizers without a limit declare 10^30


class TransformerEncoder:
    """Contextual token vectors, pooled into one vector of a text.

    Raises:
        ConfigError: it cannot be loaded, or its weights are incomplete.
    """

    def __init__(self, folder: EncoderFolder) -> None:
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            config = transformers.AutoConfig.from_pretrained(folder.inner, **options)
            encodes_only = not config.is_encoder_decoder
            family: Any = (
                transformers.AutoModel if encodes_only else transformers.AutoModelForTextEncoding
            )
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
                folder.inner, **options
            )
            model, report = family.from_pretrained(
                folder.inner, dtype=torch.float32, output_loading_info=True, **options
            )
        except Exception as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise ConfigError(f"encoder {folder.name!r}: cannot be loaded: {reason}") from error
        missing = sorted(key for key in report["missing_keys"] if not key.startswith("pooler."))
        if missing:
            raise ConfigError(
                f"encoder {folder.name!r}: its weights lack {len(missing)} tensors of"
                f" {type(model).__name__} (such as {missing[0]})"
            )
        self._model = model.to(self._device).eval()
        self._dense = [_layer(folder, dense, self._device) for dense in folder.dense]
        limits = (folder.longest, self._tokenizer.model_max_length, _positions(config))
        self._longest = min(limit for limit in limits if limit) if any(limits) else _LONGEST
        self._longest = min(self._longest, _LONGEST)

    @property
    def dimensions(self) -> int:
        """The number of components of a vector."""
        if self._dense:
            return int(self._dense[-1][0].out_features)
        return int(self._model.config.hidden_size) * len(self._folder.poolings)

    def directions(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of length 2^24, rounded to integers; texts of like length are encoded together.

        They depend on the processor and on what is encoded together by about 1e-6 of their length.

        Raises:
            ConfigError: a value is not finite.
        """
        found = np.zeros((len(texts), self.dimensions))
        order = sorted(range(len(texts)), key=lambda index: (len(texts[index]), texts[index]))
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            found[some] = self._encoded([texts[index] for index in some])
        if not np.isfinite(found).all():
            raise ConfigError(
                f"encoder {self._folder.name!r}: computes values that are not finite; its weights"
                " are broken"
            )
        lengths = np.sqrt((found**2).sum(axis=1, keepdims=True))
        return np.asarray(np.rint(found / np.where(lengths > 0, lengths, 1) * 2.0**UNIT_BITS))

    def _encoded(self, texts: Sequence[str]) -> FloatArray:
        import torch

        folder = self._folder
        written = [folder.prompt + (text.lower() if folder.lower else text) for text in texts]
        inputs = self._tokenizer(
            written, padding=True, truncation=True, max_length=self._longest, return_tensors="pt"
        ).to(self._device)
        with torch.inference_mode():
            tokens = self._model(**inputs).last_hidden_state
            mask = inputs["attention_mask"]
            vector = torch.cat([_pooled(tokens, mask, mode) for mode in folder.poolings], dim=1)
            for linear, activation in self._dense:
                vector = activation(linear(vector))
        return np.asarray(vector.double().cpu().numpy())


def _pooled(tokens: Any, mask: Any, mode: str) -> Any:
    """One vector of the token vectors of each text, shape (texts, dimensions).

    Args:
        tokens: shape (texts, tokens, dimensions).
        mask: 1 for each token and 0 for padding.
        mode: as ``sentence-transformers`` calls it.
    """
    import torch

    rows = torch.arange(len(tokens), device=tokens.device)
    weights = mask.unsqueeze(-1).to(tokens.dtype)
    if mode == "cls":
        return tokens[rows, mask.argmax(dim=1)]
    if mode == "lasttoken":
        last = mask.shape[1] - 1 - mask.flip(1).argmax(dim=1)
        return tokens[rows, last]
    if mode == "max":
        return tokens.masked_fill(weights == 0, -1e9).max(dim=1).values
    if mode == "weightedmean":
        weights = weights * mask.cumsum(dim=1).unsqueeze(-1)
    total, size = (tokens * weights).sum(dim=1), weights.sum(dim=1).clamp(min=1e-9)
    return total / (size.sqrt() if mode == "mean_sqrt_len_tokens" else size)


def _layer(folder: EncoderFolder, dense: Dense, device: str) -> tuple[Any, Any]:
    """A linear layer and its activation.

    Raises:
        ConfigError: its weights have another form.
    """
    import torch

    file = dense.path / "model.safetensors"
    if file.is_file():
        from safetensors.torch import load_file

        weights = load_file(file)
    else:
        weights = torch.load(dense.path / "pytorch_model.bin", weights_only=True)
    weight, bias = weights.get("linear.weight"), weights.get("linear.bias")
    if weight is None:
        raise ConfigError(f"encoder {folder.name!r}: {dense.path} has no linear.weight")
    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    linear.load_state_dict({k: v for k, v in (("weight", weight), ("bias", bias)) if v is not None})
    return linear.float().to(device).eval(), getattr(torch.nn, dense.activation)()


def _positions(config: Any) -> int | None:
    """The number of tokens that an architecture with learned positions can read."""
    found = getattr(config, "max_position_embeddings", None)
    if not isinstance(found, int) or found <= 0:
        return None
    # RoBERTa's positions start after that of the padding.
    shifted = config.model_type in {"roberta", "xlm-roberta", "camembert", "mpnet", "xmod"}
    return found - 2 if shifted else found
