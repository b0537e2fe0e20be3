from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.article import Article, References
from bench.data.audit import EXAMPLES, Audit, Finding, Spread, audit
from bench.data.repeats import Originals
from bench.data.rows import Dataset, load_dataset
from bench.reports.audit import error_lines
from bench.reports.render import render, view_of
from bench.reports.terminal import plain_text
from bench.tasks import TASKS, task_named
from tests.conftest import ROOT

LENT = Path(os.environ.get("BENCH_REAL_DATA", ROOT.parent / "shared" / "data"))
TEXT = "The harbour was sold on Friday. Nobody knows yet what the buyer will do with the cranes."


def article(name: str = "a", **fields) -> Article:
    usual = {
        "title": f"The Sale of {name}",
        "text": f"{TEXT} {name} {name} {name} {name} {name} {name} {name}",
        "summary": ["The port has a new owner.", "Plans for it are unknown."],
        "questions": ["Who sold the harbour?", "Why on a Friday?"],
    }
    return Article(id=name, **{**usual, **fields})


def looked_through(*articles: Article, tokenizer="rouge-score", tasks=tuple(TASKS)) -> Audit:
    return audit(Dataset("made", articles), map(task_named, tasks), tokenizer)


def findings(*articles: Article, **options) -> dict[str, Finding]:
    return {found.code: found for found in looked_through(*articles, **options).findings}


def only(*articles: Article, **options) -> Finding:
    (found,) = findings(*articles, **options).values()
    return found


def test_nothing_is_found_where_nothing_is_wrong():
    assert findings(article("a"), article("b")) == {}


@pytest.mark.parametrize(
    ("fields", "code", "severity", "count"),
    [
        ({"text": " \n"}, "text.missing", "warning", 1),
        ({"title": ""}, "title.missing", "info", 1),
        ({"summary": []}, "summary.missing", "warning", 1),
        ({"questions": []}, "questions.missing", "warning", 1),
        ({"summary": ["One\nline.", "Two\r\nlines."]}, "summary.lines", "warning", 2),
        ({"summary": ["It was sold.<n>It was big.", "Ok."]}, "summary.run_together", "warning", 1),
        ({"summary": ["It was sold. • It was big.", "Ok."]}, "summary.run_together", "warning", 1),
        ({"questions": ["Who won? Why was it?"]}, "questions.run_together", "warning", 1),
        ({"questions": ["Who won", "“Why?”"]}, "questions.unmarked", "warning", 1),
        ({"questions": ["Who won;", "Why?"]}, "questions.unmarked", "warning", 1),
        ({"questions": ["Who won?", "who  WON?", "Who won?"]}, "questions.repeated", "warning", 2),
        ({"questions": ["?!?"]}, "questions.wordless", "warning", 1),
        ({"summary": ["The HARBOUR was\u00a0sold on Friday"]}, "summary.leaked", "warning", 1),
        ({"questions": ["Who?"], "text": "But who?\nShe."}, "questions.leaked", "warning", 1),
        ({"summary": ["Гавань продана."]}, "summary.dropped", "error", 1),
        ({"summary": ["Die Gebühr für Brötchen."]}, "summary.partly_dropped", "warning", 1),
        ({"questions": ["Кто купил порт в 2024?"]}, "questions.mostly_dropped", "error", 1),
    ],
)  # fmt: skip
def test_each_thing_that_may_be_wrong_with_an_article(fields, code, severity, count):
    found = only(article("good"), article("bad", **fields))
    assert (found.code, found.severity, found.count) == (code, severity, count)
    assert found.examples == ("bad",)


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": ["Sales rose 2.5 to 3. Costs fell.", "Its arm <not the other> grew by 2. 5."]},
        {"summary": ["Is it over? Not yet, the bank says."]},
        {"questions": ["Who asked “why?” of the board?", "买家是谁？", "ποιος πούλησε το λιμάνι;"]},
    ],
)
def test_harmless_oddities_are_not_reported(fields):
    assert findings(article("a", **fields), tokenizer="unicode") == {}


def test_remedy_for_other_scripts_helps():
    russian = article("a", summary=["Гавань продана."], questions=["Кто купил порт в 2024?"])
    assert len(findings(russian)) == 2
    assert findings(russian, tokenizer="unicode") == {}
    assert "`tokenizer: unicode`" in findings(russian)["summary.dropped"].message


def test_second_lists_are_counted_and_looked_through():
    second = References(summary=("It was sold.",), questions=("Who knows",))
    looked = looked_through(article("a", alternatives=[second, second]), article("b"))
    assert looked.tasks["summary"].with_alternatives == 1
    assert looked.tasks["summary"].alternatives == 2
    assert [(f.code, f.count) for f in looked.findings] == [("questions.unmarked", 2)]


def test_repeated_texts_and_titles_name_what_they_repeat():
    shouted = article("b", text=article("a").text.upper().replace(" ", "\n"))
    same_title = article("c", title="the sale  OF a")
    found = findings(article("a"), shouted, same_title)
    assert (found["text.same"].examples, found["text.same"].repeats) == (("b",), ("a",))
    assert (found["title.same"].examples, found["title.same"].repeats) == (("c",), ("a",))
    assert found["text.same"].severity == "warning"
    assert len(found) == 2


def test_text_with_a_word_changed_is_a_near_duplicate():
    long = " ".join(f"word{n}" for n in range(200))
    pair = (article("a", text=long), article("b", text=long.replace("word70 ", "other ")))
    found = only(*pair, article("c"))
    assert (found.code, found.severity, found.count) == ("text.near", "warning", 1)
    assert (found.examples, found.repeats) == (("b",), ("a",))


def test_nothing_to_compare_with_is_an_error():
    bare = [article(name, summary=[], questions=[]) for name in "ab"]
    found = findings(*bare)
    assert found["references.none"].severity == "error"
    assert found["summary.none"].severity == found["questions.none"].severity == "info"
    one = findings(article("a", questions=[]))
    assert one.keys() == {"questions.none"}
    asked = looked_through(article("a", questions=[]), tasks=["questions"])
    assert [found.code for found in asked.errors] == ["references.none"]


def test_worst_comes_first_and_examples_are_few():
    names = [f"a{n}" for n in range(9)]
    looked = looked_through(*(article(n, title="", summary=["Гавань"] * 2) for n in names))
    assert [f.severity for f in looked.findings] == ["error", "warning", "info"]
    assert [f.count for f in looked.findings] == [18, 9, 9]
    assert all(f.examples == tuple(names[:EXAMPLES]) for f in looked.findings)


def test_lengths_and_languages():
    articles = [article(f"a{n}", questions=["Why is it so?"] * n) for n in range(1, 6)]
    looked = looked_through(*articles, article("zh", language="zh", text="港口" * 10, questions=[]))
    assert looked.tasks["questions"].items == Spread(1, 2, 3, 4, 5)
    assert looked.tasks["questions"].words == Spread(4, 4, 4, 4, 4)
    assert looked.tasks["questions"].articles == 5
    assert looked.tasks["questions"].missing == 1
    assert looked.languages == {"en": 5, "zh": 1}
    assert looked.words is not None
    assert looked.words.min == 20  # characters, where words have no spaces between them


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    starts = range(max(1, len(words) - 4)) if words else ()
    return {tuple(words[k : k + 5]) for k in starts}


def brute_force(texts: list[str]) -> list[tuple[int, float] | None]:
    """Each text against every original before it."""
    found: list[tuple[int, float] | None] = []
    runs = [runs_of(text) for text in texts]
    for i, own in enumerate(runs):
        shares = [
            (len(own & runs[j]) / len(own | runs[j]), -j)
            for j in range(i)
            if found[j] is None and own and runs[j]
        ]
        share, place = max(shares, default=(0.0, 0))
        found.append((-place, share) if share >= 0.8 else None)
    return found


WORDS = st.lists(st.sampled_from("abc"), max_size=12)
CAST = st.lists(st.integers(0, 59), max_size=3)


@given(
    st.lists(
        # Texts of a few words, and longer ones cast in one mould, up to three words changed.
        WORDS.map(" ".join)
        | CAST.map(lambda at: " ".join("x" if n in at else f"w{n}" for n in range(60))),
        max_size=8,
    )
)
@example(["a b c d e f g h i j k l m", "a b c d e f g h i j k l", ""])
@example(["A b", "a, B!", "b a"])
def test_near_repeats_are_those_of_brute_force(texts):
    originals = Originals()
    assert [originals.add(text) for text in texts] == brute_force(texts)


@pytest.mark.slow
def test_ten_thousand_articles_of_one_mould_are_looked_through():
    draw = random.Random(0)
    mould = [f"w{draw.randrange(5000)}" for _ in range(120)]
    articles = []
    for n in range(10_000):
        words = list(mould)
        # Too unlike to be near duplicates, and so alike that an index alone would not help.
        for place in range(n % 30, 120, 30):
            words[place] = f"n{n}-{place}"
        articles.append(article(f"a{n}", text=" ".join(words)))
    looked = looked_through(*articles)
    assert looked.articles == 10_000
    assert {found.code for found in looked.findings} <= {"text.near"}


def test_view_is_narrow_and_steers_no_terminal():
    evil = "\x1b[31mred\u202e"
    articles = [article(f"{evil}{n}" * 4, language=evil, title="") for n in range(7)]
    shown = plain_text(view_of(looked_through(*articles)), width=100)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[31mred" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_json_has_the_documented_shape():
    looked = looked_through(article("a"), article("b", text=article("a").text, title=""))
    record = json.loads(render(looked, "json"))
    assert record["version"] == 1
    assert record["dataset"] == "made"
    assert record["fingerprint"] == looked.fingerprint
    assert record["articles"] == 2
    assert record["tasks"]["summary"]["items"]["median"] == 2
    same, untitled = record["findings"]
    assert same["repeats"] == ["a"]
    assert untitled == {
        "severity": "info",
        "code": "title.missing",
        "count": 1,
        "message": "articles without title",
        "examples": ["b"],
    }


def test_each_error_is_one_line():
    looked = looked_through(article("a", summary=["Гавань"], questions=["Кто?"]))
    assert len(error_lines(looked)) == 2
    assert error_lines(looked)[0].startswith("made: 1 bullets without a letter or digit")


@pytest.mark.parametrize(("name", "split"), [("nextfin", "test"), ("briefs", "test")])
def test_nothing_is_wrong_with_what_is_shipped(name, split):
    assert audit(load_dataset(name, split=split), TASKS.values()).findings == ()


@pytest.mark.slow
@pytest.mark.skipif(not LENT.is_dir(), reason="the lent data is not here")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("fairytaleqa/validation.jsonl", {"questions.repeated": 1, "summary.none": 23}),
        ("realsumm/articles.jsonl",
         {"text.missing": 50, "title.missing": 50, "questions.none": 50}),
        ("squad_du/articles.jsonl",
         {"questions.unmarked": 10, "questions.repeated": 10, "title.missing": 400,
          "summary.none": 400}),
        ("qgeval/articles.jsonl",
         {"questions.unmarked": 1, "title.missing": 100, "summary.none": 100}),
    ],
)  # fmt: skip
def test_real_data_is_audited_correctly(file, expected):
    looked = audit(load_dataset(LENT / file), TASKS.values())
    assert {found.code: found.count for found in looked.findings} == expected
    assert looked.errors == []
