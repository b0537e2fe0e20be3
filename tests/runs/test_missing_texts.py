"""Metrics that need the text of an article have no value, never 0, where it has none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import bench
from bench.errors import ConfigError
from bench.metrics import metric_named
from bench.models.spec import build_model
from bench.runs import score_accumulator as module
from bench.runs.score import ModelScores
from bench.runs.score_accumulator import ScoreAccumulator, all_intervals
from bench.tasks import TASKS

TEXTLESS = {2, 3, 9}
METRICS = ["support", "fragments", "rouge1"]
OF_TEXT = ("support", "fragments.coverage", "fragments.density", "fragments.compression")


def article(number: int, text: bool = True) -> dict:
    words = f"The mayor opened bridge {number} on Monday. It cost {number} million. Critics wait."
    return {
        "id": f"a{number:02}",
        "title": "Bridge",
        "text": words if text else " \n",
        "summary": [f"The mayor opened bridge {number}.", "It was late."],
    }


def items(number: int, sample: int = 0) -> list[str]:
    told = [f"The mayor opened bridge {number}.", "Critics wait on Monday.", "Nobody came at all."]
    return told[: 1 + (number + sample) % 3]


def rows(folder: Path, name: str, values: list[dict]) -> str:
    file = folder / name
    file.write_text("".join(json.dumps(one) + "\n" for one in values), encoding="utf-8")
    return str(file)


def scored(folder: Path, numbers: list[int], name: str, **options: object) -> bench.Run:
    folder.mkdir(exist_ok=True)
    dataset = rows(folder, f"{name}.jsonl", [article(n, n not in TEXTLESS) for n in numbers])
    written = rows(
        folder, f"{name}-own.jsonl", [{"article": f"a{n:02}", "items": items(n)} for n in numbers]
    )
    return bench.score_files({"own": written}, dataset, metrics=METRICS, progress=False, **options)


EVERY = list(range(12))
WITH_TEXT = [number for number in EVERY if number not in TEXTLESS]


def test_article_without_text_is_missing_counted_and_shown(tmp_path):
    whole, some = (scored(tmp_path, numbers, "d") for numbers in (EVERY, WITH_TEXT))
    own, wanted = (run.results.tasks["summary"].models["own"] for run in (whole, some))
    for score in OF_TEXT:
        found = own.scores[score]
        assert (found.mean, found.low, found.high) == (
            wanted.scores[score].mean,
            wanted.scores[score].low,
            wanted.scores[score].high,
        )
        assert found.n == len(WITH_TEXT)
    assert own.scores["rouge1.f1"].n is None
    assert own.articles == len(EVERY)
    stored = whole.scores("support").to_pylist()
    assert [row["article"] for row in stored] == [f"a{n:02}" for n in WITH_TEXT]
    shown = str(whole)
    assert "own: 9 of 12 articles with a text: " in shown
    note = "support, fragments need the text of the article, and 3 articles of 12 have none"
    assert any(note in line for line in whole.record.notes)


def test_dataset_without_any_text_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"d: support, fragments need .*--columns text=COLUMN"):
        scored(tmp_path, sorted(TEXTLESS), "d")
    rougeless = rows(tmp_path, "e.jsonl", [article(1, text=False)])
    own = rows(tmp_path, "own.jsonl", [{"article": "a01", "items": items(1)}])
    assert bench.score_files(own, rougeless, metrics=["rouge1"], progress=False).results


@pytest.mark.slow
@pytest.mark.parametrize("textless", [TEXTLESS, {*range(6), 9}, set(EVERY[6:]), {0}])
def test_merged_shards_are_the_run_of_the_whole(tmp_path, textless):
    dataset = rows(tmp_path, "d.jsonl", [article(n, n not in textless) for n in EVERY])
    config = {
        "name": "mine",
        "dataset": dataset,
        "tasks": ["summary"],
        "models": ["lead", "random-sentences"],
        "metrics": METRICS,
    }
    whole = bench.run(config, output=tmp_path / "whole", progress=False)
    for shards in (2, 4):
        parts = [
            bench.run(
                config, output=tmp_path / f"{n}-{shards}", shard=f"{n}/{shards}", progress=False
            )
            for n in range(1, shards + 1)
        ]
        merged = bench.merge(*parts, output=tmp_path / f"merged-{shards}")
        assert merged.results.to_json() == whole.results.to_json()
    with_text = len(EVERY) - len(textless)
    assert whole.results.tasks["summary"].models["lead"].scores["support"].n == with_text


@pytest.mark.parametrize("in_cells", [False, True])
def test_accumulated_scores_are_those_of_articles_with_a_text(monkeypatch, in_cells):
    monkeypatch.setattr(module, "CELLS", 50)
    generator = np.random.default_rng(3)
    values, missing = generator.beta(2, 5, (400, 1)), generator.random(400) < 0.2
    metrics = {name: metric_named(name) for name in ("support", "coverage@0.5")}

    def accumulated(rows: np.ndarray, *, textless: bool) -> ScoreAccumulator:
        spec = build_model("lead", "lead", {}, 0)
        found = ScoreAccumulator(spec, TASKS["summary"], metrics, exact=10 if in_cells else 1000)
        for some in np.array_split(rows, 7):
            own = np.where(missing[some, None] & textless, np.nan, values[some])
            found.add(
                ModelScores(
                    articles=tuple(f"a{n}" for n in some),
                    statistics={"support": own, "coverage@0.5": values[some]},
                    **dict.fromkeys(("failed", "empty", "truncated"), 0),
                    **dict.fromkeys(("tokens_in", "tokens_out")),
                    faults={},
                )
            )
        return found

    whole = accumulated(np.arange(400), textless=True)
    some = accumulated(np.flatnonzero(~missing), textless=False)
    assert whole.means()["support"] == some.means()["support"]
    assert whole.means()["coverage@0.5"] == pytest.approx(values.mean())
    bounds = [all_intervals([one], confidence=0.95)["lead"]["support"] for one in (whole, some)]
    assert bounds[0] is not None
    assert bounds[0].interval.low == pytest.approx(bounds[1].interval.low, abs=1e-12)
    assert bounds[0].interval.high == pytest.approx(bounds[1].interval.high, abs=1e-12)
