"""Language codes and special tokens of multilingual checkpoints."""

from __future__ import annotations

from types import SimpleNamespace
from typing import ClassVar

import pytest

from bench.errors import ConfigError
from bench.models.neural.languages import (
    language_codes,
    language_fault,
    set_source_language,
    target_settings,
)
from bench.models.neural.loaded import Loaded

WORDS = ["who", "paid", "?", "<n>", "<sep>", "en_XX", "de_DE", "eng_Latn", "__en__", "__fr__"]
WORDS += ["<mask>", "<unk>", "<pad>", "<extra_id_0>", "[unused3]", "<|channel|>", "<2de>"]


class WordTokenizer:
    """A vocabulary of whole words."""

    special_tokens_map: ClassVar = {
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
    all_special_tokens: ClassVar = ["<unk>", "<pad>", "<mask>", "<|channel|>", "en_XX"]
    src_lang = "en_XX"

    def get_vocab(self):
        return {word: index for index, word in enumerate(WORDS)}

    def get_added_vocab(self):
        return {"<extra_id_0>": WORDS.index("<extra_id_0>")}


def loaded(*, is_encoder_decoder: bool = True) -> Loaded:
    config = SimpleNamespace(is_encoder_decoder=is_encoder_decoder)
    return Loaded(WordTokenizer(), SimpleNamespace(config=config), "cpu")


def silent(separators: str = "", **kind: bool) -> set[str]:
    return {WORDS[index] for index in loaded(**kind).silent_tokens(separators)}


def test_tokens_that_are_not_text_are_silent():
    not_text = {"<mask>", "<unk>", "<pad>", "<extra_id_0>", "[unused3]", "<2de>"}
    codes = {"en_XX", "de_DE", "eng_Latn", "__en__", "__fr__"}
    assert silent() == not_text | codes
    # Words of a decoder-only model may look like codes; its added tokens are meant as such.
    assert silent(is_encoder_decoder=False) == {"<mask>", "<unk>", "<pad>", "<extra_id_0>"}


def test_configured_separators_and_marks_of_reasoning_are_not_silent():
    assert "<mask>" not in silent("<mask>")
    assert "<extra_id_0>" not in silent("(.*?)<extra_id_0>")
    assert {"<n>", "<sep>", "<|channel|>"}.isdisjoint(silent())


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("en_XX Who paid?", "Who paid?"),
        ("Who <unk> paid?", "Who paid?"),
        ("<|channel|>Who paid?", "Who paid?"),
        ("<mask><pad>", ""),
        ("Who  paid?", "Who  paid?"),
    ],
)
def test_special_tokens_are_removed_from_items(item, expected):
    assert loaded().without_special_tokens(item) == expected


def test_separator_stays_in_an_item():
    assert loaded().without_special_tokens("a <mask> b", "<mask>") == "a <mask> b"


def test_language_codes_are_those_of_the_vocabulary():
    assert set(language_codes(WordTokenizer())) == {
        "en_XX",
        "de_DE",
        "eng_Latn",
        "en",
        "fr",
        "<2de>",
    }


def test_unknown_language_is_named_with_the_nearest_code():
    tokenizer = WordTokenizer()
    assert language_fault(tokenizer, "source_language", "de_DE") is None
    assert language_fault(tokenizer, "target_language", "__fr__") is None
    found = language_fault(tokenizer, "source_language", "de_De")
    assert found == "source_language: unknown language 'de_De'; did you mean 'de_DE'?"
    with pytest.raises(ConfigError, match="did you mean 'de_DE'"):
        set_source_language(tokenizer, "de_De")
    with pytest.raises(ConfigError, match="target_language: unknown"):
        target_settings(tokenizer, SimpleNamespace(decoder_start_token_id=1), "xx_YY")
    without = SimpleNamespace(get_vocab=lambda: {"a": 0})
    assert "has no language codes" in (language_fault(without, "target_language", "en_XX") or "")


def test_source_language_is_set_on_the_tokenizer():
    tokenizer = WordTokenizer()
    set_source_language(tokenizer, "__fr__")
    assert tokenizer.src_lang == "fr"


def test_target_language_is_the_first_token_of_the_output():
    code, start = WORDS.index("de_DE"), WORDS.index("en_XX")
    first = SimpleNamespace(decoder_start_token_id=WORDS.index("<pad>"))
    assert target_settings(WordTokenizer(), first, "de_DE") == {"forced_bos_token_id": code}
    as_start = SimpleNamespace(decoder_start_token_id=start)
    assert target_settings(WordTokenizer(), as_start, "de_DE") == {"decoder_start_token_id": code}
