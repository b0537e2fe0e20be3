"""Checkpoints on the hub: reached, not reached, and without the file that is needed."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import bench
from bench.errors import ConfigError
from bench.models.neural import hub
from bench.models.neural.checkpoint import Checkpoint
from bench.models.neural.hub import UnreachableError, hub_file, is_reachable
from tests.conftest import write_rows
from tests.models.checkpoints import checkpoint

pytest.importorskip("huggingface_hub")
NAME = "acme/none"
COMMIT = "c" * 40


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> dict:
    """Nothing is known of any endpoint, and none is waited for long."""
    monkeypatch.setattr(hub, "_ANSWERED_AT", {})
    monkeypatch.setattr(hub, "_PATIENCE", 0.2)
    return hub._ANSWERED_AT


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub_at(monkeypatch):
    """Puts the hub at a port of this machine."""

    def put(port: int) -> None:
        template = f"http://127.0.0.1:{port}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{port}")

    return put


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
def silent_port():
    """A port that accepts connections and never answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen(8)
        yield one.getsockname()[1]


@pytest.fixture
def answering(hub_at):
    """A hub that answers every request with a status, and counts requests."""
    status = {"code": 404, "error": "EntryNotFound", "requests": 0}

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            status["requests"] += 1
            self.send_response(status["code"])
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Error-Code", status["error"])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    hub_at(server.server_port)
    yield status
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["closed_port", "silent_port"])
def unreachable(request, hub_at, monkeypatch) -> None:
    """A hub that cannot be reached; a pause before another attempt fails the test."""

    def pause(seconds: float) -> None:
        raise AssertionError(f"waits for {seconds} s")

    hub_at(request.getfixturevalue(request.param))
    monkeypatch.setattr("time.sleep", pause)


@pytest.mark.slow
@pytest.mark.usefixtures("unreachable")
def test_checks_with_an_unreachable_hub_take_no_retries():
    write_rows(Path("articles.jsonl"), [{"id": "a", "title": "t", "text": "x.", "summary": ["x"]}])
    models = [
        {"use": "causal", "name": name, "checkpoint": f"acme/{name}"} for name in ("one", "two")
    ]
    config = {"name": "c", "dataset": "articles.jsonl", "tasks": ["summary"], "models": models}
    assert sum("the hub cannot be reached" in n for n in bench.validate(config).plan.notes) == 2
    with pytest.raises(ConfigError) as error:
        bench.run(config, output="out", progress=False)
    assert len(error.value.problems) == 2
    assert all("hf download acme/" in problem for problem in error.value.problems)


@pytest.mark.slow
@pytest.mark.usefixtures("unreachable")
def test_cached_checkpoint_is_used_without_waiting_for_the_hub(cache, tmp_path):
    made = checkpoint(tmp_path / "made", "llama")
    (cache / "models--acme--none" / "refs").mkdir(parents=True)
    (cache / "models--acme--none" / "refs" / "main").write_text(COMMIT)
    made.rename(_snapshots(cache) / COMMIT)
    loaded = Checkpoint(NAME).load("causal", "cpu", "float32")
    assert loaded.tokenizer is not None
    assert Checkpoint(NAME).digest() == COMMIT[:16]


def _snapshots(cache):
    folder = cache / "models--acme--none" / "snapshots"
    folder.mkdir(parents=True)
    return folder


def test_answer_of_the_hub_is_asked_for_once(answering):
    assert is_reachable(NAME, "config.json", None)
    assert is_reachable("acme/other", "config.json", None)
    assert answering["requests"] == 1


@pytest.mark.parametrize(
    ("code", "error", "told"),
    [
        (404, "EntryNotFound", "no file config.json in it; set `gguf`"),
        (404, "RepoNotFound", "no such folder, and no such model on the hub"),
        (403, "GatedRepo", "access requires a request to the owner"),
        (404, "RevisionNotFound", "no revision 'old'"),
        (503, "", "the hub cannot be reached"),
    ],
)
def test_status_of_the_hub_is_told(answering, code, error, told):
    answering |= {"code": code, "error": error}
    with pytest.raises(ConfigError, match=told) as raised:
        hub_file(NAME, "config.json", "old")
    assert isinstance(raised.value, UnreachableError) == (code == 503)


def test_name_that_is_no_id_is_told(hub_at, closed_port):
    hub_at(closed_port)
    with pytest.raises(ConfigError, match="no such folder, and no such model"):
        hub_file("no such/id at all", "config.json", None)


def test_fault_of_the_disk_is_not_taken_for_one_of_the_network(answering, monkeypatch):
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", full)
    with pytest.raises(ConfigError, match="No space left"):
        hub_file(NAME, "config.json", None)


def test_offline_mode_asks_no_hub(answering, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert not is_reachable(NAME, "config.json", None)
    assert answering["requests"] == 0
