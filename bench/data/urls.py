"""What a URL is, and what people are told of it: never a secret in it, never the path of a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import BenchError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_LOCAL = ("file", "local")
_ANYWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")  # a URL in what a store said
_PASSWORD = re.compile(r"(://)[^/@]*:[^/]*@")
_TOKEN = re.compile(r"(https?://)[^/@]*@")
_QUERY = re.compile(r"\?.*")
_SAID: dict[str, str] = {}
"""What people are told instead: of a copy's path its URL, of a URL the same without secrets."""


def is_url(text: object) -> bool:
    """Whether this names something in another store; ``file://`` does not."""
    scheme = _SCHEME.match(text) if isinstance(text, str) else None
    return scheme is not None and scheme[1].lower() not in _LOCAL


def local_path(text: str) -> Path:
    """The path that a text is, or that a ``file://`` URL stands for."""
    scheme = _SCHEME.match(text)
    return Path(text[scheme.end() :] if scheme and scheme[1].lower() in _LOCAL else text)


def masked(url: str) -> str:
    """A URL without the password and the query in it; a path as it is.

    >>> masked("https://me:secret@host/a.jsonl?signature=1")
    'https://***@host/a.jsonl?***'
    """
    if not is_url(url):
        return url
    return _QUERY.sub("?***", _TOKEN.sub(r"\1***@", _PASSWORD.sub(r"\1***@", url)))


def masked_within(text: str) -> str:
    """A text with its URLs masked."""
    return _ANYWHERE.sub(lambda url: masked(url[0]), text)


def say_instead(own: str, url: str) -> None:
    """Have ``told`` say ``url``, masked, for the path of a copy or for the URL itself."""
    _SAID[own] = masked(url)


def name_parts(url: str) -> list[str]:
    """A URL without secrets, cut at its slashes."""
    return _QUERY.sub("", masked(url)).split("/")


def told(text: str) -> str:
    """The text with URLs for the paths of their copies, and known URLs without secrets."""
    for own in sorted(_SAID, key=len, reverse=True):
        text = text.replace(own, _SAID[own])
    return text


@contextmanager
def told_by_url() -> Iterator[None]:
    """Let errors name URLs, not the copies that were read."""
    try:
        yield
    except BenchError as error:
        error.problems = tuple(map(told, error.problems))
        error.args = ("\n".join(error.problems),)
        raise
