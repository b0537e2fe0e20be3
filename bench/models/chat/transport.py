"""Sends requests and reads responses, within limits.

Uses the HTTP client of the ``openai`` library. No response takes more memory than the limits below,
even if it decompresses to a larger one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from bench.models.chat.packing import unpacked
from bench.models.chat.retry import FinalError, RetryError
from bench.models.chat.secrets import Redactor

if TYPE_CHECKING:
    from openai import DefaultAsyncHttpxClient

LONGEST_ANSWER = 2_000_000  # bytes of a response; longer ones are not lists of items
_LONGEST_STREAM = 8_000_000  # of a stream of events, with 100 or more bytes per token
_LONGEST_ERROR = 100_000  # of an error, of which only the beginning is read
_CONNECT = 10.0  # seconds to connect until a server counts as unreachable
_REDIRECTS = 5
_ALIKE = {301, 302, 307, 308}  # redirects that repeat the same request
_UNSENDABLE = {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "UnicodeError"}
_UNREACHABLE = {"ConnectError", "ConnectTimeout", "ProxyError"}
# Raised if a server closes the connection without a response, or with an invalid one.
_UNANSWERED = {"RemoteProtocolError", "ReadError", "WriteError"}
_DONE = re.compile(rb"[\r\n]data:[ \t]*\[DONE\]")
_LOGGERS = ("httpx", "httpcore")


@dataclass(frozen=True)
class Reply:
    """A response with any status.

    Attributes:
        status: the HTTP status.
        headers: case-insensitive headers.
        body: the decompressed body; only the beginning for errors.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The content type, which may name the encoding; empty if missing."""
        return self.headers.get("content-type", "")


class Transport:
    """A connection to one server; an asynchronous context manager.

    Args:
        url: the URL of requests.
        headers: sent with each request.
        credentials: names of headers that are only sent to this server.
        follow: whether redirects are followed.
        redactor: masks secrets in errors.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        credentials: frozenset[str],
        *,
        follow: bool,
        redactor: Redactor,
    ) -> None:
        from openai import DefaultAsyncHttpxClient

        self._url = url
        self._headers = {
            **headers,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",  # encodings that can be decompressed within bounds
            "Content-Type": "application/json",
        }
        self._credentials = credentials
        self._follow = follow
        self._redactor = redactor
        self._client: DefaultAsyncHttpxClient = DefaultAsyncHttpxClient(
            timeout=(_CONNECT, None, None, None), follow_redirects=False, cookies=_NoCookies()
        )
        _mask_logs(redactor)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def post(self, body: bytes) -> Reply:
        """Send a request and return the response.

        Raises:
            RetryError: there is no response, or an incomplete one.
            FinalError: the response is too long, or a redirect that is not followed.
        """
        url, headers = self._url, self._headers
        for _ in range(_REDIRECTS + 1):
            reply = await self._post_once(url, headers, body)
            location = reply.headers.get("location", "")
            if not 300 <= reply.status < 400 or not location:
                return reply
            try:
                target = urljoin(url, location)
                same = urlsplit(target)[:2] == urlsplit(url)[:2]
            except ValueError:
                return reply
            said = self._redactor.line(target)
            if not self._follow:
                raise FinalError(
                    f"the server redirects to {said}; set `base_url` to that URL, or set"
                    " `follow_redirects: true`",
                    "a redirect",
                )
            if reply.status not in _ALIKE or urlsplit(target).scheme not in {"http", "https"}:
                raise FinalError(
                    f"the server redirects to {said} with status {reply.status}, which cannot be"
                    " followed",
                    "a redirect",
                )
            if not same:
                headers = {n: v for n, v in headers.items() if n.lower() not in self._credentials}
            url = target
        raise FinalError(f"the server redirects more than {_REDIRECTS} times", "a redirect")

    async def _post_once(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            request = self._client.build_request("POST", url, headers=headers, content=body)
            response = await self._client.send(request, stream=True)
        except Exception as error:
            # The HTTP client of the library varies, and has its own exceptions.
            raise self._unsent(error) from error
        try:
            return Reply(response.status_code, response.headers, await self._body(response))
        finally:
            await response.aclose()

    async def _body(self, response: Any) -> bytes:
        failed = not response.is_success
        streamed = "event-stream" in response.headers.get("content-type", "")
        limit = _LONGEST_ERROR if failed else _LONGEST_STREAM if streamed else LONGEST_ANSWER
        packed = bytearray()
        try:
            async for chunk in response.aiter_raw():
                seen = len(packed)
                packed += chunk
                ended = streamed and _DONE.search(packed, max(0, seen - 20))
                if len(packed) > limit or ended:
                    break
        except Exception as error:
            raise RetryError(
                f"the connection broke in mid-response ({type(error).__name__})", "broken"
            ) from error
        encodings = response.headers.get("content-encoding", "")
        body = bytes(packed[:limit]) if failed else bytes(packed)
        body = unpacked(body, encodings, limit, partial=failed)
        if len(body) > limit and not failed:
            raise FinalError(f"the answer is longer than {limit:,} bytes")
        return body[:limit]

    def _unsent(self, error: Exception) -> RetryError | FinalError:
        names = {cls.__name__ for cls in type(error).__mro__}
        cause = self._redactor.line(str(error) or type(error).__name__)
        if names & _UNSENDABLE:
            return FinalError(f"the request cannot be sent: {cause}")
        if "ConnectTimeout" in names:
            cause = f"no answer within {_CONNECT:g} seconds"
        return RetryError(
            f"no connection: {cause}",
            "no response" if names & _UNANSWERED else None,
            unreachable=bool(names & _UNREACHABLE),
        )


class _NoCookies(CookieJar):
    """Keeps no cookies, so that requests do not depend on earlier responses."""

    def extract_cookies(self, response: Any, request: Any) -> None: ...


class _Masking(logging.Filter):
    """Masks secrets in log records of the HTTP client."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._redactor.line(record.getMessage()), ()
        return True


def _mask_logs(redactor: Redactor) -> None:
    known: dict[str, Any] = logging.root.manager.loggerDict
    for name, logger in known.items():
        if name.startswith(_LOGGERS) and isinstance(logger, logging.Logger):
            for old in [f for f in logger.filters if isinstance(f, _Masking)]:
                logger.removeFilter(old)
            logger.addFilter(_Masking(redactor))
