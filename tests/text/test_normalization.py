"""Unicode normalization of any text, in linear time."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text.normalization import normalized

LETTERS = st.sampled_from(["a", "\u1e57", "\uac00", "\u1161", "\u0dd9", "\u0dcf", "\ufb01", " "])
MARKS = st.text(
    st.sampled_from("\u0301\u0316\u0327\u0344\u0345\u05b0\u0f71\u0f73\u0f75\u3099"), max_size=80
)
CLUSTERS = st.lists(st.builds(str.__add__, LETTERS, MARKS), max_size=4).map("".join)


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@given(text=st.one_of(CLUSTERS, st.text()))
def test_same_as_the_standard_library(form, text):
    assert normalized(form, text) == unicodedata.normalize(form, text)
