"""Posting a comment to servers that answer as GitHub and GitLab do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bench.reports.pull_request import PostError, post

TEXT = "<!-- qgbench:Quality -->\nnew"


class Server(ThreadingHTTPServer):
    """Keeps comments; other people's cannot be changed."""

    comments: list[dict[str, Any]]
    status = 200
    account: dict[str, Any] | None = None
    seen: list[tuple[str, str, str | None]]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, code: int, body: Any, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")
        self.server.seen.append((self.command, self.path, token))
        if self.server.status != 200:
            self.answer(self.server.status, {}, Location="http://127.0.0.1:1/elsewhere")
            return
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        if self.path == "/user":
            self.answer(200 if self.server.account else 403, self.server.account or {})
        elif self.command == "GET":
            page = int(self.path.rpartition("page=")[2])
            self.answer(200, self.server.comments[100 * page - 100 : 100 * page])
        elif self.command == "POST":
            self.server.comments.append({"id": len(self.server.comments), **body})
            self.answer(201, {})
        else:
            number = int(self.path.rpartition("/")[2])
            if self.server.comments[number].get("foreign"):
                self.answer(403, {})
            else:
                self.server.comments[number].update(body)
                self.answer(200, {})

    do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815 - the names that the library calls


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server(("127.0.0.1", 0), Handler)
    found.comments, found.seen = [], []
    threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture(params=["github", "gitlab"])
def environment(request, server, tmp_path):
    if request.param == "github":
        event = tmp_path / "event.json"
        event.write_text('{"pull_request": {"number": 7}}')
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_API_URL": server.address,
            "GITHUB_REPOSITORY": "some/where",
            "GITHUB_TOKEN": "canary",
        }
    return {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_API_V4_URL": server.address,
        "CI_PROJECT_ID": "12",
        "QGBENCH_TOKEN": "canary",
    }


def test_first_comment_is_added_and_later_ones_replace_it(server, environment):
    assert post(TEXT, environment) == "commented on the request"
    assert post(TEXT + "er", environment) == "replaced the comment on the request"
    assert [one["body"] for one in server.comments] == [TEXT + "er"]
    method, path, token = server.seen[-1]
    github = "GITHUB_TOKEN" in environment
    assert method == ("PATCH" if github else "PUT")
    assert path == (
        "/repos/some/where/issues/comments/0" if github else "/projects/12/merge_requests/7/notes/0"
    )
    assert token == ("Bearer canary" if github else "canary")


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", b"nonsense\r\n\r\n", b""],
    ids=["cut short", "not HTTP", "closed"],
)
def test_answer_that_is_cut_short_or_not_http_is_a_fault_of_the_server(
    server, environment, monkeypatch, answer
):
    def respond(handler: Handler) -> None:
        handler.wfile.write(answer)
        handler.close_connection = True

    monkeypatch.setattr(Handler, "do_GET", respond)
    with pytest.raises(PostError, match=r"--post: http://127\.0\.0\.1:\d+/.*: \S"):
        post(TEXT, environment)


def test_comment_is_found_on_a_later_page(server, environment):
    server.comments = [{"id": n, "body": f"talk {n}"} for n in range(150)]
    server.comments[130]["body"] = "<!-- qgbench:Quality -->\r\nold"
    post(TEXT, environment)
    assert len(server.comments) == 150
    assert server.comments[130]["body"] == TEXT


def test_comments_of_other_gates_and_people_are_left_alone(server, environment):
    server.comments = [
        {"id": 0, "body": "<!-- qgbench:Other -->\nx"},
        {"id": 1, "body": "quoting <!-- qgbench:Quality -->"},
        {"id": 2, "body": "<!-- qgbench:Quality -->\ncopied", "foreign": True},
    ]
    assert post(TEXT, environment) == "commented on the request"
    assert server.comments[3]["body"] == TEXT


PERSON = {"id": 5, "login": "somebody", "type": "User"}
BOT = {"id": 41898282, "login": "github-actions[bot]", "type": "Bot"}


@pytest.mark.parametrize("account", [None, {"id": 6, "login": "gate"}])
def test_comment_of_a_person_who_copied_the_marker_is_never_changed(server, environment, account):
    server.account = account
    author = "user" if "GITHUB_TOKEN" in environment else "author"
    server.comments = [{"id": 0, "body": "<!-- qgbench:Quality -->\nPASS", author: PERSON}]
    assert post(TEXT, environment) == "commented on the request"
    assert [one["body"] for one in server.comments] == ["<!-- qgbench:Quality -->\nPASS", TEXT]


@pytest.mark.parametrize(("account", "writer"), [(None, BOT), ({"id": 5}, PERSON)])
def test_own_comment_is_known_by_its_author(server, environment, account, writer):
    server.account = account
    author = "user" if "GITHUB_TOKEN" in environment else "author"
    server.comments = [{"id": 0, "body": "<!-- qgbench:Quality -->\nold", author: writer}]
    assert post(TEXT, environment) == "replaced the comment on the request"
    assert [one["body"] for one in server.comments] == [TEXT]


@pytest.mark.parametrize("status", [302, 401, 403, 404, 500])
def test_refusal_names_the_server_and_never_the_token(server, environment, status):
    server.status = status
    with pytest.raises(PostError, match=f"--post: {server.address}/.*: {status}") as error:
        post(TEXT, environment)
    assert "canary" not in str(error.value)
    assert len(server.seen) == 1  # redirects are not followed


def test_token_is_not_sent_in_plain_text(environment):
    for name in ("GITHUB_API_URL", "CI_API_V4_URL"):
        if name in environment:
            environment[name] = "http://github.example"
    with pytest.raises(PostError, match="over https only"):
        post(TEXT, environment)


def test_server_that_is_away_is_named(environment, server):
    server.shutdown()
    server.server_close()
    with pytest.raises(PostError, match=server.address):
        post(TEXT, environment)


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "QGBENCH_TOKEN"])
def test_missing_token_is_said_with_what_to_set(environment, name):
    if name in environment:
        del environment[name]
        with pytest.raises(PostError, match=f"set .*{name}"):
            post(TEXT, environment)


@pytest.mark.parametrize("event", ["{}", "[]", "no JSON", '{"pull_request": {}}', None])
def test_job_without_a_pull_request_is_said(tmp_path, event):
    file = tmp_path / "event.json"
    if event is not None:
        file.write_text(event)
    found = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(file), "GITHUB_TOKEN": "x"}
    with pytest.raises(PostError, match="not about a pull request"):
        post(TEXT, found)


def test_outside_of_ci_nothing_can_be_posted():
    with pytest.raises(PostError, match="not in a job of GitHub Actions or GitLab CI"):
        post(TEXT, {})
