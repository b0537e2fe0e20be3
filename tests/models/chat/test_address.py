"""Headers, query and URL of a server: what is sent, what is written, what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from bench.errors import ConfigError
from bench.models.chat.address import Address, as_texts

SECRET = "canary-7f3a9b2e5c"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_KEY", SECRET)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-usual-12345")
    for name in ("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "NOT_SET"):
        monkeypatch.delenv(name, raising=False)


def address(base="http://host:8000/v1", query=None, headers=None):
    return Address(base=base, query=query or {}, headers=headers or {}, key="OPENAI_API_KEY")


def test_url_takes_the_query_of_the_base_and_of_the_config():
    azure = address(
        "https://me.openai.azure.com/openai/deployments/d/?api-version=2024-10-21",
        {"region": "a b&c", "code": "${GATEWAY_KEY}"},
    )
    assert azure.completions() == (
        "https://me.openai.azure.com/openai/deployments/d/chat/completions"
        f"?api-version=2024-10-21&region=a%20b%26c&code={SECRET}"
    )


def test_query_of_the_base_takes_the_environment_too():
    url = address("http://host/v1?key=${GATEWAY_KEY}").completions()
    assert url == f"http://host/v1/chat/completions?key={SECRET}"


def test_address_in_the_environment_may_have_a_query(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://host/v1/?api-version=3&key=canary-secret-1")
    usual = address(base=None)
    assert usual.completions() == (
        "http://host/v1/chat/completions?api-version=3&key=canary-secret-1"
    )
    assert "canary-secret-1" in set(usual.secrets())
    assert "canary" not in repr(usual.signature())


def test_default_address_is_that_of_openai():
    assert address(base=None).completions() == "https://api.openai.com/v1/chat/completions"


def test_headers_are_filled_from_the_environment():
    sent = address(headers={"X-Team": "a", "X-Gateway": "id=${GATEWAY_KEY};v=1"}).sent_headers()
    assert sent == {
        "Authorization": "Bearer sk-usual-12345",
        "X-Team": "a",
        "X-Gateway": f"id={SECRET};v=1",
    }


@pytest.mark.parametrize("name", ["Authorization", "api-key", "X-API-Key"])
def test_header_that_says_who_asks_takes_the_place_of_the_key(name):
    sent = address(headers={name: "${GATEWAY_KEY}"}).sent_headers()
    assert sent == {name: SECRET}


def test_organization_and_project_go_along(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Hidden: 1")
    sent = address(headers={"openai-project": "mine"}).sent_headers()
    assert sent == {
        "OpenAI-Organization": "org-1",
        "Authorization": "Bearer sk-usual-12345",
        "openai-project": "mine",
    }


def test_signature_has_the_text_and_never_the_secret():
    one = address(query={"code": "${GATEWAY_KEY}"}, headers={"X-Team": "a ${GATEWAY_KEY}"})
    assert "${GATEWAY_KEY}" in repr(one.signature())
    assert SECRET not in repr(one.signature()) + repr(one)
    assert one.signature() != address(query={"code": "${GATEWAY_KEY}"}).signature()
    assert address().signature() == []
    upper, lower = address(headers={"X-Team": "a"}), address(headers={"x-team": "a"})
    assert upper.signature() == lower.signature()
    version = [address(f"http://host/v1?api-version={n}").signature() for n in (1, 2)]
    assert version[0] != version[1]


def test_value_from_the_environment_is_a_secret():
    found = address(
        "http://host/v1?a=${GATEWAY_KEY}", headers={"X-Team": "${OPENAI_API_KEY}"}
    ).secrets()
    assert {SECRET, "sk-usual-12345"} <= set(found)


REFUSED = {
    "headers: Authorization is a secret in plain text": {"Authorization": f"Bearer {SECRET}"},
    "headers: api-key is a secret": {"api-key": SECRET},
    "headers: X-Api-Key is a secret": {"X-Api-Key": f"${{GATEWAY_KEY}}-{SECRET}"},
    "headers: X-Auth-Token is a secret": {"X-Auth-Token": SECRET},
    "headers: X-Other is a secret": {"X-Other": "sk-canary-1234567890"},
    "headers: X-Else is a secret": {"X-Else": "bearer canary123456"},
    r"headers: X: \$\{NOT_SET\} is not set": {"X": "${NOT_SET}"},
    r"headers: X: `\$\{` must start": {"X": "${NOT-A-NAME}"},
    "headers: X is empty or has characters": {"X": "a\nX-Evil: 1"},
    "headers: Y is empty or has characters": {"Y": ""},
    "headers: Z is empty or has characters": {"Z": "Zürich"},
    "headers: 'X Y' is not a valid header name": {"X Y": "1"},
    "headers: '' is not a valid header name": {"": "1"},
    "headers: 'X:' is not a valid header name": {"X:": "1"},
    "headers: duplicate x-team": {"X-Team": "1", "x-team": "2"},
    "headers: Content-Length is set by the benchmark": {"Content-Length": "1"},
    "headers: accept-encoding is set by the benchmark": {"accept-encoding": "br"},
}


@pytest.mark.parametrize(("message", "headers"), REFUSED.items())
def test_headers_that_cannot_be_sent_or_hold_a_secret_are_refused(message, headers):
    with pytest.raises(ConfigError, match=message) as caught:
        address(headers=headers)
    assert "canary" not in str(caught.value)


def test_environment_that_cannot_be_sent_is_refused(monkeypatch):
    monkeypatch.setenv("GATEWAY_KEY", "canary\nX-Evil: 1")
    with pytest.raises(ConfigError, match="X is empty or has characters") as caught:
        address(headers={"X": "${GATEWAY_KEY}"})
    assert "canary" not in str(caught.value)


REFUSED_URLS = {
    "base_url: ends with the path": {"base": f"http://host/v1?api-key={SECRET}"},
    "base_url: ends with the path, or": {"base": f"http://host/v1?v=1&sig={SECRET}"},
    "base_url: must start with http": {"base": "ftp://host/v1"},
    "base_url: has a #fragment": {"base": "http://host/v1#a"},
    "base_url: contains a user or password": {"base": f"http://me:{SECRET}@host/v1"},
    "base_url: cannot be read as a URL": {"base": "http://host:99999/v1"},
    "base_url: cannot be read as a": {"base": "http://[::1/v1"},
    "base_url: cannot be read": {"base": "http://ho st/v1"},
    r"base_url: \$\{NAME\} is allowed in its query": {"base": "http://${GATEWAY_KEY}/v1"},
    r"query: a: \$\{NOT_SET\} is not set": {"query": {"a": "${NOT_SET}"}},
    "query: key is a secret in plain text": {"query": {"key": SECRET}},
    "query: v is also in the query of base_url": {"base": "http://h/?v=1", "query": {"v": "2"}},
    "query: '' is not a valid parameter name": {"query": {"": "2"}},
}


@pytest.mark.parametrize(("message", "parts"), REFUSED_URLS.items())
def test_urls_that_cannot_be_asked_or_hold_a_secret_are_refused(message, parts):
    with pytest.raises(ConfigError, match=message) as caught:
        address(**parts)
    assert "canary" not in str(caught.value)


def test_values_are_text_whatever_yaml_makes_of_them():
    given = {"a": "x", "b": 2, "c": 1.5, "d": date(2024, 10, 21), "e": True}
    assert as_texts(given, "query") == {
        "a": "x", "b": "2", "c": "1.5", "d": "2024-10-21", "e": "true"
    }  # fmt: skip
    for odd in (None, ["a"], {"a": 1}):
        with pytest.raises(ConfigError, match="headers: X must be a string, not"):
            as_texts({"X": odd}, "headers")
    with pytest.raises(ConfigError, match="lone surrogate"):
        as_texts({"X": "\ud83d"}, "headers")
