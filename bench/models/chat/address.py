"""The URL of requests, with headers and query parameters.

Values may refer to environment variables as ``${NAME}``. Configs, ``run.json`` and signatures have
the text as written, never the values of variables.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from bench.errors import ConfigError
from bench.models.chat.secrets import holds_secret, looks_secret

OPENAI = "https://api.openai.com/v1"
CREDENTIALS = {"authorization", "api-key", "x-api-key"}
"""Headers with credentials; any of them replaces the default ``Authorization``."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_FROM_ENVIRONMENT = re.compile(rf"([A-Za-z]+\s+)?({_VARIABLE.pattern}[:.]?)+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[!-~]([\t -~]*[!-~])?")
_OURS = {
    *("accept-encoding", "connection", "content-encoding", "content-length", "content-type"),
    *("expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
}
_ORGANIZATION = {"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"}


@dataclass(frozen=True, kw_only=True)
class Address:
    """A server as named in a config; only ``url`` uses the environment.

    Attributes:
        base: the URL in the config, if any.
        query: additional query parameters.
        headers: sent with each request.
        key: the name of the environment variable with the key.

    Raises:
        ConfigError: a part cannot be sent, is not set, or is a secret in plain text.
    """

    base: str | None
    query: Mapping[str, str]
    headers: Mapping[str, str]
    key: str

    def __post_init__(self) -> None:
        self._check_url()
        self._check_query()
        self._check_headers()

    @property
    def url(self) -> str:
        """The base URL as given; empty for the default."""
        return self.base or os.environ.get("OPENAI_BASE_URL", "").strip()

    @property
    def has_credentials(self) -> bool:
        """Whether a header replaces the key."""
        return any(name.lower() in CREDENTIALS for name in self.headers)

    @property
    def server(self) -> str:
        """Scheme, host and path, without secrets."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"

    def signature(self) -> list[object]:
        """Headers and query as written; only names for a query from the environment."""
        parameters: list[object] = [*sorted(self.query.items())]
        for name, value in _pairs(urlsplit(self.url)):
            parameters.append((name, value) if self.base else name)
        headers = sorted((name.lower(), value) for name, value in self.headers.items())
        return [parameters, headers] if parameters or headers else []

    def secret(self) -> str:
        """The key, or ""; read each time, so that no object holds it."""
        return os.environ.get(self.key, "").strip()

    def secrets(self) -> Iterator[str]:
        """Everything that must never be written."""
        yield self.secret()
        written = [*self.headers.values(), *self.query.values()]
        parts = urlsplit(self.url)
        for name, value in _pairs(parts):
            written.append(value)
            if not self.base and (holds_secret(name) or looks_secret(value)):
                yield value
        for text in written:
            for name in _VARIABLE.findall(text):
                yield os.environ.get(name, "").strip()
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        yield from (password or user, f"{user}:{password}")

    def completions(self) -> str:
        """The URL of requests, including secrets."""
        parts = urlsplit(self.url or OPENAI)
        named = [*_pairs(parts), *self.query.items()]
        query = urlencode([(n, _filled(v, "query")) for n, v in named], quote_via=quote)
        return parts._replace(
            path=f"{parts.path.rstrip('/')}/chat/completions", query=query, fragment=""
        ).geturl()

    def sent_headers(self) -> dict[str, str]:
        """The headers of requests, including secrets."""
        sent = {name: os.environ.get(variable, "") for name, variable in _ORGANIZATION.items()}
        if not self.has_credentials:
            sent["Authorization"] = f"Bearer {self.secret() or 'none'}"
        for name, value in self.headers.items():
            sent = {other: v for other, v in sent.items() if other.lower() != name.lower()}
            sent[name] = _filled(value, f"headers: {name}")
        return {name: value for name, value in sent.items() if value}

    def _check_url(self) -> None:
        where = "base_url" if self.base else "OPENAI_BASE_URL"
        if not self.url:
            return
        if not re.match(r"https?://[^/?#]", self.url, re.I):
            raise ConfigError(f"{where}: must start with http:// or https:// and name a host")
        try:
            parts = urlsplit(self.url)
            usable = bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or re.search(r"[\s\x00-\x1f\x7f]", self.url):
            raise ConfigError(f"{where}: cannot be read as a URL")
        if "#" in self.url:
            raise ConfigError(f"{where}: has a #fragment, which is never sent; remove it")
        if "@" in (self.base or ""):
            raise ConfigError(
                "base_url: contains a user or password, which would be written to the run's files;"
                f" put the key into ${self.key} instead"
            )
        if "${" in self.url.partition("?")[0]:
            raise ConfigError(f"{where}: ${{NAME}} is allowed in its query only")

    def _check_query(self) -> None:
        parts = urlsplit(self.url)
        given = _pairs(parts)
        for name, value in given:
            if self.base and _is_plain_secret(name, value):
                raise ConfigError(
                    "base_url: ends with the path, or with a query that holds no secret:"
                    f" {name} looks like one and would be written to the run's files; put it into"
                    f" the environment and write `query: {{{name}: ${{NAME}}}}`"
                )
        names = [name for name, _ in given] + list(self.query)
        for name in self.query:
            if names.count(name) > 1:
                raise ConfigError(f"query: {name} is also in the query of base_url")
            if not name or not name.isprintable():
                raise ConfigError(f"query: {name!r} is not a valid parameter name")
        for name, value in [*given, *self.query.items()]:
            _filled(value, f"query: {name}")
            if name in self.query:
                _refuse_plain_secret("query", name, value)

    def _check_headers(self) -> None:
        seen: set[str] = set()
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ConfigError(f"headers: {name!r} is not a valid header name")
            if name.lower() in seen:
                raise ConfigError(f"headers: duplicate {name} (names are case-insensitive)")
            seen.add(name.lower())
            if name.lower() in _OURS:
                raise ConfigError(f"headers: {name} is set by the benchmark; remove it")
            _refuse_plain_secret("headers", name, value)
            if not _HEADER_VALUE.fullmatch(_filled(value, f"headers: {name}")):
                raise ConfigError(
                    f"headers: {name} is empty or has characters that are invalid in a header; use"
                    " printable ASCII on one line, without spaces at either end"
                )
        for variable in _ORGANIZATION.values():
            if not re.fullmatch(r"[!-~]*", os.environ.get(variable, "")):
                raise ConfigError(f"${variable} has characters that are invalid in a header")


def as_texts(given: Mapping[str, Any], where: str) -> dict[str, str]:
    """Convert values to text, including numbers, dates and booleans of YAML.

    Raises:
        ConfigError: a value of another type.
    """
    texts = {}
    for name, value in given.items():
        if isinstance(value, bool):
            texts[name] = str(value).lower()
        elif isinstance(value, str | int | float | date):
            texts[name] = str(value)
        else:
            raise ConfigError(f"{where}: {name} must be a string, not {type(value).__name__}")
        try:
            (name + texts[name]).encode()
        except UnicodeEncodeError as error:
            raise ConfigError(f"{where}: {name!r} contains a lone surrogate") from error
    return texts


def _pairs(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=True)


def _filled(text: str, where: str) -> str:
    """Replace ``${NAME}`` by the values of environment variables.

    Raises:
        ConfigError: a variable is not set.
    """
    rest = _VARIABLE.sub("", text)
    if "${" in rest:
        raise ConfigError(f"{where}: `${{` must start a variable name, as in ${{NAME}}")
    for name in _VARIABLE.findall(text):
        if not os.environ.get(name, "").strip():
            raise ConfigError(f"{where}: ${{{name}}} is not set in the environment")
    return _VARIABLE.sub(lambda found: os.environ[found[1]].strip(), text)


def _is_plain_secret(name: str, value: str) -> bool:
    if holds_secret(name):
        return not _FROM_ENVIRONMENT.fullmatch(value)
    return looks_secret(value)


def _refuse_plain_secret(where: str, name: str, value: str) -> None:
    if _is_plain_secret(name, value):
        raise ConfigError(
            f"{where}: {name} is a secret in plain text, which would be written to the run's"
            f" files; put it into an environment variable and write {name}: ${{NAME}}"
        )
