"""What the head of a page in HTML declares: its title, address, language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.data.layout.blocks import tidy

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_SITE_AFTER_TITLE = re.compile(r"\s+(?:[|·•»]|::|[-–—])\s+")
_LONGEST_SITE_NAME = 5  # words
_MOST_PARTS = 3  # of a name: site, section, subsection


@dataclass(frozen=True)
class Declared:
    """The declarations; an empty string stands for what the page does not say.

    Attributes:
        title: ``og:title``, else ``<title>``, without the site's name.
        site_names: what the site calls itself.
        source: the canonical address, if it is one of the web.
        language: the primary subtag of ``<html lang>``.
    """

    title: str = ""
    site_names: frozenset[str] = frozenset()
    source: str = ""
    language: str = ""


def read_declared(soup: BeautifulSoup) -> Declared:
    """What the head says."""
    title, site_names = _title(soup)
    return Declared(title, site_names, _source(soup), _language(soup))


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"property": name}) or soup.find("meta", attrs={"name": name})
    return tidy(str(tag.get("content") or "")) if tag else ""


def _title(soup: BeautifulSoup) -> tuple[str, frozenset[str]]:
    """``og:title``, else ``<title>``, without the site's name, and the names the site goes by."""
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
    """Whether what follows the separator is a site or a section, and not a half of the title."""
    words, title_words = len(tail.split()), len(head.split())
    # A dash may well belong to the title ("Storm kills three - officials"); a bar hardly ever.
    shortest = 4 if separator.strip() in {"-", "–", "—"} else 2
    return words <= _LONGEST_SITE_NAME and title_words >= max(shortest, words)


def _source(soup: BeautifulSoup) -> str:
    link = soup.find("link", rel="canonical")
    for address in (str(link.get("href") or "") if link else "", _meta(soup, "og:url")):
        if _is_web_address(address.strip()):
            return address.strip()
    return ""


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and address.isprintable()


def _language(soup: BeautifulSoup) -> str:
    tag = soup.find("html")
    label = str(tag.get("lang") or tag.get("xml:lang") or "") if tag else ""
    match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", label.strip())
    return match[1].lower() if match else ""
