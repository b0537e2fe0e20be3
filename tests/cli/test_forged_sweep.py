"""Run directories forged at random, and every verb that reads one."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.forged_runs import CANARY, VERBS, called, forge, steers, watched

COUNT = int(os.environ.get("FORGED_RUNS", "32"))
"""How many directories are forged; a thousand take minutes."""
PARTS = 4
READING = (
    ("score", "RUN/predictions/lead.summary.jsonl", "-d", "articles.jsonl", "-t", "summary"),
    ("score", "RUN/predictions/lead.summary.jsonl", "-d", "articles.jsonl", "-o", "RUN"),
    ("validate", "RUN/predictions/lead.summary.jsonl"),
    ("validate", "RUN/results.json"),
    ("validate", "RUN"),
    ("ingest", "RUN/results.json", "--output", "made"),
    ("leaderboard", "."),
    ("report", "RUN", "sound", "--format", "csv"),
    ("compare", "RUN", "--format", "json", "--resamples", "100"),
    ("check", "RUN", "--baseline", "sound", "--format", "junit", "--resamples", "100"),
)
NO_NUMBER = re.compile(r"(?<![\w.-])-?(nan|inf|NaN|Infinity)(?![\w.-])")
CODES = {"check": {0, 1, 2}, "run": {0, 2, 4}, "score": {0, 2, 4}}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_verb_gives_a_result_or_says_why_not(sound, tmp_path, monkeypatch, part):
    for seed in range(part, COUNT, PARTS):
        chance = random.Random(f"forged {seed}")
        shutil.copytree(sound, "forged", symlinks=True)
        forge(Path("forged"), chance)
        verb = chance.choice([*VERBS, *READING])
        if verb[0] not in ("score", "validate", "ingest") and chance.random() < 0.3:
            verb = (*verb, "--allow-modified")
        arguments = tuple("forged" if a == "RUN" else re.sub("^RUN/", "forged/", a) for a in verb)
        with watched(tmp_path, tmp_path / "outside") as seen:
            code, out, said = called(arguments, monkeypatch)
        where = (seed, " ".join(arguments), code, said[-600:])
        assert not seen, (*where, seen)
        assert CANARY not in sys.modules, where
        assert [file.name for file in Path("outside").iterdir()] == ["x"], where
        assert code in CODES.get(verb[0], {0, 2}), where
        assert "unforeseen" not in said, where
        assert "Traceback" not in said, where
        assert not steers(out + said), (*where, steers(out + said))
        assert code != 1 or "fail" in out, where
        assert code != 2 or "error: " in said, where
        assert not re.search(r"(?<![\w.-])(nan|inf|-inf|NaN|Infinity)(?![\w.-])", out), (
            *where,
            out,
        )
        for made in ("forged", "made"):
            shutil.rmtree(made, ignore_errors=True)
        Path("page.html").unlink(missing_ok=True)
