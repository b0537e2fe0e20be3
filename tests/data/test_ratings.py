"""Rows of ratings and preferences."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bench.data.ratings import Preference, Rating

ROW = {"task": "questions", "article": "a", "rater": "ann", "dimension": "clear", "model": "m"}


@pytest.mark.parametrize("item", [0, "Why now?", None])
def test_rating_is_of_an_index_a_text_or_the_whole_list(item):
    row = Rating.model_validate({**ROW, "item": item, "value": 3})
    assert Rating.model_validate_json(row.model_dump_json()) == row
    assert row.item == item


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": float("nan")},
        {"item": -1},
        {"task": "titles"},
        {"rater": " "},
        {"value": True},
        {"item": False},
        {"sample": True},
        {"cost": -1},
        {"cost": float("inf")},
        {"status": "maybe"},
    ],
)
def test_rating_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        Rating.model_validate({**ROW, **wrong})


def test_preference_names_both_models_in_the_order_shown():
    row = Preference.model_validate(
        {**{k: v for k, v in ROW.items() if k != "model"}, "first": "a", "second": "b"}
    )
    assert (row.first, row.second, row.choice, row.status) == ("a", "b", None, "ok")
