from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text.arrow_arrays import lists_array, numbers_array, numbers_of, strings_array

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=8)


@given(texts=TEXTS)
@pytest.mark.parametrize("large", [False, True])
def test_strings_are_those_of_pyarrow(texts, large):
    array = strings_array(texts, large=large)
    array.validate(full=True)
    assert array.equals(pa.array(texts, pa.large_string() if large else pa.string()))


@given(st.lists(TEXTS, max_size=6), st.data())
def test_lists_are_those_of_pyarrow(lists, data):
    missing = data.draw(
        st.none() | st.lists(st.booleans(), min_size=len(lists), max_size=len(lists))
    )
    kept = [
        items
        for items, null in zip(lists, missing or [False] * len(lists), strict=True)
        if not null
    ]
    lengths = [0 if missing and missing[n] else len(items) for n, items in enumerate(lists)]
    array = lists_array(lengths, strings_array([text for items in kept for text in items]), missing)
    array.validate(full=True)
    expected = [None if missing and missing[n] else items for n, items in enumerate(lists)]
    assert array.equals(pa.array(expected, pa.list_(pa.string())))


@pytest.mark.parametrize("kind", [np.int32, np.uint64, np.float64])
@pytest.mark.parametrize("values", [[], [3], [1, 2, 250]])
def test_numbers_go_there_and_back(values, kind):
    numbers = np.array(values, kind)
    array = numbers_array(numbers)
    assert array.equals(pa.array(numbers))
    assert numbers_of(array, kind).tolist() == values
    assert numbers_of(array[1:], kind).tolist() == values[1:]


def test_strided_numbers_are_copied():
    assert numbers_array(np.arange(6)[::2]).to_pylist() == [0, 2, 4]


def test_lists_past_the_range_of_their_offsets_are_refused():
    with pytest.raises(OverflowError, match="write smaller batches"):
        lists_array([2**30, 2**30], numbers_array(np.zeros(1)))
