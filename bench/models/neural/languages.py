"""Language codes of multilingual checkpoints: mBART, NLLB, M2M."""

from __future__ import annotations

import re
from typing import Any

from bench.errors import ConfigError, unknown_name

LANGUAGE_CODE = re.compile(
    r"[a-z]{2}_[A-Z]{2}"  # en_XX, as in mBART
    r"|[a-z]{3}_[A-Z][a-z]{3}"  # eng_Latn, as in NLLB
    r"|__[a-z]{2,3}__"  # __en__, as in M2M
    r"|<2[a-z]{2,3}>"  # <2en>, as in MADLAD
)
"""A token that names a language."""


def language_codes(tokenizer: Any) -> dict[str, int]:
    """The token of each language that a tokenizer knows, by code without underscores around it."""
    vocabulary = tokenizer.get_vocab()
    codes = (token for token in vocabulary if LANGUAGE_CODE.fullmatch(token))
    return {token.strip("_"): vocabulary[token] for token in codes}


def language_fault(tokenizer: Any, parameter: str, code: str) -> str | None:
    """What is wrong with a language of the config; None if it can be used."""
    known = language_codes(tokenizer)
    if not known or (parameter == "source_language" and not hasattr(tokenizer, "src_lang")):
        return f"{parameter}: the tokenizer of the checkpoint has no language codes; remove it"
    if code.strip("_") not in known:
        return unknown_name("language", code, known, parameter)
    return None


def set_source_language(tokenizer: Any, code: str) -> None:
    """Let the tokenizer mark its texts with a language.

    Raises:
        ConfigError: it does not know the language.
    """
    fault = language_fault(tokenizer, "source_language", code)
    if fault:
        raise ConfigError(fault)
    tokenizer.src_lang = code.strip("_")


def target_settings(tokenizer: Any, config: Any, code: str) -> dict[str, int]:
    """The generation settings that make the decoder write a language.

    The code is the start token where the start token of the checkpoint is a language, as in the
    first mBART, and otherwise the first token after it.

    Raises:
        ConfigError: the tokenizer does not know the language.
    """
    fault = language_fault(tokenizer, "target_language", code)
    if fault:
        raise ConfigError(fault)
    known = language_codes(tokenizer)
    starts_with_language = config.decoder_start_token_id in known.values()
    name = "decoder_start_token_id" if starts_with_language else "forced_bos_token_id"
    return {name: known[code.strip("_")]}
