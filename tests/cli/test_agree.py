"""``bench agree``: options, formats, and names that nobody should trust."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bench import agree, render
from tests.agreement.test_agree import study

HOSTILE = "<script>alert(1)</script>\x1b[31m=cmd|'/C' & $x_1% \u202e::error::"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("agree")
    ratings, measures = study(articles=6, systems=4)
    for name, rows in (("ratings", ratings), ("measures", measures)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text)
    return str(folder / "ratings.jsonl"), str(folder / "measures.jsonl")


def test_tables_fit_80_columns(files, bench, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = bench("agree", files[0], "--measures", files[1], "--resamples", "100")
    assert done.returncode == 0, done.stderr
    out = done.stdout
    assert max(map(len, out.splitlines())) <= 80
    for words in ("clear · 6 articles, 4 systems, 24 items", "one rater", "pairs", "verdict"):
        assert words in out
    assert "corrected for all pairs of the 4 measures tried" in " ".join(out.split())
    assert "Krippendorff's alpha of 2 raters on 24 items: nominal" in " ".join(out.split())


@pytest.mark.slow
def test_the_function_and_the_verb_give_the_same(files, bench):
    done = bench("agree", files[0], "--measures", files[1], "--seed", "3", "-f", "json")
    found = agree(files[0], measures=files[1], seed=3)
    assert done.stdout == render(found, "json")


def test_csv_has_a_row_for_each_value(files, bench):
    done = bench("agree", files[0], "--measures", files[1], "--resamples", "100", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    good = {(r["level"], r["statistic"]): r for r in rows if r["measure"] == "good"}
    assert set(good) == {
        ("item", "accuracy"),
        *(("system", kind) for kind in ("pearson", "spearman", "kendall")),
        *(("within", kind) for kind in ("pearson", "spearman", "kendall")),
        ("pooled", "pearson"),
        ("within", "length_controlled"),
    }
    one = good["item", "accuracy"]
    assert float(one["low"]) <= float(one["value"]) <= float(one["high"])
    assert [r["statistic"] for r in rows[-3:]] == [
        "alpha.nominal",
        "alpha.ordinal",
        "alpha.interval",
    ]


@pytest.mark.parametrize("format", ["markdown", "latex"])
def test_tables_to_paste_have_intervals_and_verdicts(files, bench, format):
    done = bench("agree", files[0], "--resamples", "100", "--format", format)
    assert done.returncode == 0, done.stderr
    out = done.stdout
    assert re.search(r"length.*\[", out, re.DOTALL)
    assert "one rater against the others" in out
    assert "Krippendorff" in out


class Page(HTMLParser):
    """The tags of a page, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_has_charts_and_no_scripts(files, bench):
    arguments = ["agree", files[0], "--measures", files[1], "--resamples", "100"]
    done = bench(*arguments, "--format", "html")
    assert done.returncode == 0, done.stderr
    out = done.stdout
    page = Page(out)
    assert page.open == []
    assert page.tags.count("svg") == 2 * 4  # a scatter and a curve for each measure
    assert page.tags.count("circle") >= 4 * 4
    assert "script" not in page.tags
    assert "http" not in out


@pytest.mark.slow
@pytest.mark.parametrize("format", ["table", "json", "csv", "markdown", "latex", "html"])
def test_hostile_names_are_escaped(tmp_path, bench, format):
    ratings, measures = study(articles=5, systems=4)
    named = [{**r, "dimension": HOSTILE, "rater": HOSTILE + r["rater"]} for r in ratings]
    named = [{**r, "system": HOSTILE + r["system"]} for r in named]
    values = [{**m, "system": HOSTILE + m["system"], HOSTILE: m["good"]} for m in measures]
    files = []
    for name, rows in (("r", named), ("m", values)):
        file = tmp_path / f"{name}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        files.append(str(file))
    arguments = ["agree", files[0], "--measures", files[1], "--resamples", "100"]
    done = bench(*arguments, "--format", format)
    assert done.returncode == 0, done.stderr
    out = done.stdout
    assert "\x1b" not in out
    if format == "html":
        assert "script" not in Page(out).tags
    if format == "markdown":
        assert "<script>" not in out.replace("\\<script\\>", "")
    if format == "latex":
        assert r"\$x\_1\%" in out
    if format == "csv":
        assert not any(
            cell.startswith(("=", "+", "@")) for row in csv.reader(io.StringIO(out)) for cell in row
        )
    if format != "json":
        assert "\u202e" not in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--metric", "rougeL"], "--dataset"),
        (["--dimension", "cleer"], "did you mean 'clear'"),
        (["--measures", "no.csv"], "no.csv"),
        (["--resamples", "5"], "100"),
        (["--metric", "{use: [", "--dataset", "briefs"], "invalid YAML"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(files, bench, arguments, message):
    done = bench("agree", files[0], *arguments)
    assert done.returncode == 2
    err = done.stderr
    assert message in err
    assert "Traceback" not in err


def test_bad_rows_name_file_and_line(tmp_path, bench):
    file = tmp_path / "ratings.csv"
    file.write_text("article,system,dimension,value\na,m,d,1\na,n,d,many\n,n,d,2\n")
    done = bench("agree", str(file))
    assert done.returncode == 2
    err = done.stderr
    assert f'{file}:3: d: must be a number, not "many"' in err
    assert f"{file}:4: article: missing" in err


def test_articles_among_the_ratings_are_told_apart(files, bench, tmp_path):
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps({"id": "a", "text": "Some text."}) + "\n")
    done = bench("agree", files[0], str(articles))
    assert done.returncode == 2
    err = done.stderr
    assert f"{articles}: has no dimensions" in err
    assert "--dataset" in err


def test_names_of_systems_are_given_with_files(tmp_path, bench):
    arguments = []
    for name in ("x", "y"):
        file = tmp_path / f"{name}.jsonl"
        rows = [{"article": f"a{n}", "human": {"d": n % 3}} for n in range(4)]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        arguments.append(f"mine-{name}={file}")
    done = bench("agree", *arguments, "--resamples", "100", "-f", "json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert [one["system"] for one in record["system_means"]] == ["mine-x", "mine-y"]
    assert Path("mine-x").exists() is False
