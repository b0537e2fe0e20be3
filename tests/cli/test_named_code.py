"""Code that is not shipped is imported only where the user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

CODE = """
import numpy as np
from pathlib import Path
from bench.metrics import Metric
from bench.metrics.similarity import Similarity

Path("imported").touch()

class Chars(Metric):
    is_mean = False
    range = (0.0, None)

    def statistics(self, block):
        return np.array([[sum(map(len, p)), len(p)] for p in block.predictions], float)

    def values(self, statistics):
        return statistics[..., :1] / np.maximum(statistics[..., 1:], 1)

    def of_sums(self, sums, articles):
        return self.values(sums)

class Same(Similarity):
    def matrix(self, predictions, references):
        return np.ones((len(predictions), len(references)))

class Mine:
    tasks = ("summary",)

    def predict(self, articles, task):
        return [["One.", "Two."] for _ in articles]
"""


@pytest.fixture
def config(articles):
    Path("own.py").write_text(CODE)
    Path("own.yaml").write_text(
        f"name: own\ndataset: {articles.name}\nmodels: [lead, 'own:Mine']\nresamples: 100\n"
        "metrics: ['own:Chars', 'set_own:Same', rouge1]\ntasks: {summary: {primary: Chars}}\n"
    )
    return "own.yaml"


def test_validate_imports_only_where_that_is_asked_for(config, bench):
    done = bench("validate", config)
    assert done.returncode == 0, done.stderr
    for name in ("own:Mine", "own:Chars", "own:Same"):
        assert f"note      not imported: {name} (use --import)" in done.stdout
    assert "models    lead\n" in done.stdout
    assert "metrics   rouge1\n" in done.stdout
    assert not Path("imported").exists()
    done = bench("validate", config, "--import")
    assert done.returncode == 0, done.stderr
    assert "models    lead, Mine\n" in done.stdout
    assert "not imported" not in done.stdout
    assert Path("imported").exists()


def test_validate_still_names_faults_beside_what_it_does_not_import(config, bench):
    Path(config).write_text(Path(config).read_text().replace("rouge1", "rougeX"))
    done = bench("validate", config)
    assert done.returncode == 2
    assert "unknown metric 'rougeX'" in done.stderr
    assert not Path("imported").exists()


def test_config_of_foreign_models_alone_can_be_validated(config, bench):
    Path(config).write_text(Path(config).read_text().replace("lead, ", ""))
    done = bench("validate", config)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def runs(config, bench):
    for output in ("results/one", "results/two"):
        done = bench("run", config, "--output", output)
        assert done.returncode == 0, done.stderr
    Path("imported").unlink()


@pytest.mark.slow
def test_foreign_corpus_metric_shows_means_and_needs_its_code_to_resample(runs, bench):
    shown = bench("show", "results/one", "--format", "json")
    assert shown.returncode == 0
    assert "Chars" in json.loads(shown.stdout)["tasks"]["summary"]["models"]["lead"]["scores"]
    for verb in (["compare"], ["power"], ["check", "--baseline", "results/two"]):
        done = bench(verb[0], "results/one", "--metric", "Chars", *verb[1:])
        assert done.returncode == 2
        assert "needs the metric's own code" in done.stderr
    done = bench("leaderboard", "results", "--format", "markdown")
    assert done.returncode == 0
    assert "note: results/one: Chars: the means are shown" in done.stderr
    assert "| Mine |" in done.stdout
    assert not Path("imported").exists()


@pytest.mark.slow
def test_scoring_again_uses_modules_of_the_working_directory(runs, bench):
    for verb in ("compare", "leaderboard"):
        done = bench(verb, "results/one", "--rescore")
        assert done.returncode == 0, done.stderr
    assert Path("imported").exists()
    done = bench("check", "results/one", "--baseline", "results/two", "--rescore")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("place", ["results", "results/one", "elsewhere"])
def test_scoring_again_uses_no_module_that_came_with_the_run(runs, bench_process, place, tmp_path):
    shutil.rmtree("__pycache__", ignore_errors=True)
    folder = tmp_path / place if place != "elsewhere" else tmp_path.parent / f"{tmp_path.name}-e"
    folder.mkdir(exist_ok=True)
    Path("own.py").rename(folder / "own.py")
    module = f"{place.replace('/', '.')}.own" if place != "elsewhere" else "own"
    record = Path("results/one/run.json")
    record.write_text(record.read_text().replace("own:Chars", f"{module}:Chars"))
    paths = {} if place != "elsewhere" else {"PYTHONPATH": f"{Path(__file__).parents[2]}:{folder}"}
    done = bench_process("compare", "results/one", "--rescore", **paths)
    assert done.returncode == 2
    assert f"its metrics name '{module}:Chars', which is not imported" in done.stderr
    assert not Path("imported").exists()
