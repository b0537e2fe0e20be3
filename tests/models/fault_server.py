"""A chat-completions server that misbehaves in every way."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.article import Article
from bench.models.endpoint import Endpoint
from bench.tasks import TASKS

CANARY = "sk-canary-7f3a9b/+=2e5c"
SUMMARY = TASKS["summary"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answer(self, body)

    def send(self, status: int, body: bytes | str | dict, **headers: str) -> None:
        text = json.dumps(body) if isinstance(body, dict) else body
        content = text.encode() if isinstance(text, str) else text
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **headers,
        }
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None: ...


Reply = Callable[[Handler, dict[str, Any]], None]


class Proxy(ThreadingHTTPServer):
    """Follows a script for each article, which its requests name by title; then all is well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripts: dict[str, list[Reply]] = {}
        self.usual: Reply = says("One of {}.\nTwo of {}.")
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.most = self._under_way = 0
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def asked(self) -> Counter[str]:
        return Counter(title(body) for body in self.requests)

    def answer(self, handler: Handler, body: dict[str, Any]) -> None:
        with self._lock:
            script = self.scripts.get(title(body), [])
            turn = self.asked[title(body)]
            self.requests.append(body)
            self.keys.append(handler.headers["Authorization"])
            self.paths.append(handler.path)
            self.headers.append({name.lower(): v for name, v in handler.headers.items()})
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            (script[turn] if turn < len(script) else self.usual)(handler, body)
        finally:
            with self._lock:
                self._under_way -= 1

    def handle_error(self, *arguments: Any) -> None:
        """A client that hangs up is no error of the server's."""


def title(body: dict[str, Any]) -> str:
    return body["messages"][-1]["content"]


def completion(content: Any, **changes: Any) -> dict[str, Any]:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {
        "choices": [{**choice, **changes}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def says(content: str) -> Reply:
    return lambda h, body: h.send(200, completion(content.replace("{}", title(body))))


def sends(body: bytes | str | dict, status: int = 200, **headers: str) -> Reply:
    return lambda h, _: h.send(status, body, **headers)


def status(code: int, message: str = "no luck", **headers: str) -> Reply:
    return sends({"error": {"message": message, "type": "t"}}, code, **headers)


def hangs(h: Handler, body: dict[str, Any]) -> None:
    h.server.over.wait(30)
    h.close_connection = True


def drips(h: Handler, body: dict[str, Any]) -> None:
    """Never silent for long, and never done."""
    h.send_response(200)
    h.send_header("Content-Length", "100000")
    h.end_headers()
    while not h.server.over.wait(0.05):
        h.wfile.write(b" ")
        h.wfile.flush()


def cuts(h: Handler, body: dict[str, Any]) -> None:
    h.connection.shutdown(socket.SHUT_RDWR)
    h.close_connection = True


def cuts_in_mid_response(h: Handler, body: dict[str, Any]) -> None:
    h.send(200, json.dumps(completion("One.")), **{"Content-Length": "5000"})
    cuts(h, body)


def echoes(code: int) -> Reply:
    """Says all it was sent, as some proxies do where they fail."""

    def reply(h: Handler, body: dict[str, Any]) -> None:
        sent = h.headers["Authorization"]
        if code == 200:
            h.send(200, completion(f"You sent {sent}."))
        else:
            h.send(code, {"error": {"message": f"{'x' * 280} {sent}", "headers": dict(h.headers)}})

    return reply


def endpoint(proxy: Proxy, **parameters: Any) -> Endpoint:
    return Endpoint(**{"model": "m", "base_url": proxy.url, "prompt": "{{ title }}", **parameters})


def patience(fault: Reply) -> float:
    """Seconds: long enough for a busy machine where nothing is to time out."""
    return 1 if fault in (hangs, drips) else 60


def some(count: int) -> list[Article]:
    return [Article(id=f"{n}", title=f"a{n}", text="Text.") for n in range(count)]
