"""URLs, and how messages and files show them: without secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_LOCAL = ("file", "local")
_ANYWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]*[^\s'\"<>:;,.)]")  # in a message
_PASSWORD = re.compile(r"(://)[^/@]*:[^/]*@")
_TOKEN = re.compile(r"(https?://)[^/@]*@")
_QUERY = re.compile(r"\?(?!\*{3}(?:[:/]|$)).*")  # unless it is masked already


def is_url(text: object) -> bool:
    """Whether a value is the URL of a remote store; ``file://`` is not."""
    scheme = _SCHEME.match(text) if isinstance(text, str) else None
    return scheme is not None and scheme[1].lower() not in _LOCAL


def local_path(text: str) -> Path:
    """The path of a text or a ``file://`` URL."""
    scheme = _SCHEME.match(text)
    return Path(text[scheme.end() :] if scheme and scheme[1].lower() in _LOCAL else text)


def masked(url: str) -> str:
    """Mask the password and the query of a URL; return a path unchanged.

    >>> masked("https://me:secret@host/a.jsonl?signature=1")
    'https://***@host/a.jsonl?***'
    """
    if not is_url(url):
        return url
    return _QUERY.sub("?***", _TOKEN.sub(r"\1***@", _PASSWORD.sub(r"\1***@", url)))


def masked_within(text: str) -> str:
    """Mask all URLs in a text."""
    return _ANYWHERE.sub(lambda url: masked(url[0]), text)


def masked_parts(text: str, url: str) -> str:
    """Mask the secrets of a URL in a text that may have only parts of it.

    >>> masked_parts("no /data/a?sig=1", "https://host/data/a?sig=1")
    'no /data/a?***'
    """
    if not is_url(url):
        return text
    address, _, query = url.partition("?")
    user = (_PASSWORD.search(address) or _TOKEN.search(address) or [""])[0]
    secrets = [query, user.partition("://")[2].removesuffix("@")]
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text


def masked_values(value: Any, unmasked: frozenset[str] = frozenset()) -> Any:
    """Mask the strings in a JSON value that are URLs, but for the values of some keys.

    >>> masked_values({"dataset": "https://token@host/a.jsonl", "split": "test"})
    {'dataset': 'https://***@host/a.jsonl', 'split': 'test'}
    """
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {
            key: inner if key in unmasked else masked_values(inner, unmasked)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [masked_values(inner, unmasked) for inner in value]
    return value


def name_parts(url: str) -> list[str]:
    """The parts of a URL without secrets, split at slashes."""
    return masked(url).partition("?")[0].rstrip("/").split("/")
