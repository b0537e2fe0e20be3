"""``bench show`` as it is typed, in pipes and in a real terminal."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bench.cli import app
from bench.errors import BenchError, RunFailedError
from tests.conftest import ROOT, write_rows

HOSTILE = "Who \x1b[2Jpays\u202e for\r the\n[bold]harbour[/bold]?"
STYLES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """Two runs over six articles, ``before`` and ``now``; one system failed on two articles."""
    folder = tmp_path_factory.mktemp("runs")
    topics = ["harbour", "railway", "orchard", "library", "bakery", "museum"]
    articles = [
        {
            "id": f"the-{topic}",
            "title": f"Council Sells the {topic.title()}",
            "text": f"The council sold the {topic}.",
            "questions": [f"Why did the council sell the {topic}?", "Who pays for it?"],
        }
        for topic in topics
    ]
    write_rows(folder / "articles.jsonl", articles)
    alpha = [
        {"article": a["id"], "items": [a["questions"][0], "Who paid for it?"]} for a in articles
    ]
    beta = [{"article": a["id"], "items": ["Is it cold?"]} for a in articles]
    write_rows(folder / "beta.jsonl", beta[:4])
    for name in ("before", "now"):
        if name == "now":
            alpha[0]["items"] = [HOSTILE, "Is it cold in here?"]
            alpha[1]["items"][0] = "Why did the old council sell the railway?"
        write_rows(folder / "alpha.jsonl", alpha)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            files = ("alpha.jsonl", "beta.jsonl", "-d", "articles.jsonl")
            done = CliRunner().invoke(app, ["score", *files, "-o", name])
        assert isinstance(done.exception, RunFailedError), done.output  # two articles without a row
    return folder


def process(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bench", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def in_terminal(folder: Path, width: int, *arguments: str, **environment: str) -> str:
    """What a terminal of that width receives."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "CI")}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "bench", "show", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    ) as running:
        os.close(follower)
        received = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            received += piece
    os.close(leader)
    assert running.returncode == 0, received
    return received.decode("utf-8").replace("\r\n", "\n")


@pytest.fixture
def show(runs, monkeypatch) -> Callable[..., Result]:
    """The verb in this process, in the folder of the runs."""
    monkeypatch.chdir(runs)
    return lambda *arguments: CliRunner().invoke(app, ["show", *arguments])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "arguments"),
    [
        (80, ("now",)),
        (120, ("now", "--worst", "3")),
        (80, ("now", "--worst", "2", "--model", "alpha")),
        (120, ("now", "--diff", "before")),
    ],
)
def test_real_terminal_is_never_steered_and_never_overrun(runs, width, arguments):
    received = in_terminal(runs, width, *arguments)
    plain = STYLES.sub("", received)
    assert not {"\x1b", "\u202e", "\r"} & set(plain)
    assert max(map(len, plain.splitlines())) <= width
    if "--model" in arguments or "--diff" in arguments:
        assert "\\x1b[2Jpays\\u202e" in plain


@pytest.mark.slow
def test_colours_are_left_out_where_nobody_wants_them(runs):
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", in_terminal(runs, 120, "now"))
    plain = in_terminal(runs, 120, "now", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain)
    assert "├" in plain
    assert "\x1b" not in process(runs, "show", "now", "--diff", "before").stdout


@pytest.mark.slow
def test_encoding_without_the_characters_gets_plainer_ones(runs):
    for arguments in (("now", "--worst", "2"), ("now", "--diff", "before")):
        done = process(runs, "show", *arguments, PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()
    assert "|-" in in_terminal(runs, 120, "now", PYTHONIOENCODING="ascii")


def test_metric_asked_for_comes_first_and_sorts(show):
    done = show("now", "--metric", "count_difference")
    assert "by count_difference" in done.stdout
    recall = json.loads(show("now", "--metric", "set_rougeL.recall", "--format", "json").stdout)
    assert recall["tasks"]["questions"]["primary"] == "set_rougeL.recall"
    named = show("now", "--worst", "1", "--metric", "rouge1").stdout
    assert "rouge1.f1 (higher is better)" in named


def test_worst_of_one_model_comes_with_what_it_wrote(show):
    done = show("now", "--worst", "2", "--model", "alpha")
    assert done.exit_code == 0, done.stderr
    table, *rest = done.stdout.split("alpha · questions · ")
    assert re.search(r"^1  the-harbour +Council Sells the Harbour", table, re.MULTILINE)
    assert len(rest) == 2
    assert rest[0].startswith("Council Sells the Harbour")


def test_failed_articles_are_said_among_the_worst(show):
    done = show("now", "--worst", "6")
    assert done.stdout.count("failed") == 2
    one = show("now", "--worst", "1", "--model", "beta").stdout
    assert "failed 0.000" in one
    assert "failed: " in one.split("beta · questions")[1]


def test_worst_are_found_where_the_articles_are_gone(show, runs, tmp_path, monkeypatch):
    copytree(runs / "now", tmp_path / "now")
    monkeypatch.chdir(tmp_path)
    done = show("now", "--worst", "1")
    assert (done.exit_code, done.stdout != "") == (0, True)
    assert "note: now: the texts are not shown: " in done.stderr
    assert "Council Sells" in done.stdout
    assert "the-harbour" in show("now", "--worst", "1", "--model", "alpha").stdout
    (tmp_path / "now/references.parquet").unlink()
    without = show("now", "--worst", "1", "--allow-modified")
    assert "references.parquet: is missing, although the run wrote it" in without.stderr
    here = ("--dataset", str(runs / "articles.jsonl"))
    assert "Council Sells" in show("now", "--worst", "1", *here).stdout


def test_worst_as_data(show):
    done = show("now", "--worst", "1", "--model", "alpha", "--format", "json")
    (row,) = json.loads(done.stdout)["tasks"]["questions"]["worst"]
    assert (row["article"], row["title"]) == ("the-harbour", "Council Sells the Harbour")
    assert row["alignment"]["items"][0] == HOSTILE
    assert len(row["alignment"]["matches"]) == 2
    rows = csv.DictReader(io.StringIO(show("now", "--worst", "2", "-f", "csv").stdout))
    assert len(list(rows)) == 4
    for form, heading in (("markdown", "### questions"), ("latex", r"\caption{questions, 2 of 6")):
        assert heading in show("now", "--worst", "2", "-f", form).stdout


def test_alignment_as_data(show):
    (one,) = json.loads(show("now", "--model", "alpha", "--format", "json").stdout)["articles"]
    assert (one["article"], one["model"], one["task"]) == ("the-harbour", "alpha", "questions")
    rows = list(csv.DictReader(io.StringIO(show("now", "-m", "alpha", "-f", "csv").stdout)))
    matched = [row for row in rows if row["reference"]]
    assert [row["reference"] for row in matched] == one["references"]
    assert sum(not row["reference"] for row in rows) == len(one["extra"])


def test_changes_between_two_runs_are_shown(show):
    done = show("now", "--diff", "before", "--model", "alpha")
    assert done.exit_code == 0, done.stderr
    assert "alpha · questions · 2 of 6 articles with different items" in done.stdout
    assert done.stdout.index("the-harbour") < done.stdout.index("the-railway")
    assert "  + Why did the old council sell the railway?" in done.stdout
    assert "1 more article" in show("now", "--diff", "before", "-w", "1").stdout
    data = json.loads(show("now", "--diff", "before", "--format", "json").stdout)
    assert [one["changed"] for one in data["models"]] == [2, 0]
    rows = csv.DictReader(io.StringIO(show("now", "--diff", "before", "-f", "csv").stdout))
    assert "Why did the old council sell the railway?" in [row["now"] for row in rows]
    assert "no differences" in show("now", "--diff", "now").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "alpha", "--metric", "rouge1"], "--metric does not apply"),
        (["--worst", "2", "--article", "x"], "exclude each other"),
        (["--article", "the-harbour"], "--article requires a model; add --model NAME"),
        (["--metric", "rougeX"], "now: unknown score 'rougeX'"),
        (["--worst", "1", "--model", "alfa"], "did you mean 'alpha'?"),
        (["--diff", "nowhere"], "nowhere: no such run"),
        (["--diff", "before", "--model", "alfa"], "did you mean 'alpha'?"),
        (["-m", "alpha", "-t", "titles"], "unknown task of alpha 'titles'; available: questions"),
    ],
)
def test_invalid_request_to_show_is_one_line(show, arguments, words):
    done = show("now", *arguments)
    assert isinstance(done.exception, BenchError)
    (line,) = done.exception.problems
    assert words in line
    assert done.stdout == ""


@pytest.fixture(scope="module")
def raw_run(tmp_path_factory) -> Path:
    """A run of ``chatty``, which writes raw text, and ``terse``, which does not."""
    folder = tmp_path_factory.mktemp("raw")
    write_rows(
        folder / "articles.jsonl",
        [{"id": "a", "title": "T", "text": "It is cold.", "questions": ["Is it cold?", "Why?"]}],
    )
    raw = f"Sure! {HOSTILE}\n1. Is it cold?\n2. Why?\n\nHope this helps"
    rows = {"chatty": {"raw": raw}, "terse": {"items": ["Why?"]}}
    for name, row in rows.items():
        write_rows(folder / f"{name}.jsonl", [{"article": "a", **row}])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        files = ("chatty.jsonl", "terse.jsonl", "-d", "articles.jsonl")
        done = CliRunner().invoke(app, ["score", *files, "-o", "r"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def show_raw(raw_run, bench, monkeypatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``bench show`` of that run in this process."""
    monkeypatch.chdir(raw_run)
    return lambda *arguments: bench("show", "r", *arguments)


def test_raw_text_is_shown_with_what_was_dropped(show_raw):
    told = show_raw("--model", "chatty", "--article", "a", "--raw").stdout
    lines = [" ".join(line.split()) for line in told.splitlines()]
    at = lines.index("raw text")
    assert lines[at + 1].startswith("dropped Sure! Who \\x1b[2Jpays")
    assert "item 1 Is it cold?" in lines[at:]
    assert "item 2 Why?" in lines[at:]
    assert lines[-1] == "dropped Hope this helps"
    assert "\x1b" not in told


@pytest.mark.slow
def test_raw_text_is_dim_in_a_terminal_where_it_was_dropped(raw_run):
    told = in_terminal(raw_run, 80, "r", "-m", "chatty", "--raw")
    assert "\x1b[2mHope this helps" in told
    assert "\x1b[2mWhy?" not in told


def test_raw_text_in_json_is_the_whole_text_and_its_parts(show_raw):
    done = show_raw("-m", "chatty", "--raw", "-f", "json")
    (article,) = json.loads(done.stdout)["articles"]
    parts = article["raw_segments"]
    assert "".join(part["text"] for part in parts) == article["raw"]
    assert [(p["item"], p["text"]) for p in parts if p["item"] is not None] == [
        (0, "Is it cold?"),
        (1, "Why?"),
    ]
    plain = json.loads(show_raw("-m", "chatty", "-f", "json").stdout)
    assert "raw" not in plain["articles"][0]


@pytest.mark.parametrize("form", ["table", "json", "markdown", "csv", "latex"])
def test_model_without_raw_text_is_named_as_such(show_raw, form):
    done = show_raw("-m", "terse", "--raw", "-f", form)
    assert done.returncode == 0, done.stderr
    if form == "json":
        assert json.loads(done.stdout)["articles"][0]["raw"] is None
    elif form != "csv":
        assert "no raw text" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--raw"], "--raw requires a model; add --model NAME"),
        (["--raw", "-m", "chatty", "--worst", "1"], "--raw and --worst exclude each other"),
        (["--raw", "-m", "chatty", "--by", "kind"], "--raw and --by exclude each other"),
        (["--raw", "-m", "chatty", "--diff", "r"], "--raw and --diff exclude each other"),
    ],
)
def test_raw_text_is_refused_where_it_cannot_be_shown(show_raw, arguments, told):
    done = show_raw(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
