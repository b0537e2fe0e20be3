"""Lists that came as strings: taken apart where they are certain, refused where they are not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text.literals import UncertainListError, opened, whole_list

AB = ["What is A?", "Why is B?"]
TEXTS = st.lists(st.text(min_size=1).filter(str.strip), min_size=2)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(AB),
        str(AB),
        f"  {AB}\n",
        str(tuple(AB)),
        "{'What is A?', 'Why is B?'}",
        "frozenset({'What is A?', 'Why is B?'})",
        "['What is A?', None, 'Why is B?', nan]",
        "array(['What is A?', 'Why is B?'], dtype=object)",
        "['What is A?' 'Why is B?']",
        "['What is A?'\n 'Why is B?']",
        "['What ' 'is A?', 'Why is B?']",
        "[“What is A?”, “Why is B?”]",
        json.dumps(str(AB)),
        json.dumps(json.dumps(AB)),
        str([str(AB)]),
        str({"questions": AB, "answers": ["x", "y"]}),
        f"questions = {AB}",
        f"Questions: {AB}",
        f"```python\n{AB}\n```",
        "[What is A?, Why is B?]",
        '{"question": "What is A?"}\n{"question": "Why is B?"}',
        "['What is A?']\n['Why is B?']",
        r'["What is A?\n", "Why is \u0042?"]'.replace(r"\n", ""),
    ],
)
def test_whole_list_is_taken_apart(text):
    assert whole_list(text) == AB
    assert opened(text) == AB
    assert opened([text]) == AB
    assert opened((text, text)) in ([*AB, *AB], (text, text))


@given(texts=TEXTS)
def test_literals_of_python_and_json_are_read_back(texts):
    assert whole_list(json.dumps(texts)) == texts
    assert whole_list(str(texts)) == texts
    assert whole_list(json.dumps(json.dumps(texts))) == texts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("['a', 'b", "it ends before its last bracket"),
        ("['a', 'b'", "it ends before its last bracket"),
        ('["a', "it ends before its last bracket"),
        ("['a' 'b' ... 'y' 'z']", "elements were left out"),
        ("['a', ..., 'z']", "elements were left out"),
        ("['He said 'a', 'b' to us', 'c']", "which quotation marks end its strings"),
        ('["a”, “b"]', "quotation marks do not match"),
        ('"[\'a\', ""b""]"', "quotation marks do not match"),
        ("['a', 'b' 'c']", "commas are missing"),
        ("['a', 3]", "which of its values are the items"),
        ("{'x': 'a', 'y': 'b'}", "which of its values are the items"),
        ("{'summary': ['a'], 'questions': ['b?']}", "which of its values are the items"),
        ("[1, 2]", "its elements are not text"),
        ("[Rates rose, shares fell]", "its elements are not in quotation marks"),
        ("['a', b]", "which quotation marks end its strings"),
        ("['a', 'b'] + ['c']", "more text follows its last bracket"),
        ("It rained.\n['a', 'b']", "there is other text around it"),
    ],
)
def test_uncertain_list_is_refused_with_the_reason(text, reason):
    with pytest.raises(UncertainListError, match=reason):
        whole_list(text)
    with pytest.raises(UncertainListError, match="write a JSON array of strings"):
        opened([text])


@pytest.mark.parametrize(
    "text",
    [
        *("", "Why?", "Rates rose (again).", "[Laughs]", "[Editor's note] Why now?", "[Note: x]"),
        *('["A"] is what?', '["A", "B"] differ how?', '("A") is what?', "{x} fell.", "[1] Smith"),
        *('"Why" is it so?', "'Tis so", "(Reuters) - Rates rose.", "[ ] Why?", "[link](http://x)"),
        *('Which is right: ["A"]?', "(2024)", "[" * 9999, "9" * 5000, "\ud800"),
    ],
)
def test_other_texts_are_no_lists(text):
    assert whole_list(text) is None
    assert opened(text) == text
    assert opened([text]) == [text]


@given(st.text(alphabet="[](){}\"'“”,:\\ab?\n\ud800 `=", max_size=30))
def test_no_text_raises_anything_else(text):
    try:
        items = whole_list(text)
    except UncertainListError:
        return
    assert items is None or all(isinstance(item, str) for item in items)


def test_several_strings_are_opened_only_if_each_is_a_list():
    assert opened(["['a']", "['b', 'c']"]) == ["a", "b", "c"]
    assert opened(["['a']", "Why?"]) == ["['a']", "Why?"]
    assert opened([]) == []
    assert opened(["a", 1]) == ["a", 1]
    assert opened(None) is None


@pytest.mark.parametrize(
    "between",
    ["<n>", " <q> ", "<sep>", "[SEP]", "</s>", "<br>", "\n", "\r\n", "\\n", " || ", " • "],
)
def test_list_that_came_as_one_item_is_taken_apart_at_what_separates_items(between):
    questions = ["What caused the strike?", "Who will pay?", "When do talks resume?"]
    assert opened([between.join(questions)]) == questions


@pytest.mark.parametrize(
    "item",
    ["The 2. Division won.", "Why 1. FC Nord lost to 2. FC Sued", "Is A || B?", "What is a|b?"],
)
def test_one_item_stays_one(item):
    assert opened([item]) == [item]


def test_numbered_list_in_one_item_is_taken_apart():
    assert opened(["1. Why now? 2. Who pays?"]) == ["Why now?", "Who pays?"]
