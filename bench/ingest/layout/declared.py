"""The metadata that an HTML page declares: title, address, language, and JSON-LD."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.display import count
from bench.ingest.layout.blocks import tidy
from bench.ingest.layout.json_ld import ArticleData, article_data
from bench.ingest.layout.microdata import marked_questions
from bench.ingest.layout.sloppy_json import parse_script

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_SITE_AFTER_TITLE = re.compile(r"\s+(?:[|·•»]|::|[-–—])\s+")
_LONGEST_SITE_NAME = 5  # words
_MOST_PARTS = 3  # of a name: site, section, subsection
_MOST_BROKEN = 10  # scripts that are told; of more, nobody reads on
_JSON_LD = re.compile(
    r"<script\b[^<>]{0,500}?\btype\s*=[\s\"']*application/ld\+json", re.IGNORECASE
)


@dataclass(frozen=True)
class Declared:
    """The declared metadata; an empty string if the page does not declare it.

    Attributes:
        title: the headline in JSON-LD, ``og:title``, or ``<title>`` without the site's name.
        site_names: the names of the site.
        source: the address in JSON-LD, the canonical one, or ``og:url``, if it is one of the web;
            else the publisher's name in JSON-LD.
        language: the primary subtag of what JSON-LD, ``<html lang>`` or ``og:locale`` names.
        paragraphs: the body in JSON-LD.
        questions: those of a ``FAQPage`` in JSON-LD, else those marked up in place.
        extra: ``published`` and ``authors``, where JSON-LD names them.
        is_free: whether JSON-LD says that the text is free, or does not say.
        broken: what is wrong with each broken script of JSON-LD, and the offset it begins at (-1:
            not known).
    """

    title: str = ""
    site_names: frozenset[str] = frozenset()
    source: str = ""
    language: str = ""
    paragraphs: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    is_free: bool = True
    broken: tuple[tuple[str, int], ...] = ()


def read_declared(soup: BeautifulSoup, text: str) -> Declared:
    """The metadata in the head and in JSON-LD; ``text`` is the source of the page."""
    data, broken = _json_ld(soup, text)
    title, site_names = _title(soup)
    extra = {"published": data.published, "authors": list(data.authors)}
    return Declared(
        title=data.headline or title,
        site_names=site_names,
        source=_source(soup, data),
        language=_language(soup, data),
        paragraphs=data.paragraphs,
        questions=data.questions or marked_questions(soup),
        is_free=data.is_free,
        extra={key: value for key, value in extra.items() if value},
        broken=broken,
    )


def _json_ld(soup: BeautifulSoup, text: str) -> tuple[ArticleData, tuple[tuple[str, int], ...]]:
    scripts = soup.find_all("script", type=re.compile(r"^\s*application/ld\+json\b", re.IGNORECASE))
    offsets = [match.start() for match in _JSON_LD.finditer(text)] if scripts else []
    documents, broken = list[object](), list[tuple[str, int]]()
    for number, script in enumerate(scripts):
        if not script.get_text().strip():
            continue
        try:
            documents.extend(parse_script(script.get_text()))
        except ValueError as error:
            known = len(offsets) == len(scripts)  # else one of them is in a comment
            message = f"invalid JSON-LD is ignored ({error})"
            broken.append((message, offsets[number] if known else -1))
    data = article_data(documents)
    if data.unmarked:
        what = f"{count(data.unmarked, 'question')} of JSON-LD without a question mark skipped"
        broken.append((what, -1))
    return data, tuple(broken[:_MOST_BROKEN])


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"property": name}) or soup.find("meta", attrs={"name": name})
    return tidy(str(tag.get("content") or "")) if tag else ""


def _title(soup: BeautifulSoup) -> tuple[str, frozenset[str]]:
    """``og:title``, else ``<title>``, without the name of the site; and the names of the site."""
    site = _meta(soup, "og:site_name")
    tag = soup.head.find("title") if soup.head else soup.find("title")
    title, tail = _without_site(tidy(tag.get_text()) if tag else "", site)
    declared, _ = _without_site(_meta(soup, "og:title"), site or tail)
    return declared or title, frozenset({site, tail} - {""})


def _without_site(title: str, site: str) -> tuple[str, str]:
    """A title and the site's name that was appended to it.

    >>> _without_site("Bridge to close for two years | The Harbour Post", "")
    ('Bridge to close for two years', 'The Harbour Post')
    """
    name = ""
    for cut in reversed(list(_SITE_AFTER_TITLE.finditer(title))[-_MOST_PARTS:]):
        head, tail = title[: cut.start()], title[cut.end() :]
        if not head or not (tail.casefold() == site.casefold() or _is_name(head, tail, cut[0])):
            break
        title, name = head, name or tail
    return title, name


def _is_name(head: str, tail: str, separator: str) -> bool:
    """Whether the part after the separator names a site or a section, not half of the title."""
    words, title_words = len(tail.split()), len(head.split())
    # A dash may well belong to the title ("Storm kills three - officials"); a bar hardly ever.
    shortest = 4 if separator.strip() in {"-", "–", "—"} else 2
    return words <= _LONGEST_SITE_NAME and title_words >= max(shortest, words)


def _source(soup: BeautifulSoup, data: ArticleData) -> str:
    link = soup.find("link", rel="canonical")
    canonical = str(link.get("href") or "") if link else ""
    for address in (*data.addresses, canonical, _meta(soup, "og:url")):
        if is_web_address(address.strip()):
            return address.strip()
    return data.publisher


def is_web_address(address: str) -> bool:
    """Whether a browser could open the address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and address.isprintable()


def _language(soup: BeautifulSoup, data: ArticleData) -> str:
    tag = soup.find("html")
    own = str(tag.get("lang") or tag.get("xml:lang") or "") if tag else ""
    for label in (data.language, own, _meta(soup, "og:locale")):
        match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", label.strip())
        if match:
            return match[1].lower()
    return ""
