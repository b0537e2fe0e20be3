"""`bench verify`: equal scores pass, and a wrong score of any metric is found."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import bench
from bench.errors import BenchError
from bench.verification.reference import reference_of
from tests.conftest import ROOT

EARLIER = ROOT / "tests/runs/earlier/0.1"
METRICS = [
    *("rouge1", "rouge3", "rougeL", "rougeLsum", "set_rouge1", "set_rougeL", "greedy_rougeL"),
    *("coverage@0.3", "map@2", "near_duplicates", "near_duplicates_chrf"),
    *("set_chrf", "greedy_chrf"),
    *("bleu", "sentence_bleu", "chrf", "sentence_chrf"),
]


@pytest.fixture(scope="module")
def run():
    return bench.run(
        "briefs",
        models=["lead", "template"],
        metrics=[*METRICS, "distinct1", {"use": "rouge1", "stemmer": False, "name": "plain"}],
        limit=5,
        progress=False,
    )


@pytest.mark.slow
def test_every_metric_that_a_package_defines_is_equal_to_it(run):
    found = bench.verify(run, articles=None)
    assert found.is_right
    checked = {one.metric: one for one in found.metrics}
    assert not checked.pop("distinct1").packages
    assert set(checked) == {*METRICS, "plain"}
    for one in checked.values():
        assert one.scores >= 10, one
        assert one.largest < 1e-11, one


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["rougeL", "set_rougeL", "bleu", "map@2"])
def test_wrong_score_is_found_with_its_location(run, metric, monkeypatch):
    key = next(key for key in run.all_scores if run.results.metric_of(key[2]) == metric)
    stored = run.all_scores[key]
    values = stored.values.copy()
    values[2] += 1e-6
    wrong = {**run.all_scores, key: replace(stored, values=values)}
    monkeypatch.setattr(type(run), "all_scores", wrong)
    found = bench.verify(run, articles=None)
    assert not found.is_right
    (one,) = [one for one in found.metrics if not one.is_right]
    assert one.metric == metric
    assert one.largest == pytest.approx(1e-6)
    assert stored.articles[2] in one.location
    assert "FAIL: 1 metric of" in str(found)


@pytest.mark.slow
def test_sample_is_as_large_as_it_is_told_and_its_seed_counts(run):
    def scores(**options):
        return {one.metric: one.scores for one in bench.verify(run, **options).metrics}

    per_article = scores(articles=2)["rouge1"] - scores(articles=1)["rouge1"]
    assert per_article == 2 * 3  # models with one task each, and three scores
    assert scores(articles=None) == scores(articles=99)


@pytest.mark.slow
def test_verb_exits_with_0_or_1(here, tmp_path):
    done = here("verify", EARLIER, "--all", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "pass"
    shutil.copytree(EARLIER, "edited")
    file = Path("edited/results.json")
    record = json.loads(file.read_text())
    record["tasks"]["summary"]["models"]["lead"]["scores"]["rouge1.f1"]["mean"] += 0.01
    file.write_text(json.dumps(record))
    assert here("verify", "edited").returncode == 2
    done = here("verify", "edited", "--allow-modified")
    assert done.returncode == 2
    assert "the mean rouge1.f1 of lead (summary) is another" in done.stderr


def test_unverifiable_metrics_are_named():
    run = bench.run("briefs", models=["lead"], metrics=["distinct1"], limit=1, progress=False)
    with pytest.raises(BenchError, match="no reference package defines any of its metrics"):
        bench.verify(run)


@pytest.mark.parametrize(
    "signature",
    [
        "rouge1|tokenizer:unicode|stemmer:yes|n:1|agg:mean|v:1",
        "rouge1|code:abc|agg:mean|v:1",
        "set_rougeL|similarity:rougeL,v:1|tokenizer:rouge-score|stemmer:yes|beta:2|agg:mean|v:1",
        "set_mine|similarity:mine,v:1|duplicates:keep|agg:mean|v:1",
        "distinct1|n:1|tokenizer:rouge-score|agg:mean|v:1",
        "",
    ],
)
def test_no_package_is_said_to_define_what_it_does_not(signature):
    assert reference_of(signature) is None
