"""Which files and which code values stand for, and where that cannot be known."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from bench.identity.values import Values
from tests.identity import kinds
from tests.identity.kinds import (
    Colour,
    Loose,
    Other,
    Plain,
    closure,
    loose,
    text,
    unknown,
    with_default,
)

KINDS = kinds.__name__


class TestFiles:
    def test_string_that_names_a_file_stands_for_its_content(self):
        Path("words.txt").write_text("a")
        first = text("words.txt")
        assert first != text("words.txt", files=False) == '"words.txt"'
        assert text(Path("words.txt")) == text(str(Path("words.txt").absolute())) == first
        Path("words.txt").write_text("b")
        assert text("words.txt") != first

    def test_name_of_a_function_counts_too(self):
        for name in ("one.txt", "two.txt"):
            Path(name).write_text("same")
        assert text("one.txt") != text("two.txt")

    def test_folder_counts_by_what_is_in_it_wherever_it_lies(self):
        for folder in ("here", "there"):
            Path(folder).mkdir()
            Path(folder, "words.txt").write_text("a")
        first = text("here")
        assert first == text("there") != '"here"'
        Path("here", "words.txt").write_text("b")
        assert text("here") != first

    def test_ignored_file_counts_by_its_name(self):
        Path("log.txt").write_text("a")
        ignored = frozenset({Path("log.txt").absolute()})
        assert text("log.txt", ignored=ignored) == '"log.txt"' != text("log.txt")

    def test_names_are_noted_whether_or_not_they_exist(self):
        values = Values()
        values.text(["no-such.txt", {"key": "other.txt"}], "x")
        assert {p.name for p in values.named} >= {"no-such.txt", "other.txt", "key"}
        none = Values(files=False)
        none.text("no-such.txt", "x")
        assert none.named == set()

    def test_one_that_cannot_be_read_is_unknown(self, monkeypatch):
        Path("words.txt").write_text("a")

        def fail(path):
            raise PermissionError("not yours")

        monkeypatch.setattr("bench.identity.values.content_digest", fail)
        assert unknown("words.txt") == "words.txt cannot be read: not yours"
        assert text("words.txt") == '"words.txt"'


class TestUnknown:
    @pytest.mark.parametrize(
        "value",
        [
            object(),
            iter([1]),
            (n for n in [1]),
            __import__("random").Random(0),
            type("Dice", (__import__("random").Random,), {"__module__": __name__})(0),
            type("Fault", (Exception,), {"__module__": __name__})("a"),
            np.sin,
            np.random.default_rng(0),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_state_that_cannot_be_told(self, value):
        assert "x is a " in unknown(value)
        assert "whose state cannot be described" in unknown(value)

    def test_unknown_part_is_named(self):
        assert unknown({"a": [1, object()]}).startswith("x['a'][1] is a builtins.object")
        assert unknown(Plain(n=object())).startswith("x.n is a builtins.object")
        assert unknown(closure(object())).startswith("x: 'first' in closure.<locals>.inner is a")
        assert unknown(loose(Loose, {}, n=object())).startswith("x.n is a")
        assert unknown(with_default(object())).startswith("x: a default is a")

    def test_first_reason_is_kept(self):
        assert unknown([object(), Plain(n=object())]).startswith("x[0] is a")

    def test_class_whose_module_has_no_file(self):
        module = types.ModuleType("made_by_hand")
        exec("class Mine: pass", vars(module))
        sys.modules["made_by_hand"] = module
        try:
            reason = unknown(module.Mine())
        finally:
            del sys.modules["made_by_hand"]
        assert reason == "x: the source of class 'made_by_hand:Mine' is not available"

    def test_function_without_a_source(self):
        space = {"__name__": "nowhere"}
        exec("def f(): return 1", space)
        assert unknown(space["f"]) == "x: the source of 'f' is not available"
        assert unknown(eval("lambda: 1", space)) == "x: the source of '<lambda>' is not available"

    def test_function_that_another_file_defines_counts_by_its_source_and_globals(self):
        forms = []
        for body, factor in (("n * FACTOR", 1), ("n + FACTOR", 1), ("n * FACTOR", 2)):
            name = f"loose_{len(forms)}.py"
            Path(name).write_text(f"def f(n):\n    return {body}\n")
            space = {"__name__": "nowhere", "FACTOR": factor, "unread": object()}
            exec(compile(Path(name).read_text(), name, "exec"), space)
            values = Values()
            forms.append(values.text(space["f"], "x"))
            assert (values.unknown, values.roots) == (None, [])
        assert len(set(forms)) == 3

    def test_globals_that_only_an_inner_function_reads(self):
        forms = set()
        Path("loose.py").write_text("def f():\n    return [FACTOR for _ in range(2)]\n")
        for factor in (1, 2):
            space = {"__name__": "nowhere", "FACTOR": factor}
            exec(compile(Path("loose.py").read_text(), "loose.py", "exec"), space)
            forms.add(text(space["f"]))
        assert len(forms) == 2


class TestRoots:
    def roots(self, value, **kwargs):
        values = Values(**kwargs)
        values.text(value, "x")
        return set(values.roots)

    def test_functions_by_their_line_and_classes_by_their_name(self):
        line = closure.__code__.co_firstlineno
        assert self.roots(closure) == {(KINDS, line)}
        assert self.roots(Plain) == {(KINDS, "Plain")}
        assert self.roots(Other()) == {(KINDS, "Plain"), (KINDS, "Other")}
        assert self.roots(Loose()) == {(KINDS, "Loose")}
        assert self.roots(Colour.RED) >= {(KINDS, "Colour")}

    def test_class_in_a_function_counts_by_the_function(self):
        class Inner:
            pass

        assert self.roots(Inner()) == {(__name__, "TestRoots")}

    def test_modules_count_as_a_whole(self):
        assert self.roots(re) == {("re", "")}

    def test_strings_that_name_code(self):
        Path("mine.py").write_text("class Own:\n    class Inner: pass\n")
        assert self.roots("mine:Own.Inner") == {("mine", "Own")}
        assert self.roots("numpy:array") == {("numpy", "array")}
        assert self.roots("mine:Own", files=False) == set()
        for none in ("no_such_module:Own", "json:loads", "mine: Own", "mine", "bench.tasks:TASKS"):
            assert self.roots(none) == set(), none

    @pytest.mark.parametrize(
        "hook", ["def __init_subclass__(cls): pass", "pass", "def other(self): pass"]
    )
    def test_base_that_acts_on_its_subclasses_makes_all_of_the_module_count(self, hook):
        Path("acting.py").write_text(f"class Base:\n    {hook}\nclass Mine(Base): pass\n")
        import acting

        try:
            everything = ("acting", "") in self.roots(acting.Mine())
        finally:
            del sys.modules["acting"]
        assert everything == ("__init_subclass__" in hook)

    def test_metaclass_counts(self):
        Path("acting.py").write_text("class Meta(type): pass\nclass Mine(metaclass=Meta): pass\n")
        import acting

        try:
            assert ("acting", "") in self.roots(acting.Mine())
        finally:
            del sys.modules["acting"]

    def test_shipped_classes_and_those_of_the_interpreter_are_none(self):
        from bench.models.base import Model

        assert self.roots([Model, int, re.Pattern]) == set()
