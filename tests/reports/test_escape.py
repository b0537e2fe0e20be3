"""Text from anywhere in Markdown and CSV; LaTeX is set for real in ``test_publication``."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bench.reports.document import Column, Row, Table
from bench.reports.escape import csv_cell, markdown, plain_or_code
from bench.reports.formats.csv_ import table_text
from bench.reports.formats.markdown import pipe_table
from bench.reports.terminal import printable

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "a|b\\|c\\",
    "`a` ``b",
    "<script>alert(1)</script><!-- x",
    "![x](javascript:alert(1)) [y](http://z) [^1]",
    "**a** __b__ ~~c~~ &lt; &#60;",
    "- a",
    "1. a",
    "123. x",
    "1234567890) a",
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e a/b@a5c3785 1234567",
    "12) a",
    "# a",
    "=== a",
    "www.a.com http://a.com mailto:a@b.com @admin #12 gh-7 :bomb: $x$",
    "    indented",
]
text = st.one_of(
    st.text(),
    st.text("|\\`*_{}[]()<>#~&!-+=1.:@$ wWgG/\n\t", max_size=20),
    st.sampled_from(HOSTILE),
)


def words(shown: str) -> str:
    """What a reader of HTML sees; blanks that a browser folds are one blank."""
    seen = html.unescape(re.sub(r"<!-- -->|</?span>", "", shown))
    return re.sub(r"[ \n]+", " ", seen).strip(" ")


@given(text)
def test_markdown_shows_text_as_it_is_in_a_table_and_beside_it(given_text):
    seen = re.sub(" +", " ", printable(given_text).strip()).strip(" ")
    table = GFM.render(pipe_table(["head"], [False], [[markdown(given_text)]]))
    cells = re.findall(r"<td>(.*?)</td>", table, re.DOTALL)
    assert [words(cell) for cell in cells] == [seen]
    paragraph = GFM.render(markdown(given_text)).strip()
    assert words(re.sub(r"^<p>(.*)</p>$", r"\1", paragraph, flags=re.DOTALL)) == seen


@given(text)
@example("see www.a.com, http://a.com, mailto:a@b.com, @admin, #12, a/b#12, gh-7, :bomb:, $x$")
@example("a5c3785ed8d6a35868bc169f07e40e889087fd2e a/b@a5c3785 (1234567)")
def test_nothing_is_left_that_github_would_link_or_draw(given_text):
    parts = re.split(r"<!-- -->|</?span>", markdown(given_text))
    linked = r"://|www\.|@[a-z]|(?<!\w)@\w|#\d|gh-\d|mailto:\w|:[\w+-]+:|\$.*\$|\b[0-9a-f]{7,40}\b"
    assert not [part for part in parts if re.search(linked, part, re.IGNORECASE)]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", " =", "\u00a0-", "a; ="]
)
def test_spreadsheet_finds_no_formula(start):
    assert re.search("'[=+@＝＋－＠-]cmd", csv_cell(f"{start}cmd()"))


@given(st.text() | st.text("=+-@; \t\r\n,\"'", max_size=8), st.floats(allow_nan=False))
def test_csv_cells_are_text_without_formulas_and_numbers_as_they_were(name, number):
    written = table_text(Table((Column("a", "a"), Column("b", "b")), (Row((name, number)),)))
    _, (cell, value) = csv.reader(io.StringIO(written))
    assert float(value) == number
    assert not re.search(r"(^|;)\s*[=+\-@＝＋－＠]", cell)
    assert re.sub(r"((?:^|;)\s*)'(?=[=+\-@＝＋－＠])", r"\1", cell) == re.sub(
        r"((?:^|;)\s*)'(?=[=+\-@＝＋－＠])", r"\1", printable(name)
    )


@pytest.mark.parametrize(
    "reason",
    [
        "lost 0.05795, margin 0.02, significant regression",
        "lost 5.795e-05, margin 1e-05 (the score is unchanged)",
        "loss, too few clusters of articles to test (3; 6 are needed): lost 0.1, margin 0",
        "no loss above 0.02; noise of runs: 2 % of 1,234 articles.",
    ],
)
def test_sentences_of_plain_words_are_not_code(reason):
    assert plain_or_code(reason) == reason


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        *("@octocat", "see #12", "see GH-12", "JIRA-12", "see !12", "see ~12", "see %1", "see &1"),
        *("in deadbeef1", "the 1234567 articles", "was defaced", "see www.a.b", "a.b@c.d", "x://y"),
        *(
            "_a_",
            "see [a](b)",
            "a :smile: b",
            "x\ny",
            "x\u202ey",
            "a $x$",
            "é",
            "1. item",
            "+1",
            "",
        ),
    ],
)
def test_all_other_text_is_code(text):
    assert plain_or_code(text) == (f"<code>{markdown(text)}</code>" if text else "")
