from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.heuristics.english.outline import read


def names(text: str, title: str = "") -> dict[str, object]:
    return {name.noun_phrase: name for name in read(title, text).names}


def test_article_is_used_where_the_text_uses_one():
    found = names("The loan came from the Bank of Meridia. Critics in Kestria opposed it.")
    assert set(found) == {"the Bank of Meridia", "Kestria"}


def test_surname_and_a_title_are_forms_of_one_name():
    found = names(
        "The rise was small, said Governor Helena Strand. Strand spoke to reporters on Friday."
    )
    assert [(name, known.count, known.kind) for name, known in found.items()] == [
        ("Governor Helena Strand", 2, "person")
    ]


def test_acronym_in_brackets_is_a_form_of_the_name_before_it():
    found = names(
        "Tarsia joined the Northern Defence Pact (NDP) in May. It pays the NDP a fee, and the NDP"
        " trains its pilots."
    )
    assert found["the Northern Defence Pact"].count == 4
    assert ("NDP",) in found["the Northern Defence Pact"].forms


def test_adjective_of_nationality_belongs_to_its_country():
    found = names("Ships of Kestria waited. The Kestrian navy stayed, and Kestria apologised.")
    assert list(found) == ["Kestria"]


def test_two_countries_joined_by_and_are_two_but_a_ministry_of_two_things_is_one():
    found = names("It drew protest from Veldland and Kestria and the Ministry of Trade and Labour.")
    assert set(found) == {"Veldland", "Kestria", "the Ministry of Trade and Labour"}


def test_ordinary_words_days_and_months_are_no_names():
    assert not names("Critics argued on Friday. Nobody answered in March. Shares fell.")


def test_headlines_capitals_prove_nothing_where_the_text_writes_small():
    found = names("The bank of the river broke near Ostra.", "Bank Breaks Near Ostra")
    assert set(found) == {"Ostra"}


PIECES = ("Mari", "Marian", "Marians", "Bank", "of", "and", "the", "(MB)", "'", "rose", "said", ".")


@given(st.lists(st.sampled_from(PIECES)))
def test_names_that_could_be_made_from_each_other_end_somewhere(words):
    read("", " ".join(words))
