"""The comment of ``bench check`` on a pull request."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bench.comparison.changes import ArticleChange, Changes, ModelChanges, RunOutput
from bench.gate.verdict import GateReport, Verdict
from bench.reports.comment import LARGEST, comment, first_comment, marker
from bench.stats import Interval

FAILED = Verdict(
    "questions",
    "asker",
    "set_rougeL.f1",
    "fail",
    "interval",
    "lost 0.1, margin 0.02, significant regression",
    articles=20,
    before=0.5,
    now=0.4,
    interval=Interval(-0.15, -0.05),
    margin=0.02,
)
PASSED = Verdict(
    "questions", "template", "set_rougeL.f1", "pass", "exact", "unchanged", 20, 0.3, 0.3
)
REPORT = GateReport("results/now", "baseline", 0.95, (FAILED, PASSED), ())

HOSTILE = (
    "<img src=https://evil.example/x.png>",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "@everyone see #1 and GH-2",
    "</details></td></table><script>alert(1)</script>",
    "| a | b |",
    "line\n\n# heading\n- list",
    "```\nfence",
    "<!-- qgbench:Quality -->",
    "https://evil.example www.evil.example a@evil.example",
    "$x$ :tada: ~~gone~~ **bold** _it_ `code`",
    "123. x",
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e a/b@a5c3785 deadbeef",
    "a/b#26 TICKET-26 @github/support",
    "\u202egnp.exe \x1b[31mred \x00 \u200b",
)


def output(*items: str, score: float | None = 0.5) -> RunOutput:
    return RunOutput(items, "ok" if items else "empty", None, score)


def changed(*rows: ArticleChange, name: str = "asker") -> Changes:
    one = ModelChanges("questions", name, "set_rougeL.f1", 20, (0.5, 0.4), rows)
    return Changes("baseline", "results/now", (one,), ())


def rendered(text: str) -> Shown:
    found = Shown()
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    found.feed(html)
    return found


class Shown(HTMLParser):
    """The tags, attributes and text of what a server makes of Markdown.

    ``plain`` is the text outside code, in which a server links references.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = self.plain = ""
        self.codes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.codes += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.codes -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.plain += "" if self.codes else data


def test_comment_begins_with_its_marker_and_shows_the_verdict():
    text = comment(REPORT, None, name="Quality")
    assert text.splitlines()[0] == marker("Quality") == "<!-- qgbench:Quality -->"
    shown = rendered(text)
    assert "FAIL: 2 checks, 1 pass, 1 fail" in shown.text
    assert "significant regression" in shown.text
    assert shown.tags.count("table") == 2
    assert "1 passed" in shown.text


def test_intervals_are_bars_on_one_axis_with_zero_marked():
    better = replace(PASSED, method="interval", now=0.35, interval=Interval(0.02, 0.08))
    text = comment(replace(REPORT, verdicts=(FAILED, better)), None, name="Quality")
    worse, good = re.findall(r"`([^`]*)` [-+]", text)
    assert len(worse) == len(good) == 17
    assert worse.index("┆") == good.index("┆")
    assert worse.rindex("┤") < worse.index("┆") < good.index("├")
    assert "-0.150 to -0.050" in text


def test_worst_changes_come_first_with_old_and_new_side_by_side():
    rows = [
        ArticleChange(f"a{n}", output("Why now?", "Kept?"), output(f"What {n}?", "Kept?", score=s))
        for n, s in enumerate([0.45, 0.1, 0.6, 0.3, 0.2])
    ]
    text = comment(REPORT, changed(*rows), name="Quality")
    assert re.findall(r"<summary><code>(a\d)", text) == ["a1", "a4", "a3"]
    assert "**5 of 20 outputs changed.**" in text
    assert "1 unchanged" in text
    assert "0.500 → 0.100" in text
    assert "| <code>Why now?</code> | – |" in text


def test_unchanged_outputs_are_said_to_be_unchanged():
    assert "No output differs" in comment(REPORT, changed(), name="Quality")


def test_failed_output_is_shown_with_its_error():
    failed = RunOutput((), "error", "timed out <b>", None)
    text = comment(REPORT, changed(ArticleChange("a", output("Why?"), failed)), name="Quality")
    assert "now: error (timed out" in rendered(text).text
    assert "<b>" not in text.replace("\\<b\\>", "")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_of_runs_is_inert(hostile):
    bad = replace(FAILED, model=hostile, score=hostile, reason=hostile, task=hostile)
    report = replace(REPORT, verdicts=(bad, PASSED), run=hostile, notes=(hostile,))
    row = ArticleChange(
        hostile, output("Why?"), replace(output(hostile), status="error", error=hostile)
    )
    text = comment(report, changed(row, name=hostile), name=hostile)
    shown = rendered(text)
    usual = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "span"}
    assert set(shown.tags) <= usual | {"strong", "em", "code"}
    assert {name for name, _ in shown.attributes} <= {"open", "style"}
    assert not re.search(r"(?<![\w<])@\w", text)
    assert "://" not in text
    assert len(re.findall("<!-- qgbench:", text)) == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text)


def test_all_text_of_runs_is_code():
    seen = "canary-1"  # what a server may link to an issue
    bad = replace(FAILED, model=seen, score=seen, reason=seen, task=seen)
    report = replace(REPORT, verdicts=(bad,), run=seen, baseline=seen, notes=(seen,))
    now = replace(output(seen), status="error", error=seen)
    row = ArticleChange(seen, output("Why?"), now)
    shown = rendered(comment(report, changed(row, name=seen), name="Quality"))
    assert shown.text.count(seen) == 11
    assert seen not in shown.plain


def test_link_cannot_leave_its_brackets():
    text = comment(REPORT, None, name="Quality", link="https://x.example/a) [b](javascript:c")
    hrefs = [value for name, value in rendered(text).attributes if name == "href"]
    assert len(hrefs) == 1
    assert hrefs[0].startswith("https://x.example/a%29")


def test_long_comment_is_cut_to_what_a_server_takes():
    items = tuple(f"Item {n} " + "word " * 2000 for n in range(50))
    rows = [ArticleChange(f"a{n}", output(*items), output(score=0.0)) for n in range(3)]
    text = comment(REPORT, changed(*rows), name="Quality")
    assert len(text) < LARGEST
    assert "44 more" in text
    verdicts = tuple(replace(FAILED, model=f"m{n}", reason="r" * 300) for n in range(500))
    text = comment(replace(REPORT, verdicts=verdicts), changed(*rows), name="Quality")
    assert len(text) < LARGEST
    assert text.endswith("characters are more than a comment holds.\n")


def test_cut_comment_closes_what_is_folded_and_keeps_the_link():
    verdicts = tuple(replace(FAILED, model=f"m{n}" * 20, outcome="pass") for n in range(500))
    report = replace(REPORT, verdicts=(FAILED, *verdicts))
    text = comment(report, None, name="Quality", link="https://x.example/1")
    assert len(text) < LARGEST
    before, _, after = text.partition("\n\nCut: ")
    assert before.count("<details>") == before.count("</details>") == 1
    assert after.endswith("[Report](https://x.example/1)\n")
    assert "a" * 20000 not in comment(
        report, None, name="Q", link="https://x.example/" + "a" * 70000
    )


def test_long_name_of_a_gate_leaves_room_for_the_verdicts():
    text = comment(REPORT, None, name="Q" * 70000)
    assert "lost 0.1" in text
    assert text.startswith(marker("Q" * 70000))
    assert len(text) < 3000


def test_names_of_gates_give_different_markers_that_cannot_end_a_comment():
    assert marker("a") != marker("b")
    for name in ("-->", "a\nb", "--!>", "<!--"):
        assert marker(name).count("-->") == 1
        assert "\n" not in marker(name)


def test_first_comment_says_how_to_make_a_baseline():
    text = first_comment("results/now", "base\nline", name="Quality")
    assert re.search("^    bench check results/now --baseline 'base.nline' --update$", text, re.M)
    assert "the directory of the run in the downloaded artifact" in text
    assert text.startswith(marker("Quality"))


@pytest.mark.parametrize("path", ["two words", "it's", "$(touch hacked)", "a;b"])
def test_command_of_the_first_comment_takes_any_path(path):
    text = first_comment(path, path, name="Quality")
    (command,) = re.findall("^    (bench check .*)$", text, re.M)
    assert shlex.split(command) == ["bench", "check", path, "--baseline", path, "--update"]


def test_comment_is_the_same_for_the_same_runs():
    texts: set[Any] = {comment(REPORT, changed(), name="Quality") for _ in range(3)}
    assert len(texts) == 1
