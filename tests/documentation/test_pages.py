"""Commands and snippets of the README and of every page of the documentation.

``python -m tests.documentation.renew PAGE...`` writes the output of commands into pages again.
"""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.documentation.blocks import RUN, SHOWN, Block, blocks_of, pages
from tests.documentation.checks import faults_in, faults_in_prose
from tests.documentation.story import Story

REASONS = {
    "needs a network",
    "needs a cluster",
    "needs weights",
    "needs a package index",
    "needs pytest",
    "needs a checkout",
    "is part of a config",
}
PAGES = pages()


def runs(block: Block) -> bool:
    return not block.not_run and not block.file and block.language in {*RUN, "rendered"}


def in_story(page: str) -> list[Block]:
    return [block for block in blocks_of(page) if runs(block)]


@pytest.mark.parametrize("page", PAGES)
def test_block_has_a_language_and_a_known_reason_not_to_run(page):
    for block in blocks_of(page):
        assert block.language in {*RUN, *SHOWN}, block.place
        assert block.not_run in {"", *REASONS}, block.place
        assert not (block.not_run and block.exit_code), block.place


@pytest.mark.parametrize("page", PAGES)
def test_what_a_block_names_exists(page):
    written: set[str] = set()
    for block in blocks_of(page):
        written.add(block.file.removesuffix(".py"))
        assert faults_in(block, frozenset(written)) == [], block.place


@pytest.mark.parametrize("page", PAGES)
def test_verbs_and_options_in_the_text_exist(page):
    assert faults_in_prose((ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if in_story(page)])
def test_page_is_true_outside_of_the_checkout(page, installation, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    story = Story(installation, folder)
    for block in blocks_of(page):
        assert story.faults_of(block) == [], block.place


def test_most_blocks_run():
    blocks = [block for page in PAGES for block in blocks_of(page) if block.language in RUN]
    not_run = [block for block in blocks if block.not_run]
    assert len(not_run) < len(blocks) / 3


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_readme_has_one_line_to_run_and_one_to_test(heading):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (command,) = re.findall(r"```\n(.*?)\n```", section, re.DOTALL)
    assert "\n" not in command
    assert command.startswith("python3 -m venv .venv && . .venv/bin/activate && pip install ")
