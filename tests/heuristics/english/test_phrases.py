from __future__ import annotations

from bench.heuristics.english.noun_kinds import noun_kind
from bench.heuristics.english.outline import read


def phrases(text: str) -> dict[str, object]:
    return {phrase.noun_phrase: phrase for phrase in read("", text).phrases}


def test_phrase_takes_the_article_that_the_text_gives_it():
    found = phrases(
        "A sharp fall hit the housing market. Electronic warfare spread. Rural communities shrank."
    )
    wanted = {"the sharp fall", "the housing market", "electronic warfare", "rural communities"}
    assert wanted <= set(found)


def test_noun_keeps_what_it_needs_to_mean_something():
    found = phrases(
        "Investment in renewable energy slowed. The supply of engines stopped."
        " A standoff between parliament and the court began."
    )
    assert "investment in renewable energy" in found
    assert "the supply of engines" in found
    assert "the standoff between parliament and the court" in found


def test_number_is_the_nouns():
    found = phrases("Higher ticket prices hurt. The price cap ended.")
    assert found["higher ticket prices"].plural
    assert not found["the price cap"].plural


def test_dependent_or_empty_phrase_is_left_out():
    found = phrases("Their main rivals left. It took three long years. No clear reason was given.")
    assert not found


def test_weightiest_comes_first():
    text = (
        "The glacier melt worries farmers. The glacier melt feeds the river. Some said the glacier"
        " melt was slow. A new hotel opened."
    )
    assert read("", text).phrases[0].noun_phrase == "the glacier melt"


def test_kinds_of_nouns():
    kinds = [noun_kind(noun) for noun in ("ruling", "dockworkers", "treaty", "inflation", "spoon")]
    assert kinds == ["event", "people", "law", "money", None]
