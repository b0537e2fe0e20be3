"""``bench report``: its format is that of ``--format``, or that of the file's ending."""

from __future__ import annotations

import pytest

from bench.api.reporting import format_of
from bench.errors import ConfigError
from tests.conftest import ROOT

BASELINE = ROOT / "results" / "baseline"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["table.md", "table.tex", "table.csv", "table.json"])
def test_ending_of_the_file_is_the_format(bench, tmp_path, name):
    done = bench("report", BASELINE, "-o", name)
    assert (done.returncode, done.stdout) == (0, "")
    told = {"table.md": "markdown", "table.tex": "latex"}.get(name, name.partition(".")[2])
    assert (tmp_path / name).read_text() == bench("report", BASELINE, "-f", told).stdout


def test_format_that_is_given_comes_first(bench, tmp_path):
    assert bench("report", BASELINE, "-o", "notes.txt", "-f", "markdown").returncode == 0
    assert (tmp_path / "notes.txt").read_text().startswith("### ")


def test_other_ending_is_refused_before_anything_is_read(bench, tmp_path):
    done = bench("report", "nowhere", "-o", "page.pdf")
    assert done.returncode == 2
    assert "page.pdf: ends in none of .html, .json" in done.stderr
    assert not list(tmp_path.iterdir())


def test_query_of_a_url_is_no_ending_and_no_part_of_messages():
    assert format_of("https://host/report.html?sig=SECRET.md") == "html"
    with pytest.raises(ConfigError, match="none of") as refused:
        format_of("https://me:SECRET@host/report.pdf?sig=SECRET")
    assert "SECRET" not in str(refused.value)
