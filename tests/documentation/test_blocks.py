"""How pages are read, and that wrong pages are found out."""

from __future__ import annotations

import pytest

from tests.documentation.blocks import agrees, blocks_in, commands_in
from tests.documentation.checks import calls_of_bench, faults_in, faults_in_prose
from tests.documentation.renew import shortened

PAGE = """# Page

```bash
bench run
```

<!-- not run: needs a network -->

```bash
bench run --dataset xsum
```

<!-- exit code: 2 -->
```console
$ bench run nothing
error: unknown
```

1. In a list:

   ```python
   # mine.py
   x = 1
   ```
"""


def block(language: str, text: str):
    (found,) = blocks_in(f"```{language}\n{text}\n```\n")
    return found


def test_blocks_are_found_in_order_with_their_marks():
    first, second, third, fourth = blocks_in(PAGE)
    assert (first.line, first.language, first.text) == (3, "bash", "bench run\n")
    assert [b.not_run for b in (first, second, third)] == ["", "needs a network", ""]
    assert [b.exit_code for b in (first, second, third)] == [0, 0, 2]
    assert (fourth.text, fourth.file) == ("# mine.py\nx = 1\n", "mine.py")


def test_mark_is_about_the_next_block_only():
    text = "<!-- not run: needs weights -->\n\nText.\n\n```bash\nls\n```\n"
    assert [found.not_run for found in blocks_in(text)] == [""]


def test_fence_that_is_never_closed_is_an_error():
    with pytest.raises(ValueError, match=r"page\.md:1: the block is never closed"):
        list(blocks_in("```bash\nls\n"))


def test_what_a_command_prints_may_be_rendered():
    text = "<!-- output of: bench list -->\n\n| a |\n\n<!-- end of output -->\n```bash\nls\n```\n"
    found, other = blocks_in(text)
    assert (found.language, found.command, found.text) == ("rendered", "bench list", "\n| a |\n\n")
    assert other.language == "bash"
    assert "colours" in faults_in(next(blocks_in(text.replace("list", "list colours"))))[0]


def test_longer_fence_holds_shorter_ones():
    (found,) = blocks_in("````text\n```bash\nls\n```\n````\n")
    assert found.text == "```bash\nls\n```\n"


def test_commands_of_a_console_have_their_output():
    found = commands_in(block("console", "$ a \\\n    --b\none\ntwo\n$ c"))
    assert [(c.line, c.shown) for c in found] == [("a \\\n    --b", "one\ntwo"), ("c", "")]
    with pytest.raises(ValueError, match=r"page\.md:1: a console block starts"):
        commands_in(block("console", "one"))


@pytest.mark.parametrize(
    ("shown", "printed", "agreed"),
    [
        ("a\nb", "a\nb\n", True),
        ("a  \nb", "a\nb   \n", True),
        ("a\n…", "a\nb\nc\n", True),
        ("a\n…\nc", "a\nb\nb\nc\n", True),
        ("…\nb\n…", "a\nb\nc\n", True),
        ("a\n…", "a\n", True),
        ("a", "a\nb\n", False),
        ("a\nb", "a\n", False),
        ("a.c", "abc\n", False),
        ("a\n…\nd", "a\nb\n", False),
    ],
)
def test_output_agrees_with_what_is_shown(shown, printed, agreed):
    assert agrees(shown, printed) is agreed


def test_what_is_left_out_stays_left_out():
    assert shortened("a\n…\nz", "1\n2\n3\n4\n") == "1\n…\n4"
    assert shortened("a\nb\n…", "1\n2\n3\n4\n") == "1\n2\n…"
    assert shortened("a", "1\n2\n") == "1\n2"


def test_calls_are_found_among_other_commands():
    script = (
        "# bench nothing\nX=1 bench run a | head -1 && qgbench list > out\n"
        "cat > bench.txt <<'END'\nbench no\nEND\nbench compare a \\\n  b   # both\n"
    )
    assert list(calls_of_bench(script)) == [["run", "a"], ["list"], ["compare", "a", "b"]]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("bash", "bench rum", "rum"),
        ("bash", "bench run --no-such 1", "--no-such"),
        ("", "true && bench run --limit none", "none"),
        ("bash", "bench check results/a", "baseline"),
        ("bash", "bench config shw", "shw"),
        ("bash", "if true; then", "syntax error"),
        ("console", "$ bench list colours\nred", "colours"),
        ("python", "import bench\nbench.rum()", "rum"),
        ("python", "from bench.metrics import Metrix", "Metrix"),
        ("python", "import no_such_module", "no_such_module"),
        ("python", "x = = 1", "invalid syntax"),
        ("yaml", "models: [lead]\nmodel: lead", "model"),
        ("yaml", "models: [{use: lead, kk: 1}]", "kk"),
        ("yaml", "metrics: [{use: bleu, tokeniser: zh}]", "tokeniser"),
        ("yaml", "a: [", "expected"),
        ("yaml", "- a", "is not a mapping"),
        ("yaml", "jobs: {a: {steps: [{run: bench rum}]}}", "rum"),
    ],
)
def test_block_that_names_what_does_not_exist_is_found(language, text, words):
    assert words in "\n".join(faults_in(block(language, text)))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", "bench run --help; bench --version"),
        ("bash", "bench run briefs --output s3://bucket/run 2>&1 | head -3"),
        ("bash", "bench config schema results > x.json"),
        ("python", "import bench\nprint(bench.run, bench.Run)"),
        ("yaml", "models: [{use: lead, name: one, k: 1}]"),
        ("yaml", "engine: {use: ray, address: auto}"),
    ],
)
def test_right_block_has_no_faults(language, text):
    assert faults_in(block(language, text)) == []


def test_modules_of_the_page_may_be_imported():
    code = block("python", "from mine import Model")
    assert faults_in(code, frozenset({"mine"})) == []
    assert faults_in(code) != []


def test_commands_in_the_text_are_looked_up():
    assert faults_in_prose("`bench run --limit 6`, `bench COMMAND`, `bench --debug`") == []
    assert "no verb 'rum'" in faults_in_prose("`bench rum`")[0]
    assert "show has no option --woorst" in faults_in_prose("`bench show RUN --woorst 5`")[0]
    assert faults_in_prose("```text\n`bench rum`\n```\n") == []
