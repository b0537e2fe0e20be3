from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bench.data.yaml_source import YamlSource
from bench.errors import ConfigError
from bench.limits import CONFIG_BYTES, NESTING

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

FILE = Path("config.yaml")


def read(text: str) -> Any:
    FILE.write_text(text, encoding="utf-8")
    return YamlSource(FILE).value


def chain(kind: str) -> str:
    """Each line stands for nine times the line before."""
    names = "abcdefghi"
    lines = [f"a: &a {'{x: 1}' if kind == 'merge' else '[x, x]'}"]
    for before, name in pairwise(names):
        nine = ", ".join([f"*{before}"] * 9)
        lines.append(
            f"{name}: &{name} " + (f"{{<<: [{nine}]}}" if kind == "merge" else f"[{nine}]")
        )
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (chain("list"), 6, "aliases replaced by what they stand for"),
        (chain("merge"), 6, "aliases replaced by what they stand for"),
        ("a: 1\nb: &b [1, *b]\n", 2, r"\*b refers to a value that contains it"),
        ("&b {x: {y: *b}}", 1, r"\*b refers to a value that contains it"),
        ("[" * 5_000, 1, "nested too deep"),
        ("{a: " * 5_000, 1, "nested too deep"),
        ("- " * 5_000, 1, "nested too deep"),
        ("\n".join(" " * depth + "a:" for depth in range(300)), NESTING + 1, "nested too deep"),
        ("a: 1\nb: " + "9" * 5_000, 2, "more than 4,000 digits"),
        ("a: 1\nb: " + "9" * 5_000 + ".5", 2, "more than 4,000 digits"),
        ("a: 1\nb: 0x" + "f" * 5_000, 2, "more than 4,000 digits"),
        ("a: 1" + ":59" * 5_000, 1, "more than 4,000 digits"),
        ("a: 1\nb: 2024-13-45", 2, "'2024-13-45' is not a valid timestamp"),
        ("a: 1\nb: 2024-01-01 99:00:00", 2, "is not a valid timestamp"),
        ("a: !!int b", 1, "'b' is not a valid int"),
        ("a: !!timestamp b", 1, "'b' is not a valid timestamp"),
        ("a: !!bool b", 1, "'b' is not a valid bool"),
        ('a: !!python/object/apply:os.system ["b"]', 1, "could not determine a constructor"),
        ("? [a]\n: b", 1, "unhashable key"),
        ('a: b\nc: "\\ud83d x"', 2, r"half a character \(.ud83d\)"),
        ('a: b\n"\\ude00": c', 2, r"half a character \(.ude00\)"),
        ('a: "\\ude00\\ud83d"', 1, "half a character"),
        ('a: b\nc: ["x", {"d": "\\uDFFF"}]', 2, "half a character"),
        ('a: "\\U0000d800"', 1, "half a character"),
        ('a: "\\Uffffffff"', 1, "out of range"),
        ('a: "\\U00110000"', 1, "out of range"),
        ("a: b\nc: \x01", 2, r"the character U\+0001"),
        ("a: b\nc: *d", 2, "undefined alias 'd'"),
        ("a: b\n a: c", 2, "mapping values are not allowed"),
        ("a: b\n---\nc: d", 2, "single document"),
        ("%YAML " + "9" * 5_000 + ".1\n---\na: b", 1, "out of range"),
    ],
)
def test_value_that_no_config_may_hold_is_named_with_its_line(text, place, reason):
    with pytest.raises(
        ConfigError, match=rf"^config\.yaml:{place}: not YAML: .*{reason}"
    ) as caught:
        read(text)
    assert len(str(caught.value)) < 400


@pytest.mark.slow
def test_file_larger_than_any_config_is_not_read():
    with pytest.raises(ConfigError, match=r"^config\.yaml: larger than 1 MiB"):
        read("#" * (CONFIG_BYTES + 1))
    assert read("a: b\n" + "#" * (CONFIG_BYTES - 5)) == {"a": "b"}


@pytest.mark.parametrize(
    "text", ["\U0001f600", "a\U0001f600b\U0001f539", "\U0010ffff", "\ud7ff\ue000é"]
)
def test_json_that_escapes_characters_beyond_16_bits_is_read_as_it_was_meant(text):
    assert read(json.dumps({"a": [text], text: 1})) == {"a": [text], text: 1}


def test_aliases_and_merges_are_read_and_placed():
    source_text = "base: &base {x: 1, y: 2}\nown:\n  <<: *base\n  y: 3\nagain: *base\n"
    assert read(source_text) == {
        "base": {"x": 1, "y": 2},
        "own": {"x": 1, "y": 3},
        "again": {"x": 1, "y": 2},
    }
    assert YamlSource(FILE).location_of(["own", "y"]) == "config.yaml:4"
    assert YamlSource(FILE).location_of(["own", "x"]) == "config.yaml:1"


def test_byte_order_mark_is_no_part_of_the_first_key():
    assert read("\ufeffa: b") == {"a": "b"}
