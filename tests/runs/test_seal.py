"""A run directory is unfinished or complete, and what changed in it since is named."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from bench.errors import RunDirectoryError
from bench.runs.config import Config
from bench.runs.opening import finished_run
from bench.runs.plan import make_plan
from bench.runs.run import execute
from bench.runs.seal import digest_of


class Silence:
    def __init__(self):
        self.told = []

    def start(self, label, articles, done):
        pass

    def advance(self, articles):
        pass

    def tell(self, event):
        self.told.append(event)


@pytest.fixture
def plan(articles):
    def planned(*models, **options):
        config = {
            "name": "mine",
            "dataset": str(articles),
            "models": list(models or ("lead", "title", "template")),
            "metrics": ["rouge1", "set_rougeL"],
            "resamples": 100,
        }
        return make_plan(Config.model_validate({**config, **options}))

    return planned


@pytest.fixture
def run(plan, tmp_path):
    execute(plan(), tmp_path / "run", Silence())
    return tmp_path / "run"


def read_whole(run, report=None):
    """Everything that a verb may read of a run."""
    found = finished_run(run, report)
    for task, result in found.results.tasks.items():
        for model in result.models:
            assert found.items(task, model)
    assert found.digests
    return list(found.references())


def test_record_is_written_last_and_holds_the_digests_of_all_other_files(run):
    record = json.loads((run / "run.json").read_text())
    files = {p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()}
    others = {".lock", ".gitignore", "run.json"}
    assert {*record["digests"]} == {f for f in files - others if not f.endswith(".origin.json")}
    for name, digest in record["digests"].items():
        assert digest_of(run / name) == digest
        assert (run / name).stat().st_mtime_ns <= (run / "run.json").stat().st_mtime_ns
    assert "digests" not in (run / "results.json").read_text()
    assert "finished" not in record


EDITS = {
    "results.json": lambda data: data.replace(b'"failed": 0', b'"failed": 1', 1),
    "scores.parquet": lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
    "references.parquet": lambda data: data[: len(data) // 2],
    "predictions/lead.summary.jsonl": lambda data: data.replace(b"sold", b"lost", 1),
    "predictions/title.summary.jsonl": lambda data: data + b'{"article": "torn',
    "predictions/template.questions.jsonl": lambda data: b"".join(data.splitlines(True)[1:]),
}


@pytest.mark.parametrize("name", EDITS)
def test_file_that_changed_is_named(run, name):
    file = run / name
    file.write_bytes(EDITS[name](file.read_bytes()))
    with pytest.raises(RunDirectoryError) as error:
        read_whole(run)
    (line,) = error.value.problems
    assert line.startswith(f"{file}: is not as the run wrote it; ")
    assert "--allow-modified" in line


@pytest.mark.parametrize("name", ["results.json", "predictions/lead.summary.jsonl"])
def test_changed_files_can_be_read_on_request(run, name):
    file = run / name
    file.write_bytes(EDITS[name](file.read_bytes()))
    told: list[str] = []
    read_whole(run, told.append)
    assert told == [f"{file}: is not as the run wrote it"]


@pytest.mark.parametrize("name", ["run.json", "scores.parquet", "references.parquet"])
def test_missing_file_is_named(run, name):
    (run / name).unlink()
    with pytest.raises(RunDirectoryError, match=rf"{name}: is missing, although the run wrote it"):
        read_whole(run)


def test_lost_digests_are_noticed(run):
    record = json.loads((run / "run.json").read_text())
    del record["digests"]
    (run / "run.json").write_text(json.dumps(record))
    with pytest.raises(RunDirectoryError, match=r"run\.json: has lost the digests"):
        finished_run(run)


def test_neither_order_nor_time_of_prediction_rows_counts(run):
    file = run / "predictions/lead.summary.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    lines = [json.dumps({**r, "seconds": 9.5e-3}, separators=(",", ":")) for r in reversed(rows)]
    file.write_text("\n".join(lines) + "\n")
    read_whole(run)
    file.write_text("\n".join(lines[1:] + lines[1:2]) + "\n")
    with pytest.raises(RunDirectoryError, match="is not as the run wrote it"):
        read_whole(run)


UNFINISHED = ("its run did not finish", "no run directory", "no such run")


def state_of(run):
    """The models of a run that is complete, or in what way it is not."""
    try:
        models = [*finished_run(run).results.tasks["summary"].models]
        read_whole(run)
    except RunDirectoryError as error:
        return next((state for state in UNFINISHED if state in str(error)), str(error))
    return models


class Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("first", [(), ("lead",)], ids=["new", "over another"])
def test_directory_is_unfinished_or_complete_at_any_moment(plan, tmp_path, monkeypatch, first):
    if first:
        execute(plan(*first), tmp_path / "start", Silence())
    replace, unlink = Path.replace, Path.unlink
    complete = 0
    for moment in range(60):
        run = tmp_path / "run"
        shutil.rmtree(run, ignore_errors=True)
        if first:
            shutil.copytree(tmp_path / "start", run)
        steps = iter(range(moment))

        def step(action, *arguments, steps=steps, **options):
            if next(steps, None) is None:
                raise Killed
            return action(*arguments, **options)

        monkeypatch.setattr(Path, "replace", lambda *a: step(replace, *a))
        monkeypatch.setattr(Path, "unlink", lambda *a, **o: step(unlink, *a, **o))
        try:
            execute(plan(), run, Silence())
            complete += 1
        except Killed:
            pass
        monkeypatch.undo()
        monkeypatch.chdir(tmp_path)
        assert state_of(run) in (*UNFINISHED, ["lead", "title"], [*first])
        execute(plan(), run, Silence())
        assert len(finished_run(run).results.tasks) == 2
        read_whole(run)
        assert not list(run.rglob("*.part"))
        if complete == 2:
            return
    pytest.fail("the run never came to its end")


def test_leftovers_of_killed_runs_are_swept_and_nothing_else(run, plan):
    hexa = "0123456789ab"
    ours = [f".run.json.{hexa}.part", f"predictions/.lead.summary.jsonl.{hexa}.part"]
    ours += [f"predictions/.lead.summary.origin.json.{hexa}.part"]
    others = [".run.json.part", f".report.html.{hexa}.part", f"mine.{hexa}.part", f".x.{hexa}.part"]
    for name in [*ours, *others]:
        (run / name).write_text("half")
    later = run / f".scores.parquet.{hexa}.part"
    later.write_text("half")
    os.utime(later, (time.time() + 1000,) * 2)
    execute(plan(), run, Silence())
    assert not any((run / name).exists() for name in ours)
    assert all((run / name).exists() for name in others)
    assert later.exists()


def test_private_files_are_kept_out_of_git(run, plan):
    assert (run / ".gitignore").read_text() == ".lock\n.*.part\nowner.json\n"
    (run / ".gitignore").write_text("mine\n")
    execute(plan(), run, Silence())
    assert (run / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize("baseline", ["baseline", "baseline-briefs"])
def test_runs_of_the_former_format_are_read_as_before(baseline, tmp_path):
    # Without the references, the digests of the files and the traits of the models.
    run = tmp_path / "run"
    shutil.copytree(Path(__file__).parents[2] / "results" / baseline, run)
    (run / "references.parquet").unlink()
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    del record["digests"]
    kept = ("signature", "role", "tasks")
    record["models"] = {
        name: {key: model[key] for key in kept} for name, model in record["models"].items()
    }
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert finished_run(run).digests
