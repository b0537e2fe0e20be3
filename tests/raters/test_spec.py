"""A rater of a run: what it is shown, what its answers depend on, and what becomes of faults."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.raters.base import RatingRequest
from bench.raters.spec import build_rater
from bench.raters.templates import RatingTemplate
from bench.tasks import TASKS

ZOO = "tests.runs.raters_of_tests"
ARTICLE = Article(
    id="a", title="Harbour", text="It was sold.", summary=("Sold.",), extra={"note": "x"}
)


def request(item="Sold it was.", article=ARTICLE, dimension="capitals", task="summary", **facts):
    return RatingRequest(article, TASKS[task], dimension, (item,), **facts)


def counted(**parameters):
    return build_rater(f"{ZOO}:Counted", "counted", parameters)


def test_key_covers_all_that_the_answer_depends_on():
    spec, base = counted(), request()
    others = [
        request("Sold it wasn't."),
        request(dimension="length"),
        request(task="questions"),
        request(article=ARTICLE.model_copy(update={"text": "It was kept."})),
        replace(base, items=("Sold it was.", "Twice.")),
        replace(base, against=("Kept.",)),
        replace(base, against=()),
    ]
    keys = {spec.key(base), *map(spec.key, others), counted(start="A").key(base)}
    assert len(keys) == len(others) + 2


def test_key_ignores_what_the_rater_does_not_see():
    other = ARTICLE.model_copy(update={"summary": ("Kept.",), "extra": {}, "cluster": "c"})
    assert counted().key(request()) == counted(log="b").key(request(article=other))
    seeing = build_rater(f"{ZOO}:Peeking", "seeing", {"references": True})
    shown = [request(dimension="shown"), request(dimension="shown", article=other)]
    assert len(set(map(seeing.key, shown))) == 2


def test_items_are_told_apart_from_their_concatenation():
    spec = counted()
    lists = [("a", "b"), ("a\x1fb",), ("a b",), ("b", "a")]
    keys = [spec.key(replace(request(dimension="length"), items=items)) for items in lists]
    assert len(set(keys)) == len(lists)


def test_name_of_the_rater_is_no_part_of_the_key():
    one, other = (build_rater(f"{ZOO}:Counted", name, {}) for name in ("a", "b"))
    assert one.key(request()) == other.key(request())
    assert (one.score("x"), other.score("x")) == ("a.x", "b.x")


def test_unpickled_rater_has_the_same_keys_and_answers():
    spec = counted(start="AB")
    copied = pickle.loads(pickle.dumps(spec))
    assert copied.key(request()) == spec.key(request())
    assert copied.rate([request()]) == spec.rate([request()])


def test_answers_before_a_failure_are_kept_and_the_rest_is_tried_alone():
    spec = build_rater(f"{ZOO}:Fragile", "frail", {"article": "", "word": "harbour"})
    items = ("One.", "The harbour.", "Two.")
    answers, stopped = spec.rate([request(item, dimension="fine") for item in items])
    assert [answer.status for answer in answers] == ["ok", "error", "ok"]
    assert stopped is None
    assert answers[1].error.startswith("ValueError: no harbours")
    assert "raters_of_tests.py:" in answers[1].error


def test_rater_that_stops_returns_what_it_has():
    spec = build_rater(f"{ZOO}:Stopping", "costly", {"most": 2})
    answers, stopped = spec.rate([request(str(n), dimension="fine") for n in range(4)])
    assert [answer.value for answer in answers] == [0.25, 0.25]
    assert stopped == "the limit of 2 calls is reached"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ missing }}", "judge's prompt, line 1: .*'missing' is undefined"),
        ("\n{{ 1 // 0 }}", "judge's prompt, line 2: ZeroDivisionError"),
        ("{% for i in range(10**6) %}x{% endfor %}", "judge's prompt, line 1: "),
        ("{{ text.__class__.__mro__ }}", "judge's prompt"),
    ],
)
def test_template_that_goes_wrong_is_one_line(source, reason):
    template = RatingTemplate(source, "judge's prompt")
    with pytest.raises(ConfigError, match=reason) as error:
        template.text(request())
    assert len(error.value.problems) == 1


def test_template_sees_the_item_the_list_and_the_article():
    template = RatingTemplate(
        "{{ title }}|{{ text }}|{{ item }}|{{ items | join('+') }}|{{ noun }}|{{ task }}"
    )
    assert template.text(request("A?")) == "Harbour|It was sold.|A?|A?|bullet|summary"
    whole = replace(request(), items=("A?", "B?"))
    assert template.text(whole) == "Harbour|It was sold.||A?+B?|bullet|summary"
    assert list(template.faults("text", "item")) == []
    assert list(template.faults("references")) == [
        "prompt: the rater would never see 'references'; add `{{ references }}`"
    ]


def test_articles_are_data_for_a_template():
    sly = ARTICLE.model_copy(update={"text": "{{ 7 * 7 }}{% raw %}"})
    assert RatingTemplate("{{ text }}").text(request(article=sly)) == "{{ 7 * 7 }}{% raw %}"
