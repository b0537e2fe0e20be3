from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.heuristics.english.tagging import tag
from bench.heuristics.english.tokens import tokenize


def tags(sentence: str, *names: str) -> dict[str, str]:
    return {token.text: token.tag for token in tag(sentence, names)}


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("The company plans to cut costs.", "plans", "VBZ"),
        ("The plans were dropped.", "plans", "NNS"),
        ("Analysts expect a cut in March.", "cut", "NN"),
        ("The airline also cut its forecast.", "cut", "VBD"),
        ("Shares fell 8% in early trading.", "Shares", "NNS"),
        ("A fund shares the risk.", "shares", "VBZ"),
        ("The jets built by Lumen arrived.", "built", "VBN"),
        ("Lumen built the jets.", "built", "VBD"),
        ("She said prices rose.", "rose", "VBD"),
        ("The study that followed them ended.", "that", "REL"),
        ("They found that prices rose.", "that", "SUB"),
        ("The minister, a former judge, resigned on Monday.", "resigned", "VBD"),
        ("It closed the port, sending prices up.", "sending", "VBG"),
        ("The law remains sensitive.", "sensitive", "JJ"),
        ("A NATO-led mission starts.", "NATO-led", "JJ"),
        ("The law takes effect in May.", "May", "NNP"),
        ("The law may change.", "may", "MD"),
    ],
)
def test_word_is_what_its_neighbours_make_it(sentence, word, expected):
    assert tags(sentence)[word] == expected


def test_capital_marks_a_name_only_inside_a_sentence_or_where_it_is_known():
    assert tags("Critics met Okafor.")["Critics"] == "NNS"
    assert tags("Critics met Okafor.")["Okafor"] == "NNP"
    assert tags("Strand met critics.")["Strand"] == "NN"
    assert tags("Strand met critics.", "Strand")["Strand"] == "NNP"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Japan's U.S. envoy", ["Japan", "'s", "U.S.", "envoy"]),
        ("the pilots' union", ["the", "pilots", "'", "union"]),
        ("It didn't cost $6.2 billion", ["It", "did", "n't", "cost", "$6.2", "billion"]),
        ("a 48,000-seat stadium (BBC)", ["a", "48,000-seat", "stadium", "(", "BBC", ")"]),
        ("`` no '' -lrb- he said", ["``", "no", "''", "-lrb-", "he", "said"]),
    ],
)
def test_tokens_are_what_grammar_needs(text, expected):
    assert [token.text for token in tokenize(text)] == expected


@given(st.text())
def test_every_token_stands_where_it_says(text):
    for token in tag(text):
        assert text[token.start : token.end] == token.text
        assert token.tag
