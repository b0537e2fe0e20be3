from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.text.token_spans import token_spans
from bench.text.tokens import tokenizer_named

TOKENIZERS = ("rouge-score", "unicode", "squad")
# Letters that grow, shrink, join or are dropped when a text is folded.
ODD = "aAn the.,-'İıßẞΣςKÅﬁ½\u0301\u0327\u094d\u200d\u2028\x1e\x00각ᄀ\u1161\u11a8中ภ🎉"
TROUBLE = st.text(alphabet=st.characters() | st.sampled_from(ODD))


def tokens(text: str, tokenizer: str) -> list[str]:
    return tokenizer_named(tokenizer).plain([text])[0].split(" ")


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@settings(deadline=None)  # the first call imports
@given(text=TROUBLE)
@example(text="The cat's an İstanbul K")
@example(text="ΑΣ ΟΔΟΣ. e\u0301e\u0301 ﬁne ½")
def test_every_token_has_one_span_in_order(tokenizer, text):
    wanted = [token for token in tokens(text, tokenizer) if token]
    spans = token_spans(text, tokenizer)
    assert len(spans) == len(wanted)
    flat = [bound for span in spans for bound in span]
    if tokenizer != "unicode":  # there one character may hold several words: ½ is 1⁄2
        assert flat == sorted(flat)
    for (start, end), token in zip(spans, wanted, strict=True):
        assert 0 <= start < end <= len(text)
        # Alone, the characters of the span give that token, and nothing before or after it.
        alone = [found for found in tokens(text[start:end], tokenizer) if found]
        assert token.replace("ς", "σ") in [found.replace("ς", "σ") for found in alone] or (
            tokenizer == "squad" and token in ("a", "an", "the")
        )


@pytest.mark.parametrize(
    ("tokenizer", "text", "found"),
    [
        ("rouge-score", "Don't İstanbul-2", ["Don", "t", "İ", "stanbul", "2"]),
        ("squad", "The cat's an A-Team", ["cat's", "A-Team"]),
        ("unicode", "Cafe\u0301 東京 ﬁt", ["Cafe\u0301", "東", "京", "ﬁt"]),
    ],
)
def test_spans_of_known_texts(tokenizer, text, found):
    assert [text[start:end] for start, end in token_spans(text, tokenizer)] == found
