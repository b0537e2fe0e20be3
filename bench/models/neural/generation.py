"""Generates text: fits prompts to the input limit, batches by length, counts tokens."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.errors import ConfigError, unknown_name
from bench.models.base import generator, of_sample
from bench.models.neural.batch_size import BatchSize, OutOfMemoryError, in_batches
from bench.models.neural.loaded import Loaded
from bench.models.stop import before_stop

FORCED: dict[str, Any] = {
    "return_dict_in_generate": False,
    "output_scores": False,
    "output_logits": False,
    "output_attentions": False,
    "output_hidden_states": False,
    "num_return_sequences": 1,
    "prompt_lookup_num_tokens": None,  # gives the same text, but only one prompt at a time
}
"""Settings that change the return value of ``generate``, not the text."""


@dataclass(frozen=True)
class Decoding:
    """How generated tokens become text.

    Attributes:
        stop: the text ends before the first of these strings.
        separators: text with the special tokens that separate items and so are kept.
    """

    stop: tuple[str, ...] = ()
    separators: str = ""


PLAIN = Decoding()


class TooLongError(Exception):
    """The prompt leaves no room for the text."""


Render = Callable[[str], list[int]]
"""Converts the text of an article to the token ids of the whole prompt."""


@dataclass(frozen=True)
class Prompt:
    """One input of the model.

    Attributes:
        ids: the token ids.
        cut: whether the text of the article was truncated.
        of: the id of the article.
    """

    ids: list[int]
    cut: bool = False
    of: str = ""


@dataclass(frozen=True)
class GeneratedText:
    """The output for one prompt.

    Attributes:
        text: the text, without padding, start and end tokens.
        tokens: the number of generated tokens, including those omitted from the text.
        unfinished: whether the limit on new tokens was reached.
    """

    text: str
    tokens: int
    unfinished: bool


def fitted(render: Render, text: str, limit: int | None) -> Prompt:
    """Truncate the text so that the prompt fits the limit.

    The rest of the prompt, such as the end of a chat turn, is never truncated.
    """
    ids = render(text)
    if limit is None or len(ids) <= limit:
        return Prompt(ids)
    end = end_of_what_fits(render, text, limit)
    if end == 0:
        raise TooLongError(
            f"the prompt takes {len(render(''))} tokens without the text, of a limit of {limit};"
            " shorten it, or reduce max_new_tokens"
        )
    return Prompt(render(text[:end]), cut=True)


def chunked(render: Render, text: str, limit: int | None) -> list[str]:
    """Split the text into chunks that fit, between paragraphs if possible."""
    pieces = []
    while limit is not None and len(render(text)) > limit:
        end = end_of_what_fits(render, text, limit)
        if end == 0:
            break  # not even a word fits; the rest is truncated later
        paragraph = text.rfind("\n\n", end // 2, end)
        end = paragraph if paragraph > 0 else end
        pieces.append(text[:end])
        text = text[end:].lstrip()
    return [*pieces, text]


def end_of_what_fits(render: Render, text: str, limit: int) -> int:
    """The end of the last word of a text that fits the limit; 0 if none does."""
    ends = [0, *(match.end() for match in re.finditer(r"\S+", text))]
    low, high = 0, len(ends)  # numbers of words that fit and do not fit
    while high - low > 1:
        middle = (low + high) // 2
        if len(render(text[: ends[middle]])) <= limit:
            low = middle
        else:
            high = middle
    return ends[low]


def generation_config(loaded: Loaded, options: Mapping[str, Any], max_new_tokens: int) -> Any:
    """Merge the settings of the config into those of the checkpoint; greedy by default.

    The length limit counts new tokens for all kinds of models. Only one sequence per prompt is
    returned, since only the best would be scored.

    Raises:
        ConfigError: a setting is unknown, missing or contradicts others.
    """
    config = copy.deepcopy(loaded.model.generation_config)
    config.max_length = None
    room = loaded.longest_output  # includes the start token of the decoder
    config.max_new_tokens = min(max_new_tokens, room - 1) if room else max_new_tokens
    if not options.get("do_sample"):
        config.do_sample = False
        for sampling in ("temperature", "top_p", "top_k", "min_p", "typical_p"):
            setattr(config, sampling, None)
    for name, value in options.items():
        if not hasattr(config, name):
            known = [key for key in dir(config) if not key.startswith("_")]
            raise ConfigError(unknown_name("generation setting", name, known))
        setattr(config, name, value)
    for name, value in FORCED.items():
        setattr(config, name, value)
    for name in ("min_length", "min_new_tokens"):
        if (getattr(config, name) or 0) > config.max_new_tokens:
            setattr(config, name, None)
    if config.pad_token_id is None:
        ends = config.eos_token_id
        first = ends[0] if isinstance(ends, list) else ends
        config.pad_token_id = loaded.tokenizer.pad_token_id or first or 0
    if loaded.is_encoder_decoder:
        config.decoder_start_token_id = start_token(loaded, config)
    return config


def start_token(loaded: Loaded, config: Any) -> int:
    """The start token of the decoder of an encoder-decoder.

    Raises:
        ConfigError: the checkpoint has none.
    """
    whole = loaded.model.config
    said = (
        config.decoder_start_token_id,
        getattr(whole, "decoder_start_token_id", None),
        getattr(getattr(whole, "decoder", None), "decoder_start_token_id", None),
        config.bos_token_id,
    )
    start: int | None = next((token for token in said if token is not None), None)
    if start is None:
        raise ConfigError(
            "the checkpoint has no start token for its decoder; add it to the model:"
            " `generation: {decoder_start_token_id: ...}`"
        )
    return start


def generate_texts(  # noqa: PLR0913, PLR0917 - all that generation depends on
    loaded: Loaded,
    prompts: Sequence[Prompt],
    config: Any,
    batch_size: BatchSize,
    seed: int,
    tell: Callable[[str], None],
    decoding: Decoding = PLAIN,
    sample: int = 0,
) -> list[GeneratedText | OutOfMemoryError]:
    """Generate the output for each prompt, in order.

    Prompts of similar length are batched to reduce padding; with sampling they are processed one by
    one, so that the draws of a prompt are independent of others, and of other samples of it. A
    batch for which memory runs out is generated again in two halves, and a single prompt fails.

    Args:
        loaded: the model.
        prompts: its inputs.
        config: the generation config.
        batch_size: how many are generated together.
        seed: of sampling.
        tell: called with a message when memory runs out.
        decoding: how tokens become text.
        sample: the number of the sample, which has draws of its own.
    """

    def generated(batch: Sequence[int]) -> list[GeneratedText]:
        if config.do_sample:
            _seed(seed, prompts[batch[0]], sample)
        return _generate(loaded, [prompts[i].ids for i in batch], config, decoding)

    lengths = [len(prompt.ids) + config.max_new_tokens for prompt in prompts]
    size = 1 if config.do_sample else None
    return in_batches(loaded.device, lengths, generated, batch_size, tell, size)


def _generate(
    loaded: Loaded, rows: Sequence[list[int]], config: Any, decoding: Decoding
) -> list[GeneratedText]:
    import torch

    pad = config.pad_token_id
    longest = max(map(len, rows))
    decoder_only = not loaded.is_encoder_decoder
    filled = [
        [pad] * (longest - len(row)) + row if decoder_only else row + [pad] * (longest - len(row))
        for row in rows
    ]
    seen = [
        [0] * (longest - len(row)) + [1] * len(row)
        if decoder_only
        else [1] * len(row) + [0] * (longest - len(row))
        for row in rows
    ]
    inputs = {
        "input_ids": torch.tensor(filled, device=loaded.device),
        "attention_mask": torch.tensor(seen, device=loaded.device),
    }
    if (
        loaded.model.config.model_type == "led"
    ):  # global attention on the first token, as in training
        inputs["global_attention_mask"] = torch.zeros_like(inputs["input_ids"])
        inputs["global_attention_mask"][:, 0] = 1
    start = longest if decoder_only else 1  # after the prompt, or after the start token
    own = copy.copy(config)
    own.stop_strings = None  # the implementation of the library fails for word tokenizers
    stops = _stops(loaded, [*_stop_strings(config), *decoding.stop], start)
    with torch.inference_mode(), _only(loaded, own):
        sequences = loaded.model.generate(**inputs, generation_config=own, stopping_criteria=stops)
    return [_written(loaded, row, config, decoding) for row in sequences[:, start:].tolist()]


def _written(loaded: Loaded, ids: list[int], config: Any, decoding: Decoding) -> GeneratedText:
    ends = config.eos_token_id
    ends = set(ends if isinstance(ends, list) else [ends])
    stop = next((index for index, token in enumerate(ids) if token in ends), None)
    own = ids if stop is None else ids[:stop]
    if stop is None:
        while own and own[-1] == config.pad_token_id:
            own = own[:-1]
    whole = _decoded(loaded, own)
    stopped = any(string in whole for string in (*_stop_strings(config), *decoding.stop))
    silent = loaded.silent_tokens(decoding.separators) | {config.decoder_start_token_id}
    text = before_stop(_decoded(loaded, [t for t in own if t not in silent]), decoding.stop)
    unfinished = stop is None and not stopped and len(own) >= config.max_new_tokens
    return GeneratedText(text.strip(), len(own), unfinished)


def _decoded(loaded: Loaded, ids: list[int]) -> str:
    text: str = loaded.tokenizer.decode(
        ids,
        skip_special_tokens=False,  # a separator may be one of them
        clean_up_tokenization_spaces=False,
    )
    return text


@contextmanager
def _only(loaded: Loaded, config: Any) -> Iterator[None]:
    """Disable the settings of the checkpoint, which ``generate`` would use for None."""
    checkpoints = loaded.model.generation_config
    loaded.model.generation_config = config
    try:
        yield
    finally:
        loaded.model.generation_config = checkpoints


def _stops(loaded: Loaded, strings: Sequence[str], start: int) -> Any:
    """Stopping criteria: a row ends when its output contains a stop string."""
    import torch
    from transformers import StoppingCriteriaList

    def stopped(ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG001 - part of the contract
        texts = [_decoded(loaded, row) for row in ids[:, start:].tolist()]
        ends = [any(string in text for string in strings) for text in texts]
        return torch.tensor(ends, device=ids.device)

    return StoppingCriteriaList([stopped] if strings else [])


def _stop_strings(config: Any) -> list[str]:
    strings = config.stop_strings or []
    return [strings] if isinstance(strings, str) else list(strings)


def _seed(seed: int, prompt: Prompt, sample: int) -> None:
    import torch

    drawn = generator(seed, prompt.of, str(prompt.ids), *of_sample(sample)).integers(2**63)
    torch.manual_seed(int(drawn))
