"""Puts a comment on a pull request of GitHub or a merge request of GitLab, or replaces it there.

What a CI job knows of its request and its server is in environment variables. The token is sent in
one header to that server and is shown nowhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from bench.errors import BenchError

_TIMEOUT = 30.0  # seconds
_PAGES = 50  # of a hundred comments each
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class PostError(BenchError):
    """The comment could not be put on the request.

    Attributes:
        is_refusal: whether the server knows the request and refuses this change.
    """

    is_refusal = False


@dataclass(frozen=True, repr=False)
class Request:
    """A pull or merge request.

    Attributes:
        comments: the address of its comments.
        token: the header that allows writing them, as name and value.
        edit: the address of a comment, with ``{id}`` for its number.
        method: the HTTP method that changes a comment.
        user: the address of the account that the token belongs to.
        author: the key of a comment that holds its author.
    """

    comments: str
    token: tuple[str, str]
    edit: str
    method: str
    user: str
    author: str


def post(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Write a comment, in place of the earlier one with the same first line.

    Args:
        text: the comment, whose first line is its marker.
        environment: the variables of the CI job.

    Returns:
        What was done, in one line.

    Raises:
        PostError: the job is not one of a request, has no token, or the server refuses.
    """
    request = request_of(environment)
    mark = text.partition("\n")[0]
    for comment in _comments(request):
        first = str(comment.get("body", "")).partition("\n")[0].strip()
        if first == mark and _is_own(request, comment):
            address = request.edit.format(id=int(comment["id"]))
            try:
                _call(request, address, request.method, {"body": text})
            except PostError as error:
                if not error.is_refusal:
                    raise
                continue  # somebody else's, who copied the marker, on a server that does not say so
            return "replaced the comment on the request"
    _call(request, request.comments, "POST", {"body": text})
    return "commented on the request"


def _is_own(request: Request, comment: Mapping[str, Any]) -> bool:
    """Whether the token's account wrote a comment.

    A token may be allowed to change the comments of people, who could then change the verdict in
    turn.
    """
    author = comment.get(request.author)
    if not isinstance(author, dict) or author.get("type") == "Bot":
        return True
    try:
        account = _call(request, request.user, "GET")
    except PostError:
        account = None
    if isinstance(account, dict) and "id" in account:
        return bool(account["id"] == author.get("id"))
    return author.get("type") != "User"  # the token of a job on GitHub belongs to no user


def request_of(environment: Mapping[str, str]) -> Request:
    """The request that a CI job is about.

    Raises:
        PostError: the job is not one of a request, or lacks a token; the message says what to set.
    """
    if environment.get("GITHUB_ACTIONS") or environment.get("GITHUB_EVENT_PATH"):
        return _of_github(environment)
    if environment.get("GITLAB_CI") or environment.get("CI_MERGE_REQUEST_IID"):
        return _of_gitlab(environment)
    raise PostError(
        "--post: not in a job of GitHub Actions or GitLab CI, which say what request to comment on"
    )


def _of_github(environment: Mapping[str, str]) -> Request:
    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN")
    if not token:
        raise PostError("--post: set GITHUB_TOKEN, and `permissions: pull-requests: write`")
    number = _pull_request(environment.get("GITHUB_EVENT_PATH", ""))
    server = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    repository = quote(environment.get("GITHUB_REPOSITORY", ""), safe="/")
    issues = f"{server}/repos/{repository}/issues"
    return Request(
        f"{issues}/{number}/comments",
        ("Authorization", f"Bearer {token}"),
        f"{issues}/comments/{{id}}",
        "PATCH",
        f"{server}/user",
        "user",
    )


def _pull_request(event: str) -> int:
    try:
        found = json.loads(Path(event).read_text("utf-8"))
        return int((found.get("pull_request") or found["issue"])["number"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = "--post: this job is not about a pull request; leave it out here"
        raise PostError(reason) from error


def _of_gitlab(environment: Mapping[str, str]) -> Request:
    token = environment.get("QGBENCH_TOKEN") or environment.get("GITLAB_TOKEN")
    if not token:
        raise PostError(
            "--post: set the variable QGBENCH_TOKEN to an access token with the scope `api`; the"
            " token of the job itself cannot comment"
        )
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdecimal():
        raise PostError("--post: this job is not about a merge request; leave it out here")
    server = environment.get("CI_API_V4_URL", "https://gitlab.com/api/v4").rstrip("/")
    project = quote(environment.get("CI_PROJECT_ID", ""), safe="")
    notes = f"{server}/projects/{project}/merge_requests/{number}/notes"
    header = ("PRIVATE-TOKEN", token)
    return Request(notes, header, f"{notes}/{{id}}", "PUT", f"{server}/user", "author")


def _comments(request: Request) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _PAGES + 1):
        found = _call(request, f"{request.comments}?per_page=100&page={page}", "GET")
        if not isinstance(found, list):
            raise PostError(f"--post: {_shown(request.comments)}: not a list of comments")
        yield from (one for one in found if isinstance(one, dict))
        if len(found) < 100:
            return


def _call(request: Request, address: str, method: str, body: Any = None) -> Any:
    """Send one request and parse its answer.

    Raises:
        PostError: the server cannot be reached or refuses, or the address is not of HTTPS.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request as HTTPRequest

    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise PostError(f"--post: {_shown(address)}: a token is sent over https only")
    name, token = request.token
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    headers["User-Agent"] = "qgbench"
    data = None if body is None else json.dumps(body).encode()
    call = HTTPRequest(address, data, headers, method=method)
    call.add_unredirected_header(name, token)
    try:
        with _opener().open(call, timeout=_TIMEOUT) as answer:
            return json.loads(answer.read() or b"null")
    except HTTPError as error:
        error.close()
        why = f"{error.code} {error.reason}"
        remedy = "; the token may not write comments" if error.code in (401, 403, 404) else ""
        failure = PostError(f"--post: {_shown(address)}: {why}{remedy}")
        failure.is_refusal = error.code in (403, 404)
        raise failure from None
    except (HTTPException, URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PostError(f"--post: {_shown(address)}: {reason!s:.200}") from None


def _opener() -> Any:
    """Opens addresses without following redirects, which could lead a token elsewhere."""
    from urllib.request import HTTPRedirectHandler, build_opener

    class Refusing(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    return build_opener(Refusing)


def _shown(address: str) -> str:
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
