from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bench.comparison.rewrites import Line, changed_words, lines

ITEMS = st.lists(st.sampled_from(["Why?", "Who paid?", "Who paid it?", "When will it end?"]))


@given(ITEMS, ITEMS)
def test_every_item_of_both_lists_stands_in_one_line(before, now):
    found = lines(before, now)
    assert Counter(line.before for line in found if line.before) == Counter(before)
    assert [line.now for line in found if line.now] == now


@given(ITEMS)
def test_same_items_in_any_order_are_kept(items):
    assert all(line.kept for line in lines(items, items[::-1]))


def test_item_in_slightly_other_words_is_a_rewrite_and_a_new_one_is_not():
    found = lines(
        ["Why did the bridge fall?", "Who paid?"], ["Why did the old bridge fall?", "Is it cold?"]
    )
    assert found == [
        Line("Why did the bridge fall?", "Why did the old bridge fall?"),
        Line(None, "Is it cold?"),
        Line("Who paid?", None),
    ]


def test_each_finds_the_one_it_is_most_like():
    before = ["The harbour was sold on Friday.", "The harbour was sold."]
    now = ["The harbour was sold!", "The harbour was sold on Monday."]
    assert {line.before: line.now for line in lines(before, now)} == dict(
        zip(before, reversed(now), strict=True)
    )


@given(st.text(), st.text())
def test_pieces_are_the_texts_and_those_not_set_off_are_the_same(before, now):
    sides = changed_words(before, now)
    assert tuple("".join(text for text, _ in side) for side in sides) == (before, now)
    left, right = ("".join(text for text, set_off in side if not set_off) for side in sides)
    assert left == right


def test_words_that_differ_are_set_off():
    old, new = changed_words("Why did it fall?", "Why did he fall?")
    assert [text for text, set_off in old if set_off] == ["it"]
    assert [text for text, set_off in new if set_off] == ["he"]
