"""sacrebleu's tokenizers by name, and what each of them cannot cut into words."""

from __future__ import annotations

from typing import Literal

from bench.text.tokens import UNSPACED, UNSPACED_BUT_HAN

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none", "ja-mecab", "ko-mecab"]

PREFIX = "sacrebleu:"
"""Before the name of such a tokenizer where all tokenizers are named together."""
_TIBETAN = "\u0f00-\u0fff"  # its syllables end with a mark that is no ASCII punctuation
_HALF_WIDTH_KANA = "\uff66-\uff9f"

UNCUT: dict[str, str] = {
    **dict.fromkeys(("13a", "none", "ko-mecab"), UNSPACED + _TIBETAN + _HALF_WIDTH_KANA),
    "intl": UNSPACED + _HALF_WIDTH_KANA,
    "zh": UNSPACED_BUT_HAN + _TIBETAN,
}
"""The letters that stay in one token up to the next space or punctuation mark, by tokenizer, as
ranges inside a regular expression's brackets; none where it is missing."""
