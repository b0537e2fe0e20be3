from __future__ import annotations

import pytest

from bench.heuristics.english.asking import questions
from bench.heuristics.english.clauses import clause, clauses
from bench.heuristics.english.inversion import gerund, inverted
from bench.heuristics.english.tagging import tag


def asked(sentence: str, *names: str) -> list[str]:
    found = clause(tag(sentence, names))
    return [question.text + "?" for question in questions(found)] if found else []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("The bank will raise rates in May.", "What will the bank raise in May?"),
        ("The bank will raise rates in May.", "When will the bank raise rates?"),
        ("The court annulled the law.", "Why did the court annul the law?"),
        ("The club has sold a stake to Calder.", "What has the club sold to Calder?"),
        ("Farmers' groups condemned the verdict.", "Why did farmers' groups condemn the verdict?"),
        ("Calder will appoint two directors.", "How many directors will Calder appoint?"),
        ("About 40 ships are waiting offshore.", "How many ships are waiting offshore?"),
        ("Shares in Halden rose 11%.", "By how much did shares in Halden rise?"),
        ("Quillon has raised $85 million.", "How much has Quillon raised?"),
        (
            "Land prices have risen by a third since 2020.",
            "Since when have land prices risen by a third?",
        ),
        ("Tougher rules could hurt exports.", "How could tougher rules hurt exports?"),
        ("The decision was criticised by builders.", "What was criticised by builders?"),
        ("Scientists found a cure in Telmar.", "Where did scientists find a cure?"),
        ("The plan is popular.", "Why is the plan popular?"),
        ("Osterland has no store.", "Why does Osterland have no store?"),
        ("The trial did not measure strokes.", "Why did the trial not measure strokes?"),
        ("The editors write the headlines.", "Who writes the headlines?"),
        (
            "The chairman, whose family owns the club, will keep control of the board.",
            "How will the chairman keep control of the board?",
        ),
        (
            "On Monday, the union closed the port, sending prices up.",
            "Why did the union close the port?",
        ),
        (
            "Strand said the increase was needed.",
            "What did Strand say about the increase?",
        ),
    ],
)
def test_plain_statement_is_turned_round(statement, expected):
    assert expected in asked(statement, "Strand", "Osterland", "Quillon", "Calder")


@pytest.mark.parametrize(
    "statement",
    [
        "It will raise rates in May.",
        "Their operator must order fuel.",
        "This decision pleased farmers.",
        "Patients who took the drug lost weight.",
        "Will the bank raise rates?",
        '"We cannot win," the minister said.',
        "No worker will be dismissed.",
        "Every Saturday seven girls were taken.",
        "The minister said that.",
        "Critics argue that the law is weak and that it fails.",
        "",
        "...",
    ],
)
def test_dependent_or_ambiguous_sentence_is_not_turned_into_a_question(statement):
    assert not [question for question in asked(statement) if not question.startswith("What did")]


def test_sentences_second_clause_is_a_statement_of_its_own():
    found = clauses(tag("The club needs a striker, and the coach wants two defenders."))
    assert [inverted(one) for one in found] == [
        "does the club need a striker",
        "does the coach want two defenders",
    ]


def test_pronoun_it_is_the_speaker_in_a_statement_about_itself():
    found = clause(tag("The ministry announced on Friday that it will send four officers."))
    assert found is not None
    assert found.reported is not None
    assert inverted(found.reported) == "will the ministry send four officers"


def test_verb_phrase_becomes_a_gerund():
    assert gerund("cut its forecast") == "cutting its forecast"
