"""No credential of a URL reaches a message or a file, and no message names a local copy."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import fsspec
import pytest

from bench import load_run
from bench.data.stored import StoredArticles
from bench.errors import BenchError, RunDirectoryError
from tests.cli.forged_runs import called

LAKE = "memory://me:hush@lake"
RUN = f"{LAKE}/runs/mine"
QUERY = "?signature=hush"


@pytest.fixture
def memory(monkeypatch, tmp_path):
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    yield store
    store.store.clear()


@pytest.fixture
def bench(memory, monkeypatch, tmp_path):
    """Call the command line; return the exit code and all output, which must keep the promise."""

    def call(*arguments: str) -> tuple[int, str]:
        code, out, err = called(arguments, monkeypatch)
        said = out + err
        assert "hush" not in said
        assert str(tmp_path / "cache") not in said
        assert str(tmp_path / "scratch") not in said
        return code, said

    yield call
    stored = [memory.cat_file(path) for path in memory.find("/")]
    local = [path.read_bytes() for path in tmp_path.rglob("*.json") if path.is_file()]
    assert not [content for content in stored + local if b"hush" in content]


@pytest.fixture
def data(memory, articles):
    """The dataset under two kinds of URL with credentials."""
    content = articles.read_bytes()
    memory.pipe_file("/me:hush@lake/news.jsonl", content)
    memory.pipe_file(f"/lake/news.jsonl{QUERY}", content)
    return f"{LAKE}/news.jsonl"


@pytest.fixture
def run(bench, data):
    config = Path("small.yaml")
    config.write_text(
        f"name: small\ndataset: {data}\nmodels: [lead, title, oracle]\ntasks: [summary]\n"
        "metrics: [rouge1]\nresamples: 100\n"
    )
    assert bench("run", "small.yaml", "--output", RUN)[0] == 0
    return RUN


CALLS = (
    ("show", RUN),
    ("show", RUN, "--model", "lead"),
    ("show", RUN, "--worst", "1"),
    ("show", RUN, "--diff", RUN),
    ("compare", RUN, "--rescore", "--dataset", "DATA"),
    ("check", RUN, "--baseline", RUN),
    ("check", RUN, "--baseline", f"{LAKE}/runs/new", "--update"),
    ("check", RUN, "--baseline", f"{LAKE}/runs/none"),
    ("check", RUN, "--baseline", f"{LAKE}/none", "--missing-baseline", "pass", "-f", "json"),
    ("check", RUN, "--history", f"{LAKE}/none.jsonl"),
    ("history", f"{LAKE}/runs", "--output", f"{LAKE}/history.txt"),
    ("history", f"{LAKE}/runs", f"{LAKE}/runs/mine/results.json", "--format", "json"),
    ("history", f"{LAKE}/runs", "--record", f"{LAKE}/history.jsonl"),
    ("history", f"{LAKE}/none.jsonl", "--record", "history.jsonl"),
    ("power", RUN),
    ("report", RUN, "--output", f"{LAKE}/report.html"),
    ("report", RUN, "--format", "json"),
    ("leaderboard", f"{LAKE}/runs"),
    ("leaderboard", f"{LAKE}/runs", "--dataset", "no"),
    ("run", "small.yaml", "--output", RUN),
    ("run", "small.yaml", "--output", RUN, "--limit", "2"),
    ("run", "small.yaml", "--output", RUN, "--limit", "2", "--overwrite"),
    ("validate", "DATA"),
    ("validate", f"memory://lake/news.jsonl{QUERY}"),
    ("validate", f"memory://lake/none.jsonl{QUERY}"),
    ("config", "small.yaml"),
    ("list", "models", "--model", RUN),
)


@pytest.mark.slow
@pytest.mark.usefixtures("run")
def test_no_verb_shows_a_credential_or_a_copy(bench, data):
    for arguments in CALLS:
        bench(*(data if argument == "DATA" else argument for argument in arguments))


DAMAGE = {
    "run.json": b"{",
    "results.json": b'{"dataset": 1}',
    "scores.parquet": b"PAR1",
    "references.parquet": b"PAR1",
    "predictions/lead.summary.jsonl": b"{}\n",
}


@pytest.mark.slow
def test_faults_of_a_run_name_its_url(bench, memory, run):
    for name, content in DAMAGE.items():
        file = f"/me:hush@lake/runs/mine/{name}"
        sound = memory.cat_file(file)
        memory.pipe_file(file, content)
        for options in ((), ("--allow-modified",)):
            assert f"memory://***@lake/runs/mine/{name}" in bench("report", run, *options)[1]
            for verb in ("show", "compare", "power"):
                bench(verb, run, *options)
            bench("leaderboard", f"{LAKE}/runs", *options)
        bench("run", "small.yaml", "--output", run)
        memory.pipe_file(file, sound)


def read_all(run):
    found = load_run(run)
    found.scores()
    found.predictions("lead", "summary")
    list(found.references())
    assert found.record.models


def test_python_names_the_url_too(memory, run):
    for name, content in DAMAGE.items():
        file = f"/me:hush@lake/runs/mine/{name}"
        sound = memory.cat_file(file)
        memory.pipe_file(file, content)
        with pytest.raises(BenchError) as error:
            read_all(run)
        assert f"memory://***@lake/runs/mine/{name}" in str(error.value)
        memory.pipe_file(file, sound)


def test_run_is_located_by_its_url(run):
    assert load_run(run).location == "memory://***@lake/runs/mine"
    with pytest.raises(RunDirectoryError, match=r"^memory://\*\*\*@lake/runs/none"):
        load_run(f"{LAKE}/runs/none")


@pytest.mark.parametrize(
    "fault", ["{", '{"article": "1", "items": 3}', '{"article": "no", "items": []}']
)
def test_faults_of_a_prediction_file_name_its_url(bench, memory, data, fault):
    memory.pipe_file("/me:hush@lake/mine.jsonl", fault.encode())
    code, said = bench("score", f"{LAKE}/mine.jsonl", "--dataset", data, "--task", "summary")
    assert code
    assert "memory://***@lake/mine.jsonl" in said


def test_record_of_scored_files_masks_their_urls(bench, memory, articles):
    file = f"memory://lake/mine.jsonl{QUERY}"
    memory.pipe_file(f"/lake/mine.jsonl{QUERY}", b'{"article": "a1", "items": ["x"]}\n')
    options = ("--dataset", str(articles), "--task", "summary", "--output", "scored")
    assert "memory://lake/mine.jsonl?***" in bench("score", file, *options)[1]
    for _ in range(2):
        bench("score", file, *options, "--allow-modified")


def test_articles_that_are_read_later_name_the_url(memory, data, monkeypatch, tmp_path):
    from bench.data import rows

    monkeypatch.setattr(rows, "_SMALL", 0)
    articles = rows.load_dataset(data).articles
    assert isinstance(articles, StoredArticles)
    (copy,) = (tmp_path / "scratch").rglob("news.jsonl")
    copy.write_text("")
    with pytest.raises(BenchError, match=r"^memory://\*\*\*@lake/news.jsonl: has changed"):
        list(articles)
    assert not re.search("hush", str(articles._source))
