"""The blocks of a page in HTML."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bench.ingest.layout.blocks import PageBlock, Scope, is_mark, split_mark, tidy
from bench.ingest.layout.declared import Declared, read_declared
from bench.ingest.layout.microdata import is_marked_question
from bench.text.atomic import atomic

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

_BLOCK_TAG = re.compile(
    """address|article|aside|blockquote|body|button|caption|center|d[dlt]|details|div|fieldset
    |figure|form|h[1-6r]|header|hgroup|html|legend|li|main|[ou]l|p|pre|section|summary
    |table|tbody|t[dhr]|tfoot|thead""",
    re.VERBOSE,
)
_NEVER_SHOWN = re.compile(
    """audio|canvas|datalist|dialog|figcaption|footer|head|iframe|nav|noscript|object|script|select
    |style|svg|template|textarea|video""",
    re.VERBOSE,
)
_FURNITURE_ROLES = frozenset({"alertdialog", "contentinfo", "dialog", "navigation", "search"})
# What sites call the boxes beside an article, word by word: "related-articles", "cookieBanner".
_APART_NAME = re.compile(
    """ad|ads|advert|advertisement|advertising|advertorial|banner|bio|breadcrumb
    |breadcrumbs|byline|caption|captions|comment|comments|consent|cookie|cookies
    |carousel|copyright|credit|credits|dateline|disclaimer|disqus|donate|embed|gallery|gdpr
    |instagram|meta|metadata|slideshow|tweet
    |modal|newsletter|newsletters|outbrain|overlay|pagination|paywall|popup|promo
    |promos|promoted|promotion|pullquote|recirc|recirculation|recommendation
    |recommendations|recommended|related|share|sharebar|sharing|sidebar|signup|social
    |sponsor|sponsored|subscribe|subscription|taboola|tagline|tags|teaser|teasers
    |timestamp|toolbar|trending""",
    re.VERBOSE,
)
_COMMENTS = re.compile(
    "comments?(?:[-_](?:area|box|container|feed|form|list|section|thread|wrapper))?|disqus_thread"
)
_APART_TAG = re.compile("aside|form|table")
_WORD_OF_NAME = re.compile("[A-Z]?[a-z]+")
# Text for programs that read a page aloud, and names of pictograms that a font turns into one.
_ASIDE_NAME = re.compile(
    r"(?:sr|screen-?reader)-?(?:only|text)|visually-?hidden|material-(?:icons|symbols)\S*|\S*icon",
    re.IGNORECASE,
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BEGINS_AS_HTML = re.compile(
    atomic(r"(?:\s|\ufeff|ï»¿|<!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)*", "before")
    + r"""(?:<!doctype\s+html|<[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_HTML_NEARBY = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
_DEEPEST = 64  # boxes remembered of a block's surroundings; no honest page nests deeper
_MOST_ARTICLES = 200  # elements looked at; a page of more is a list of teasers
_MOST_WEIGHED = 100  # boxes whose name says they stand apart, and that are looked into
_NEW_PARAGRAPH = 2  # line breaks in a row that make one


def looks_like_html(text: str) -> bool:
    """Whether a page is HTML, by how it begins or by an ``<html>`` or ``<body>`` near its start."""
    head = text[:4096]
    return bool(_BEGINS_AS_HTML.match(head) or _HTML_NEARBY.search(head))


def read_html(text: str) -> tuple[list[PageBlock], Declared]:
    """The blocks of an HTML page, even if its markup is broken, and its declared metadata.

    Scripts, hidden elements, comments, navigation, footers and captions are skipped.

    Raises:
        ValueError: the parser gives up on the markup.
    """
    from bs4.exceptions import ParserRejectedMarkup

    from bench.ingest.layout.soup import AppendedSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "this looks like XML, a file name, an address"
        try:
            # As bytes: given text, the parser may still believe the page's own <meta charset>.
            soup = AppendedSoup(text.encode(), "lxml", from_encoding="utf-8")
        except ParserRejectedMarkup as error:
            raise ValueError(str(error)) from error
    declared = read_declared(soup, text)
    for comments in soup.find_all(_is_called_comments, limit=_MOST_WEIGHED):
        if not comments.find("h1"):
            comments.extract()  # there may be more of them than of the article
    blocks = _Reader(_article_element(soup), len(soup.get_text())).read(soup)
    # Some sites put their own name in an <h1> on every page.
    if declared.title not in declared.site_names:
        blocks = [b for b in blocks if not (b.level == 1 and b.text in declared.site_names)]
    return blocks, declared


def _is_unseen(tag: Tag) -> bool:
    return (
        bool(_NEVER_SHOWN.fullmatch(tag.name))
        or tag.has_attr("hidden")
        or str(tag.get("aria-hidden", "")).lower() == "true"
        or str(tag.get("role", "")).lower() in _FURNITURE_ROLES
        or bool(_HIDING_STYLE.search(str(tag.get("style") or "")))
        or _is_pictogram_or_spoken(tag)
    )


def _is_pictogram_or_spoken(tag: Tag) -> bool:
    is_inline = not _BLOCK_TAG.fullmatch(tag.name)
    return is_inline and any(map(_ASIDE_NAME.fullmatch, _names(tag, "class")))


def _is_called_comments(tag: Tag) -> bool:
    return any(map(_COMMENTS.fullmatch, [*_names(tag, "class"), *_names(tag, "id")]))


def _is_called_apart(tag: Tag) -> bool:
    """Whether the tag, role or name of a box marks it as not part of the article."""
    if _APART_TAG.fullmatch(tag.name) or tag.get("role") in {"banner", "complementary"}:
        return True
    names = " ".join([*_names(tag, "class"), *_names(tag, "id")])
    return any(_APART_NAME.fullmatch(word.lower()) for word in _WORD_OF_NAME.findall(names))


def _names(tag: Tag, attribute: str) -> list[str]:
    return [str(name) for name in tag.get_attribute_list(attribute) if name]


def _article_element(soup: BeautifulSoup) -> Tag | None:
    """The element that holds the article, if the page marks one up.

    Teasers and comments may be marked up as ``<article>``, too.
    """
    articles = soup.find_all("article", limit=_MOST_ARTICLES)
    titled = [tag for tag in articles if tag.find("h1")]
    longest = max(titled or articles, key=lambda tag: len(tag.get_text()), default=None)
    if longest and len(longest.get_text()) * 3 >= len(soup.get_text()):
        return longest
    return soup.find("main")


@dataclass(frozen=True)
class _Box:
    """The effect of an open element on its text; inner elements inherit it."""

    children: Iterator[PageElement]
    is_block: bool = False
    item: int = 0
    level: int = 0
    link: bool = False
    preformatted: bool = False
    scope: Scope = "page"
    path: tuple[int, ...] = ()


@dataclass
class _Reader:
    """Converts a tree into blocks, without recursion: a hostile page may nest very deeply."""

    article: Tag | None
    size: int
    blocks: list[PageBlock] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    linked: int = 0
    breaks: int = _NEW_PARAGRAPH
    item: int = 0
    term: int = 0
    opened: int = 0
    weighed: int = 0
    mark: tuple[str, tuple[int, ...]] = ("", ())

    def read(self, root: Tag) -> list[PageBlock]:
        from bs4.element import NavigableString, PreformattedString, Tag

        boxes = [_Box(iter(root.children))]
        while boxes:
            box = boxes[-1]
            node = next(box.children, None)
            if node is None:
                boxes.pop()
                self._edge(box, box)
            elif isinstance(node, Tag) and node.name == "br":
                self._break(box)
            elif isinstance(node, Tag) and not _is_unseen(node):
                inner = self._open(node, box)
                self._edge(inner, box)
                boxes.append(inner)
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self._say(str(node), box)
        return self.blocks

    def _open(self, tag: Tag, outer: _Box) -> _Box:
        self.opened += 1
        name, changes = tag.name, dict[str, Any]()
        if _BLOCK_TAG.fullmatch(name):
            changes["path"] = (*outer.path, self.opened)[:_DEEPEST]
        if tag is self.article:
            changes["scope"] = name
        elif "path" in changes and outer.scope != "aside" and self._is_apart(tag):
            changes["scope"] = "aside"
        if heading := re.fullmatch("h([1-6])", name):
            changes["level"] = int(heading[1])
        if name in {"li", "dt"}:
            changes["item"] = self.term = self.opened
        elif name == "dd":
            changes["item"] = self.term
        return replace(
            outer,
            children=iter(tag.children),
            is_block="path" in changes,
            link=outer.link or name == "a",
            preformatted=outer.preformatted or name == "pre",
            **changes,
        )

    def _is_apart(self, tag: Tag) -> bool:
        """Whether a box is outside the article and does not contain it."""
        if tag.name == "aside":
            return True
        is_apart = _is_called_apart(tag) or is_marked_question(tag)
        if self.weighed == _MOST_WEIGHED or not is_apart:
            return False
        self.weighed += 1
        return len(tag.get_text()) * 2 < self.size and not tag.find("h1")

    def _edge(self, edge: _Box, inside: _Box) -> None:
        """The start or the end of an element; that of a box ends the paragraph before it."""
        if edge.is_block:
            self._flush(inside)
            self.breaks = _NEW_PARAGRAPH

    def _break(self, box: _Box) -> None:
        self._flush(box)
        self.breaks += 1

    def _say(self, text: str, box: _Box) -> None:
        lines = text.split("\n") if box.preformatted else [text]
        for number, line in enumerate(lines):
            if number:
                self._break(box)
            self.text.append(line)
            self.linked += len("".join(line.split())) if box.link else 0

    def _flush(self, box: _Box) -> None:
        shown, linked = tidy("".join(self.text)), self.linked
        self.text, self.linked = [], 0
        if is_mark(shown):
            self.mark = (shown, box.path[:-1])
        if is_mark(shown) or not any(character.isalnum() for character in shown):
            return
        mark, rest = split_mark(shown)
        # A bullet in a cell of its own belongs to the cell beside it.
        alone, around = self.mark
        if alone and not box.level and box.path[: len(around)] == around:
            mark = mark or alone
        self.mark = ("", ())
        same_item = bool(box.item) and box.item == self.item
        self.blocks.append(
            PageBlock(
                text=rest,
                level=box.level,
                mark=mark,
                item=bool(mark) or (bool(box.item) and not same_item),
                continues=same_item or self.breaks < _NEW_PARAGRAPH,
                link=linked >= len(shown.replace(" ", "")),
                path=box.path,
                scope=box.scope,
            )
        )
        self.item, self.breaks = box.item, 0
