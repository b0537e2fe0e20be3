from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bench
from bench.text.asking import asks
from bench.text.items import PARSER_VERSION, items_from

FENCE = "```"
AB = ["What is A?", "Why is B?"]


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        # numbers
        ("1. What is A?\n2. Why is B?", AB),
        (" 1. What is A?\n 2. Why is B?\n", AB),
        ("1) What is A?\r\n2) Why is B?\r\n", AB),
        ("(1) What is A?\n(2) Why is B?", AB),
        ("1 - What is A?\n2 - Why is B?", AB),
        ("1.What is A?\n\n2.Why is B?", AB),
        ("1. What is A?\n1. Why is B?", AB),
        ("Q1: What is A?\nQ2: Why is B?", AB),
        ("Q: What is A?\nA: A letter.\nQ: Why is B?\nA: It follows.", AB),
        ("Question 1: What is A?\nQuestion 2: Why is B?", AB),
        ("**1.** What is A?\n**2.** Why is B?", AB),
        ("**1. What is A?**\n\n**2. Why is B?**", AB),
        ("**Question 1:** What is A?\n**Question 2**: Why is B?", AB),
        ("### 1. What is A?\n\n### 2. Why is B?", AB),
        ("Question 1:\nWhat is A?\n\nQuestion 2:\n\nWhy is B?", AB),
        ("1、Aとは何ですか？\n2、なぜBですか？", ["Aとは何ですか？", "なぜBですか？"]),
        ("１．Aとは何ですか？\n２．なぜBですか？", ["Aとは何ですか？", "なぜBですか？"]),
        ("1. - What is A?\n2. - Why is B?", AB),
        ("What is A?\n2. Why is B?\n3. Who?", [*AB, "Who?"]),
        ("1. What is A? 2. Why is B? 3. Who?", [*AB, "Who?"]),
        # bullets
        *(
            (f"{mark} Rates rose.\n{mark} Shares fell.", ["Rates rose.", "Shares fell."])
            for mark in "-*•–·+"
        ),
        ("• Rates rose • Shares fell", ["Rates rose", "Shares fell"]),
        ("- **Rates** rose\n- **Shares** fell", ["**Rates** rose", "**Shares** fell"]),
        ("- Rates rose\n  to 5%.\n- Shares\nfell.", ["Rates rose to 5%.", "Shares fell."]),
        ("1. Rates\n   - They rose.\n2. Shares", ["Rates", "They rose.", "Shares"]),
        ("- [ ] What is A?\n- [x] Why is B?", AB),
        ("1. [ ] What is A?\n2. [ ] Why is B?", AB),
        ('1. Who?\n2. ["A"] is what?\n3. When?', ["Who?", '["A"] is what?', "When?"]),
        ("1. What is <think> for?\n2. Why?", ["What is <think> for?", "Why?"]),
        # what stands around a list
        ("Here are 2 questions:\n\n1. What is A?\n2. Why is B?", AB),
        ("Sure! Below are two.\n- What is A?\n- Why is B?\nLet me know if you need more!", AB),
        ("## Questions\n\n- What is A?\n- Why is B?\n\n---\nI hope this helps.", AB),
        ("1. What is A?\n\n## More\n\n2. Why is B?", AB),
        ("<think>1. no\n2. no</think>\n\n1. What is A?\n2. Why is B?", AB),
        ("<reasoning>Hm.</reasoning>What is A?\nWhy is B?", AB),
        ("I should ask two.\n</think>\nWhat is A?\nWhy is B?", AB),
        ("<think>\n1. What is A?\n2. Why", []),
        ("1. What is A?\n2. Why is B?</s><pad><pad>", AB),
        ("What is A?\nWhy is B?<|im_end|>\n<|eot_id|>", AB),
        # lines
        ("What is A?\nWhy is B?", AB),
        ("Summary:\nRates rose.\nShares fell.", ["Rates rose.", "Shares fell."]),
        ("**Questions:**\nWhat is A?\nWhy is B?", AB),
        ("# Summary\nRates rose.\nShares fell.", ["Rates rose.", "Shares fell."]),
        ('**What is A?**\n"Why is B?"\n`Who?`\n“How?”', [*AB, "Who?", "How?"]),
        ('"Rates rose," said "X".\n‘So’ it', ['"Rates rose," said "X".', "‘So’ it"]),
        ("What is A?\nWhat is A?", ["What is A?", "What is A?"]),
        ("What is A? <sep> Why is B? <sep>", AB),
        # one line
        ("What is A? Why is B?", AB),
        ("what is it? why is it so?", ["what is it?", "why is it so?"]),
        ("Rates: up 1.5%. U.S. shares fell.", ["Rates: up 1.5%.", "U.S. shares fell."]),
        ("- Rates rose. Shares fell.", ["Rates rose.", "Shares fell."]),
        ("Summary:\nRates rose. Shares fell.", ["Rates rose.", "Shares fell."]),
        # JSON
        ('["What is A?", "Why is B?"]', AB),
        ('Here you are:\n["What is A?", "Why is B?"]\nAnything else?', AB),
        (f'{FENCE}json\n{{"questions": ["What is A?", "Why is B?"]}}\n{FENCE}', AB),
        ('[{"question": "What is A?", "a": "x"}, {"question": "Why is B?", "a": "y"}]', AB),
        ('{"id": 1, "text": "What is A?"}\n{"id": 2, "text": "Why is B?"}', AB),
        ('{"1": "What is A?", "2": "Why is B?"}', AB),
        ('{"questions": ["What is A?", "Why is B?", "Who was cut', AB),
        ('{"summary": "- Rates rose.\\n- Shares fell."}', ["Rates rose.", "Shares fell."]),
        ('["A \\u201cgood\\u201d year", "B\\nand C"]', ["A “good” year", "B and C"]),
        ("[]", []),
        # what only looks like a mark
        ("2026 will bring rain.\n2027 will not.", ["2026 will bring rain.", "2027 will not."]),
        ("2025: Rain.\n2026: Sun.", ["2025: Rain.", "2026: Sun."]),
        ("5.4 million people left.\n6.1 came.", ["5.4 million people left.", "6.1 came."]),
        ("1. 5.4 million left.\n2. 10 - 12 came.", ["5.4 million left.", "10 - 12 came."]),
        ("10 - 12 people came.\nNo one left.", ["10 - 12 people came.", "No one left."]),
        ("-5 degrees in May.\n*Why* so cold", ["-5 degrees in May.", "*Why* so cold"]),
        ("Q3 profits rose.\nQ4 is open.", ["Q3 profits rose.", "Q4 is open."]),
        ("1. Three things changed:\n2. All fell.", ["Three things changed", "All fell."]),
        ("[Note] Rates rose.\n{x} fell.", ["[Note] Rates rose.", "{x} fell."]),
        ("", []),
        (" \n---\n***\n1.\n", []),
    ],
)
def test_items_are_read_from_what_models_write(raw, items):
    assert items_from(raw) == items
    _is_stable(items)


QUOTED = "['What is A?', 'Why is B?']"
ESCAPED = json.dumps(AB)


@pytest.mark.parametrize(
    "raw",
    [
        # Python
        QUOTED,
        "['What is A?', \"Why is B?\"]",
        "('What is A?', 'Why is B?',)",
        "{'What is A?', 'Why is B?'}",
        "{'questions': ['What is A?', 'Why is B?']}",
        "{1: 'What is A?', 2: 'Why is B?'}",
        "[['What is A?'], ['Why is B?']]",
        "[u'What is A?', u'Why is B?']",
        "[r'What is A?', b'Why is B?']",
        "['What ' 'is A?',\n 'Why '\n 'is B?']",
        "['What ' + 'is A?', 'Why is B?']",
        "['''What is A?''', \"\"\"Why is B?\"\"\"]".replace("\\", ""),
        "array(['What is A?', 'Why is B?'], dtype=object)",
        "np.array(['What is A?', 'Why is B?'],\n      dtype='<U10')",
        "['What is A?' 'Why is B?']",
        "['What is A?'\n 'Why is B?']",
        "set(['What is A?', 'Why is B?'])",
        "dict_values(['What is A?', 'Why is B?'])",
        "[Question(text='What is A?', n=1), Question(text='Why is B?', n=2)]",
        # assignments, calls and introductions
        f"questions = {QUOTED}",
        f"questions: list[str] = {QUOTED}",
        f"const questions = {ESCAPED};",
        f"print({QUOTED})",
        f"def questions():\n    return {QUOTED}",
        f'"questions": {ESCAPED}',
        f"Here are the questions: {QUOTED}",
        f"Here are two questions (as JSON): {ESCAPED}",
        f"Sure! {ESCAPED}",
        f"{ESCAPED} Let me know if you need more.",
        'Cities: ["What is A?"]\nTowns: ["Why is B?"]',
        '- ["What is A?"]\n- ["Why is B?"]',
        "questions=['What is A?', 'Why is B?'] answers=['x', 'y']",
        f"questions = {QUOTED}\nanswers = ['x', 'y']",
        f'**Questions:**\n{ESCAPED}\n\n**Answers:**\n["x"]',
        # code fences
        f"{FENCE}python\n{QUOTED}\n{FENCE}",
        f"{FENCE}py\nquestions = {QUOTED}\nprint(questions)\n{FENCE}",
        f"~~~javascript\n{ESCAPED}\n~~~",
        f"{FENCE}\n[What is A?, Why is B?]\n{FENCE}",
        # JSON inside JSON
        json.dumps(ESCAPED),
        json.dumps(json.dumps(ESCAPED)),
        json.dumps(ESCAPED)[1:-1],
        json.dumps(json.dumps(ESCAPED))[1:-1],
        json.dumps({"questions": ESCAPED}),
        json.dumps([QUOTED]),
        json.dumps("1. What is A?\n2. Why is B?"),
        f'"{ESCAPED}"',
        ESCAPED.replace('"', '""'),
        ESCAPED.replace('"', "&quot;"),
        # JSON that is not quite JSON
        '["What is A?", "Why is B?",]',
        '{questions: ["What is A?", "Why is B?"],}',
        '[\n // first\n "What is A?", # second\n /* x */ "Why is B?"\n]',
        "[“What is A?”, “Why is B?”]",
        "[“What is A?”，“Why is B?”]",
        '["What is A?”, “Why is B?"]',
        "[„What is A?“, „Why is B?“]",
        "[«What is A?», «Why is B?»]",
        "[`What is A?`, `Why is B?`]",
        '["What is A?"\n"Why is B?"]',
        '"What is A?", "Why is B?"',
        '"What is A?",\n"Why is B?"',
        '["What is A?"]\n["Why is B?"]',
        # no quotes
        "[What is A?, Why is B?]",
        "[What is A?; Why is B?]",
        "[\n  What is A?,\n  Why is B?\n]",
        "[What is A?]\n[Why is B?]",
        "['What is A?', Why is B?]",
        "questions: [What is A?, Why is B?]",
        # cut off
        "['What is A?', 'Why is B?', 'Who was c",
        "['What is A?', 'Why is B?',",
        '{"questions": ["What is A?", "Why is B?"], "ans',
        '[{"question": "What is A?", "a": "x"}, {"question": "Why is B?", "a',
        f'{FENCE}json\n["What is A?", "Why is B?", "Wh</s>',
        # separators
        "What is A?<n>Why is B?",
        "What is A? <q> Why is B?",
        "What is A? [SEP] Why is B?",
        "What is A? || Why is B?",
        "<ul><li>What is A?</li><li>Why is B?</li></ul>",
        "1. What is A?\\n2. Why is B?",
        # answers
        "1. What is A?\n   Answer: A letter.\n2. Why is B?\n   **Answer:** It follows.",
    ],
)
def test_lists_in_every_notation(raw):
    assert items_from(raw) == AB


@pytest.mark.parametrize(
    "value",
    [
        {"question_1": {"question": AB[0]}, "question_2": {"question": AB[1]}},
        {"q1": {"question": AB[0], "answer": "x"}, "q2": {"question": AB[1], "answer": "y"}},
        {"response": {"data": {"questions": [{"text": AB[0], "id": "n"}, {"text": AB[1]}]}}},
        {"answers": ["x", "y"], "questions": AB},
        {"questions": AB, "topics": ["x"]},
        {"title": "x", "intro": "y", "generatedQuestions": AB, "sourceText": "z"},
        {"Question 1": AB[0], "Answer 1": "x", "Question 2": AB[1], "Answer 2": "y"},
        {"a": AB[0], "b": AB[1]},
        [{"q": AB[0], "a": "x"}, {"q": AB[1], "a": "y"}],
        [{"type": "x", "question": AB[0]}, {"type": "y", "question": AB[1]}],
        [{"question": AB[0]}, {"answer": "x"}, {"question": AB[1]}, {"answer": "y"}],
        [{"frage": AB[0], "antwort": "x"}, {"frage": AB[1], "antwort": "y"}],
        [[AB[0], "x"], [AB[1], "y"]],
        [[1, AB[0]], [2, AB[1]]],
        [[AB[0]], [[AB[1]]]],
        {AB[0]: "x", AB[1]: "y"},
        {"qa_pairs": [{"question": AB[0], "answer": "x"}, {"question": AB[1], "answer": "y"}]},
        {"cities": [AB[0]], "towns": [AB[1]]},
        {"preface": "x", "list": AB},
        {"answer": AB},
        {"questions": [{"question": AB[0], "options": ["x", "y"]}, {"question": AB[1]}]},
        {"id": 12345, "n": None, "items": AB},
    ],
    ids=str,
)
def test_keys_of_json_say_which_texts_are_items(value):
    assert items_from(json.dumps(value)) == AB
    assert items_from(json.dumps(value, indent=1)) == AB
    assert items_from(str(value)) == AB


def test_json_that_holds_texts_has_items():
    assert items_from('{"answer": "It rained."}') == ["It rained."]
    assert items_from('{"x": "One.", "y": "Two."}') == ["One.", "Two."]
    assert items_from('{"summary": "One. Two."}') == ["One.", "Two."]
    assert items_from('{"highlights": ["One.", "Two."], "summary": "Three."}') == ["One.", "Two."]
    assert items_from('{"questions": [], "n": 1}') == []
    assert items_from("Here you are:\n[]") == []


@pytest.mark.parametrize(
    "item",
    [
        '["A"] is what?',
        '("A") is what?',
        '["A", "B"] differ how?',
        "[Editor's note] Why now?",
        "[sic] why?",
        "[Laughs]",
        "[Note: x]",
        "['90s] Why?",
        "[“A”] – what is it?",
        "[link](http://x.y) shows why",
        "(Reuters) - Rates rose.",
        "Rates rose (again).",
        '"Why" is it so?',
        '"A" or "B"?',
        'Which is right: ["A", "B"]?',
        'He said (in "X", "Y") no.',
        "'Tis the season, isn't it?",
        "What is <n> worth?",
        "Rates | shares || bonds fell",
    ],
)
def test_text_that_only_looks_like_a_list_stays_unchanged(item):
    assert items_from(item) == [item]
    assert items_from(f"- {item}\n- Why is B?") == [item, "Why is B?"]
    assert items_from(f"{item}\nWhy is B?") == [item, "Why is B?"]


def test_quotes_inside_strings_do_not_end_them():
    assert items_from("['What's up?', 'Who'll pay the workers' wages?']") == [
        "What's up?",
        "Who'll pay the workers' wages?",
    ]
    assert items_from(r"['It\'s A?', 'B \u00e9 \x41?']") == ["It's A?", "B é A?"]
    assert items_from('["Who said “yes”, “no”?", "B?"]') == ["Who said “yes”, “no”?", "B?"]


def test_tags_beside_items_do_not_replace_them():
    tags = 'Tags: ["x", "y"]'
    assert items_from(f"What is A?\nWhy is B?\n{tags}") == [*AB, tags]
    assert items_from(f"1. What is A?\n2. Why is B?\n\n{tags}") == AB
    assert items_from(f"Answers: {AB}") == AB


def test_item_that_is_a_list_is_opened_in_its_place():
    assert items_from("1. Who?\n2. ['What is A?', 'Why is B?']\n3. When?") == [
        "Who?",
        *AB,
        "When?",
    ]


@pytest.mark.slow
def test_numbers_and_depths_beyond_all_limits_are_no_error():
    digits = "9" * 5000
    assert items_from(f'{{"id": {digits}, "question": "Why?"}}') == ["Why?"]
    assert items_from(f"[{digits}]") == [f"[{digits}]"]
    assert items_from("(2024)") == ["(2024)"]
    assert items_from("[" * 10_000 + '"a"' + "]" * 10_000)
    assert items_from('{"a":' * 10_000 + '"b"' + "}" * 10_000)


def test_text_that_never_settles_is_reduced_to_its_words(monkeypatch):
    raw = '- **Who** won [the] race?\n- "Why": a|b'
    monkeypatch.setattr("bench.text.items._PASSES", 0)
    items = items_from(raw)
    assert items == ["Who won the race", "Why a b"]
    monkeypatch.undo()
    assert items_from("\n".join(items)) == items


def test_parser_is_public_and_has_a_version():
    assert bench.parse_items("a | b", separator="|") == ["a", "b"]
    assert "parse_items" in dir(bench) or "parse_items" in bench.__all__
    assert PARSER_VERSION == 5


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("- Profit rose;\n- Sales fell;\n  * The chief left.", 3),
        ("- Profit rose;\n- Sales fell;\n- Shares fell;\n- Rates rose;\n  - The chief left.", 5),
        ('[["Revenue rose;", "Profit fell."], ["Shares fell;", "Staff left."]]', 4),
        ("Profit rose;\nSales fell;\nThe chief left.", 3),
    ],
)
def test_semicolon_asks_nothing_outside_of_greek(raw, items):
    assert len(items_from(raw)) == len(items_from(raw.replace(";", "."))) == items
    assert [item.replace(";", ".") for item in items_from(raw)] == items_from(raw.replace(";", "."))


@pytest.mark.parametrize("mark", [";", "\u037e"])
def test_greek_questions_end_with_a_semicolon_or_the_mark_it_stands_for(mark):
    asked = [f"Τι έγινε το 2020{mark}", f"Γιατί{mark}", f"Ποιος διοικεί τη Microsoft{mark}"]
    assert all(map(asks, asked))
    assert items_from(" ".join(asked[1:] * 2)) == asked[1:] * 2
    assert items_from("; ".join(f"{n}. {item}" for n, item in enumerate(asked, 1))) == asked
    assert items_from("\n".join(f"- {item}\n  - Απάντηση." for item in asked)) == asked


@pytest.mark.slow
@pytest.mark.parametrize("header", ["question,answer", "question\tanswer", '"question"'])
@pytest.mark.parametrize("length", [131_000, 132_000])
def test_table_may_have_a_cell_of_any_length(header, length):
    cell = f"Who {'a' * length}?"
    delimiter = header[len("question")] if header[0] != '"' else None
    row = f"{cell}{delimiter}b" if delimiter else f'"{cell}"'
    assert any(cell in item for item in items_from(f"{header}\n{row}"))


def test_separator_ends_an_item():
    assert items_from("Rates rose .<n>Shares fell .", "<n>") == ["Rates rose .", "Shares fell ."]
    assert items_from("a | b", "|") == ["a", "b"]
    assert items_from("a | b", "") == ["a | b"]


FRAGMENTS = [
    *("1. ", "2. ", "3) ", "(4) ", "1 - ", "2 – ", "３、", "9.", " 2. ", "Q1: ", "Question 2:"),
    *("- ", "* ", "• ", "– ", "+ ", "**1.** ", "**2. ", "## ", "# Questions", "Sure!", "Here:"),
    *("**", "*", "_", "`", '"', "'", "“", "”", ":", "：", ",", ". ", "? ", "…", "---", "。", "質"),
    *("\n", "\n\n", "\r\n", "  ", "\t", "\u2028", "\x1c", "\ufeff", "\ud800", "<sep>", "<n>"),
    *("</s>", "<|im_end|>", "<think>", "</think>", "```", "```json\n", "[", "]", "{", "}", '"x", '),
    *('["a", "b"]', '{"questions": ["x?", "- y\\n- z"]}', '"text": ', "\\u0041", "\\n", '\\"'),
    *("['", "', '", "']", "', \"", "(", ")", "array(", ", dtype=object)", "x = ", "'a' 'b'"),
    *("[A?, B?]", "<q>", "||", "<li>", "~~~"),
    *( "\\'", '""', "…", "...", "+", "#", "//", "/*", "*/", "u'", "&quot;"),
    *('{"q": "a?", "answer": "b"}', "“a”, “b”", "answer: x\n", "9" * 30, "None", '"\\"', "= ", ";"),
    *("a) ", "b) ", "(i) ", "II. ", "1\ufe0f\u20e3 ", "② ", "Frage 1: ", "问题2：", "Q.3 "),
    *("> ", "→ "),
    *("A: x", "Answer: x\n", "Answers:\n", "Questions:\n", "Summary\n", "User: "),
    *("| a | b? |\n|---|---|\n", "Assistant: ", "Article: "),
    *("<p>", "</p>", "<li>", "<answer>", "<b>", "</b>", "&amp;"),
    *("<|im_start|>user\n", "<|start|>assistant<|channel|>final<|message|>", "[INST]", "[/INST]"),
    *("[THINK]", "[/THINK]", "◁think▷", "<analysis>", "</analysis>", "analysisI "),
    *("assistantfinal", "(a) "),
    *("\u200b", "\u200f", "\xad", "\u200d", "; ", " | ", "؟", "πώς;", "Let me know!", "Sure! "),
    *("What is X?", "Why is Y?", "Rates rose. They fell.", "5.4 million", "10 - 12 came", "a", "b"),
]  # fmt: skip
OUTPUTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=16).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(
    raw=OUTPUTS | ANY_TEXT,
    separator=st.sampled_from([None, "<n>", "a", "\n"]),
    task=st.sampled_from([None, "questions", "summary"]),
)
def test_every_text_has_a_normal_form_and_nothing_is_invented(raw, separator, task):
    items = items_from(raw, separator, task=task)
    _is_stable(items, task)
    assert items_from("\n".join(items), separator, task=task) == items
    assert all(re.search(r"[^\W_]", item) and item == " ".join(item.split()) for item in items)
    assert any(_in_order(items, text) for text in _unescaped(raw))
    json.dumps(items, ensure_ascii=False).encode()


SENTENCES = st.from_regex(r"[A-Z][a-z]{1,8}( [a-z]{1,8}){1,5}[.?]", fullmatch=True)


@pytest.mark.slow
@settings(deadline=None)
@given(items=st.lists(SENTENCES, max_size=30))
def test_plain_sentences_come_back_however_they_are_listed(items):
    for written in (
        "\n".join(items),
        "".join(f"{n}. {item}\n" for n, item in enumerate(items, start=1)),
        "Here you are.\n\n" + "".join(f"- {item}\n" for item in items) if items else "",
        json.dumps({"questions": items}, indent=2),
        "<sep>".join(items),
    ):
        assert items_from(written) == items


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["1. ", "- 1. ", "**1. ", "1. x\n y\n", "1.\n", "[\n", "“\"'**", "What? ", '{"a":', "a"]
)
def test_long_text_is_read_whatever_it_repeats(unit):
    items_from(unit * (50_000 // len(unit)))  # how its time grows: test_growth.py


def _is_stable(items: list[str], task: str | None = None) -> None:
    assert items_from("\n".join(items), task=task) == items
    own_list = len(items) == 1 and re.search(r"[.?!]\s+\(?\d{1,3}[.)]\s|\s[•▪●]\s", items[0])
    if not own_list and len(items) < 1000:
        numbered = "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))
        assert items_from(numbered, task=task) == items


def _in_order(items: list[str], text: str) -> bool:
    """Whether all letters and digits of the items are in the text, in the same order."""
    rest = filter(str.isalnum, text)
    return all(letter in rest for letter in filter(str.isalnum, "".join(items)))


def _unescaped(raw: str) -> list[str]:
    """The text with its JSON escapes undone never, once, twice, as far as JSON is nested.

    Of escapes outside of JSON, those of characters by their number may be the only ones.
    """
    texts = [raw]
    for text in texts:  # which grows
        for escape in (r'\\(?:u[\da-fA-F]{4}|["\\/bfnrt])', r"\\u[\da-fA-F]{4}"):
            plain = re.sub(escape, _character, text)
            if plain not in texts:
                texts.append(plain)
    return [" ".join(text.split()) for text in texts]


def _character(escape: re.Match[str]) -> str:
    character: str = json.loads(f'"{escape[0]}"')
    return character
