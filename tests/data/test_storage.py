"""What is fetched by URL, and what people are told of it. The store is ``fsspec``'s memory."""

from __future__ import annotations

import gzip
import json
import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fsspec.registry import known_implementations

import bench
from bench import load_dataset
from bench.api.reporting import write_report
from bench.data import storage
from bench.errors import BenchError, DataError, StorageError


@pytest.mark.parametrize("name", ["news.jsonl", "news.jsonl.gz", "news.json", "news.csv"])
def test_data_set_is_the_same_by_url(memory, tmp_path, rows, name):
    here = tmp_path / name
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if name.endswith(".gz"):
        here.write_bytes(gzip.compress(text.encode()))
    elif name.endswith(".csv"):
        here.write_text("id,title,text\n1,T,One sentence. Another one.\n")
    else:
        here.write_text(text)
    memory.pipe_file(f"/data/{name}", here.read_bytes())
    there, own = load_dataset(f"memory://data/{name}"), load_dataset(here)
    assert (there.name, there.fingerprint) == ("news", own.fingerprint)
    assert list(there) == list(own)


def test_folder_has_splits_and_gives_the_data_set_its_name(memory, articles):
    memory.pipe_file("/data/news/test.jsonl", articles.read_bytes())
    memory.pipe_file("/data/news/train.jsonl", articles.read_bytes().splitlines()[0])
    memory.pipe_file("/data/news/README.md", b"# News")
    assert load_dataset("memory://data/news").name == "news"
    assert load_dataset("memory://data/news/test.jsonl").name == "news"
    assert len(load_dataset("memory://data/news/", split="train")) == 1
    with pytest.raises(DataError) as error:
        load_dataset("memory://data/news", split="dev")
    assert str(error.value) == (
        "memory://data/news: no split 'dev' (dev.jsonl); available: test, train"
    )


def test_faults_are_told_by_url(memory):
    memory.pipe_file("/data/news.jsonl", b'{"id": 1}\n{"id"')
    with pytest.raises(BenchError) as error:
        load_dataset("memory://data/news.jsonl")
    assert all(p.startswith("memory://data/news.jsonl:") for p in error.value.problems)
    with pytest.raises(StorageError, match=r"^memory://data/olds.jsonl: not found"):
        load_dataset("memory://data/olds.jsonl")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nosuch://me:secret@host/a.jsonl", "nosuch://***@host/a.jsonl: "),
        ("nosuch://host/a.jsonl?secret=1", "`pip install s3fs`"),
    ],
)
def test_unknown_store_is_one_line_with_the_fix_and_without_secrets(url, words):
    with pytest.raises(StorageError) as error:
        load_dataset(url)
    (problem,) = error.value.problems
    assert words in problem
    assert "secret" not in problem
    assert error.value.__cause__ is None


def test_store_whose_library_is_missing_names_it(monkeypatch):
    monkeypatch.setitem(
        known_implementations,
        "sunken",
        {"class": "sunkenfs.Store", "err": "Install sunkenfs to access it"},
    )
    with pytest.raises(StorageError, match=r"Install sunkenfs to access it: pip install sunkenfs$"):
        load_dataset("sunken://host/a.jsonl")


@pytest.mark.parametrize("url", ["s3://", "http://", "memory:///"])
def test_url_that_names_no_place_is_told(url):
    with pytest.raises(StorageError, match="has no path"):
        load_dataset(url)


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["memory://lake/x?key=hush", "memory://lake/x?key=hush/a", "memory://lake/a.html?hush"]
)
def test_query_does_not_become_part_of_a_name(memory, url):
    run = bench.run(models=["lead"], tasks=["summary"], dataset="insights", limit=2, progress=False)
    for write in (
        lambda: bench.export(run, "lm-eval", url),
        lambda: bench.export(run, "model-index", f"{url}/README.md"),
        lambda: write_report("text", url),
        lambda: bench.run(models=["lead"], dataset="insights", output=url, progress=False),
    ):
        with pytest.raises(StorageError, match="because of what follows") as error:
            write()
        assert "hush" not in str(error.value)
    assert not memory.store


@pytest.mark.usefixtures("tmp_path")
def test_signature_of_a_folder_stays_at_the_end(monkeypatch):
    asked = []

    class Web:
        protocol = ("http", "https")

        def get_file(self, path, file):
            asked.append(path)

        def find(self, path):
            return ["https://host/runs/a/run.json"]

    monkeypatch.setattr(storage, "_opened", lambda url, shown: (Web(), url))
    store = storage.Store("https://host/runs/?signature=hush")
    assert store.below() == ["a/run.json"]
    store.inside("a").fetch("run.json", Path("run.json"))
    assert asked == ["https://host/runs/a/run.json?signature=hush"]


@pytest.mark.slow
def test_copy_from_the_web_has_the_time_of_the_original(tmp_path):
    for name in ("there", "here"):
        (tmp_path / name).mkdir()
    (tmp_path / "there" / "run.json").write_text("{}")
    os.utime(tmp_path / "there" / "run.json", (1_700_000_000, 1_700_000_000))
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "there")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        store = storage.Store(f"http://127.0.0.1:{server.server_port}/")
        store.fetch("run.json", tmp_path / "here" / "run.json", dated=True)
        server.shutdown()
    assert (tmp_path / "here" / "run.json").stat().st_mtime == 1_700_000_000


def test_files_without_a_folder_are_refused(memory, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = bench.run(models=["lead"], tasks=["summary"], dataset="insights", limit=2, progress=False)
    with pytest.raises(StorageError, match="has no path"):
        write_report("text", "memory://a.html")
    with pytest.raises(StorageError, match="has no path"):
        bench.export(run, "model-index", "memory://README.md")
    assert not [*tmp_path.iterdir(), *memory.store]
