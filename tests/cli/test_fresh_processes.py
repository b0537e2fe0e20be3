"""Each verb in a process of its own, where it imports what it needs and nothing warns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import bench
from bench.cli import VERBS
from tests.conftest import ROOT
from tests.exchange.conftest import log_of_inspect, write_json
from tests.ingest.harbour import text_page

BASELINE, BRIEFS = ROOT / "results" / "baseline", ROOT / "results" / "baseline-briefs"
COMMANDS = {
    "agree": ["agree", "ratings.csv", "--resamples", "100"],
    "config": ["config", "show"],
    "check": ["check", BASELINE, "--baseline", BASELINE],
    "compare": ["compare", BRIEFS, "--metric", "rougeLsum", "--resamples", "100"],
    "export": ["export", BASELINE, "--to", "lm-eval"],
    "history": ["history", BASELINE],
    "import": ["import", "log.json", "--dataset", "articles.jsonl", "--task", "summary"],
    "ingest": ["ingest", "page.txt", "--output", "pages"],
    "leaderboard": ["leaderboard", BRIEFS],
    "list": ["list"],
    "merge": ["merge", "one", "two", "--output", "joint"],
    "power": ["power", BRIEFS],
    "rate": ["rate", "one", "--task", "questions", "--articles", "1"],
    "report": ["report", BASELINE, "--output", "page.html"],
    "run": ["run", "--dataset", "articles.jsonl", "--model", "lead"],
    "score": ["score", "mine.jsonl", "--dataset", "articles.jsonl", "--task", "summary"],
    "show": ["show", BRIEFS],
    "validate": ["validate", "articles.jsonl"],
    "verify": ["verify", BASELINE],
}


def test_every_verb_has_a_command_here():
    assert sorted(VERBS) == sorted(COMMANDS), "give a new verb a row in COMMANDS of this file"


@pytest.mark.slow
@pytest.mark.parametrize("verb", COMMANDS)
def test_verb_works_in_a_fresh_process_without_a_warning(verb, bench_process, articles, rows):
    Path("page.txt").write_text(text_page())
    Path("ratings.csv").write_text("article,system,clear\n" + "a,x,1\na,y,2\nb,x,1\nb,y,3\n")
    lines = [json.dumps({"article": row["id"], "items": row["summary"]}) for row in rows]
    Path("mine.jsonl").write_text("\n".join(lines))
    log = log_of_inspect({row["id"]: "\n".join(row["summary"]) for row in rows})
    write_json("log.json", log)
    for number, name in enumerate(("one", "two") if verb in ("merge", "rate") else (), 1):
        options = {"models": ["template", "transform"], "dataset": articles, "output": name}
        bench.run(**options, shard=f"{number}/2", progress=False)
    done = bench_process(*COMMANDS[verb])
    assert done.returncode == 0, done.stderr
    assert done.stdout or verb in ("ingest", "report")
    assert not re.search(r"Warning|Traceback", done.stderr)
