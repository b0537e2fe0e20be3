"""Twice the input may take little more than twice the time, whatever the input is made of."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bench.data.columns import read_articles
from bench.data.lists import bullets_of, questions_of
from bench.data.shape import Shape
from bench.data.tables import read_table
from bench.data.yaml_source import YamlSource
from bench.errors import BenchError
from bench.ingest.pages import PageReader
from bench.json_text import InvalidJSONError, parse_json
from bench.models.prompts import Prompts
from bench.models.recorded_files import records
from bench.text.sentences import sentences

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("tmp_path")]
MOST = 2.5  # times as long for twice as much
COUNTS = 0.03  # seconds; what is quicker than that is measured too badly, and hurts nobody
SIZE = 6_000  # characters of the shorter input

Unit = tuple[str, str, str]  # what comes before, what is repeated, what comes after

PAGE = "<!doctype html><html><head><title>A page</title></head><body><h1>The title of it</h1>"
LD = PAGE + '<script type="application/ld+json">'
NEWS = LD + '{"@type": "NewsArticle", "headline": "x", "articleBody": "a'
TEXT = "The title of a page\n\n"

TAGS = "a article aside b blockquote br dd div dt font form h1 h2 li main option p pre table td ul"
HTML: dict[str, Unit] = {
    **{f"<{tag}> opened": (PAGE, f"<{tag}>x ", "") for tag in TAGS.split()},
    **{f"<{tag}> closed": (PAGE, f"<{tag}>Why is it so?</{tag}>", "") for tag in TAGS.split()},
    **{f"</{tag}> alone": (PAGE, f"</{tag}>", "") for tag in ("p", "div", "table", "body")},
    "unclosed tags": (PAGE, "<x", ""),
    "angle brackets": (PAGE, "<", ""),
    "attributes": (PAGE + "<p ", "a=b ", ">x</p>"),
    "classes": (PAGE + '<p class="', "related-box ", '">x</p>'),
    "styles": (PAGE + '<p style="display', "  ", '">x</p>'),
    "boxes apart": (PAGE, '<div class="related">word ', ""),
    "boxes of comments": (PAGE, '<div class="comments">x', ""),
    "entities": (PAGE, "&amp;", ""),
    "broken entities": (PAGE, "&#x", ""),
    "comments": (PAGE, "<!-- a -->", ""),
    "comments before the page": ("", "<!-- a -->", "<p>x</p>"),
    "unclosed comments": (PAGE, "<!--", ""),
    "CDATA": (PAGE, "<![CDATA[", ""),
    "scripts": (PAGE, "<script>x</script>", ""),
    "scripts of JSON-LD": (PAGE, '<script type="application/ld+json">{"a": 1}</script>', ""),
    "opened scripts of JSON-LD": (PAGE, '<script type="application/ld+json">', ""),
    "scripts with attributes": (PAGE, "<script type type ", ""),
    "comment marks in JSON-LD": (LD, "<!--", "</script>"),
    "semicolons behind JSON-LD": (LD + "{}", ";", "</script>"),
    "comment ends behind JSON-LD": (LD + "{}", " -->", "</script>"),
    "space in a body of JSON-LD": (NEWS, "  ", 'x"}</script>'),
    "line breaks in a body of JSON-LD": (NEWS, " \\n ", 'x"}</script>'),
    "tags in a body of JSON-LD": (NEWS, "<p ", 'x"}</script>'),
    "entities in a body of JSON-LD": (NEWS, "&amp;", 'x"}</script>'),
    "questions of JSON-LD": (
        LD + '{"@type": "FAQPage", "mainEntity": [{}',
        ', {"@type": "Question", "name": "Why is it so?"}',
        "]}</script>",
    ),
    "graphs of JSON-LD": (LD, '{"@graph":[', "</script>"),
    "separators in a title": ("<!doctype html><title>A", " | b", "</title><p>x</p>"),
    "space in a title": ("<!doctype html><title>A", "  ", "|b</title><p>x</p>"),
}
LINES = {
    "blank lines": "\n",
    "carriage returns": "\r",
    "spaces": " ",
    "tabs": "\tx",
    "zero-width spaces": "\u200b",
    "joiners": "\u200d ",
    "words": "word ",
    "sentences": "The mayor said it was so on Monday. ",
    "lines": "The mayor said it was so.\n",
    "paragraphs": "The mayor said on Monday that it was so.\n\n",
    "wrapped lines": "The mayor of the town said on the day that the bridge is to be closed for\n",
    "dashes": "- ",
    "bullets": "• a b c d\n",
    "bare bullets": "•",
    "numbers": "1. a b c d\n",
    "marks alone": "•\n",
    "question marks": "?",
    "questions": "Why is it so?\n",
    "questions apart": "Why is it so?\n\n",
    "questions with answers": "Why is it so?\n\nBecause the mayor said so in the town hall.\n\n",
    "headings of bullets": "Key points\n\n",
    "headings with a line": "Key points\n\nBy Ann Bell\n\n",
    "headings of questions": "Questions\n\nWhy? It is so.\n\n",
    "headings beside": "Related articles\n\nword word\n\n",
    "headings of Markdown": "# a\n",
    "hashes": "#",
    "underlines": "a\n===\n",
    "stars": "*",
    "emphasis": "**a** ",
    "hyphens at line ends": "a-\n",
    "quotation marks": "“",
    "closing marks": "?”)",
    "bylines": "By A and ",
    "dates": "1 May 2020 ",
    "captions": "Photo: ",
    "trails": "a > ",
    "calls": "sign up for a ",
    "ideographs": "东京是什么？",
    "indented lines": "a\n    b\n",
    "questions over lines": "What? The mayor of the town said that it is to be closed at noon?\n",
    "dashes at line starts": (
        "The mayor of the town said on the day that the bridge is to be closed for\n"
        "- mayor of the town said on the day that the bridge is to be closed by\n"
    ),
}
PAGES = {
    **HTML,
    "elements at great depth": (PAGE + "<nav>" * SIZE, "<b>x</b>", ""),
    "question marks before a word": (TEXT, "?", "a"),
    "question marks before hyphens": (TEXT + "?" * SIZE, "a-", " end?"),
    "hashes of a heading": (TEXT + "# ", "#", "x"),
    **{f"{name} in text": (TEXT, unit, "\n\nend") for name, unit in LINES.items()},
    **{
        f"{name} in HTML": (f"{PAGE}<p>", unit.replace("\n", "<br>"), "</p>")
        for name, unit in LINES.items()
        if "\n" in unit
    },
}
PROSE = [
    "a", " ", ".", ". ", "?", "! ", "…", "“", "” ", "«", "» ", '" ', "'", "``", "(", ") ", "(a. ",
    "U.S. ", "Dr. ", "1.1 ", "A. ", "A b. ", "\n", "\n\n", "\n ", "。", "！", "😀. ", "www.a.b ",
    "\u00a0", "\u2028",
]  # fmt: skip
LISTS = [
    " ", "\t", "\n", "?", "？", "- ", "- x\n", "1. x\n", "(1) ", "<", "< ", "<n>", "[SEP]",
    "[SEP] ", "[", '["',
]  # fmt: skip
HEAD = "id,title,text,summary,questions\n"
CSV: dict[str, Unit] = {
    "rows": (HEAD, "a,b,c,d,e?\n", ""),
    "columns": ("id", ",x", "\n"),
    "doubled quotes": (HEAD + 'a,b,"', '""', '",d,e\n'),
    "an open quote": (HEAD + 'a,b,"', "x\n", ""),
    "quotes": (HEAD, '"\n', ""),
    "delimiters": (HEAD, ",", "\n"),
    "line feeds": (HEAD, "\n", ""),
    "carriage returns": (HEAD, "\r", ""),
    "space in a cell": (HEAD + 'a,b,c,d,"Why?', " ", 'end?"\n'),
    "lists in a cell": (HEAD + 'a,b,c,d,"[', '""a"",', '""a""]"\n'),
    "items in a cell": (HEAD + 'a,b,c,"', "- x\n", '",e?\n'),
}
JSON: dict[str, Unit] = {
    "objects": ("[", '{"id": "a", "summary": ["b"]},\n', "{}]"),
    "brackets": ("", "[", ""),
    "braces": ("", '{"a":', ""),
    "pairs of brackets": ("[", "[],", "[]]"),
    "brackets in strings": ("[", '"[{",', "1]"),
    "quotes": ("", '"', ""),
    "escapes": ('["', "\\\\", '"]'),
    "escaped quotes": ('["', '\\"', '"]'),
    "halves of characters": ('["', "\\ud83d", '"]'),
    "digits": ("[", "9", "]"),
    "numbers": ("[", "9,", "9]"),
    "space": ("[", " ", "]"),
    "lines": ("", "{\n", ""),
    "keys": ('{"id": "a", "summary": ["x"]', ', "k": 1', "}"),
}
YAML: dict[str, Unit] = {
    "entries": ("", "- a\n", ""),
    "keys": ("", "? a\n", ""),
    "flow entries": ("[", "a, ", "a]"),
    "brackets": ("", "[", ""),
    "dashes": ("", "- ", ""),
    "colons": ("", "a: ", ""),
    "single quotes": ("", "'", ""),
    "escapes": ('"', "\\n", '"'),
    "halves of characters": ('"', "\\ud83d\\ude00", '"'),
    "blocks": ("", "- |\n  x\n", ""),
    "folded blocks": ("", "- >\n x\n", ""),
    "comments": ("", "# a\n", ""),
    "hashes": ("", "#", ""),
    "anchors": ("", "&a ", ""),
    "aliases": ("a: &a 1\nb: [", "*a, ", "*a]"),
    "merges": ("a: &a {b: 1}\nc: {<<: [", "*a, ", "*a]}"),
    "tags": ("", "!a ", ""),
    "documents": ("", "---\n", ""),
    "line breaks": ("", "\n", ""),
    "words over lines": ("", "a\n", ""),
    "digits": ("a: ", "9", ""),
    "sexagesimals": ("a: 1", ":1", ""),
}
JINJA: dict[str, Unit] = {
    "text": ("", "a ", ""),
    "braces": ("", "{", ""),
    "outputs": ("", "{{ title }}", ""),
    "open outputs": ("", "{{ ", ""),
    "open blocks": ("", "{% if 1 %}", ""),
    "blocks": ("", "{% if 1 %}a{% endif %}", ""),
    "comments": ("", "{# a #}", ""),
    "open comments": ("", "{#", ""),
    "raw": ("{% raw %}", "{{ a }}", "{% endraw %}"),
    "brackets": ("{{ ", "(", " }}"),
    "filters": ("{{ 'a'", "|upper", " }}"),
    "space": ("{{ title", " ", "}}"),
    "quotes": ("{{ ", "'", " }}"),
    "line breaks": ("", "\n", ""),
}


def made(unit: Unit, size: int) -> str:
    before, repeated, after = unit
    return before + repeated * (size // len(repeated)) + after


def seconds(parse: Callable[[str], object], text: str, times: int) -> float:
    """Processor time of the quickest of so many."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        with suppress(BenchError, InvalidJSONError):
            parse(text)
        best = min(best, time.process_time() - began)
    return best


def grows_evenly(parse: Callable[[str], object], unit: Unit) -> None:
    """Compare an input with one of twice the length; again, and more often, if it looks bad."""
    half, whole = made(unit, SIZE), made(unit, 2 * SIZE)
    for times in (1, 3, 7, 15, 31):
        if times > 1:
            gc.collect()
        taken = seconds(parse, whole, times)
        if taken < COUNTS:
            return
        before = seconds(parse, half, times)
        if taken <= MOST * before:
            return
    pytest.fail(f"{2 * SIZE:,} characters take {taken / before:.1f} times as long as half of them")


def read_page(text: str) -> None:
    PageReader().read(text.encode(), "page")


def read_table_and_rows(ending: str) -> Callable[[str], None]:
    file = Path(f"rows{ending}")

    def read(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        for _ in records(str(file)):
            pass
        read_articles(read_table(file), Shape(), "rows")

    return read


def read_config(text: str) -> None:
    file = Path("config.yaml")
    file.write_text(text, encoding="utf-8")
    YamlSource(file)


@pytest.mark.parametrize("kind", PAGES)
def test_pages(kind):
    grows_evenly(read_page, PAGES[kind])


@pytest.mark.parametrize("unit", PROSE)
def test_sentences(unit):
    grows_evenly(sentences, ("It is so. ", unit, "end."))


@pytest.mark.parametrize("unit", LISTS)
@pytest.mark.parametrize("split", [bullets_of, questions_of])
def test_lists_in_one_string(split, unit):
    grows_evenly(split, ("It is so. Why?", unit, "end?"))


@pytest.mark.parametrize("kind", CSV)
def test_delimited_tables(kind):
    grows_evenly(read_table_and_rows(".csv"), CSV[kind])


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
@pytest.mark.parametrize("kind", JSON)
def test_json_tables(kind, ending):
    grows_evenly(read_table_and_rows(ending), JSON[kind])


@pytest.mark.parametrize("kind", JSON)
def test_json(kind):
    grows_evenly(parse_json, JSON[kind])


@pytest.mark.parametrize("kind", YAML)
def test_yaml(kind):
    grows_evenly(read_config, YAML[kind])


@pytest.mark.parametrize("kind", JINJA)
def test_templates(kind):
    grows_evenly(Prompts, JINJA[kind])


def test_quadratic_time_is_noticed():
    with pytest.raises(pytest.fail.Exception, match="times as long"):
        grows_evenly(lambda text: [text.split("a") for _ in range(len(text) // 50)], ("", "a", ""))
