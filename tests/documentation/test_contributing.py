"""CONTRIBUTING.md names rooms and files that exist, and every room of the package."""

from __future__ import annotations

import re

import yaml

from tests.conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LAYOUT = TEXT.partition("| room of `bench/` |")[2].partition("\n\n")[0]


def test_every_room_is_in_the_layout():
    rooms = {f"{path.parent.name}/" for path in (ROOT / "bench").glob("*/__init__.py")}
    named = set(re.findall(r"`([\w/.]+)`", LAYOUT))
    assert rooms - named == set()
    paths = {name for name in named if name.endswith(("/", ".py"))}
    assert {name for name in paths if not (ROOT / "bench" / name).exists()} == set()


def test_named_files_exist():
    named = set(re.findall(r"`((?:bench|docs|tests|configs|datasets|results)/[\w./-]*)`", TEXT))
    assert len(named) > 15
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_names_in_backticks_are_in_their_files():
    pairs = re.findall(r"`([A-Z]{5,})` \(`(bench/[\w/]+\.py)`\)", TEXT)
    assert {name for name, _ in pairs} >= {"METRICS", "SIMILARITIES", "MODELS", "PRESETS", "VIEWS"}
    for name, file in pairs:
        assert re.search(rf"\b{name}\b", (ROOT / file).read_text(encoding="utf-8")), file


def test_every_page_of_the_documentation_is_in_the_navigation():
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = re.findall(r"[\w/-]+\.md", str(site["nav"]))
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert set(pages) - set(listed) == set()
    assert len(listed) == len(set(listed))
