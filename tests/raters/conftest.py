"""A judge's server, running."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bench.models.endpoint import Endpoint
from tests.models.fault_server import CANARY
from tests.raters.judge_server import JudgeServer


@pytest.fixture
def judge_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    import openai  # noqa: F401 - which takes none of the time that a server has

    async def nap(self: Endpoint, seconds: float) -> None: ...

    monkeypatch.setattr(Endpoint, "_sleep", nap)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with JudgeServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
