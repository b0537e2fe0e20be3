"""What a line of a page is taken for by its words alone."""

from __future__ import annotations

import pytest

from bench.ingest.layout.prose import is_byline_or_date, is_furniture, is_one_question, word_count


@pytest.mark.parametrize(
    "line",
    [
        "Explore more exclusive insights at coast.example.",
        "Read more about the bridge in our archive.",
        "Sign up to our newsletter and never miss a story.",
        "Follow us on every network there is.",
        "Photo: The bridge in winter. It was opened in 1932.",
        "Image credit: A. Smith / Agency.",
        "© 2026 Coast News. All rights reserved.",
        "Coast News 2026. All rights reserved.",
        "We use cookies to give you the best experience.",
        "By clicking Accept you agree to our terms.",
        "Home > News > Harbour",
        "By Jane Doe and John Roe",
        "By Jane Doe, Harbour Correspondent",
        "Friday, 12 March 2026 10:30 GMT",
        "Last updated: 3 Mar 2026, 4 p.m.",
        "2026-03-03T10:15:00Z",
        "5 min read",
    ],
)
def test_furniture_of_a_page_is_recognized(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "By the time the divers came, the cracks had grown.",
        "By clicking shut, the lock had kept the thieves out.",
        "Copyright law changes on Monday, and so do its fees.",
        "Published on Monday, the report says the bridge is unsafe.",
        "Register to vote by Friday, the council told the town.",
        "Reporting by the port has been poor, the mayor said.",
        "We baked cookies for the divers, the baker said.",
        "Sharing the cost is fair, the mayor said.",
        "In March 2026 the bridge will close.",
        "May 2026 be a better year, said the mayor.",
        "Copyright " + "law changes on Monday and nobody knows what that will cost. " * 4,
    ],
)
def test_prose_that_begins_like_furniture_is_kept(line):
    assert not is_furniture(line)


def test_end_of_a_sentence_is_no_date():
    assert is_byline_or_date("3 March 2026")
    assert not is_byline_or_date("3 March 2026.")
    assert not is_byline_or_date("1966")


@pytest.mark.parametrize(
    "text", ["Why?", "Did the U.S. Army pay St. Mary’s?", "“Who?”", "なぜですか？"]
)
def test_one_question(text):
    assert is_one_question(text)


@pytest.mark.parametrize("text", ["?", "Nobody knows. Or does he?", "Why not.", ""])
def test_no_question_or_more_than_one_sentence(text):
    assert not is_one_question(text)


def test_words_of_scripts_without_spaces_are_their_characters():
    assert word_count("The two-year plan isn’t 40% done") == 6
    assert word_count("港の橋が閉鎖") == 6
