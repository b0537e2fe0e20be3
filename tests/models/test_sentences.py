from __future__ import annotations

import pytest

from bench.models.sentences import without_dateline


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("LONDON (Reuters) - The bank", "The bank"),
        ("PARIS, Nov 3 (AFP) — “It is", "“It is"),
        ("NEW YORK, N.Y. – Shares", "Shares"),
        ("(CNN) -- Two heroes", "Two heroes"),
        ("NextFin News - The Ministry", "The Ministry"),
        ("The move - A big one - was", "The move - A big one - was"),
        ("Well-known firms fell", "Well-known firms fell"),
        ("NATO - the alliance - said", "NATO - the alliance - said"),
        ("", ""),
    ],
)
def test_dateline_is_left_off_and_nothing_else(text, rest):
    assert without_dateline(text) == rest
