"""The report on ratings, in every format: numbers as they are, names inert."""

from __future__ import annotations

import json
import math

from bench import render
from bench.rating.findings import (
    DimensionSummary,
    ImportCounts,
    ModelRating,
    ModelStrength,
    PreferenceSummary,
    RaterSummary,
    RatingEstimate,
    RatingReport,
    SheetCoverage,
)
from bench.rating.outlook import Decision, ItemToRate, RatingOutlook

UNKNOWN = RatingEstimate(None)
SOME = RatingEstimate(0.25, -0.5, 1.0)


def report(**changes):
    strengths = (
        ModelStrength("best", RatingEstimate(1.0, 0.8, 1.0), 9, 0, 0, math.inf),
        ModelStrength("middle", RatingEstimate(0.5), 3, 2, 3, 0.0),
        ModelStrength("worst", RatingEstimate(0.0, 0.0, 0.2), 0, 0, 9, -math.inf),
        ModelStrength("apart", UNKNOWN, 1, 0, 1, None),
    )
    facts = {
        "run": "results/x",
        "sheets": (SheetCoverage("bcdfgh", "questions", 10, 5, 40, 20),),
        "raters": (RaterSummary("=Anna\x1b", 20, 3, {("questions", "clear"): SOME}),),
        "dimensions": (
            DimensionSummary(
                *("questions", "clear", 20, 10, 0, 1, UNKNOWN),
                (ModelRating("m", RatingEstimate(3.5, 3.0, 4.0), 3, 20),),
                "no item has ratings of two raters",
            ),
        ),
        "preferences": (
            PreferenceSummary(
                *("questions", "clear", 14, SOME, UNKNOWN, strengths),
                (("best", "middle", "worst"), ("apart",)),
            ),
        ),
        "confidence": 0.9,
        "imported": ImportCounts(2, 10, 3, 1, 20, 1, 4),
        "notes": ("file.csv: column 'x' is ignored",),
    }
    return RatingReport(**{**facts, **changes})


def test_table_says_what_was_imported_and_how_sure_it_is():
    text = render(report())
    for told in (
        "2 files: 20 new ratings, 1 changed, 4 known already (10 rows rated, 3 of them in part;"
        " 1 row left empty).",
        *("50%", "+0.25 [-0.50, 1.00]", "[3.00, 4.00]", "90 %", "undefeated", "winless", "–"),
        "Agreement is not known (clear): no item has ratings of two raters.",
        "No comparison connects these groups, so they are not ranked: best, middle, worst; apart.",
        "List A was preferred in 0.25 [-0.50, 1.00] of the comparisons that were no tie.",
        "file.csv: column 'x' is ignored",
    ):
        assert told in text
    assert "\x1b" not in text


def test_json_has_every_number_and_no_infinity():
    record = json.loads(render(report(), "json"), parse_constant=lambda name: 1 / 0)
    best, middle, worst, apart = record["preferences"][0]["models"]
    assert (best["undefeated"], best["log_strength"]) == (True, None)
    assert (middle["undefeated"], middle["log_strength"]) == (False, 0)
    assert (worst["winless"], apart["winless"]) == (True, False)
    assert record["raters"][0]["severity"] == [
        {"task": "questions", "dimension": "clear", "value": 0.25, "low": -0.5, "high": 1.0}
    ]


def test_flat_table_has_a_row_for_each_model_and_criterion():
    lines = render(report(), "csv").splitlines()
    assert lines[0] == "task,dimension,model,mean,low,high,articles,values"
    assert lines[1] == "questions,clear,m,3.5,3.0,4.0,3,20"
    assert len(lines) == 1 + 1 + 4


def test_run_without_ratings_says_how_to_get_them():
    nothing = report(raters=(), dimensions=(), preferences=(), imported=None, notes=())
    assert "bench rate RUN --import FILES" in render(nothing)


def test_every_format_shows_it():
    for format_ in ("markdown", "latex", "html"):
        assert "undefeated" in render(report(), format_)


def outlook(*decisions, items=()):
    return RatingOutlook("results/x", 0.8, 0.05, None, decisions, items)


def decision(**changes):
    facts = {
        **{"task": "questions", "dimension": "clear", "model": "a", "other": "b"},
        **{"difference": 0.4, "low": -0.1, "high": 0.9, "decided": False, "articles": 8},
        **{"needed": 30, "needed_low": 12.0, "needed_high": None, "more_values": 400},
        "noise": 0.6,
    }
    return Decision(**{**facts, **changes})


def test_outlook_says_what_is_missing():
    item = ItemToRate("questions", "clear", "id", "Why?", ("a",), (1.0, 5.0), 1.0)
    text = render(outlook(decision(), items=(item,)))
    for told in ("a > b", "+0.40", "[-0.10, +0.90]", "30 (12 or more)", "400", "about 60%", "1, 5"):
        assert told in text
    assert "1 item worth another rater first" in text
    assert "--effect" in text


def test_lists_and_indices_are_named_with_their_model():
    found = [
        ItemToRate("questions", "clear", "id", item, ("a",), (1.0,), 1.0) for item in (None, 2)
    ]
    text = render(outlook(decision(), items=tuple(found)))
    assert "the whole list of a" in text
    assert "item 3 of a" in text


def test_outlook_without_open_questions_says_so():
    done = decision(decided=True, needed=None, needed_low=None, more_values=None, noise=None)
    assert "Every difference is decided." in render(outlook(done))
    assert json.loads(render(outlook(done), "json"))["decisions"][0]["needed"] is None
