"""What the gate writes: JUnit that CI systems read, Markdown that cannot be broken, baselines."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bench.errors import RunDirectoryError
from bench.gate.baseline import renew
from bench.gate.check import check
from bench.gate.verdict import GateReport, Verdict
from bench.reports.formats.junit import to_junit
from bench.reports.render import render
from bench.runs.opening import finished_run
from bench.runs.seal import digest_of
from tests.comparison.made_runs import make_run, scores_of

NASTY = 'a<b>&"c"|`d`\x00\x1b[31m]]>'


@pytest.fixture
def report() -> GateReport:
    def verdict(outcome, task="questions", model="mine"):
        return Verdict(task, model, "coverage@0.5", outcome, "interval", NASTY, 5, 0.5, 0.4)

    verdicts = (verdict("fail", model=NASTY), verdict("inconclusive"), verdict("pass", "summary"))
    return GateReport(NASTY, "baseline", 0.95, verdicts, (NASTY,))


def test_junit_counts_what_it_lists(report):
    for strict in (False, True):
        root = ET.fromstring(to_junit(report, strict=strict))
        assert root.tag == "testsuites"
        for suite in root:
            cases = suite.findall("testcase")
            assert int(suite.get("tests")) == len(cases)
            assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
            assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
            assert all(case.get("name") and case.get("classname") for case in cases)
    assert len(root.findall(".//failure")) == 2
    assert "\\x1b" in root.find(".//failure").get("message")


def test_junit_without_verdicts_has_a_skipped_case_with_the_reason(report):
    (suite,) = ET.fromstring(to_junit(replace(report, verdicts=())))
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("1", "1", "0")
    (skipped,) = suite.findall("testcase/skipped")
    assert skipped.get("message").startswith('a<b>&"c"|')


def test_text_from_elsewhere_breaks_no_format(report):
    markdown = render(report, "markdown")
    assert "\x1b" not in markdown
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    assert "\\|" in markdown
    assert "\x00" not in render(report, "latex")
    assert json.loads(render(report, "json"))["checks"][0]["model"] == NASTY
    assert render(report, "csv").count("\n") == 4


def test_summary_counts(report):
    assert report.summary == "FAIL: 3 checks, 1 pass, 1 fail, 1 inconclusive"


def test_renewed_baseline_is_the_run(tmp_path):
    texts = {"mine": [f"{n}?" for n in range(5)]}
    old = make_run(tmp_path / "base", {"gone": [0.1] * 5}, written={"gone": ["?"] * 5})
    (old.path / "notes.md").write_text("keep me")
    run = make_run(tmp_path / "run", {"mine": scores_of(5)}, written=texts)
    renew(old.path, run)
    fresh = finished_run(old.path)
    assert fresh.results == run.results
    assert check(run, fresh).outcome == "pass"
    assert [p.name for p in (old.path / "predictions").iterdir()] == ["mine.questions.jsonl"]
    assert (old.path / "notes.md").read_text() == "keep me"


def test_baseline_is_not_made_over_something_else(tmp_path):
    run = make_run(tmp_path / "run", {"mine": [0.1, 0.2]})
    with pytest.raises(RunDirectoryError, match="is the run that is checked"):
        renew(run.path, run)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.tex").write_text("years of work")
    with pytest.raises(RunDirectoryError, match="not a run directory"):
        renew(tmp_path / "home", run)


def sealed(run):
    """The run, whose record has the digest of every other file."""
    record = json.loads((run.path / "run.json").read_text())
    files = [file for file in run.path.rglob("*") if file.is_file() and file.name != "run.json"]
    record["digests"] = {f.relative_to(run.path).as_posix(): digest_of(f) for f in files}
    (run.path / "run.json").write_text(json.dumps(record))
    return finished_run(run.path)


def content(directory):
    return {f: f.read_bytes() for f in directory.rglob("*") if f.is_file() and f.name[0] != "."}


def baseline_and_run(tmp_path):
    old = make_run(tmp_path / "base", {"mine": [0.1] * 5}, written={"mine": ["?"] * 5})
    (old.path / "references.parquet").write_text("of the baseline")
    written = {"mine": ["a?"] * 5, "new": ["b?"] * 5}
    run = sealed(make_run(tmp_path / "run", {"mine": [0.2] * 5, "new": [0.3] * 5}, written=written))
    return old.path, run


@pytest.mark.parametrize("name", ["predictions/new.questions.jsonl", "scores.parquet"])
@pytest.mark.parametrize("missing", [False, True])
def test_changed_run_leaves_the_baseline_as_it_was(tmp_path, name, missing):
    baseline, run = baseline_and_run(tmp_path)
    before = content(baseline)
    if missing:
        (run.path / name).unlink()
    else:
        (run.path / name).write_text("else")
    for _ in range(2):  # the second time, too: an error is not remembered as a file that is right
        with pytest.raises(RunDirectoryError, match=name):
            renew(baseline, run)
        assert content(baseline) == before
    with pytest.raises(RunDirectoryError, match=name):
        renew(tmp_path / "another", run)
    assert not (tmp_path / "another").exists()


def test_failed_copy_leaves_the_baseline_as_it_was(tmp_path, monkeypatch):
    baseline, run = baseline_and_run(tmp_path)
    before = content(baseline)
    copies = iter([shutil.copyfile] * 3)

    def copyfile(source, target):
        try:
            return next(copies)(source, target)
        except StopIteration:
            raise OSError(28, "No space left on device") from None

    with monkeypatch.context() as patch:
        patch.setattr("bench.gate.baseline.shutil.copyfile", copyfile)
        with pytest.raises(OSError, match="No space left"):
            renew(baseline, run)
    assert content(baseline) == before
    assert not list(baseline.rglob("*.part"))
    renew(baseline, run)
    assert {f.name: data for f, data in content(baseline).items()} == {
        f.name: data for f, data in content(run.path).items()
    }


def test_files_that_the_run_lacks_leave_the_baseline(tmp_path):
    baseline, run = baseline_and_run(tmp_path)
    (run.path / "run.json").unlink()
    renew(baseline, finished_run(run.path, lambda fault: None))
    assert not (baseline / "run.json").exists()  # it has the digests of other files
    assert not (baseline / "references.parquet").exists()
