from __future__ import annotations

from bench.text.sentences import paragraphs, sentences


def test_no_sentence_runs_over_the_end_of_a_paragraph():
    assert sentences("A heading\n\nThe text. It goes\non.") == [
        "A heading",
        "The text.",
        "It goes on.",
    ]
    assert paragraphs("a\nb\n \n\nc") == ["a b", "c"]


def test_abbreviations_and_decimals_do_not_end_a_sentence():
    text = "U.S. President Ann Lee met Dr. Roy at 3 p.m. on Friday. It cost $3.5 million."
    assert len(sentences(text)) == 2


def test_long_paragraph_is_split_as_a_short_one_is():
    written = [f"It rained on day {n} and “nobody” left. " for n in range(1, 2000)]
    assert sentences("".join(written)) == [sentence.strip() for sentence in written]
    endless = "and on " * 3000
    assert sentences(f"It went {endless}. It stopped.") == [f"It went {endless}.", "It stopped."]


def test_half_characters_stay_where_they_are():
    assert sentences("It \ud83d rained. It stopped.") == ["It \ud83d rained.", "It stopped."]


def test_paragraph_longer_than_a_piece_is_split_as_its_parts_are():
    parts = [
        f"Sentence {number} of Dr. Smith said “yes. No” at 1.5 p.m. again." for number in range(900)
    ]
    assert sentences(" ".join(parts)) == [s for part in parts for s in sentences(part)]


def test_sentence_longer_than_a_piece_is_cut_between_words():
    text = "word " * 5_000
    found = sentences(text)
    assert " ".join(found).split() == text.split()
    assert {word for sentence in found for word in sentence.split()} == {"word"}
