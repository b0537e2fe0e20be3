"""How likely a checkpoint finds tokens after a context, and which class it finds for two texts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.models.neural.batch_size import BatchSize, OutOfMemoryError, in_batches
from bench.models.neural.generation import start_token
from bench.models.neural.loaded import Loaded

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Continuation:
    """A context with the tokens that follow it, and the tokens whose probability is asked for.

    Attributes:
        context: the input, of an encoder-decoder that of its encoder.
        target: the tokens that follow it, or that the decoder writes.
        wanted: for each position of the target, tokens that may stand there.
    """

    context: Sequence[int]
    target: Sequence[int]
    wanted: Sequence[Sequence[int]]

    @property
    def length(self) -> int:
        """The number of its tokens."""
        return len(self.context) + len(self.target)


LogProbabilities = list[list[float]]
"""For each position of a target, the logarithm of the probability of each wanted token."""


def log_probabilities(
    loaded: Loaded, continuations: Sequence[Continuation], batch_size: BatchSize, tell: Tell
) -> list[LogProbabilities | OutOfMemoryError]:
    """The log-probabilities of the wanted tokens of each continuation, in order."""
    forward = _encoder_decoder if loaded.is_encoder_decoder else _decoder_only

    def work(batch: Sequence[int]) -> list[LogProbabilities]:
        return forward(loaded, [continuations[i] for i in batch])

    lengths = [continuation.length for continuation in continuations]
    return in_batches(loaded.device, lengths, work, batch_size, tell)


def _encoder_decoder(loaded: Loaded, rows: Sequence[Continuation]) -> list[LogProbabilities]:
    import torch

    start = start_token(loaded, loaded.model.generation_config)
    inputs, seen = _padded(loaded, [row.context for row in rows])
    decoded, _ = _padded(loaded, [[start, *row.target[:-1]] for row in rows])
    given = {"input_ids": inputs, "attention_mask": seen, "decoder_input_ids": decoded}
    if loaded.model.config.model_type == "led":  # global attention on the first token, as trained
        given["global_attention_mask"] = torch.zeros_like(inputs)
        given["global_attention_mask"][:, 0] = 1
    with torch.inference_mode():
        logits = loaded.model(**given).logits
    return [_wanted(logits[index], row, 0) for index, row in enumerate(rows)]


def _decoder_only(loaded: Loaded, rows: Sequence[Continuation]) -> list[LogProbabilities]:
    """Padding follows the tokens, which see only what precedes them."""
    import torch

    inputs, seen = _padded(loaded, [[*row.context, *row.target[:-1]] for row in rows])
    spans = [(len(row.context) - 1, len(row.target)) for row in rows]
    kept = sorted({at for begin, size in spans for at in range(begin, begin + size)})
    given = {"input_ids": inputs, "attention_mask": seen, "use_cache": False}
    # The logits of all tokens may take more memory than all else.
    chooses = "logits_to_keep" in inspect.signature(loaded.model.forward).parameters
    if chooses:
        given["logits_to_keep"] = torch.tensor(kept, device=loaded.device)
    with torch.inference_mode():
        logits = loaded.model(**given).logits
    index_of = {position: index for index, position in enumerate(kept)}
    return [
        _wanted(logits[row], rows[row], index_of[begin] if chooses else begin)
        for row, (begin, _) in enumerate(spans)
    ]


def _wanted(logits: Any, row: Continuation, begin: int) -> LogProbabilities:
    """The wanted tokens of one row, whose target is predicted from a position on."""
    found = []
    for index, tokens in enumerate(row.wanted):
        if tokens:
            every = logits[begin + index].float().log_softmax(-1)
            found.append(every[list(tokens)].tolist())
        else:
            found.append([])
    return found


def _padded(loaded: Loaded, rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Rows of tokens with padding behind them, and which are no padding."""
    import torch

    tokenizer = loaded.tokenizer
    pad = next((t for t in (tokenizer.pad_token_id, tokenizer.eos_token_id) if t is not None), 0)
    longest = max(map(len, rows))
    filled = [[*row, *[pad] * (longest - len(row))] for row in rows]
    seen = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
    device = loaded.device
    return torch.tensor(filled, device=device), torch.tensor(seen, device=device)


def class_probabilities(
    loaded: Loaded,
    pairs: Sequence[tuple[str, str]],
    limit: int | None,
    batch_size: BatchSize,
    tell: Tell,
) -> list[list[float] | OutOfMemoryError]:
    """The probability of each class for pairs of texts; a first text that is too long is cut."""
    import torch

    tokenizer, model = loaded.tokenizer, loaded.model
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if model.config.pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id
    cut = {"truncation": "only_first", "max_length": limit} if limit else {}
    encoded = [tokenizer(*pair, verbose=False, **cut) for pair in pairs]

    def work(batch: Sequence[int]) -> list[list[float]]:
        some = [encoded[i] for i in batch]
        given = tokenizer.pad(some, padding_side="right", return_tensors="pt").to(loaded.device)
        with torch.inference_mode():
            logits = model(**given).logits
        found: list[list[float]] = logits.float().softmax(-1).tolist()
        return found

    lengths = [len(one["input_ids"]) for one in encoded]
    return in_batches(loaded.device, lengths, work, batch_size, tell)
