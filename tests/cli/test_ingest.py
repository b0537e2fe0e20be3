"""`bench ingest` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_written_dataset_can_be_run(bench, pages):
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
    assert "set/README.md already exists and is kept; --force replaces it" in other.stderr
    assert bench("ingest", "pages/b.txt", "-o", "set", "--force").returncode == 0
    assert (tmp_path / "set" / "README.md").read_text() != "mine"


def test_totals_alone_are_reported_of_many_pages(bench, tmp_path):
    for number in range(21):
        (tmp_path / f"{number}.txt").write_text(PAGE.format(title=f"The Bridge Number {number}"))
    done = bench("ingest", "*.txt", "-o", "set")
    assert done.stderr == (
        "42 paragraphs, 42 bullets, 42 questions\n21 articles written to set/test.jsonl\n"
    )


def test_help_teaches_by_example(bench):
    assert "bench ingest 'pages/*.html' --output" in bench("ingest", "--help").stdout


def long_page(title: str, name: str = "pier", more: str = "") -> str:
    body = " ".join(
        f"The {name}{n} has a {name} crack, and {name} divers saw it." for n in range(9)
    )
    return PAGE.replace("Work begins", f"{body}{more}\n\nWork begins").format(title=title)


def test_folder_is_read_at_any_depth_by_name(bench, tmp_path):
    site = tmp_path / "site"
    for name in ("z.txt", "b/a.md", "a/b.HTM", ".hidden/x.txt", "b/a_files/ad.html", "notes.rst"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(PAGE.format(title=f"The Bridge of {name}"))
    (site / "b" / "a.html").write_text(PAGE.format(title="The Bridge of b/a.html"))
    done = bench("ingest", "site", "site/z.txt", "-o", "set")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "set" / "test.jsonl").read_text().splitlines()]
    names = ["a/b.HTM", "b/a.html", "b/a.md", "z.txt"]
    assert [row["title"] for row in rows] == [f"The Bridge of {name}" for name in names]


def test_folder_without_pages_is_said(bench, tmp_path):
    (tmp_path / "empty").mkdir()
    done = bench("ingest", "empty", "-o", "set")
    assert done.returncode == 2
    assert done.stderr.startswith("error: empty: is a directory; no .html, .htm, .txt, .md file")


def test_broken_pages_do_not_lose_the_others_where_asked(bench, pages, tmp_path):
    (pages / "c.txt").write_text("A page about nothing\n")
    (pages / "d.html").write_bytes(b"\x89PNG\r\n")
    (pages / "e.txt").write_bytes(b"caf\xe9")
    refused = bench("ingest", "pages", "-o", "set")
    assert refused.returncode == 2
    assert not (tmp_path / "set").exists()
    done = bench("ingest", "pages", "-o", "set", "--keep-going")
    assert done.returncode == 2
    said = done.stderr.splitlines()
    assert said[2:4] == ["5 pages read: 3 broken", "2 articles written to set/test.jsonl"]
    assert [line.split(": ")[1] for line in said[4:]] == [
        "pages/c.txt",
        "pages/c.txt",
        "pages/c.txt",
        "pages/d.html",
        "pages/e.txt:1",
    ]
    assert len((tmp_path / "set" / "test.jsonl").read_text().splitlines()) == 2


def test_nothing_is_written_if_no_page_is_good(bench, tmp_path):
    (tmp_path / "c.txt").write_text("A page about nothing\n")
    done = bench("ingest", "c.txt", "-o", "set", "--keep-going")
    assert done.returncode == 2
    assert not (tmp_path / "set").exists()


def test_repeats_are_told_and_exact_ones_left_out(bench, tmp_path):
    link = "<html><link rel=canonical href='https://a.example/1{}'><pre>{}</pre></html>"
    for name, page in {
        "a.html": link.format("", long_page("The Old Bridge Closes")),
        "b.txt": long_page("The Old Bridge Closes"),
        "c.txt": long_page("The Bridge Is Shut"),
        "d.txt": long_page("The Bridge Is Open", more=" So it is closed."),
        "e.txt": long_page("The Old Bridge Closes", "arch"),
        "f.html": link.format("/#top", long_page("The Station Closes", "rail")),
        "g.txt": long_page("The Mill Closes", "mill"),
    }.items():
        (tmp_path / name).write_text(page)
    done = bench("ingest", "*.html", "*.txt", "-o", "set")
    assert done.returncode == 0, done.stderr
    said = done.stderr.splitlines()
    assert said[:5] == [
        "note: f.html: same address as a.html, but a different text; both are kept",
        "note: b.txt: same article id 'the-old-bridge-closes' and text as a.html; skipped",
        "note: c.txt: same text as a.html under another title; skipped",
        "note: d.txt: nearly the same text as a.html (87% in common); both are kept",
        "note: e.txt: same title as a.html, but a different text; both are kept, with the id"
        " 'the-old-bridge-closes-2'",
    ]
    assert said[-2:] == [
        "7 pages read: 2 skipped as exact repeats, 3 kept although similar to another",
        "5 articles written to set/test.jsonl",
    ]
    rows = [json.loads(line) for line in (tmp_path / "set" / "test.jsonl").read_text().splitlines()]
    assert len({row["id"] for row in rows}) == 5
    again = bench("ingest", "*.html", "-o", "other", "--source", "https://a.example/")
    assert "note" not in again.stderr


def test_pages_that_lack_a_list_are_taken_where_asked(bench, pages, tmp_path):
    _, _, rest = PAGE.partition("The harbour council")
    (pages / "c.txt").write_text(PAGE.partition("Questions\n")[0].format(title="No Questions Here"))
    without = "{title}\n\n" + "The harbour council" + rest
    (pages / "d.txt").write_text(without.format(title="No Bullets Are Here"))
    assert bench("ingest", "pages", "-o", "set").returncode == 2
    done = bench("ingest", "pages", "-o", "set", "--partial")
    assert done.returncode == 0, done.stderr
    assert "4 pages read: 1 without bullets, 1 without questions\n" in done.stderr


def test_headings_can_be_named_besides_the_known_ones(bench, pages, tmp_path):
    page = (pages / "a.txt").read_text()
    page = page.replace("Key points", "Das Wichtigste").replace(
        "Questions\n", "Was bleibt offen?\n"
    )
    (pages / "a.txt").write_text(page)
    named = ("--summary-heading", "das *", "--questions-heading", "Was bleibt offen?")
    done = bench("ingest", "pages", "-o", "set", *named)
    assert done.returncode == 0, done.stderr
    assert "The Old Bridge Closes: 2 paragraphs, 2 bullets, 2 questions" in done.stderr
    wrong = bench("ingest", "pages", "-o", "set", "--summary-heading", "*")
    assert wrong.returncode == 2
    assert "--summary-heading '*': give the words of a heading" in wrong.stderr


def test_broken_json_ld_is_told_and_costs_nothing(bench, tmp_path):
    script = "<script type='application/ld+json'>{broken</script>"
    page = f"<html>\n{script}\n<pre>{long_page('The Old Bridge Closes')}</pre></html>"
    (tmp_path / "a.html").write_text(page)
    done = bench("ingest", "a.html", "-o", "set")
    assert done.returncode == 0
    assert done.stderr.startswith("note: a.html:2: invalid JSON-LD is ignored (expecting property")


def test_first_notes_alone_are_reported_of_many(bench, tmp_path):
    for number in range(25):
        (tmp_path / f"{number:02}.txt").write_text(long_page("The Old Bridge Closes"))
    said = bench("ingest", "*.txt", "-o", "set").stderr.splitlines()
    assert sum(line.startswith("note: ") for line in said) == 21
    assert said[20] == "note: ... and 4 more such notes"


def test_explanation_is_printed_and_nothing_is_written(bench):
    Path("p.html").write_text("<h1>Ferry crews return to work</h1><p>Too short</p>")
    done = bench("ingest", "p.html", "--explain")
    assert done.returncode == 0, done.stderr
    assert "p.html: title (first heading of level 1): Ferry crews return to work" in done.stdout
    assert not list(Path().glob("*/test.jsonl"))


def test_output_is_required_unless_a_page_is_explained(bench):
    done = bench("ingest", "p.html")
    assert done.returncode == 2
    assert "--output DIR" in done.stderr
