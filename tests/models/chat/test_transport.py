"""Responses in bounded memory, and redirects."""

from __future__ import annotations

import asyncio
import gzip
import logging
import random
import tracemalloc
import zlib

import pytest

from bench.models.chat.retry import FinalError, RetryError
from bench.models.chat.secrets import Redactor
from bench.models.chat.transport import Transport, unpacked
from tests.models.fault_server import CANARY, sends

LIMIT = 100_000
TEXT = b'{"choices": []}' * 100


def deflated(data: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(TEXT)),
    "x-gzip": ("X-GZIP", gzip.compress(TEXT)),
    "members": ("gzip", gzip.compress(TEXT[:700]) + gzip.compress(TEXT[700:])),
    "zlib": ("deflate", deflated(TEXT, 15)),
    "raw": ("deflate", deflated(TEXT, -15)),
    "twice": ("gzip, deflate", deflated(gzip.compress(TEXT), 15)),
    "not at all": ("gzip", TEXT),
    "identity": ("identity", TEXT),
    "none": ("", TEXT),
    "padded": ("gzip", gzip.compress(TEXT) + bytes(20)),
    "junk after it": ("deflate", deflated(TEXT, 15) + b"junk"),
    "not said": ("", gzip.compress(TEXT)),
    "said of text": ("br", TEXT),
    "said of nothing": ("none, utf-8", TEXT),
}


@pytest.mark.parametrize(("encodings", "body"), PACKED.values(), ids=PACKED)
def test_body_is_unpacked(encodings, body):
    assert unpacked(body, encodings, LIMIT, partial=False) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + TEXT,
        b"\r\n" + TEXT,
        b": hello\n\ndata: {}",
        b"event: x\ndata: {}",
        b"oh no",
    ],
)
@pytest.mark.parametrize("encodings", ["gzip", "deflate", "br", "gzip, gzip"])
def test_text_that_is_said_to_be_packed_is_left_as_it_is(text, encodings):
    assert unpacked(text, encodings, LIMIT, partial=False) == text


def test_body_of_countless_pieces_is_refused_before_it_takes_long():
    pieces = gzip.compress(b"") * 50_000
    with pytest.raises(RetryError, match="more than 100 gzip members"):
        unpacked(pieces, "gzip", LIMIT, partial=False)
    assert unpacked(pieces, "gzip", LIMIT, partial=True) == b""


def test_body_too_long_before_its_last_decoding_is_a_final_error():
    inner = random.Random(3).randbytes(2 * LIMIT)
    with pytest.raises(FinalError, match="longer than 100,000 bytes"):
        unpacked(gzip.compress(gzip.compress(inner)), "gzip, gzip", LIMIT, partial=False)


BOMB = gzip.compress(bytes(10_000_000))


@pytest.mark.parametrize("encodings", ["gzip", "gzip, gzip"])
@pytest.mark.parametrize("partial", [True, False])
def test_bomb_takes_no_more_memory_than_the_limit(encodings, partial):
    bomb = gzip.compress(BOMB) if "," in encodings else BOMB
    tracemalloc.start()
    try:
        found = unpacked(bomb, encodings, LIMIT, partial=partial)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) <= LIMIT + 1
    assert peak < 20 * LIMIT


def test_error_keeps_the_received_part_of_a_torn_body():
    torn = gzip.compress(TEXT)[:-12]
    assert TEXT.startswith(unpacked(torn, "gzip", LIMIT, partial=True))
    with pytest.raises(RetryError, match="broke in mid-response"):
        unpacked(torn, "gzip", LIMIT, partial=False)


@pytest.mark.parametrize("encodings", ["br", "zstd", "gzip, br", "gzip, gzip, gzip", "?"])
def test_encoding_that_was_not_requested_is_not_unpacked(encodings):
    with pytest.raises(RetryError, match="not requested"):
        unpacked(gzip.compress(TEXT), encodings, LIMIT, partial=False)
    assert unpacked(gzip.compress(TEXT), encodings, LIMIT, partial=True) == b""


def test_nonsense_is_no_packed_body():
    with pytest.raises(RetryError, match="cannot be decompressed"):
        unpacked(b"\x1f\x8b nonsense", "gzip", LIMIT, partial=False)


def post(url, headers=None, follow=False, redactor=None):
    async def run():
        transport = Transport(
            url,
            headers or {"Authorization": f"Bearer {CANARY}", "X-Team": "a"},
            frozenset({"authorization", "x-team"}),
            follow=follow,
            redactor=redactor or Redactor([CANARY]),
        )
        async with transport:
            return await transport.post(b'{"messages": [{"content": "a0"}]}')

    return asyncio.run(run())


def test_beginning_alone_of_an_error_is_read(proxy):
    proxy.usual = sends(b"x" * 5_000_000, 500)
    reply = post(f"{proxy.url}/chat")
    assert (reply.status, len(reply.body)) == (500, LIMIT)


def test_redirect_is_told_and_not_followed(proxy):
    proxy.usual = sends(b"", 308, Location=f"/v2?key={CANARY}")
    with pytest.raises(FinalError, match=r"redirects to http://127\.0\.0\.1:\d+/v2\?key=\*\*\*;"):
        post(f"{proxy.url}/chat")
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirect_is_followed_where_the_config_allows_it(proxy, code):
    proxy.scripts = {"a0": [sends(b"", code, Location="/v2/chat")]}
    assert post(f"{proxy.url}/chat", follow=True).status == 200
    assert proxy.paths == ["/v1/chat", "/v2/chat"]
    assert proxy.requests[0] == proxy.requests[1]
    assert proxy.keys == [f"Bearer {CANARY}"] * 2


def test_another_server_never_sees_the_credentials(proxy):
    port = proxy.server_address[1]
    proxy.scripts = {"a0": [sends(b"", 307, Location=f"http://localhost:{port}/v2")]}
    assert post(f"{proxy.url}/chat", follow=True).status == 200
    assert proxy.keys == [f"Bearer {CANARY}", None]
    assert "x-team" not in proxy.headers[1]


@pytest.mark.parametrize(
    ("code", "location", "message"),
    [
        (303, "/v2", "cannot be followed"),
        (307, "file:///etc/passwd", "cannot be followed"),
        (307, "/v1/chat", "more than 5 times"),
    ],
)
def test_some_redirects_cannot_be_followed(proxy, code, location, message):
    proxy.usual = sends(b"", code, Location=location)
    with pytest.raises(FinalError, match=message):
        post(f"{proxy.url}/chat", follow=True)


@pytest.mark.parametrize("location", [None, "", "http://["])
def test_redirect_to_nowhere_is_an_ordinary_error(proxy, location):
    headers = {} if location is None else {"Location": location}
    proxy.usual = sends(b"", 302, **headers)
    assert post(f"{proxy.url}/chat", follow=True).status == 302


def test_no_cookie_is_sent_back(proxy):
    proxy.usual = sends("{}", Set_Cookie="session=1; Path=/")

    async def run():
        transport = Transport(proxy.url, {}, frozenset(), follow=False, redactor=Redactor(()))
        async with transport:
            for _ in range(2):
                await transport.post(b'{"messages": [{"content": "a0"}]}')

    asyncio.run(run())
    assert len(proxy.headers) == 2
    assert "cookie" not in proxy.headers[1]


def test_logs_of_the_client_hold_no_secret(proxy, caplog):
    caplog.set_level(logging.DEBUG)
    proxy.usual = sends("{}", X_Echo=f"Bearer {CANARY}")
    post(f"{proxy.url}/chat?key={CANARY[:12]}")
    post(f"{proxy.url}/chat?key={CANARY[:12]}")
    assert any("HTTP Request" in record.getMessage() for record in caplog.records)
    assert CANARY[:8] not in caplog.text


@pytest.mark.parametrize(
    ("url", "kind", "unreachable"),
    [
        ("http://127.0.0.1:9/v1", RetryError, True),
        ("http://no-such-host.invalid/v1", RetryError, True),
        ("http://127.0.0.1:9/\x00", FinalError, None),
    ],
)
def test_reason_for_an_unsent_request_is_named(monkeypatch, url, kind, unreachable):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(kind) as caught:
        post(url)
    assert getattr(caught.value, "unreachable", None) == unreachable
