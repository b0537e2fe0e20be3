"""The comment of ``bench check``, its baseline and its digest, on the command line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest


@pytest.fixture
def baseline(bench, articles):
    done = bench("run", "-d", articles, "-m", "lead", "-o", "baseline")
    assert done.returncode == 0, done.stderr
    return "baseline"


def test_comment_is_written_beside_the_verdicts(bench, baseline):
    done = bench("check", baseline, "-b", baseline, "--comment", "c.md", "--comment-name", "Ours")
    assert done.returncode == 0, done.stderr
    assert Path("c.md").read_text("utf-8").startswith("<!-- qgbench:Ours -->\n### ✅ Ours: PASS")
    assert "PASS" in done.stdout


def test_comment_that_cannot_be_posted_is_a_note(bench, baseline, monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_PATH", "GITLAB_CI", "CI_MERGE_REQUEST_IID"):
        monkeypatch.delenv(name, raising=False)
    done = bench("check", baseline, "-b", baseline, "--post")
    assert done.returncode == 0
    assert "note: --post: not in a job of GitHub Actions or GitLab CI" in done.stderr


def test_missing_baseline_fails_unless_it_may_pass(bench, baseline):
    done = bench("check", baseline, "-b", "none", "--comment", "c.md")
    assert done.returncode == 2
    assert not Path("c.md").exists()
    done = bench("check", baseline, "-b", "none", "--comment", "c.md", "--missing-baseline", "pass")
    assert done.returncode == 0
    assert "no such baseline" in done.stderr
    assert "no baseline yet" in Path("c.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none\r", "control character"), ("no\nne", "control character"), (" none", "spaces around")],
)
def test_garbled_name_of_a_baseline_is_no_missing_one(bench, baseline, name, reason):
    done = bench("check", baseline, "-b", name, "--missing-baseline", "pass")
    assert done.returncode == 2
    assert reason in done.stderr


def test_baseline_with_another_digest_is_refused(bench, baseline):
    digest = hashlib.sha256(Path("baseline/run.json").read_bytes()).hexdigest()
    for given in (digest, f"sha256:{digest}", digest.upper()):
        done = bench("check", baseline, "-b", baseline, "--baseline-digest", given)
        assert done.returncode == 0, done.stderr
    done = bench("check", baseline, "-b", baseline, "--baseline-digest", "0" * 64)
    assert done.returncode == 2
    assert f"not the baseline that --baseline-digest names: its SHA-256 is {digest}" in done.stderr
    options = ("--baseline-digest", digest, "--missing-baseline", "pass")
    assert bench("check", baseline, "-b", "none", *options).returncode == 2
