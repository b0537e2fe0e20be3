"""``bench rate`` on the command line: options that do not go together, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.small_runs import write_config

OPTIONS = ("--articles", "2", "--items", "1", "--output", "sheets")


@pytest.fixture
def rated(bench, articles):
    """A run of both tasks."""
    bench("run", write_config(articles, "[lead, title, template]"))
    return Path("results/small")


def sheet(number=1):
    return Path(f"sheets/sheet-{number}.csv")


def fill(file, rater, value="4"):
    text = file.read_text("utf-8-sig")
    head, *rows = text.splitlines()
    empty = head.count(",") - head.partition("item")[0].count(",") - 1
    filled = [row.removesuffix("," * (empty + 1)) + f",{value}" * empty + "," for row in rows]
    filled[0] = rater + filled[0]
    Path(f"{rater}.csv").write_text("\n".join([head, *filled]))
    return f"{rater}.csv"


def test_sheets_are_listed_on_standard_output_and_the_key_is_not(bench, rated):
    done = bench("rate", rated, "--task", "summary", *OPTIONS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        f"sheets/sheet-1{end}" for end in (".html", ".xlsx", ".csv", "-articles.txt")
    ]
    assert "the key, which is not for raters, is results/small/ratings/keys/" in done.stderr


def test_kinds_of_sheets_are_chosen(bench, rated):
    done = bench("rate", rated, "-t", "summary", *OPTIONS, "--as", "csv", "--as", "html")
    assert not list(Path("sheets").glob("*.xlsx"))
    assert len(done.stdout.split()) == 3


def test_import_prints_the_report_in_any_format(bench, rated):
    bench("rate", rated, "--task", "summary", *OPTIONS)
    done = bench("rate", rated, "--import", fill(sheet(), "anna"))
    assert done.returncode == 0, done.stderr
    assert "summary · faithful" in done.stdout
    record = json.loads(bench("rate", rated, "--show", "--format", "json").stdout)
    assert record["version"] == 1
    assert [one["name"] for one in record["raters"]] == ["anna"]
    for format_ in ("csv", "markdown", "latex"):
        printed = bench("rate", rated, "--show", "--format", format_).stdout
        assert "faithful" in printed
    alone = bench("rate", rated, "--plan")
    assert "has ratings of a single model; rate another one" in alone.stderr


def test_filled_sheet_is_not_overwritten(bench, rated):
    bench("rate", rated, "--task", "summary", *OPTIONS)
    again = bench("rate", rated, "--task", "summary", *OPTIONS)
    assert again.returncode == 0  # the same sheets
    sheet().write_text("filled in")
    done = bench("rate", rated, "--task", "summary", *OPTIONS)
    assert done.returncode == 2
    assert "sheets/sheet-1.csv: exists and may have been filled in; give another" in done.stderr
    assert sheet().read_text() == "filled in"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "; choose one with --task"),
        (["-t", "poems"], "unknown task of this run 'poems'"),
        (["-t", "summary", "--articles", "few"], "--articles 'few': write a number or all"),
        (["-t", "summary", "--articles", "0"], "--articles '0': write a number or all"),
        (["-t", "summary", "--as", "pdf"], "unknown format of sheets 'pdf'"),
        (["-t", "summary", "--rater", "anna"], "apply to returned sheets; add --import"),
        (["-t", "summary", "--effect", "1"], "--effect applies to --plan"),
        (["anna.csv"], "anna.csv: add --import"),
        (["--import"], "--import needs at least one file"),
        (["--import", "anna.csv"], "no rating sheets were made from this run"),
        (["--show", "anna.csv"], "use --import to import files"),
        (["--plan", "--import", "anna.csv"], "--plan goes with neither"),
        (["--plan"], "has no ratings of people yet"),
    ],
)
def test_options_that_cannot_be_used_are_one_line(bench, rated, options, reason):
    done = bench("rate", rated, *options)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("error: ")
    assert reason in line
    assert not (rated / "ratings").exists()


def test_url_of_a_run_is_refused(bench):
    done = bench("rate", "memory://bucket/run")
    assert done.returncode == 2


def test_run_without_ratings_says_so(bench, rated):
    done = bench("rate", rated, "--show")
    assert done.returncode == 0
    assert "No ratings yet: bench rate RUN --import FILES adds those of" in done.stdout


def test_faults_of_all_files_are_printed_together(bench, rated):
    bench("rate", rated, "--task", "summary", *OPTIONS, "--raters", "2")
    one, other = fill(sheet(1), "anna", "9"), fill(sheet(2), "ben", "x")
    done = bench("rate", rated, "--import", one, other, "missing.csv")
    assert done.returncode == 2
    for told in (
        'anna.csv:2: faithful: "9" is',
        'ben.csv:2: faithful: "x" is',
        "missing.csv: cannot",
    ):
        assert told in done.stderr
    assert "nothing was imported" in done.stderr
