"""The steps of ``action.yml`` on the example folder, with an environment as a job of GitHub has it.

The steps of shell are run as they stand, from the built wheel, in a folder outside this repository.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.reports.test_pull_request import Server, server

__all__ = ["server"]

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
EXAMPLE = ROOT / "examples" / "ci"
pytestmark = pytest.mark.slow


@dataclass
class Job:
    """A job of GitHub Actions that runs the composite action."""

    folder: Path
    environment: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: str = ""

    def run(self, **inputs: str) -> int:
        """Run the steps in order; the exit code of the job."""
        values = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        code = 0
        for step in ACTION["runs"]["steps"]:
            if "uses" in step:
                continue
            skipped = step.get("if") == "steps.check.outputs.code != '0'" and (
                self.outputs.get("check", {}).get("code") == "0"
            )
            if code or skipped:
                continue
            code = self._step(step, values)
        return code

    def _step(self, step: dict[str, Any], inputs: dict[str, str]) -> int:
        def value(found: re.Match[str]) -> str:
            parts = found[1].split(".")
            if parts[0] == "inputs":
                return inputs[parts[1]]
            if parts[0] == "steps":
                return self.outputs.get(parts[1], {}).get(parts[3], "")
            return "canary"  # github.token

        file = self.folder.parent / "output.txt"
        file.write_text("")
        own = {k: re.sub(r"\$\{\{ (.*?) \}\}", value, v) for k, v in step.get("env", {}).items()}
        own = {name: "canary" if "github.token" in text else text for name, text in own.items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env={**self.environment, **own, "GITHUB_OUTPUT": str(file)},
            capture_output=True,
            text=True,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        pairs = (line.partition("=") for line in file.read_text().splitlines())
        self.outputs[step.get("id", "")] = {name: text for name, _, text in pairs}
        return done.returncode

    @property
    def verdict(self) -> str:
        return self.outputs["check"]["verdict"]


@pytest.fixture
def job(tmp_path, installation, server: Server) -> Job:
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLE, folder)
    event, path = tmp_path / "event.json", tmp_path / "path.txt"
    event.write_text(json.dumps({"pull_request": {"number": 3}}))
    (tmp_path / "temp").mkdir()
    found = installation.environment(
        RUNNER_TEMP=str(tmp_path / "temp"),
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_ACTIONS="true",
        GITHUB_API_URL=server.address,
        GITHUB_EVENT_PATH=str(event),
        GITHUB_PATH=str(path),
        GITHUB_REPOSITORY="some/where",
        GITHUB_RUN_ID="11",
        GITHUB_SERVER_URL="https://github.example",
        GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"),
    )
    return Job(folder, {k: v for k, v in found.items() if not k.startswith("BENCH_")})


def test_example_goes_from_the_first_baseline_to_a_failure_and_back(job, server, tmp_path):
    given = {"package": "", "config": "gate.yaml", "baseline": "baseline", "report": "false"}
    assert job.run(**given) == 0, job.printed
    assert job.verdict == "no-baseline"
    assert "no baseline yet" in server.comments[0]["body"]

    shutil.copytree(job.outputs["run"]["run"], job.folder / "baseline")
    shutil.rmtree(tmp_path / "temp" / "qgbench")
    assert job.run(**given) == 0, job.printed
    assert job.verdict == "pass"

    config = job.folder / "gate.yaml"
    text = config.read_text()
    config.write_text(text.replace("name: asker}", "name: asker, names: 1}"))
    shutil.rmtree(tmp_path / "temp" / "qgbench")
    assert job.run(**given) == 1, job.printed
    assert job.verdict == "fail"
    (only,) = server.comments
    assert "❌" in only["body"]
    assert "https://github.example/some/where/actions/runs/11" in only["body"]
    assert only["body"] == (tmp_path / "temp" / "qgbench" / "comment.md").read_text()
    assert "1 fail" in (tmp_path / "summary.md").read_text()

    config.write_text(text)
    shutil.rmtree(tmp_path / "temp" / "qgbench")
    assert job.run(**given) == 0, job.printed
    assert "✅" in server.comments[0]["body"]
    assert "canary" not in job.printed


def test_files_of_predictions_are_scored_and_options_are_words(job):
    source = (ROOT / "datasets/briefs/dev.jsonl").read_text("utf-8").splitlines()[:5]
    (job.folder / "articles.jsonl").write_text("\n".join(source), "utf-8")
    rows = map(json.loads, source)
    lines = [json.dumps({"article": row["id"], "items": row["summary"]}) for row in rows]
    (job.folder / "two words.jsonl").write_text("\n".join(lines), "utf-8")
    code = job.run(
        package="",
        predictions="two words.jsonl\n",
        dataset="articles.jsonl",
        arguments="--task summary --metric rouge1 '; touch hacked' ",
        baseline="none",
        report="false",
        comment="false",
    )
    assert code != 0  # "; touch hacked" is one word, and names no file
    assert "touch hacked" in job.printed
    assert not (job.folder / "hacked").exists()
    code = job.run(
        package="",
        predictions="two words.jsonl\n",
        dataset="articles.jsonl",
        arguments="--task summary",
        baseline="none",
        report="true",
        comment="false",
    )
    assert code == 0, job.printed
    assert Path(job.outputs["run"]["folder"], "report.html").exists()


def test_line_ends_and_spaces_around_inputs_do_not_count(job, tmp_path):
    source = (ROOT / "datasets/briefs/dev.jsonl").read_text("utf-8").splitlines()[:5]
    (job.folder / "my articles.jsonl").write_text("\n".join(source), "utf-8")
    lines = [
        json.dumps({"article": r["id"], "items": r["summary"]}) for r in map(json.loads, source)
    ]
    for name in ("one.jsonl", 'it\'s "two".jsonl'):
        (job.folder / name).write_text("\n".join(lines), "utf-8")
    given = {
        "package": " \n",
        "predictions": '  one.jsonl \r\n\r\nit\'s "two".jsonl\r\n',
        "dataset": "my articles.jsonl\n",
        "arguments": "--task summary\r\n--metric rouge1\r\n",
        "check_arguments": "--margin 2%\r\n",
        "baseline": " base line\r\n",
        "report": "false",
        "comment": "false",
    }
    assert job.run(**given) == 0, job.printed
    shutil.copytree(job.outputs["run"]["run"], job.folder / "base line")
    shutil.rmtree(tmp_path / "temp" / "qgbench")
    assert job.run(**given) == 0, job.printed
    assert job.verdict == "pass"  # not no-baseline
    assert [path.name for path in (tmp_path / "temp").iterdir()] == ["qgbench"]


@pytest.mark.parametrize(
    "garbled",
    [
        {"baseline": "base\rline"},
        {"baseline": "baseline\nother"},
        {"name": "Qual\x1bity"},
        {"baseline_digest": "00\x7f0"},
        {"missing_baseline": "pa\rss"},
        {"check_arguments": "--margin '2\r%'"},
        {"config": "gate\x07.yaml"},
        {"arguments": "--limit '3\r4'"},
    ],
    ids=str,
)
def test_input_with_a_control_character_fails_the_job(job, garbled):
    given = {"package": "", "config": "gate.yaml", "baseline": "none", "report": "false"}
    assert job.run(**{**given, "comment": "false", **garbled}) == 2
    name = next(iter(garbled)).replace("_", "-")
    assert f"error: input {name}: has a control character" in job.printed


def test_options_that_cannot_be_split_fail_the_job(job):
    given = {"package": "", "config": "gate.yaml", "report": "false", "comment": "false"}
    code = job.run(**given, baseline="none", check_arguments="--margin '2%")
    assert code == 2
    assert "error: input check-arguments: No closing quotation in: --margin '2%" in job.printed
    assert job.run(**given, baseline="none", arguments='--limit "3') == 2
    assert 'error: input arguments: No closing quotation in: --limit "3' in job.printed
    assert "Traceback" not in job.printed


def test_missing_inputs_are_named(job):
    assert job.run(package="", baseline="baseline") == 2
    assert "give the input config, or predictions and dataset" in job.printed


def test_run_that_cannot_be_compared_fails_with_2(job):
    given = {"package": "", "config": "gate.yaml", "report": "false", "comment": "false"}
    baseline = str(ROOT / "results" / "baseline")
    assert job.run(**given, baseline=baseline) == 2
    assert job.verdict == "not-comparable"


def test_example_files_are_those_of_the_documentation():
    page = (ROOT / "docs/how-to/pull-requests.md").read_text("utf-8")
    config = yaml.safe_load((EXAMPLE / "gate.yaml").read_text("utf-8"))
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.S)]
    assert config in shown
    assert yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text("utf-8")) in shown
    assert yaml.safe_load((EXAMPLE / ".github/workflows/quality.yml").read_text("utf-8")) in shown
    cells = re.findall(r"^\| (`.*?) \|", page, re.M)
    documented = {name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)}
    assert documented == set(ACTION["inputs"]) - {"token"}


def gitlab_job(job: Job, **given: str) -> subprocess.CompletedProcess[str]:
    own = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text("utf-8"))[".qgbench"]
    variables = {
        **own["variables"],
        "QGBENCH_CONFIG": "gate.yaml",
        "CI_JOB_URL": "https://x.example/1",
        **given,
    }
    environment = {k: v for k, v in job.environment.items() if not k.startswith("GITHUB")}
    script = "\n".join(["set -e", *(line for line in own["script"] if not line.startswith("pip"))])
    return subprocess.run(
        ["bash", "-c", script],
        cwd=job.folder,
        env={**environment, **variables, "GITLAB_CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_gitlab_job_runs_commands_and_options_that_exist(job):
    done = gitlab_job(job, QGBENCH_RUN_OPTIONS="--limit 3\n--seed 2")
    assert done.returncode == 0, done.stderr
    assert "set the variable QGBENCH_TOKEN" in done.stderr
    assert (job.folder / "qgbench" / "comment.md").exists()


@pytest.mark.parametrize("name", ["BASELINE", "CONFIG", "NAME", "CHECK_OPTIONS", "PACKAGE"])
def test_gitlab_job_fails_with_a_control_character_in_a_variable(job, name):
    done = gitlab_job(job, **{f"QGBENCH_{name}": "results/baseline\r"})
    assert done.returncode != 0
    assert f"the variable QGBENCH_{name} has a control character" in done.stderr
    assert not (job.folder / "qgbench").exists()


@pytest.mark.parametrize("script", sorted((ROOT / "ci").glob("*.sh")), ids=lambda file: file.name)
def test_scripts_are_valid_and_contain_no_expressions_of_the_server(script):
    text = script.read_text("utf-8")
    assert "${{" not in text
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_inputs_reach_scripts_through_the_environment_only():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
