"""Changes of outputs between two runs: several samples of an article, and articles of one run."""

from __future__ import annotations

import pytest

from bench.comparison.changes import RunOutput, changes
from tests.comparison.made_runs import make_run


def output(*items: str) -> RunOutput:
    return RunOutput(items, "ok", None, None, most=2)


def test_items_that_are_not_scored_do_not_come_before_those_of_later_samples():
    first, second, third = output("a", "b", "x"), output("c"), output("d", "e", "y")
    found = third.after(second.after(first.after(None)))
    assert (found.items, found.most) == (("a", "b", "c", "d", "e"), 6)
    assert first.after(None).items == ("a", "b", "x")


@pytest.mark.parametrize(
    ("alone", "words"), [(1, "1 article has a prediction"), (2, "2 articles have a prediction")]
)
def test_articles_that_one_run_lacks_are_counted(tmp_path, alone, words):
    before, now = (
        make_run(tmp_path / name, {"m": [0.5] * size}, written={"m": ["?"] * size})
        for name, size in (("before", 3 + alone), ("now", 3))
    )
    assert f"m (questions): {words} in one run only" in changes(now, before).notes
