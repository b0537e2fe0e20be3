"""Faults of a model with weights that its config and its tokenizer tell, without the weights."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from bench.errors import unknown_name
from bench.models.neural.checkpoint import quiet
from bench.models.neural.generation import FORCED

_SAMPLING = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "typical_p",
    "top_h",
    "epsilon_cutoff",
    "eta_cutoff",
)
"""Settings without effect unless sampling is enabled."""
_WHOLE = (
    "num_beams",
    "top_k",
    "min_length",
    "min_new_tokens",
    "no_repeat_ngram_size",
    "encoder_no_repeat_ngram_size",
    "num_return_sequences",
)
_NUMBERS = ("temperature", "top_p", "min_p", "typical_p", "repetition_penalty", "length_penalty")
_NOT_SETTINGS = {"transformers_version", "max_length", "max_new_tokens"}
_OF_MODEL = {"stop": "stop", "max_tokens": "max_new_tokens", "seed": "seed"}
"""Names that users look for among the settings, and the parameter of the model."""


def setting_names() -> set[str]:
    """The names of all generation settings; empty without ``transformers``."""
    try:
        from transformers import GenerationConfig
    except ImportError:
        return set()
    make: Any = GenerationConfig
    own = {name for name in vars(make()) if not name.startswith("_")}
    return own - _NOT_SETTINGS


def setting_faults(settings: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[str]:
    """Faults of the generation settings of a model.

    Args:
        settings: the settings.
        own: those of the checkpoint, which may have names of their own.
    """
    known = setting_names()
    if not known:  # the missing library is a fault of its own
        return
    known |= {*own}
    for name in settings:
        if name in _OF_MODEL:
            yield f"generation: {name} is not a setting; set `{_OF_MODEL[name]}` of the model"
        elif name not in known:
            yield unknown_name("generation setting", name, known)
    if not settings.get("do_sample") and settings.get("penalty_alpha") is None:
        silent = [name for name in _SAMPLING if _asks_for_samples(name, settings.get(name))]
        if silent:
            names, have = " and ".join(silent), "has" if len(silent) == 1 else "have"
            yield (
                f"generation: {names} {have} no effect without sampling; add `do_sample: true`, or"
                f" remove {names} for greedy output"
            )
        settings = {name: value for name, value in settings.items() if name not in _SAMPLING}
    yield from _value_faults({name: value for name, value in settings.items() if name in known})


def _asks_for_samples(name: str, value: Any) -> bool:
    """Whether a setting asks for sampling; a temperature of 0 is greedy."""
    return value is not None and not (name == "temperature" and value == 0)


def _is_number(value: Any, kind: Any) -> bool:
    return value is None or (isinstance(value, kind) and not isinstance(value, bool))


def _value_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    """Values that the library refuses for any checkpoint."""
    from transformers import GenerationConfig

    wrong = [(n, "a whole number") for n in _WHOLE if not _is_number(settings.get(n), int)]
    wrong += [(n, "a number") for n in _NUMBERS if not _is_number(settings.get(n), int | float)]
    for name, kind in wrong:
        yield f"generation: {name} must be {kind}, not {settings[name]!r}"
    if wrong:
        return
    if settings.get("do_sample") and settings.get("temperature") == 0:
        yield "generation: temperature must be above 0 to sample; remove it, or do_sample"
        return
    given = {name: value for name, value in settings.items() if name not in FORCED}
    make: Any = GenerationConfig
    try:
        with quiet("transformers.generation.configuration_utils", logging.CRITICAL):
            make(**given).validate()
    except (ValueError, TypeError) as error:
        yield f"generation: {str(error).splitlines()[0]}"


def length_fault(task: str, tokens: int, limit: int | None, *, is_given: bool) -> str | None:
    """What is wrong with a prompt that leaves no room for the text of an article.

    Args:
        task: the task of the prompt.
        tokens: the tokens of the prompt without the text.
        limit: maximum number of input tokens.
        is_given: whether that is ``max_input_tokens``, and not the limit of the checkpoint.
    """
    if limit is None or tokens < limit:
        return None
    which = "max_input_tokens" if is_given else "the limit of the checkpoint"
    remedy = "or raise max_input_tokens" if is_given else "or use another checkpoint"
    return (
        f"prompt for {task}: takes {tokens} tokens without the text of the article, of {limit}"
        f" ({which}); shorten it, {remedy}"
    )


def system_fault(tokenizer: Any, system: str, options: Mapping[str, Any]) -> str | None:
    """What is wrong with a system message that the model would not receive."""
    remedy = "put its text into the prompt"
    if not tokenizer.chat_template:
        return f"system: the tokenizer of the checkpoint has no chat template; {remedy}"
    user = {"role": "user", "content": "text"}

    def rendered(*turns: Mapping[str, str]) -> str:
        text: str = tokenizer.apply_chat_template(
            list(turns), tokenize=False, add_generation_prompt=True, **options
        )
        return text

    try:
        text = rendered({"role": "system", "content": system}, user)
    except Exception as error:  # noqa: BLE001 - a template may raise anything
        return f"system: the chat template of the checkpoint refuses it ({error}); {remedy}"
    if system.strip() not in text:
        return f"system: the chat template of the checkpoint has no system role; {remedy}"
    return None
