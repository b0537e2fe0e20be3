"""Very long predictions are shown in part, and it is said of what."""

from __future__ import annotations

import json

import pytest

from bench.metrics.token_similarity import RougeLSimilarity
from bench.runs.excerpt import LONGEST, excerpt

LONG = [f"Why did {n} of them leave?" for n in range(1100)]


def test_short_text_is_shown_whole():
    assert excerpt(("a", "b" * LONGEST), 2).items == ("a", "b" * LONGEST)
    assert not excerpt(("a", "b" * LONGEST), 2).note


def test_first_items_and_the_beginning_of_each_are_shown():
    found = excerpt(["x" * 12_345, *LONG], 1000)
    assert len(found.items) == 1000
    assert found.items[0] == "x" * LONGEST + "… (12,345 characters)"
    assert found.items[1:] == tuple(LONG[:999])
    assert found.note == (
        "1,101 items, of which only the first 1,000 are scored and shown;"
        " 1 item is longer than the 5,000 characters shown"
    )


@pytest.fixture
def runs(here, tmp_path, articles, rows):
    for name, items in (("now", ["x" * 1_000_000, *LONG]), ("before", LONG)):
        lines = [{"article": row["id"], "items": items} for row in rows if row["questions"]]
        (tmp_path / "long.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        done = here("score", "long.jsonl", "-d", articles, "-t", "questions", "-o", name)
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_show_diff_and_report_say_what_they_leave_out(here, tmp_path, runs):
    told = "1,101 items, of which only the first 1,000 are scored and shown"
    shown = here("show", "now", "--model", "long")
    assert told in " ".join(shown.stdout.split())
    assert len(shown.stdout) < 400_000
    data = json.loads(here("show", "now", "-m", "long", "-w", "1", "-f", "json").stdout)
    (row,) = data["tasks"]["questions"]["worst"]
    assert told in row["alignment"]["note"]
    assert len(row["alignment"]["items"]) == 1000
    diff = here("show", "now", "--diff", "before")
    assert f"now: {told}" in " ".join(diff.stdout.split())
    changes = here("show", "now", "--diff", "before", "-f", "json")
    assert told in changes.stdout
    assert here("report", "now", "-o", "page.html").returncode == 0
    assert (tmp_path / "page.html").stat().st_size < 2_000_000


def test_list_with_itself_is_compared_in_pieces(monkeypatch):
    similarity, items = RougeLSimilarity(), LONG[:50]
    whole = similarity.matrix(items, items)
    monkeypatch.setattr("bench.metrics.item_pairs.PAIRS", 60)
    assert (similarity.matrix(items, items) == whole).all()
