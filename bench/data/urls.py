"""URLs, and how messages show them: without secrets, and never as the path of a local copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import BenchError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_LOCAL = ("file", "local")
_ANYWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")  # a URL in a message of a store
_PASSWORD = re.compile(r"(://)[^/@]*:[^/]*@")
_TOKEN = re.compile(r"(https?://)[^/@]*@")
_QUERY = re.compile(r"\?.*")
_REPLACEMENTS: dict[str, str] = {}
"""The masked URL of each path of a local copy, and of each URL with secrets."""


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


def replace_in_messages(own: str, url: str) -> None:
    """Have ``redact`` replace ``own``, the path of a copy or the URL itself, by the masked URL."""
    _REPLACEMENTS[own] = masked(url)


def name_parts(url: str) -> list[str]:
    """The parts of a URL without secrets, split at slashes."""
    return _QUERY.sub("", masked(url)).split("/")


def redact(text: str) -> str:
    """The text with the paths of copies replaced by their URLs, and known URLs masked."""
    for own in sorted(_REPLACEMENTS, key=len, reverse=True):
        text = text.replace(own, _REPLACEMENTS[own])
    return text


@contextmanager
def errors_redacted() -> Iterator[None]:
    """Let errors name masked URLs, not the local copies."""
    try:
        yield
    except BenchError as error:
        error.problems = tuple(map(redact, error.problems))
        error.args = ("\n".join(error.problems),)
        raise
