"""Runs and datasets by URL as a user meets them: on a real object-store server, and over HTTP."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import ROOT
from tests.ingest.harbour import text_page

SLOW = "tests.runs.models_of_tests:Slow"

if not (find_spec("moto") and find_spec("s3fs")) and os.environ.get("BENCH_S3") != "required":
    pytest.skip("no object store here: moto or s3fs is missing", allow_module_level=True)


def serving(*command: str) -> Iterator[str]:
    """A server on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [sys.executable, *(part.format(port=port) for part in command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        end = time.monotonic() + 120
        while True:
            try:
                urlopen(address, timeout=30).close()
                break
            except URLError:
                assert server.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
        yield address
        server.kill()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    yield from serving("-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}")


class Bucket:
    """A bucket as the server itself tells of it, by plain HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def listing(self) -> list[str]:
        with urlopen(f"{self.address}?list-type=2", timeout=30) as answer:
            return re.findall("<Key>([^<]*)", answer.read().decode())

    def get(self, key: str) -> bytes:
        signed = {"Authorization": "AWS key:signature"}  # which the server does not check
        with urlopen(Request(f"{self.address}/{key}", headers=signed), timeout=30) as answer:
            return answer.read()

    def put(self, key: str, content: bytes) -> None:
        # A form, which it would be by default, the server would try to take apart.
        kind = {"Content-Type": "application/octet-stream"}
        urlopen(Request(f"{self.address}/{key}", content, kind, method="PUT"), timeout=30).close()


@pytest.fixture
def bucket(server, monkeypatch, tmp_path, request) -> Bucket:
    """An empty bucket called ``lake``, which plain ``s3://lake`` URLs mean."""
    for key, value in {
        "AWS_ENDPOINT_URL_S3": server,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "hush",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(key, value)
    urlopen(Request(f"{server}/moto-api/reset", b"", method="POST"), timeout=30).close()
    urlopen(Request(f"{server}/lake", method="PUT"), timeout=30).close()
    return Bucket(f"{server}/lake")


@pytest.fixture
def small(articles) -> str:
    """A config that takes a moment."""
    Path("small.yaml").write_text(
        f"name: small\ndataset: {articles}\nmodels: [lead, hybrid]\ntasks: [summary]\n"
        "metrics: [rouge1]\nresamples: 100\n"
    )
    return "small.yaml"


def test_run_into_a_bucket_can_be_read_from_there(here, bucket, small):
    done = here("run", small, "-o", "s3://lake/runs/mine")
    assert done.returncode == 0, done.stderr
    assert "Results: s3://lake/runs/mine" in done.stderr
    assert here("run", small, "-o", "mine").returncode == 0
    assert {key.removeprefix("runs/mine/") for key in bucket.listing()} == {
        path.relative_to("mine").as_posix()
        for path in Path("mine").rglob("*")
        if path.is_file() and path.name not in (".lock", ".gitignore")
    }
    for name in ("results.json", "scores.parquet"):
        assert bucket.get(f"runs/mine/{name}") == Path("mine", name).read_bytes()
    for verb in (["compare"], ["show", "-m", "lead"]):
        there = here(verb[0], "s3://lake/runs/mine", *verb[1:])
        assert there.returncode == 0, there.stderr
        assert there.stdout == here(verb[0], "mine", *verb[1:]).stdout


def test_baseline_may_lie_in_a_bucket_and_be_renewed_there(here, bucket, small):
    run, base = "s3://lake/mine", "s3://lake/base"
    assert here("run", small, "-o", run).returncode == 0
    missing = here("check", run, "--baseline", base)
    assert missing.returncode == 2
    assert f"{base}: no such baseline" in missing.stderr
    done = here("check", run, "--baseline", base, "--update")
    assert done.returncode == 0, done.stderr
    assert f"{base} now holds the results of {run}" in done.stderr
    assert bucket.get("base/results.json") == bucket.get("mine/results.json")
    checked = here("check", run, "--baseline", base)
    assert checked.returncode == 0
    assert checked.stdout.startswith(f"{run} against {base}\n")


@pytest.mark.slow
def test_killed_in_mid_run_it_goes_on_here_and_elsewhere(here, bucket, articles, tmp_path):
    (tmp_path / "slow.yaml").write_text(
        f"name: slow\ndataset: {articles}\nbatch_size: 1\nmetrics: [rouge1]\n"
        "resamples: 100\nmodels:\n"
        f"  - {{use: '{SLOW}', name: first, log: first.txt}}\n"
        f"  - {{use: '{SLOW}', name: second, seconds: 0.5, log: second.txt}}\n"
    )

    def asked(name: str) -> list[str]:
        log = Path(f"{name}.txt")
        return log.read_text().splitlines() if log.exists() else []

    def killed_when_asked(times: int) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench", "run", "slow.yaml", "-o", "s3://lake/slow"],
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
            stderr=subprocess.DEVNULL,
        )
        while len(asked("second")) < times:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert "slow/results.json" not in bucket.listing()

    killed_when_asked(3)
    killed_when_asked(6)
    assert len(set(asked("second"))) >= 5  # at most one answer was lost
    unfinished = here("show", "s3://lake/slow")
    assert "error: s3://lake/slow: its run did not finish" in unfinished.stderr
    shutil.rmtree(tmp_path / "cache")
    done = here("run", "slow.yaml", "-o", "s3://lake/slow")
    assert done.returncode == 0, done.stderr
    assert len(asked("first")) == 11  # six summaries and five times questions, each once
    assert len(asked("second")) <= 6 + 11 - 2
    calm = here("run", "slow.yaml", "-m", "first", "-m", "second", "-o", "calm")
    assert calm.returncode == 0, calm.stderr
    assert bucket.get("slow/results.json") == Path("calm/results.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "-o", "s3://sea/run"], "s3://sea/run/.running: not found (The specified"),
        (["show", "s3://sea/run"], "s3://sea/run: not found (The specified bucket does"),
        (["show", "s3://lake/run"], "s3://lake/run: no such run; `bench run` makes one"),
        (["run", "-d", "s3://lake/no.jsonl"], "s3://lake/no.jsonl: not found"),
        (["run", "-d", "s3://lake/no"], "s3://lake/no: no split 'test'"),
        (["run", "-o", "nosuch://me:hush@host/run"], "error: nosuch://***@host/run: "),
    ],
)
def test_missing_object_is_one_line_with_its_url(here, bucket, arguments, words):
    done = here(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert line.startswith("error: ")
    assert "hush" not in line


@pytest.mark.slow
def test_missing_credentials_are_named(bench_process, bucket, tmp_path):
    unset = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(tmp_path)}
    done = bench_process("run", "-m", "lead", "-o", "s3://lake/run", **unset)
    assert done.returncode == 2
    assert "s3://lake/run/.running: no credentials (" in done.stderr


def test_data_sets_and_predictions_may_lie_in_a_bucket(here, bucket, small, articles, rows):
    bucket.put("news.jsonl.gz", gzip.compress(articles.read_bytes()))
    bucket.put("news/test.jsonl", articles.read_bytes())
    mine = [{"article": row["id"], "items": row["summary"]} for row in rows]
    bucket.put("mine.jsonl", "".join(json.dumps(row) + "\n" for row in mine).encode())
    local = here("run", small, "-f", "csv")
    done = here("run", small, "-d", "s3://lake/news.jsonl.gz", "-f", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == local.stdout
    assert "weak" in here("show", "results/small", "-m", "lead").stdout
    command = [
        "score",
        "s3://lake/mine.jsonl",
        "-d",
        "s3://lake/news",
        "-t",
        "summary",
        "--metric",
        "rouge1",
    ]
    scored = json.loads(here(*command, "-f", "json").stdout)
    scores = scored["tasks"]["summary"]["models"]["mine"]["scores"]
    assert scores["rouge1.f1"]["mean"] == 1


def test_pages_become_a_data_set_in_a_bucket(here, bucket):
    Path("page.txt").write_text(text_page())
    command = ["ingest", "page.txt", "-o", "s3://lake/pages"]
    done = here(*command)
    assert done.returncode == 0, done.stderr
    assert "written to s3://lake/pages/test.jsonl" in done.stderr
    assert bucket.listing() == ["pages/README.md", "pages/test.jsonl"]
    again = here(*command)
    assert again.returncode == 2
    assert "s3://lake/pages/test.jsonl: exists already; add --force" in again.stderr


@pytest.mark.slow
def test_signature_in_an_address_is_written_nowhere(here, small, articles, tmp_path):
    (tmp_path / "web").mkdir()
    shutil.copy(articles, tmp_path / "web" / "news.jsonl")
    for address in serving("-m", "http.server", "{port}", "-d", str(tmp_path / "web")):
        url = f"{address}/news.jsonl?signature=hush"
        done = here("run", small, "-d", url, "-o", "out")
        assert done.returncode == 0, done.stderr
        missing = here("run", small, "-d", url.replace("news", "olds"))
        assert missing.returncode == 2
        assert f"{address}/olds.jsonl?***: not found" in missing.stderr
        shown = here("show", "out", "-m", "lead", "-d", url)
        assert shown.returncode == 0, shown.stderr
    written = [path.read_bytes() for path in Path("out").rglob("*") if path.is_file()]
    said = done.stdout + done.stderr + missing.stderr + shown.stdout + shown.stderr
    assert not any(b"hush" in content for content in [*written, said.encode()])
    assert json.loads(Path("out/run.json").read_text())["config"]["dataset"] == (
        f"{address}/news.jsonl?***"
    )


def test_export_goes_into_a_bucket(here, bucket, small):
    done = here("run", small, "-o", "mine")
    assert done.returncode == 0, done.stderr
    done = here("export", "mine", "--to", "lm-eval", "-m", "lead", "-o", "s3://lake/shared/")
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    assert sorted(names) == [f"s3://lake/{key}" for key in sorted(bucket.listing())]
    samples = next(key for key in bucket.listing() if "samples_" in key)
    assert b'"filtered_resps"' in bucket.get(samples)
