"""Items parsed from labelled outputs, of which precision and recall are also benchmarked."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from bench.text.items import items_from, parsed_items
from tests.benchmarks.parsing import parsed, tallies
from tests.text.raw_outputs import RawOutput, raw_outputs

AB = ["What is A?", "Why is B?"]
RC = ["Rates rose.", "Costs fell."]


@cache
def outputs_by_kind() -> dict[str, list[RawOutput]]:
    found: dict[str, list[RawOutput]] = {}
    for output in raw_outputs():
        found.setdefault(output.kind, []).append(output)
    return found


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow, id="all"), 9])
@pytest.mark.parametrize("kind", sorted(outputs_by_kind()))
def test_precision_and_recall_of_each_kind(kind, step):
    counted, errors = tallies(outputs_by_kind()[kind][::step])
    shown = "\n".join(f"{output.style}: {output.raw!r} {items}" for output, items in errors[:5])
    least = 0.99 if step == 1 else 0.95  # one error weighs more in a sample
    assert counted["all"].precision >= least, shown
    assert counted["all"].recall >= least, shown


def test_hundreds_of_outputs_of_many_kinds():
    found = outputs_by_kind()
    assert len(found) >= 25
    assert min(map(len, found.values())) >= 50


@pytest.mark.parametrize("kind", sorted(outputs_by_kind()))
def test_parsed_items_come_back_and_nothing_is_invented(kind):
    for output in outputs_by_kind()[kind][::30]:
        items = parsed(output)
        assert items_from("\n".join(items), task=output.task) == items
        numbered = "".join(f"{number}. {item}\n" for number, item in enumerate(items, 1))
        if len(items) > 1:
            assert items_from(numbered, task=output.task) == items
            assert items_from(json.dumps(items), task=output.task) == items
        raw = iter(re.sub(r"&(?:amp|lt|gt);|\\u(?:[\da-f]{4})", "", unescaped(output.raw)))
        letters = filter(str.isalnum, raw)
        assert all(letter in letters for letter in "".join(items) if letter.isalnum()), output


def unescaped(raw: str) -> str:
    text = re.sub(r"\\u([\da-f]{4})", lambda match: chr(int(match[1], 16)), raw)
    return re.sub(r"\\+[nrt]", "\n", text)


@pytest.mark.parametrize("output", outputs_by_kind()["unfinished"][::3], ids=str)
def test_items_in_which_the_limit_struck_are_counted(output):
    found = parsed_items(output.raw, task=output.task, unfinished=True)
    assert (found.items, found.dropped) == (list(output.items), output.dropped)
    assert parsed_items(output.raw, task=output.task).dropped == 0


@pytest.mark.parametrize(
    ("raw", "items", "dropped"),
    [
        ("- Rates rose.\n- Costs fe", ["Rates rose."], 1),
        ("- Rates rose.\n- Costs fell.", RC, 0),
        ("- Rates rose\n- Costs fell\n", ["Rates rose", "Costs fell"], 0),
        ("- Rates rose.\n- Costs fell.\n- ", RC, 0),
        ('["Rates rose.", "Costs fell.", "Sta', RC, 1),
        ('["Rates rose", "Costs fell"', ["Rates rose", "Costs fell"], 0),
        ("- Rates rose.\n- Costs fell.\n\nLet me know if you", RC, 0),
        ("- Rates rose.\n- Costs fell.\n\nArticle: The port is clo", RC, 0),
        ("<think>1. Rates", [], 0),
        ("Rates ro", [], 1),
    ],
)
def test_only_an_incomplete_last_item_is_dropped(raw, items, dropped):
    found = parsed_items(raw, unfinished=True)
    assert (found.items, found.dropped) == (items, dropped)


def test_statement_among_questions_is_incomplete():
    raw = "1. What is A?\n2. Why is B?\n3. How do the U.S."
    assert items_from(raw, task="questions", unfinished=True) == AB


@pytest.mark.parametrize(
    ("after", "raw"),
    [
        ("Bullets:\n-", " Rates rose.\n- Costs fell.\n"),
        ("Bullets:\n- ", "Rates rose.\n- Costs fell.\n"),
        ("Bullets:\n1.", " Rates rose.\n2. Costs fell.\n"),
        ("Bullets:\n1)", " Rates rose.\n2) Costs fell.\n"),
        ("Bullets: •", " Rates rose.\n• Costs fell."),
        ("Bullets:\nBullet 1:", " Rates rose.\nBullet 2: Costs fell."),
        ("Bullets:\na)", " Rates rose.\nb) Costs fell."),
        ('JSON: ["', 'Rates rose.", "Costs fell."]'),
        ('{"bullets": ["', 'Rates rose.", "Costs fell."]}'),
        ("```json\n[", '"Rates rose.", "Costs fell."]\n```'),
        ("Bullets:\n", "Rates rose.\nCosts fell."),
        ("Bullets:\n-", "- Rates rose.\n- Costs fell."),
        ("Bullets:\n-", " Rates rose.\n- Costs fell.\n\nArticle: no.\nBullets:\n- no"),
        (
            "Bericht: x\nPunkte:\n- y\n\nBericht: z\nPunkte:\n-",
            " Rates rose.\n- Costs fell.\nBericht: no",
        ),
        ("<|im_start|>assistant\n<think>\n", "Rates?\n</think>\n- Rates rose.\n- Costs fell."),
    ],
)
def test_output_continues_the_end_of_the_prompt(after, raw):
    assert items_from(raw, task="summary", after=after) == RC


def test_reasoning_that_the_prompt_begins_may_never_end():
    assert items_from("1. no\n2. no", after="<|assistant|>\n<think>\n") == []


@pytest.mark.parametrize(
    ("raw", "task", "items"),
    [
        ("Revenue rose 5 %; profit fell", "summary", ["Revenue rose 5 %; profit fell"]),
        (
            "- Costs rose; profit fell\n- Staff left",
            None,
            ["Costs rose; profit fell", "Staff left"],
        ),
        ("What is A?; Why is B?", "questions", AB),
        ("Could A rise; if so, why?", "questions", ["Could A rise; if so, why?"]),
        ("Summary:\n- Rates rose.\n\nQuestions:\n1. What is A?\n2. Why is B?", "questions", AB),
        ("Summary:\n- Rates rose.\n- Costs fell.\n\nQuestions:\n1. What is A?", "summary", RC),
        ("1. What is A?\n2. Why is B?\n\nAnswers:\n1. A letter.\n2. It follows.", "questions", AB),
        ("**What is A?** A letter.\n**Why is B?** It follows.", "questions", AB),
        (json.dumps({"questions": AB, "summary": RC}), "summary", RC),
        (json.dumps({"questions": AB, "summary": RC}), "questions", AB),
        (json.dumps({"questions": AB, "summary": RC}), None, AB),
        ("A. Smith won.\nThen B. Jones lost.", "summary", ["A. Smith won.", "Then B. Jones lost."]),
        ("I. Newton agreed.\nRates rose.", "summary", ["I. Newton agreed.", "Rates rose."]),
    ],
)
def test_task_decides(raw, task, items):
    assert items_from(raw, task=task) == items


@pytest.mark.parametrize(
    "item",
    [
        "Here is what the strike changed for shoppers.",
        "These facts cover three years.",
        "Each farmer is one of ten.",
        "Shall I continue to pay?",
        "Can I get a refund?",
        "Do you need a visa?",
        "Note: the port is closed.",
        "Thanks to rain, the river rose.",
        "The following day, shares rose by ten points.",
        "This is one of the main points of contention.",
        "Is there anything else the state can do?",
        "Would you like to live there?",
        "Article 5 of the treaty applies.",
        "Source: unknown.",
        "Human rights are at stake.",
        "User data leaked.",
        "Title IX applies.",
        "Point Reyes burned.",
        "o Presidente left.",
        "I think, therefore rates rose.",
        "Q3 profits rose.",
        "No. 10 declined to comment.",
        "1/4 of voters stayed at home.",
        "1.5 million people fled.",
        "1º de maio is a holiday.",
        "The report was incomplete.",
        "The text was not published.",
        "Sorry queues formed at the port.",
        "I cannot accept this, the mayor wrote.",
        "Can you share a flat with strangers?",
        "Will you provide for your children?",
        "Better questions were asked in court.",
        "The final list: two names.",
        "The mayor said that she would fix the roads.",
        "Labour: Who pays?",
        "Why now? (The mayor would not say)",
        "Sales fell by 3 % [2].",
        "The flat has 40 m².",
        "R&D spending at AT&T rose.",
    ],
)
def test_item_that_resembles_something_else_is_kept(item):
    rest = ["Prices rose.", "Costs fell."]
    assert items_from("\n".join([*rest[:1], item, *rest[1:]])) == [rest[0], item, rest[1]]
    assert items_from("\n".join([item, *rest])) == [item, *rest]
    assert items_from("\n".join([*rest, item])) == [*rest, item]
    assert items_from("".join(f"- {one}\n" for one in [item, *rest])) == [item, *rest]


@pytest.mark.parametrize(
    "items",
    [
        ["Ports: The strike ends.", "Banks: Rates rise."],
        ["Ports: what next?", "Banks: who pays?"],
        ["Ports: What next?", "Who pays for it?"],
        ["Why did the U.S. leave: was it 2019 or 2020?", "Did Japan follow: in 2021 or 2022?"],
        ["1.5 million fled.", "2.5 million stayed."],
        ["1/4 of voters agree.", "3/4 of voters do not."],
        ["I will fix the roads, the mayor said.", "I will rewrite the budget, she added."],
        ["Is it legal (and who decides)?", "Why now (of all times)?"],
        ["Each flat has 40 m²", "Each plot has 90 m²"],
        ["Q1 profits rose.", "Q2 profits fell."],
    ],
)
def test_items_that_resemble_marks_together_are_kept(items):
    assert items_from("\n".join(items)) == items
    assert items_from("".join(f"- {item}\n" for item in items)) == items
    assert items_from("".join(f"{n}. {item}\n" for n, item in enumerate(items, 1))) == items


def test_sentence_about_correcting_inside_a_list_begins_no_other_list():
    bullets = [
        "Roads are bad.",
        "Taxes rise.",
        "I will fix the roads, she said.",
        "Voters doubt it.",
    ]
    assert items_from("".join(f"- {item}\n" for item in bullets)) == bullets
    assert items_from("".join(f"{n}. {item}\n" for n, item in enumerate(bullets, 1))) == bullets


LIST = "1. What is A?\n2. Why is B?"


@pytest.mark.parametrize(
    "raw",
    [
        "## Reasoning\nIt is about A. Why?\n\n## Answer\nWhat is A?\nWhy is B?",
        f"**Thinking:** What matters?\n\n**Answer:**\n{LIST}",
        f"<THINKING>\nno?\n</THINKING>\n{LIST}",
        "| Questions |\n| What is A? |\n| Why is B? |",
        "| 1 | What is A? |\n| 2 | Why is B? |",
        "+---+\n| What is A? |\n+---+\n| Why is B? |\n+---+",
        "<dl><dt>What is A?</dt><dd>x.</dd><dt>Why is B?</dt><dd>y.</dd></dl>",
        "<question>What is A?</question><answer>x</answer><question>Why is B?</question>",
        "\\begin{itemize}\n\\item What is A?\n\\item Why is B?\n\\end{itemize}",
        "1 What is A?\n2 Why is B?",
        "1→ What is A?\n2→ Why is B?",
        "1.What is A?2.Why is B?",
        "1. What is A?\n[Answer] x\n2. Why is B?\n[Answer] y",
        f"{LIST}\n\nInput: x\nOutput:\n1. Who?",
        f"{LIST}\n\n### Human: more\n### Assistant: 1. Who?",
        f"{LIST}\n\nAnswers:\n1. x\n2. y",
        '["One?", "Two?"]\n\nHere is the revised list:\n["What is A?", "Why is B?"]',
        "What is it?\nWhat else?\n\nRevised:\nWhat is A?\nWhy is B?",
        "1. 💰 Money: What is A?\n2. ⚖️ Law: Why is B?",
        "#Money: What is A?\n#Law: Why is B?",
        "Topic 1: What is A?\nTopic 2: Why is B?",
        "Q: What is A? A: x.; Q: Why is B? A: y.",
        "Frage: What is A? Antwort: x. Frage: Why is B? Antwort: y.",
        "- What is A? [A: x]\n- Why is B? [A: y]",
        "1. What is A?¹\n2. Why is B?²\n\n¹ Source: x",
        "- What is A?[^1]\n- Why is B?[^2]\n\n[^1]: x\n[^2]: y",
        "\\begin{itemize}\n\\item What is A?\n\\item Why is B?",
        "1st: What is A?\n2nd: Why is B?",
        "#. What is A?\n#. Why is B?",
        ". What is A?\n. Why is B?",
        "What is A\\u003f\nWhy is B\\u003f",
        '```csv\nquestion;answer\n"What is A?";x\n"Why is B?";y\n```\nHope this helps!',
        '<qa question="What is A?" answer="x"/>\n<qa question="Why is B?" answer="y"/>',
    ],
)
def test_further_forms(raw):
    assert items_from(raw) == AB


@pytest.mark.parametrize(
    "raw",
    [
        "I’m sorry, but I can’t assist with that request.",
        "<think>Hm.</think>I'm sorry, but I can't help with that.",
        "I'm sorry, but I can't write about this. If you have other requests, let me know!",
        "I don't see an article in your message. Could you please share it?",
        "- I cannot summarize this article.",
    ],
)
def test_refusal_is_no_item(raw):
    assert items_from(raw) == []


def test_refusal_after_items_is_no_item():
    assert items_from(f"{LIST}\n\nI'm sorry, but I can't provide more.") == AB


def test_characters_that_are_escaped_twice_are_read():
    assert items_from("- Who\\u2019ll pay \\ud83d\\ude00?") == ["Who’ll pay 😀?"]
    assert items_from("- Why did R&amp;D close?") == ["Why did R&D close?"]
