"""A metric or similarity that misbehaves is named and costs only its own scores."""

from __future__ import annotations

import json
import re

import pytest

HEAD = """
import numpy as np
from bench.metrics import Metric
from bench.metrics.similarity import Similarity

def rows(block, value=1.0):
    return np.full((len(block.predictions), 1), value)
"""
BODIES = {
    "a_list": ("return [[1.0] for _ in block.predictions]", "returns a list, not a numpy array"),
    "a_shape": ("return np.zeros(3)", r"returns shape \(3,\), not \(articles, statistics\)"),
    "a_row_less": ("return rows(block)[1:]", r"returns shape \(\d, 1\), not"),
    "no_number": ("return rows(block, np.nan)", "returns nan, which is not a finite number"),
    "infinity": ("return rows(block, np.inf)", "returns inf, which is not a finite number"),
    "strings": ("return rows(block).astype(str)", "returns an array of <U32, not of"),
    "out_of_range": ("return rows(block, 1.5)", "returns 1.5, outside its declared range 0 to 1"),
    "two_scores": ("return np.hstack([rows(block)] * 2)", "returns 2 scores per article, not 1"),
    "raises": ("raise ValueError('one\\ntwo')", "ValueError: one two"),
    "fails": ("return rows(block, block.predictions[99])", "IndexError"),
    "exits": ("raise SystemExit(0)", "SystemExit"),
}


def run(bench, tmp_path, articles, code, metrics, *options):
    (tmp_path / "mine.py").write_text(HEAD + code)
    config = {"name": "m", "dataset": str(articles), "models": ["lead", "title"]}
    config |= {"tasks": ["summary"], "metrics": [*metrics, "rouge1"]}
    (tmp_path / "m.yaml").write_text(json.dumps(config))
    done = bench("run", "m.yaml", "--output", "out", "--format", "json", *options)
    return done, json.loads(done.stdout)["tasks"]["summary"]["models"]["lead"]


@pytest.mark.slow
@pytest.mark.parametrize("body", BODIES)
def test_metric(bench, tmp_path, articles, body):
    line, message = BODIES[body]
    code = f"class M(Metric):\n    def statistics(self, block):\n        {line}\n"
    done, lead = run(bench, tmp_path, articles, code, ["mine:M"])
    assert done.returncode == 4
    assert set(lead["scores"]) == {"rouge1.precision", "rouge1.recall", "rouge1.f1"}
    (line,) = [line for line in done.stderr.splitlines() if "metric 'mine:M'" in line]
    assert re.search(
        rf"^error: metric 'mine:M' \(mine\.py:\d+\) on article '[\w-]+': {message}", line
    )
    assert re.search(message, lead["faults"]["M"])


SIMILARITIES = {
    "a_list": ("return [[1.0] * len(references)] * len(predictions)", "returns a list"),
    "a_shape": ("return np.ones((1, 1, 1))", r"returns \(1, 1, 1\), not a numpy array of shape"),
    "a_range": ("return np.full((len(predictions), len(references)), -1.0)", "returns -1"),
    "no_number": ("return np.full((len(predictions), len(references)), np.nan)", "returns nan"),
    "raises": ("raise KeyError('x')", "KeyError"),
}


@pytest.mark.slow
@pytest.mark.parametrize("body", SIMILARITIES)
def test_similarity(bench, tmp_path, articles, body):
    line, message = SIMILARITIES[body]
    code = f"class S(Similarity):\n    def matrix(self, predictions, references):\n        {line}\n"
    done, lead = run(bench, tmp_path, articles, code, ["set_mine:S"])
    assert done.returncode == 4
    assert "rouge1.f1" in lead["scores"]
    assert re.search(
        rf"error: similarity 'mine:S' \(mine\.py:\d+\) on article .*{message}", done.stderr
    )


def test_fault_on_one_article_names_it_and_takes_no_other_score(bench, tmp_path, articles):
    code = (
        "class M(Metric):\n    def statistics(self, block):\n"
        "        assert not any('orchard' in r[0] for r in block.references), 'no apples'\n"
        "        return rows(block)\n"
    )
    done, lead = run(bench, tmp_path, articles, code, ["mine:M"])
    assert done.returncode == 4
    assert "on article 'the-orchard': AssertionError: no apples" in done.stderr
    assert "M" not in lead["scores"]
    assert lead["articles"] == 6


@pytest.mark.slow
def test_every_engine_says_the_same(bench, tmp_path, articles):
    code = "class M(Metric):\n    def statistics(self, block):\n        return [1]\n"
    said = [
        run(bench, tmp_path, articles, code, ["mine:M"], *options)[1]
        for options in ((), ("--engine", "processes", "--workers", "2", "--block-size", "2"))
    ]
    assert said[0] == said[1]


@pytest.mark.slow
def test_sums_that_a_metric_cannot_score_are_its_fault(bench, tmp_path, articles):
    code = (
        "class M(Metric):\n    is_mean = False\n"
        "    def statistics(self, block):\n        return rows(block)\n"
        "    def of_sums(self, sums, articles):\n        return 1 / 0\n"
    )
    done, lead = run(bench, tmp_path, articles, code, ["mine:M"])
    assert done.returncode == 4
    assert "ZeroDivisionError" in lead["faults"]["M"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("class M: pass", "metric 'mine:M' does not implement `statistics(block)`"),
        ("class M(Metric): pass", "abstract"),
        (
            "class M(Metric):\n    fields = 'f1'\n    def statistics(self, b): pass",
            "`fields` must be",
        ),
        (
            "class M(Metric):\n    range = (0,)\n    def statistics(self, b): pass",
            "`range` must be",
        ),
        ("class M(Metric):\n    name = 3\n    def statistics(self, b): pass", "`name` must be"),
        ("raise OSError('gone')", "OSError: gone"),
    ],
)
def test_invalid_metric_is_an_error_before_anything_runs(bench, tmp_path, articles, code, message):
    (tmp_path / "mine.py").write_text(HEAD + code)
    (tmp_path / "m.yaml").write_text(
        json.dumps(
            {"name": "m", "dataset": str(articles), "models": ["lead"], "metrics": ["mine:M"]}
        )
    )
    done = bench("run", "m.yaml", "--output", "new")
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "code",
    [
        "class S(Similarity):\n    def matrix(self, p, r):\n        raise SystemExit(0)\n",
        "class S(Similarity):\n    def matrix(self, p, r):\n        raise GeneratorExit\n",
    ],
)
def test_similarity_cannot_end_the_process(bench, tmp_path, articles, code):
    done, lead = run(bench, tmp_path, articles, code, ["set_mine:S"])
    assert done.returncode == 4
    assert "rouge1.f1" in lead["scores"]


def test_metric_that_changes_what_it_is_given_harms_no_other(bench, tmp_path, articles):
    code = (
        "class M(Metric):\n    def statistics(self, block):\n        found = rows(block)\n"
        "        block.predictions.clear()\n        block.references.reverse()\n"
        "        return found\n"
    )
    done, lead = run(bench, tmp_path, articles, code, ["mine:M"])
    assert done.returncode == 0, done.stderr
    alone = run(bench, tmp_path, articles, "", [])[1]
    assert lead["scores"]["rouge1.f1"] == alone["scores"]["rouge1.f1"]


def test_function_is_named_by_its_own_line(bench, tmp_path, articles):
    code = "def f(predictions, references):\n    return 'high'\n"
    done, _ = run(bench, tmp_path, articles, code, ["mine:f"])
    assert done.returncode == 4
    assert re.search(
        r"metric 'mine:f' \(mine\.py:8\) on article .*returns a str, not a number", done.stderr
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fields = ('x', 'x')", "`fields` has a duplicate name"),
        ("fields = None", "`fields` must be a tuple of names, not None"),
        ("range = (1, 0)", "`range` must be (low, high)"),
        ("higher_is_better = 'yes'", "`higher_is_better` must be True or False"),
        ("signature = 3", "`signature` must be text, not 3"),
        ("description = None", "`description` must be text"),
        ("def scores(self, name): return 1 / 0", "ZeroDivisionError"),
        ("def headline(self, name): return 'no'", "`headline` must return one of"),
    ],
)
def test_wrong_declaration_is_an_error_before_anything_runs(tmp_path, line, message, request):
    from bench.errors import ConfigError
    from bench.metrics import metric_named

    name = f"declared_{abs(hash(line))}"
    body = f"class M(Metric):\n    {line}\n    def statistics(self, block): return rows(block)\n"
    (tmp_path / f"{name}.py").write_text(HEAD + body)
    with pytest.raises(ConfigError, match=re.escape(message)):
        metric_named(f"{name}:M")
