from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from bench.heuristics.english.chunks import join
from bench.heuristics.english.outline import read

BODY = (
    "The Bank of Meridia raised its key rate to 5.5% on Thursday. Inflation is high, and the"
    " decision angered builders in Port Alder. A mission of NATO begins in June."
)


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Bank of Meridia Raises Key Rate", "Bank of Meridia raises key rate"),
        ("Builders in Port Alder Angered", "builders in Port Alder angered"),
        ("NATO Mission Begins", "NATO mission begins"),
        ("Decision angers builders", "decision angers builders"),
        ("Builders: Rate Rises", "builders: rate rises"),
        ("", ""),
    ],
)
def test_only_names_keep_their_capitals(headline, expected):
    assert read(headline, BODY).title == expected


def test_headline_gets_back_the_articles_that_the_text_uses():
    found = read("Bank of Meridia Raises Key Rate in NATO Mission", BODY).title_clause
    assert found is not None
    assert join([t for part in found.parts for t in part]) == "its key rate in a NATO mission"


def test_headline_is_cut_before_a_noun_whose_article_nobody_knows():
    found = read("NATO Begins Mission With Parade", BODY).title_clause
    assert found is not None
    assert [join(part) for part in found.parts] == ["a mission"]


@pytest.mark.parametrize(
    ("headline", "auxiliary"),
    [("Builders to Leave Port Alder", "will"), ("Builders Sued by Port Alder", "were")],
)
def test_headlines_shorthand_is_written_out(headline, auxiliary):
    found = read(headline, BODY).title_clause
    assert found is not None
    assert [token.text for token in found.auxiliaries] == [auxiliary]


@pytest.mark.parametrize("module", ["lexicon", "noun_kinds", "chunks", "inversion"])
def test_examples_in_the_documentation_are_true(module):
    result = doctest.testmod(import_module(f"bench.heuristics.english.{module}"))
    assert result.attempted
    assert not result.failed
