"""Runs into ``fsspec``'s memory: what a reader of the store sees, and when."""

from __future__ import annotations

import shutil
from pathlib import Path

import fsspec
import pytest

import bench
from bench.data.ratings import Rating
from bench.errors import OccupiedError, RunFailedError, StorageError
from bench.raters.rubric import shipped_rubric
from bench.runs import remote_write
from bench.runs.add_ratings import add_ratings
from bench.runs.config import Config
from bench.runs.owner import Policy
from bench.runs.plan import make_plan
from bench.runs.remote_read import fetch_run, fetch_runs
from bench.runs.remote_write import execute_at
from bench.runs.results import read_results

URL = "memory://lake/runs/mine"
SLOW = "tests.runs.models_of_tests:Slow"
FRAGILE = "tests.runs.models_of_tests:Fragile"


class Watch:
    """Looks into the store at every step of a run."""

    def __init__(self, store):
        self.store, self.seen, self.events = store, [], []

    def start(self, label, articles, done):
        self.look()

    def advance(self, articles):
        self.look()

    def tell(self, event):
        self.events.append(event)

    def look(self):
        self.seen.append({Path(path).name for path in self.store.find("/lake")})


@pytest.fixture
def memory(monkeypatch, tmp_path):
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield store
    store.store.clear()


@pytest.fixture
def plan(articles):
    def made(*models, **changes):
        given = {"name": "mine", "dataset": str(articles), "metrics": ["rouge1"], "batch_size": 1}
        return make_plan(Config.model_validate({**given, "models": models, **changes}))

    return made


def content(store):
    return {path: store.cat_file(path) for path in store.find("/lake")}


@pytest.mark.slow
def test_store_ends_with_the_files_and_results_of_a_local_run(memory, plan, tmp_path):
    local = tmp_path / "local"
    execute_at(plan("lead", "template"), str(local), Watch(memory))
    execute_at(plan("lead", "template"), URL, Watch(memory))
    files = (p.relative_to(local).as_posix() for p in local.rglob("*") if p.is_file())
    there = {p.removeprefix("/lake/runs/mine/") for p in content(memory)}
    assert there == {*files} - {".lock", ".gitignore"}
    for name in ("results.json", "scores.parquet"):
        assert memory.cat_file(f"/lake/runs/mine/{name}") == (local / name).read_bytes()
    assert not any((tmp_path / "cache" / "qgbench" / "runs").iterdir())


def test_predictions_come_as_the_run_goes_and_results_last(memory, plan, monkeypatch):
    monkeypatch.setattr(remote_write, "PAUSE", 0.0)
    monkeypatch.setattr(remote_write, "_SHARE", 1e9)
    watch = Watch(memory)
    execute_at(plan("lead", "template"), URL, watch)
    assert "lead.summary.jsonl" in watch.seen[3]
    assert not any("results.json" in seen for seen in watch.seen)
    puts = []
    monkeypatch.setattr(type(memory), "put_file", lambda *a, **k: puts.append(Path(a[2]).name))
    execute_at(plan("lead"), "memory://lake/runs/other", watch)
    assert puts[0] == ".running"
    assert puts[-1] == "results.json"


def test_nothing_is_put_between_two_pauses_of_one_stage(memory, plan):
    watch = Watch(memory)
    execute_at(plan("lead", tasks=["summary"]), URL, watch)
    assert not any("lead.summary.jsonl" in seen for seen in watch.seen[:-2])


def test_same_run_again_puts_nothing(memory, plan, monkeypatch):
    execute_at(plan("lead"), URL, Watch(memory))
    before, puts = content(memory), []
    put = type(memory).put_file
    monkeypatch.setattr(
        type(memory), "put_file", lambda self, a, b, **k: [puts.append(b), put(self, a, b, **k)]
    )
    watch = Watch(memory)
    execute_at(plan("lead"), URL, watch)
    assert [Path(name).name for name in puts] == [".running"]
    assert all("results.json" in seen for seen in watch.seen)
    assert content(memory) == before


@pytest.mark.slow
def test_old_results_go_before_other_predictions_come(memory, plan):
    execute_at(plan("lead"), URL, Watch(memory))
    old = memory.cat_file("/lake/runs/mine/results.json")
    watch = Watch(memory)
    execute_at(plan({"use": "lead", "k": 1}, "title"), URL, watch)
    assert not any({"results.json", "title.summary.jsonl"} <= seen for seen in watch.seen)
    assert memory.cat_file("/lake/runs/mine/results.json") != old


def test_run_that_stops_leaves_what_is_done_there_and_goes_on(memory, plan, monkeypatch):
    models = ("lead", {"use": FRAGILE, "name": "fragile"})
    with pytest.raises(RunFailedError):
        execute_at(plan(*models, on_error="stop"), URL, Watch(memory))
    names = {Path(path).name for path in content(memory)}
    assert names >= {"lead.summary.jsonl", "fragile.summary.jsonl"}
    assert "results.json" not in names
    copy, _ = fetch_run(URL)
    with pytest.raises(Exception, match="its run did not finish"):
        read_results(copy.path)
    monkeypatch.setenv("MENDED", "1")
    execute_at(plan(*models, on_error="stop"), URL, Watch(memory))
    assert read_results(fetch_run(URL)[0].path).tasks["summary"].models["fragile"].failed == 0


@pytest.mark.slow
def test_rows_that_only_the_copy_and_rows_that_only_the_store_has_are_both_kept(
    memory, plan, tmp_path, rows
):
    """Cut short here at one article, and elsewhere at another, with a torn line at the end."""
    log = tmp_path / "asked.txt"
    model = {"use": SLOW, "name": "slow", "log": str(log)}
    execute_at(plan(model, tasks=["summary"]), URL, Watch(memory))
    path = "/lake/runs/mine/predictions/slow.summary.jsonl"
    lines = memory.cat_file(path).splitlines(keepends=True)
    with remote_write.remote_run(URL) as begun:
        home = begun.directory
        memory.rm("/lake/runs/mine/results.json")
    file = home / "predictions" / "slow.summary.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    memory.pipe_file(path, b"".join(lines[2:5]))
    log.unlink()
    execute_at(plan(model, tasks=["summary"]), URL, Watch(memory))
    assert log.read_text() == f"summary {rows[5]['id']}\n"
    assert {*lines[:5]} <= {*memory.cat_file(path).splitlines(keepends=True)}
    assert len(memory.cat_file(path).splitlines()) == 6


def test_store_that_fails_in_mid_run_is_tried_again(memory, plan, monkeypatch):
    put, failures = type(memory).put_file, []

    def hiccup(self, here, there, **options):
        if "lead" in there and not failures:
            failures.append(there)
            raise OSError("gone for a moment")
        return put(self, here, there, **options)

    monkeypatch.setattr(type(memory), "put_file", hiccup)
    watch = Watch(memory)
    execute_at(plan("lead", "title"), URL, watch)
    (event,) = watch.events
    assert f"{URL}/predictions/lead.summary.jsonl: " in event
    assert "lead.summary.jsonl" in {Path(path).name for path in content(memory)}


def test_store_that_fails_at_the_end_costs_nothing_but_the_command(memory, plan, monkeypatch):
    put = type(memory).put_file

    def broken(self, here, there, **options):
        if there.endswith("scores.parquet"):
            raise PermissionError("Forbidden")
        return put(self, here, there, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(memory), "put_file", broken)
        with pytest.raises(StorageError) as error:
            execute_at(plan("lead"), URL, Watch(memory))
    assert error.value.problems[0].startswith(f"{URL}/scores.parquet: not allowed (Forbidden)")
    assert "the same command" in error.value.problems[1]
    assert "/lake/runs/mine/results.json" not in content(memory)
    execute_at(plan("lead"), URL, Watch(memory))
    assert "/lake/runs/mine/results.json" in content(memory)


def test_unwritable_store_is_reported_before_anything_is_done(memory, plan, monkeypatch, tmp_path):
    def broken(*_, **__):
        raise PermissionError("Forbidden")

    monkeypatch.setattr(type(memory), "put_file", broken)
    watch = Watch(memory)
    with pytest.raises(StorageError, match="not allowed"):
        execute_at(plan("lead"), URL, watch)
    assert watch.seen == []
    assert not any((tmp_path / "cache" / "qgbench" / "runs").iterdir())


def test_directory_of_runs_is_fetched_without_predictions(memory, plan):
    execute_at(plan("lead"), URL, Watch(memory))
    memory.pipe_file("/lake/runs/cut/predictions/lead.summary.jsonl", b"")
    memory.pipe_file("/lake/runs/notes.txt", b"not of a run")
    copy = fetch_runs("memory://lake/runs").path
    assert copy.name == "runs"
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert found == {
        "cut",
        "cut/predictions",
        "mine",
        "mine/predictions",
        "mine/results.json",
        "mine/run.json",
        "mine/scores.parquet",
    }


KEEP = Policy(keep=True)


def test_directory_of_another_run_is_refused_and_left_as_it_is(memory, plan, tmp_path):
    execute_at(plan("lead"), URL, Watch(memory))
    before = content(memory)
    with pytest.raises(OccupiedError, match=rf"^{URL}: belongs to another run: config 'mine'"):
        execute_at(plan("lead", limit=2), URL, Watch(memory), KEEP)
    assert content(memory) == before
    assert not any((tmp_path / "cache" / "qgbench" / "runs").iterdir())


def test_directory_of_another_run_is_replaced_if_that_is_asked_for(memory, plan):
    execute_at(plan("lead", "title"), URL, Watch(memory))
    execute_at(plan("lead", limit=2), URL, Watch(memory), Policy(overwrite=True))
    assert {Path(path).name for path in content(memory)} == {
        "lead.summary.jsonl",
        "lead.summary.origin.json",
        "references.parquet",
        "results.json",
        "run.json",
        "scores.parquet",
    }
    assert read_results(fetch_run(URL)[0].path).dataset.articles == 2


def test_models_that_are_not_named_stay_in_the_results(memory, plan):
    execute_at(plan("lead", "template"), URL, Watch(memory))
    before = content(memory)
    watch = Watch(memory)
    execute_at(plan("lead"), URL, watch, KEEP)
    assert "questions: kept from an earlier run: template" in watch.events
    for name in ("results.json", "scores.parquet"):
        assert memory.cat_file(f"/lake/runs/mine/{name}") == before[f"/lake/runs/mine/{name}"]


def test_unfinished_run_says_in_the_store_whose_it_is(memory, plan, tmp_path):
    models = ({"use": FRAGILE, "name": "fragile"}, "lead")
    with pytest.raises(RunFailedError):
        execute_at(plan(*models, on_error="stop"), URL, Watch(memory))
    names = {Path(path).name for path in content(memory)}
    assert names >= {"owner.json", "fragile.summary.jsonl"}
    shutil.rmtree(tmp_path / "cache")  # as on another machine
    with pytest.raises(OccupiedError):
        execute_at(plan("lead", limit=2), URL, Watch(memory))
    execute_at(plan("lead"), URL, Watch(memory))
    names = {Path(path).name for path in content(memory)}
    assert not names & {"owner.json", ".running"}


@pytest.mark.slow
def test_run_that_replaces_another_and_stops_belongs_to_the_new_one(memory, plan, tmp_path):
    execute_at(plan("title"), URL, Watch(memory))
    model = {"use": FRAGILE, "name": "fragile"}
    with pytest.raises(RunFailedError):
        execute_at(
            plan(model, limit=4, on_error="stop"), URL, Watch(memory), Policy(overwrite=True)
        )
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(OccupiedError, match="4 articles of --limit 4"):
        execute_at(plan("title"), URL, Watch(memory))
    execute_at(plan("lead", limit=4), URL, Watch(memory))


def test_copy_that_nothing_was_put_from_says_whose_it_is(memory, plan, monkeypatch):
    """Killed before the first file came into the store."""
    with monkeypatch.context() as patch:
        patch.setattr(remote_write.RemoteRun, "upload_predictions", lambda _: None)
        with pytest.raises(RunFailedError):
            execute_at(plan({"use": FRAGILE, "name": "lead"}, on_error="stop"), URL, Watch(memory))
    with pytest.raises(OccupiedError):
        execute_at(plan("lead", limit=2), URL, Watch(memory))
    execute_at(plan("lead"), URL, Watch(memory))


def test_new_model_that_stops_leaves_the_results_of_the_others(memory, plan, tmp_path):
    execute_at(plan("lead"), URL, Watch(memory))
    before = memory.cat_file("/lake/runs/mine/results.json")
    model = {"use": FRAGILE, "name": "fragile"}
    with pytest.raises(RunFailedError):
        execute_at(plan(model, on_error="stop"), URL, Watch(memory), KEEP)
    assert "fragile.summary.jsonl" in {Path(path).name for path in content(memory)}
    assert memory.cat_file("/lake/runs/mine/results.json") == before


@pytest.mark.slow
def test_ratings_are_uploaded_read_and_used_again(memory, plan, monkeypatch):
    rater = {"use": "tests.runs.raters_of_tests:Counted", "name": "counted", "log": "asked.log"}
    execute_at(plan("lead", raters=[rater]), URL, Watch(memory))
    name = "ratings/counted.lead.summary.jsonl"
    assert memory.exists(f"/lake/runs/mine/{name}")
    log = Path("asked.log")
    asked = log.read_text()
    run = bench.load_run(URL)
    assert len(list(run.ratings("counted", "summary", "lead"))) == asked.count("\n")
    execute_at(plan("lead", raters=[rater]), URL, Watch(memory))
    assert log.read_text() == asked


def test_ratings_of_a_run_that_failed_are_in_the_store(memory, plan, monkeypatch):
    monkeypatch.setattr(remote_write, "PAUSE", 0.0)
    counted = {"use": "tests.runs.raters_of_tests:Counted", "name": "counted", "log": "asked.log"}
    frail = {"use": "tests.runs.raters_of_tests:Fragile", "name": "frail"}
    with pytest.raises(RunFailedError):
        execute_at(plan("lead", raters=[counted, frail], on_error="stop"), URL, Watch(memory))
    assert memory.exists("/lake/runs/mine/ratings/counted.lead.summary.jsonl")
    assert not memory.exists("/lake/runs/mine/results.json")
    asked = Path("asked.log").read_text()
    shutil.rmtree(remote_write._cache())  # another machine goes on
    monkeypatch.setenv("MENDED", "1")
    execute_at(plan("lead", raters=[counted, frail], on_error="stop"), URL, Watch(memory))
    assert Path("asked.log").read_text() == asked


def test_people_rate_a_run_in_a_store(memory, plan):
    execute_at(plan("lead"), URL, Watch(memory))
    row = Rating(
        task="summary", article="the-harbour", rater="ann", dimension="clear", model="lead",
        item=0, value=4,
    )  # fmt: skip
    add_ratings(URL, [row], shipped_rubric())
    run = bench.load_run(URL)
    assert run.results.tasks["summary"].models["lead"].scores["human.clear"].mean == 4
    assert [r.rater for r in run.ratings("human", "summary", "lead")] == ["ann"]
