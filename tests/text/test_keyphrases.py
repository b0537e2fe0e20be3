"""Key words and phrases: PositionRank's arithmetic, and what may be chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.data.rows import load_dataset
from bench.text.keyphrases import key_phrases, word_weights

WORDS = ("Harbour", "harbour", "trust", "the", "sold", "Linden", "9", "don't", "über")
TEXTS = st.lists(st.sampled_from((*WORDS, ".", ",", "\n")), max_size=30).map(" ".join)


def phrases(text: str, count: int = 5, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in key_phrases(text, count, language)]


def by_definition(words: list[str], window: int = 10, damping: float = 0.85) -> dict[str, float]:
    """The stationary distribution of Florescu and Caragea's equation 2, solved exactly."""
    names = list(dict.fromkeys(words))
    adjacency = np.zeros((len(names), len(names)))
    for i, one in enumerate(words):
        for other in words[i + 1 : i + window]:
            if one != other:
                adjacency[names.index(one), names.index(other)] += 1
                adjacency[names.index(other), names.index(one)] += 1
    bias = np.array([sum(1 / (i + 1) for i, w in enumerate(words) if w == n) for n in names])
    bias /= bias.sum()
    moves = (adjacency / adjacency.sum(axis=1, keepdims=True)).T
    ranks = np.linalg.solve(np.eye(len(names)) - damping * moves, (1 - damping) * bias)
    return dict(zip(names, ranks, strict=True))


def test_weights_are_the_solution_of_position_ranks_equation():
    text = "harbour trust council harbour price ship dock crane trust pier quay harbour sale"
    words = text.split()
    expected = by_definition(words)
    highest = max(expected.values())
    found = word_weights(text)
    assert found == pytest.approx({w: 1 + 8 * r / highest for w, r in expected.items()}, abs=1e-4)


def test_early_and_frequent_phrases_weigh_more():
    weights = word_weights("Harbour sold. Councils sold ships. A harbour closes.")
    assert max(weights, key=weights.__getitem__) == "harbour"
    early, late = word_weights("alpha beta gamma"), word_weights("gamma beta alpha")
    assert early["alpha"] > early["gamma"]
    assert late["alpha"] < late["gamma"]


@given(TEXTS)
def test_weights_are_of_the_texts_content_words_and_between_one_and_nine(text):
    weights = word_weights(text)
    assert set(weights) <= {word.lower() for word in text.split()} - {"the", "9", "don't"}
    assert all(1 <= weight <= 9 for weight in weights.values())
    assert not weights or max(weights.values()) == 9


@given(TEXTS, st.integers(0, 6))
def test_phrases_are_disjoint_runs_of_up_to_three_content_words(text, count):
    spans = key_phrases(text, count)
    assert len(spans) <= count
    found = [text[start:end] for start, end in spans]
    words = [word for phrase in found for word in set(phrase.lower().split())]
    assert len(words) == len(set(words))
    assert {"the", "9", "don't"}.isdisjoint(words)
    assert all(1 <= len(phrase.split()) <= 3 and "\n" not in phrase for phrase in found)


def test_phrase_is_taken_where_it_first_occurs_and_never_across_punctuation():
    text = "Harbour sale, harbour sale: the Linden Trust buys; the Linden Trust pays."
    assert set(phrases(text)) >= {"Harbour sale", "Linden Trust buys"}
    assert (0, len("Harbour sale")) in key_phrases(text, 9)
    assert not any("," in phrase or ";" in phrase for phrase in phrases(text, 9))


@pytest.mark.parametrize("text", ["", " ", "the of and", "12 34", "?!", "a", "\n\n"])
def test_nothing_comes_of_no_content_word(text):
    assert word_weights(text) == {}
    assert key_phrases(text, 3) == []


def test_one_word_is_its_own_phrase():
    assert word_weights("Harbour") == {"harbour": 9.0}
    assert phrases("Harbour") == ["Harbour"]


def test_typographic_apostrophes_are_apostrophes():
    assert set(word_weights("They don’t sell the city’s harbour")) == {"sell", "city’s", "harbour"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Der Rat verkauft den alten Hafen", {"verkauft", "alten", "hafen"}),
        ("en-GB", "The council sold the harbour", {"council", "sold", "harbour"}),
        ("ja", "港は市が売った", {"港は市が売った"}),
        ("ru", "Совет продал порт", {"совет", "продал", "порт"}),
    ],
)
def test_content_words_of_a_language(language, text, expected):
    assert set(word_weights(text, language)) == expected


def test_every_shipped_article_has_as_many_phrases_as_asked_for():
    for article in [*load_dataset("briefs"), *load_dataset("nextfin")]:
        assert len(key_phrases(article.text, 14)) == 14


@pytest.mark.slow
def test_long_text_takes_time_in_proportion():
    text = " ".join(f"word{n % 7919} tells story{n % 104729}." for n in range(30_000))
    assert len(word_weights(text)) > 30_000
