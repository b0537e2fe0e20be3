from __future__ import annotations

import sys
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from bench.entry_points import added_to


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a distribution into a folder that is searched before all earlier ones."""

    def put(name, entry_points=None, folder="site", version="1.0", metadata=True):
        site = tmp_path / folder
        if not site.exists():
            monkeypatch.syspath_prepend(site)
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        if metadata:
            (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
        if entry_points is not None:
            (info / "entry_points.txt").write_text(entry_points)
        return site

    return put


def names():
    return [(entry.name, entry.target, entry.distribution) for entry in added_to("bench.metrics")]


def test_entry_points_of_one_group_are_sorted_by_name(install):
    install("some-metrics", "[bench.metrics]\nb = m:B\na = m:A [extra]\n[bench.models]\nc = m:C\n")
    assert names() == [("a", "m:A", "some-metrics 1.0"), ("b", "m:B", "some-metrics 1.0")]


@pytest.mark.parametrize("heading", ["[bench.metrics]", "  [bench.metrics]  ", "[[bench.metrics]]"])
def test_group_is_found_however_its_heading_is_written(install, heading):
    install("some-metrics", f"[console_scripts]\nx = m:main\n\n{heading}\na = m:A\n")
    assert names() == [("a", "m:A", "some-metrics 1.0")]


@pytest.mark.parametrize("text", [None, "", "[pytest11]\nx = bench.metrics\n", "bench.metrics = 1"])
def test_distribution_without_the_group_adds_nothing(install, text):
    install("others", text)
    assert names() == []


@pytest.mark.parametrize("spelling", ["some-metrics", "Some.Metrics", "some_metrics"])
@pytest.mark.parametrize("text", [None, "[bench.metrics]\nnew = m:New\n"])
def test_first_distribution_of_a_name_hides_later_ones(install, text, spelling):
    install("some_metrics", "[bench.metrics]\nold = m:Old\n", folder="later")
    install(spelling, text, folder="first", version="2.0")
    assert names() == ([("new", "m:New", f"{spelling} 2.0")] if text else [])


def test_folder_without_metadata_hides_nothing(install):
    install("some_metrics", "[bench.metrics]\na = m:A\n", folder="later")
    install("some_metrics", folder="first", metadata=False)
    assert names() == [("a", "m:A", "some_metrics 1.0")]


def test_unreadable_entry_points_are_skipped(install):
    install("good", "[bench.metrics]\na = m:A\n")
    site = install("bad", "")
    Path(site, "bad-1.0.dist-info", "entry_points.txt").write_bytes(b"[bench.metrics]\n\xff = m:X")
    assert names() == [("a", "m:A", "good 1.0")]


def test_entry_points_in_an_archive_are_found(tmp_path, monkeypatch):
    archive = tmp_path / "metrics.whl"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("some_metrics-1.0.dist-info/METADATA", "Name: some-metrics\nVersion: 1.0\n")
        file.writestr("some_metrics-1.0.dist-info/entry_points.txt", "[bench.metrics]\na = m:A\n")
    monkeypatch.syspath_prepend(archive)
    assert names() == [("a", "m:A", "some-metrics 1.0")]


def test_entry_points_of_another_finder_are_found(monkeypatch):
    class Finder:
        @staticmethod
        def find_spec(*_):
            return None

        @staticmethod
        def find_distributions(_=None):
            return [Made()]

    class Made(Distribution):
        def read_text(self, filename):
            texts = {"METADATA": "Name: made\nVersion: 2\n"}
            return {**texts, "entry_points.txt": "[bench.metrics]\na = m:A\n"}.get(filename)

        def locate_file(self, path):
            raise NotImplementedError

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert names() == [("a", "m:A", "made 2")]
