"""Replaces HTML and XML by plain text with list marks."""

from __future__ import annotations

import html
import re

from bench.text.entities import plain_characters

_ATTRIBUTES = r"(?:\s[^<>]{0,300})?"
_ITEM = (
    r"(?:li|dt|item|question|bullet|point|query|insight|highlight|takeaway|entry)(?:[_-]?\d{1,3})?"
    r"|q\d{1,3}|q(?=\s\w{1,20}=)"
)
_BLOCK = (
    r"p|div|ul|ol|dl|dd|table|thead|tbody|tr|td|th|section|article|main|header|footer|body|html"
    r"|answer|response|output|result|final_?answer|solution|list|items|questions|bullets|summary"
    r"|insights|highlights|key_?points|root|details|blockquote|pre|question_list"
)
_INLINE = r"b|strong|i|em|u|span|code|mark|font|small|sup|sub|a"
_IS_MARKUP = re.compile(
    rf"<(?:{_ITEM}|p|div|ul|ol|dl|h[1-6]|html|table|tr){_ATTRIBUTES}>|<!doctype\s", re.IGNORECASE
)
_TAG = re.compile(
    rf"(?P<item><(?:{_ITEM}){_ATTRIBUTES}>)|(?P<heading><(?:h[1-6]|title|caption){_ATTRIBUTES}>)"
    rf"|(?P<beside>(?<=>)\s{{0,40}}<(?:answer|explanation|rationale|reason|dd){_ATTRIBUTES}>)"
    rf"|(?P<block></?(?:{_BLOCK}|{_ITEM}|h[1-6]|title|caption|head|explanation|rationale|reason|br)"
    rf"{_ATTRIBUTES}\s?/?>|<!doctype[^<>]{{0,100}}>|<\?xml[^<>]{{0,100}}>)",
    re.IGNORECASE,
)
_IN_ATTRIBUTE = re.compile(
    rf"<(?:{_ITEM}|qa)\s(?:[^<>]{{0,300}}?\s)??(?:text|value|content|question|bullet|point)\s?="
    r"\s?(?P<quote>[\"'])(?P<text>[^<>]{1,1000}?)(?P=quote)(?:\s[^<>]{0,1000})?/>",
    re.IGNORECASE,
)
"""An element without content whose attribute is the item."""
_LITERAL = re.compile(r"<!\[CDATA\[((?:(?!<!\[CDATA\[).){0,2000}?)\]\]>", re.DOTALL)
_PAIRED = re.compile(rf"</?(?:{_INLINE}){_ATTRIBUTES}>", re.IGNORECASE)
_ENDS_PAIR = re.compile(rf"</(?:{_INLINE})>", re.IGNORECASE)
_BESIDE = re.compile(
    r"</(?:question|q\d{0,3}|text)>\s{0,40}<answer|</dt>\s{0,40}<dd", re.IGNORECASE
)


def without_markup(text: str) -> str:
    """Replace elements by lines: list items by bullets, headings by headings."""
    if "<" not in text:
        return plain_characters(text)
    has_literals = "<![CDATA[" in text and "]]>" in text
    if has_literals:
        text = _LITERAL.sub(lambda match: html.escape(match[1], quote=False), text)
    text = _IN_ATTRIBUTE.sub(lambda match: f"<item>{match['text']}</item>", text)
    if _ENDS_PAIR.search(text):
        text = _PAIRED.sub("", text)
    if not has_literals and not _IS_MARKUP.search(text):
        return plain_characters(text)
    has_answers = _BESIDE.search(text) is not None

    def replaced(match: re.Match[str]) -> str:
        if match["item"]:
            return "\n\n• "
        if match["heading"]:
            return "\n\n# "
        return "\n\nAnswer: " if match["beside"] and has_answers else "\n\n"

    return html.unescape(_TAG.sub(replaced, text))
