"""What other packages add through entry points, good and broken."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from tests.conftest import ROOT

GOOD = """
    from bench.metrics import Metric
    import numpy as np

    print("imported", flush=True)

    class Share(Metric):
        description = "share of something"

        def statistics(self, block):
            return np.zeros((len(block.predictions), 1))

    class Needy:
        tasks = ("summary",)

        def __init__(self, file):
            raise OSError(file)

        def predict(self, articles, task):
            return [[] for _ in articles]

    class NoMetric:
        pass

    class Failing(Share):
        def __init__(self):
            raise OSError("no word list")

    def alike(one, other):
        return float(one == other)
"""


def install(site, distribution, entry_points, **modules):
    """What an installer leaves behind."""
    info = Path(site, f"{distribution}-1.5.dist-info")
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(textwrap.dedent(entry_points))
    for name, text in modules.items():
        Path(site, f"{name}.py").write_text(textwrap.dedent(text))


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def listed(bench_process, site):
    path = os.pathsep.join([str(ROOT), str(site)])
    return lambda *arguments: bench_process("list", *arguments, PYTHONPATH=path, COLUMNS="300")


@pytest.fixture
def good(site):
    entries = """
        [bench.metrics]
        share = good_plugin:Share
        [bench.models]
        needy = good_plugin:Needy
        [bench.similarities]
        alike = good_plugin:alike [extra]
    """
    install(site, "Good_Plugin", entries, good_plugin=GOOD)


BROKEN = {
    "missing": ("missing_plugin:Thing", "", "no module named 'missing_plugin'"),
    "invalid": ("invalid_plugin:Thing", "def broken(:", "invalid syntax"),
    "ending": ("ending_plugin:Thing", "raise SystemExit(3)", "it calls exit(3)"),
    "raising": ("raising_plugin:Thing", "1 / 0", "division by zero"),
    "absent": ("absent_plugin:Thing", "OTHER = 1", "unknown attribute 'Thing'"),
    "plain": ("good_plugin:NoMetric", "", "does not implement `statistics(block)`"),
    "failing": ("good_plugin:Failing", "", "no word list"),
    "malformed": ("not a module", "", "is not of the form module:attribute"),
}


def broken(site, *names):
    lines = [f"{name} = {BROKEN[name][0]}" for name in names]
    own = {n: (t, code) for n, (t, code, _) in BROKEN.items() if code and n in names}
    modules = {target.partition(":")[0]: code for target, code in own.values()}
    install(site, "Bad-Plugin", "\n".join(["[bench.metrics]", *lines]), **modules)


def test_plugins_are_listed_and_not_imported(listed, site, good):
    broken(site, *BROKEN)
    done = listed()
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["share", "good_plugin:Share", "(Good_Plugin", "1.5)"] in lines
    assert ["needy", "good_plugin:Needy", "(Good_Plugin", "1.5)"] in lines
    assert ["alike", "good_plugin:alike", "(Good_Plugin", "1.5)"] in lines
    assert ["ending", "ending_plugin:Thing", "(Bad-Plugin", "1.5)"] in lines
    assert "imported" not in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["models", "metrics", "similarities"])
def test_shipped_ones_are_listed_as_without_plugins(listed, site, kind):
    before = listed(kind).stdout.splitlines()
    broken(site, *BROKEN)
    after = listed(kind).stdout.splitlines()
    assert [line.split() for line in after[: len(before)]] == [line.split() for line in before]


@pytest.mark.slow
def test_check_says_how_many_are_fine(listed, good):
    done = listed("--check")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line != "imported"]
    kinds = [line.partition(":")[0] for line in lines]
    assert kinds == ["models", "metrics", "similarities", "raters"]
    for line in lines:
        fine, _, total = line.partition(": ")[2].split()[:3]
        assert fine == total
    assert "imported" in done.stdout


@pytest.mark.slow
def test_check_reports_each_broken_one_in_a_line(listed, site, good):
    broken(site, *BROKEN)
    done = listed("metrics", "--check")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == len(BROKEN)
    for name, (target, _, reason) in BROKEN.items():
        (line,) = [line for line in lines if line.startswith(f"error: metric '{name}' ")]
        assert f" (Bad-Plugin 1.5, {target.partition(':')[0]}): " in line
        assert reason in line
    assert "can be used" in done.stdout


@pytest.mark.slow
def test_name_that_is_taken_is_reported_and_not_used(listed, site, good):
    install(site, "Thief", "[bench.metrics]\nbleu = good_plugin:Share\nshare = good_plugin:Share")
    done = listed("--check")
    assert done.returncode == 2
    assert "metric 'bleu' (Thief 1.5, good_plugin): the name is taken by qgbench" in done.stderr
    assert "metric 'share'" in done.stderr
    assert "rename the entry point" in done.stderr
    assert "bleu good_plugin" not in " ".join(listed("metrics").stdout.split())


def test_metadata_that_cannot_be_read_harms_nobody(listed, site, good):
    install(site, "Torn", "[bench.metrics\nx\n= = =\n")
    Path(site, "nothing-1.0.dist-info").mkdir()
    Path(site, "bytes-1.0.dist-info").mkdir()
    Path(site, "bytes-1.0.dist-info", "METADATA").write_bytes(b"Name: b\xff\nVersion: 1\n")
    done = listed("metrics")
    assert done.returncode == 0, done.stderr
    assert "good_plugin:Share" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_check_is_for_what_has_code(listed):
    done = listed("tasks", "--check")
    assert done.returncode == 2
    assert "models, metrics, similarities, raters can be checked, not tasks" in done.stderr


@pytest.mark.slow
def test_run_uses_what_is_not_broken(bench_process, articles, site, good):
    broken(site, *BROKEN)
    path = os.pathsep.join([str(ROOT), str(site)])
    Path("mine.yaml").write_text(
        "name: x\ndataset: articles.jsonl\nmodels: [lead]\nmetrics: [rougeLsum, share]\n"
    )
    done = bench_process("validate", "mine.yaml", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
