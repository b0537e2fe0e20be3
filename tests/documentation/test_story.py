"""Blocks run in the order of their page, and what differs from the page is reported."""

from __future__ import annotations

import pytest

from tests.distributions import Installation
from tests.documentation.blocks import blocks_in
from tests.documentation.renew import renewed
from tests.documentation.story import Story


@pytest.fixture
def story(tmp_path) -> Story:
    folder = tmp_path / "empty"
    folder.mkdir()
    return Story(Installation(tmp_path / "site"), folder)


@pytest.fixture
def faults(story):
    return lambda text: [fault for block in blocks_in(text) for fault in story.faults_of(block)]


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n\n"


def test_files_of_earlier_blocks_are_there_later(faults):
    page = (
        fenced("python", "# mine.py\nNAME = 'mine'")
        + fenced("bash", "echo 1 > number.txt")
        + fenced("python", "import mine, pathlib\nassert pathlib.Path('number.txt').exists()")
        + fenced("console", "$ cat mine.py | tail -1\nNAME = 'mine'\n$ cat number.txt\n1")
    )
    assert faults(page) == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (fenced("bash", "false\ntrue"), "exit code 1, not 0"),
        (fenced("", "no-such-command"), "exit code 127"),
        (fenced("bash", "false | true"), "exit code 1"),
        (fenced("python", "raise ValueError('wrong')"), "ValueError: wrong"),
        (fenced("python", "import warnings\nwarnings.warn('old')"), "UserWarning: old"),
        (fenced("console", "$ echo 0.31\n0.32"), "prints\n0.31"),
        (fenced("console", "$ echo a; echo b\na"), "prints\na\nb"),
        ("<!-- exit code: 2 -->\n" + fenced("bash", "true"), "exit code 0, not 2"),
        ("<!-- output of: echo 1 -->\n\n2\n\n<!-- end of output -->\n", "prints\n1"),
    ],
)
def test_what_differs_from_the_page_is_reported(page, words, faults):
    assert words in "\n".join(faults(page))


@pytest.mark.parametrize(
    "page",
    [
        "<!-- not run: needs a network -->\n" + fenced("bash", "false"),
        "<!-- exit code: 2 -->\n" + fenced("console", "$ echo why >&2; exit 2\nwhy"),
        "<!-- output of: echo '| a |' -->\n\n| a |\n\n<!-- end of output -->\n",
        fenced("console", "$ echo one; echo two\none\n…"),
        fenced("text", "false"),
    ],
)
def test_true_page_has_no_faults(page, faults):
    assert faults(page) == []


def test_renewed_outputs_are_true(story, faults):
    page = fenced("console", "$ echo 0.31\n0.32\n$ true\n$ echo a; echo b\na\n…")
    (block,) = blocks_in(page)
    text = renewed(block, story)
    assert text == "$ echo 0.31\n0.31\n$ true\n$ echo a; echo b\na\n…\n"
    assert faults(fenced("console", text.rstrip("\n"))) == []
