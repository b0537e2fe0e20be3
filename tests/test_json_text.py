from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.json_text import InvalidJSONError, RepeatedKeyError, parse_json
from bench.limits import DIGITS, NESTING

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.slow
@given(VALUES)
def test_parser_reads_what_python_writes(value):
    assert parse_json(json.dumps(value)) == value


@pytest.mark.slow
@given(VALUES)
def test_parser_that_wants_unique_keys_reads_them(value):
    assert parse_json(json.dumps(value), unique=True) == value


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ('{"a": 1, "a": 2}', "a", 1, 10),
        ('[{"a": 1},\n {"a": {"b:": "{", "\\u0061": [1], "a":\n 2}}]', "a", 2, 35),
        ('{"x": "a", "y": ["a", {"a": "a"}], "\\"": 1,\n\n"\\"": 1}', '"', 3, 1),
    ],
)
def test_key_that_an_object_has_twice_is_located(text, key, line, column):
    parse_json(text)
    with pytest.raises(RepeatedKeyError) as caught:
        parse_json(text, unique=True)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert repr(key) in caught.value.reason


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_limit_of_nesting_is_exact(opened):
    closed = "]" if opened == "[" else "}"
    parse_json(opened * (NESTING - 1) + "[]" + closed * (NESTING - 1))
    with pytest.raises(InvalidJSONError, match="nested too deep"):
        parse_json(opened * NESTING + "[]" + closed * NESTING)


@pytest.mark.parametrize("text", ["[" * 5_000, "[" * 100_000, '{"a":' * 5_000, "[{" * 9_999])
def test_depth_without_end_is_an_error_like_any_other(text):
    with pytest.raises(InvalidJSONError):
        parse_json(text)


def test_brackets_in_strings_and_beside_each_other_are_not_nested():
    text = json.dumps(["[{" * 500, '"[\\', *[[]] * 500])
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize("sign", ["", "-"])
def test_number_without_end_is_placed(sign):
    with pytest.raises(InvalidJSONError, match="more than 4,000 digits") as caught:
        parse_json(f'{{"a": 1,\n "b": {sign}{"9" * 5_000}}}')
    assert (caught.value.line, caught.value.column) == (2, 7 + len(sign))
    assert parse_json("9" * DIGITS) == int("9" * DIGITS)
