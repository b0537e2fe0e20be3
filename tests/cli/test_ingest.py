"""`bench ingest` as a user meets it."""

from __future__ import annotations

import json

import pytest

PAGE = """\
{title}

Key points
• The harbour bridge closes for two years.
• Divers found cracks in two of its piers.

The harbour council voted on Tuesday to close the old bridge to all traffic.

Work begins in March, once the ice has gone.

Questions
Why does the bridge have to close?
When does the work begin?
"""


@pytest.fixture
def pages(tmp_path):
    """Two good pages in a folder."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, title in (("a", "The Old Bridge Closes"), ("b", "The New Bridge Closes")):
        (folder / f"{name}.txt").write_text(PAGE.format(title=title))
    return folder


def test_pages_become_a_data_set_and_the_counts_are_told(bench, pages, tmp_path):
    done = bench("ingest", "pages/*.txt", "--output", "set")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "The Old Bridge Closes: 2 paragraphs, 2 bullets, 2 questions\n"
        "The New Bridge Closes: 2 paragraphs, 2 bullets, 2 questions\n"
        "2 articles written to set/test.jsonl\n"
    )
    rows = [json.loads(line) for line in (tmp_path / "set" / "test.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["the-old-bridge-closes", "the-new-bridge-closes"]
    assert (tmp_path / "set" / "README.md").read_text().startswith("---\npretty_name: set\n")


def test_what_was_written_can_be_run(bench, pages):
    assert bench("ingest", "pages/*.txt", "-o", "set").returncode == 0
    done = bench("validate", "--dataset", "set")
    assert done.returncode == 0, done.stderr
    assert "articles  2" in done.stdout


def test_options_are_written_in_the_rows(bench, pages, tmp_path):
    (pages / "a.txt").write_text(PAGE.format(title="Die Brücke bleibt zu"), encoding="cp1252")
    done = bench(
        "ingest", "pages/a.txt", "-o", "set", "--split", "train", "--encoding", "cp1252",
        "--source", "Coast News", "--license", "cc-by-4.0", "--language", "de",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, (tmp_path / "set" / "train.jsonl").read_text("utf-8").splitlines())
    assert row["title"] == "Die Brücke bleibt zu"
    assert (row["source"], row["license"], row["language"]) == ("Coast News", "cc-by-4.0", "de")


def test_every_fault_is_one_line_and_nothing_is_written(bench, pages, tmp_path):
    (pages / "c.txt").write_text("A page about nothing\n")
    done = bench("ingest", "pages/*", "none.txt", "-o", "set")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("error: pages/c.txt: no bullets found; put them below a line")
    assert lines[3] == "error: none.txt: no such file; check the path"
    assert not (tmp_path / "set").exists()


def test_rows_that_are_there_are_kept_unless_forced(bench, pages, tmp_path):
    bench("ingest", "pages/a.txt", "-o", "set")
    (tmp_path / "set" / "README.md").write_text("mine")
    again = bench("ingest", "pages/b.txt", "-o", "set")
    assert again.returncode == 2
    assert again.stderr == (
        "error: set/test.jsonl: exists already; add --force to replace it, "
        "or choose another --output\n"
    )
    other = bench("ingest", "pages/b.txt", "-o", "set", "--split", "train")
    assert "set/README.md was there already and is kept; --force writes a new one" in other.stderr
    assert bench("ingest", "pages/b.txt", "-o", "set", "--force").returncode == 0
    assert (tmp_path / "set" / "README.md").read_text() != "mine"


def test_of_many_pages_only_the_totals_are_told(bench, tmp_path):
    for number in range(21):
        (tmp_path / f"{number}.txt").write_text(PAGE.format(title=f"The Bridge Number {number}"))
    done = bench("ingest", "*.txt", "-o", "set")
    assert done.stderr == (
        "42 paragraphs, 42 bullets, 42 questions\n21 articles written to set/test.jsonl\n"
    )


def test_the_help_teaches_by_example(bench):
    assert "bench ingest 'pages/*.html' --output" in bench("ingest", "--help").stdout
