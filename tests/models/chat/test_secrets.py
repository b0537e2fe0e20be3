"""Text from a server without the secrets that were sent to it."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.models.chat.secrets import Redactor, holds_secret, looks_secret

KEY = "sk-canary-7f3a9b/+=2e5c&<x>"


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        quote(KEY),
        quote(KEY, safe="").lower(),
        json.dumps(KEY)[1:-1],
        KEY.replace("/", "\\/"),
        html.escape(KEY),
        base64.b64encode(KEY.encode()).decode(),
        KEY.upper(),
        quote(quote(KEY, safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in KEY.encode()),
        "".join(f"\\u{ord(character):04X}" for character in KEY),
        "".join(f"\\x{byte:02x}" for byte in KEY.encode()),
        "".join(f"&#{ord(character)};" for character in KEY),
        KEY.replace("/", "&#x2F;").replace("+", "&plus;").replace("=", "&#x3d;"),
        KEY.replace("/", "\\\\/").replace("&", "\\u0026").replace("<", "\\\\u003c"),
        html.escape(html.escape(KEY)),
        KEY.encode().hex(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
    ],
)
def test_secret_is_masked_in_every_form(form):
    assert Redactor([KEY]).text(f"You sent {form} today.") == "You sent *** today."


@pytest.mark.parametrize("length", range(8, len(KEY)))
def test_part_of_a_secret_is_masked_from_8_characters_on(length):
    masked = Redactor([KEY]).text(f"key {KEY[:length]}... is wrong")
    assert masked.startswith("key ***")
    assert masked.endswith(" is wrong")
    assert KEY[:8] not in masked


@pytest.mark.parametrize("before", ["", "a", "Bearer ", "user:", '{"key":"'])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_secret_is_masked_in_base64_of_more_than_itself(before, encode):
    masked = Redactor([KEY]).text(encode(f"{before}{KEY}, and more".encode()).decode())
    alone = [encode(bytes(n) + KEY.encode()).decode()[4:12] for n in range(3)]
    assert "***" in masked
    assert not any(part in masked for part in alone)


@pytest.mark.parametrize(
    "secret", ["a\\b\"c'd/e", "%41%42%43%44", "ключ-и-замок", "key with spaces"]
)
def test_secret_may_have_any_characters(secret):
    for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert Redactor([secret]).text(f"<{form}>") == "<***>"


def test_fewer_characters_are_no_secret():
    assert Redactor([KEY, "EMPTY"]).text(f"{KEY[:7]} EMPTY") == f"{KEY[:7]} EMPTY"


def test_message_is_masked_before_it_is_cut():
    for before in range(280, 301):
        line = Redactor([KEY]).line("x" * before + KEY)
        assert "sk-" not in line
        assert len(line) <= 303


def test_message_is_one_line_that_can_be_printed():
    line = Redactor(()).line("a\x00b\x1b[31m\r\nc\u202ed Bearer abcdefghijkl")
    assert line == "a b [31m c d Bearer ***"


@pytest.mark.slow
@given(st.text(), st.text(), st.text(min_size=8))
def test_no_text_around_a_secret_hides_it(before, after, secret):
    masked = Redactor([secret]).text(before + secret + after)
    assert len(masked) <= len(before) + 3 + len(after)
    assert masked.encode() is not None


def test_several_secrets_with_one_beginning_are_masked_whole():
    redactor = Redactor(["sk-canary-1111", "sk-canary-2222-and-more"])
    assert redactor.text("a sk-canary-2222-and-more. b sk-canary-1111.") == "a ***. b ***."


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "api-key",
        "x-api-key",
        "X-Auth-Token",
        "Ocp-Apim-Subscription-Key",
        "Cookie",
        "cf-aig-authorization",
        "key",
        "sig",
        "code",
        "access_token",
        "client_secret",
    ],
)
def test_names_that_carry_secrets(name):
    assert holds_secret(name)


@pytest.mark.parametrize(
    "name",
    ["Host", "X-Team", "api-version", "X-Author", "X-Country-Code", "HTTP-Referer", "X-Title"],
)
def test_names_that_carry_none(name):
    assert not holds_secret(name)


def test_values_that_look_like_keys():
    assert looks_secret("sk-abcdefghijklmnop")
    assert looks_secret("Bearer abcdefghijk")
    assert not looks_secret("team-a")
    assert not looks_secret("2024-10-21")
