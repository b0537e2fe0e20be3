"""The fault server, running, for the tests of endpoints."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bench.models.endpoint import Endpoint
from tests.models.fault_server import CANARY, Proxy


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    import openai  # noqa: F401 - which takes none of the time that a server has

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited, in none."""
    taken: list[float] = []

    async def nap(self: Endpoint, seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(Endpoint, "_sleep", nap)
    return taken
