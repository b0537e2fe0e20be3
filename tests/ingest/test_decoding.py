"""Which bytes are a page's text, and what is said of those that are not."""

from __future__ import annotations

import codecs
import gzip

import pytest

from bench.errors import DataError
from bench.ingest.layout.decoding import decode, line_of

TEXT = "Café “à la carte”\n"
HTML = f"<!doctype html>\n<meta charset={{}}>\n<p>{TEXT}"


def problem(data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(DataError) as error:
        decode(data, "page", encoding)
    (line,) = error.value.problems
    return line


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_utf_8_is_expected_and_byte_order_marks_are_believed(mark, encoding):
    assert decode(mark + TEXT.encode(encoding), "page") == TEXT


@pytest.mark.parametrize("label", ["windows-1252", "'utf-8'", '"ISO-8859-1"', "latin1", "UTF-16"])
def test_html_may_declare_its_encoding_and_means_what_browsers_take_it_for(label):
    stored = "utf-8" if "utf" in label.lower() else "cp1252"
    assert TEXT in decode(HTML.format(label).encode(stored), "page")


def test_other_ways_to_declare_an_encoding():
    equiv = f'<html><meta http-equiv=Content-Type content="text/html; charset=cp1252"><p>{TEXT}'
    assert TEXT in decode(equiv.encode("cp1252"), "page")
    xhtml = f"<?xml version='1.0' encoding='cp1252'?><html><p>{TEXT}"
    assert TEXT in decode(xhtml.encode("cp1252"), "page")


def test_plain_text_that_quotes_a_declaration_declares_nothing():
    text = f"He wrote <meta charset=cp1252> and {TEXT}"
    assert decode(text.encode(), "page") == text


def test_option_overrides_what_a_page_declares():
    assert TEXT in decode(HTML.format("utf-8").encode("cp1252"), "page", "cp1252")
    assert decode(TEXT.encode("utf-16-le"), "page", "utf-16-le") == TEXT


@pytest.mark.parametrize("empty", [b"", b" \r\n\t ", codecs.BOM_UTF8 + b"\n", "\u200b\n".encode()])
def test_empty_page(empty):
    assert problem(empty) == "page: the page is empty; save it again"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "a PNG image"),
        (b"%PDF-1.7\n", "a PDF file"),
        (gzip.compress(b"page", mtime=0), "a gzip archive"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"From: <Saved by Blink>\n", "an MHTML archive"),
    ],
)
def test_files_of_other_kinds_are_called_by_name(data, what):
    assert problem(data) == f"page: {what}, not a page; save the page as HTML or plain text"


def test_bytes_that_are_no_text():
    assert "a NUL byte at byte offset 4;" in problem(b"page\0\0")
    assert "--encoding utf-16-le" in problem("page".encode("utf-16-le"))
    assert problem(b"one\ntwo \x08").startswith("page:2: not text: control character U+0008 at")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_bytes_in_another_encoding_are_placed_and_the_option_named(end):
    data = end.join([b"one", b"two", "caf\xe9".encode("cp1252")])
    offset = len(data) - 1
    assert problem(data) == (
        f"page:3: byte 0xe9 at byte offset {offset} is not utf-8, which is expected where a page "
        "declares none; give the page's own encoding, for example --encoding cp1252 or latin-1"
    )


def test_offset_counts_the_byte_order_mark():
    assert "page:1: byte 0xff at byte offset 5 is not utf-8" in problem(codecs.BOM_UTF8 + b"ab\xff")
    assert "page:1: byte 0x00 at byte offset 4 is not utf-16" in problem(
        b"\xff\xfea\0\0\xd8b\0"[:5]
    )


def test_declared_encoding_that_is_wrong_or_unknown():
    assert "0xe9 at byte offset 43 is not utf-8, as the page declares" in problem(
        HTML.format("utf-8").encode("cp1252")
    )
    assert problem(HTML.format("klingon").encode()).startswith(
        "page: the page declares the encoding 'klingon', which is not known; give the page's own"
    )


@pytest.mark.parametrize(
    "encoding", ["klingon", "unicode_escape", "idna", "undefined", "utf-7", ""]
)
def test_option_that_names_no_encoding_of_pages(encoding):
    assert f"--encoding names the encoding '{encoding}', which" in problem(b"page", encoding)


@pytest.mark.parametrize("encoding", ["hex", "rot13", "zlib"])
def test_codecs_that_give_no_text(encoding):
    assert "is not an encoding of text" in problem(b"page", encoding)


def test_quotes_of_windows_read_as_latin_1_are_not_let_through():
    said = problem("It’s".encode("cp1252"), "latin-1")
    assert said == (
        "page:1: not text: control character U+0092 at character 2; try --encoding cp1252"
    )


def test_lines_are_counted_from_one_at_any_line_end():
    assert [line_of("a\r\nb\rc\nd", offset) for offset in (0, 3, 5, 7)] == [1, 2, 3, 4]
