"""The tokenizers of sacrebleu, and the scripts that each cannot split into words."""

from __future__ import annotations

from typing import Literal

from bench.text.tokens import UNSPACED, UNSPACED_BUT_HAN

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none", "ja-mecab", "ko-mecab"]

PREFIX = "sacrebleu:"
"""Prefix of the names of these tokenizers, where they appear with our own."""
_TIBETAN = "\u0f00-\u0fff"  # its syllables end with non-ASCII punctuation
_HALF_WIDTH_KANA = "\uff66-\uff9f"

UNCUT: dict[str, str] = {
    **dict.fromkeys(("13a", "none", "ko-mecab"), UNSPACED + _TIBETAN + _HALF_WIDTH_KANA),
    "intl": UNSPACED + _HALF_WIDTH_KANA,
    "zh": UNSPACED_BUT_HAN + _TIBETAN,
}
"""The letters that each tokenizer does not separate, as ranges of a regular expression."""
