"""Sheets of models with several samples of each article."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import bench
from bench.errors import ConfigError
from tests.rating.filling import Filled

DRAWN = {"use": "tests.rating.models_of_rating:Uneven", "name": "drawn", "samples": 4}


@pytest.fixture
def run(tmp_path):
    bench.run(
        {
            "name": "mine",
            "dataset": "insights",
            "tasks": ["questions"],
            "metrics": ["set_rougeL"],
            "models": [DRAWN, "template"],
        },
        limit=4,
        output=tmp_path / "run",
        progress=False,
    )
    return tmp_path / "run"


def sources(sheets):
    key = json.loads(Path(sheets.key).read_text())
    return [(entry, source) for entry in key["items"] for source in entry["sources"]]


@pytest.mark.parametrize(
    ("samples", "chosen", "notes"),
    [
        (1, {0}, ["drawn: only the first 1 of 4 samples of each article on the sheets"]),
        (3, {0, 1, 2}, ["drawn: only the first 3 of 4 samples of each article on the sheets"]),
        (4, {0, 1, 2, 3}, []),
        (None, {0, 1, 2, 3}, []),
    ],
)
def test_as_many_samples_as_wanted_are_rated_and_the_rest_is_told(
    run, tmp_path, samples, chosen, notes
):
    told: list[str] = []
    sheets = bench.rate(run, tmp_path / "sheets", samples=samples, note=told.append)
    own = [source for _, source in sources(sheets)]
    assert {one["sample"] for one in own if one["model"] == "drawn"} == chosen
    assert {one["sample"] for one in own if one["model"] == "template"} == {0}
    assert told == notes


def test_score_averages_items_then_samples_then_articles(run, tmp_path):
    sheets = bench.rate(run, tmp_path / "sheets", samples=None, criteria=["clear"])
    (file,) = (Path(one) for one in sheets.files if one.endswith(".csv"))
    sheet = Filled.empty(file, "Anna")
    for row in range(len(sheet.rows)):
        sheet.put(row, "clear", str(1 + row * row % 5))
    report = bench.import_ratings(run, sheet.save())
    given = dict(zip(sheet.column("id"), sheet.column("clear"), strict=True))
    values = defaultdict(lambda: defaultdict(list))
    for entry, source in sources(sheets):
        if source["model"] == "drawn":
            values[entry["article"]][source["sample"]].append(int(given[entry["id"]]))
    sizes = {len(own) for samples in values.values() for own in samples.values()}
    assert len(sizes) > 1  # so that averaging all items at once gives something else
    wanted = np.mean([np.mean([np.mean(own) for own in of.values()]) for of in values.values()])
    score = bench.load_run(run).results.tasks["questions"].models["drawn"].scores["human.clear"]
    assert score.mean == pytest.approx(wanted)
    (found,) = report.dimensions
    (own,) = (model for model in found.models if model.model == "drawn")
    assert own.mean.value == pytest.approx(wanted)
    assert report.sheets[0].given == report.sheets[0].asked


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"samples": 0}, "must be 1 or more"), ({"samples": 2, "pairwise": True}, "first samples")],
)
def test_samples_that_cannot_be_rated_are_refused(run, options, reason):
    with pytest.raises(ConfigError, match=reason):
        bench.rate(run, **options)
