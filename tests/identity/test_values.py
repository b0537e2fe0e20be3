"""Values have one form exactly where they mean the same."""

from __future__ import annotations

import array
import collections
import enum
import functools
import re
import sys
import types
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from bench.identity.values import Values


class Colour(enum.Enum):
    RED = 1
    BLUE = 2
    PALE = "pale"


class Shade(enum.Enum):
    RED = 1


Renamed = enum.Enum("Renamed", {"SCARLET": 1})
Renamed.__qualname__ = "Colour"  # the same class by its name: only the member's differs
Revalued = enum.Enum("Revalued", {"RED": 9})
Revalued.__qualname__ = "Colour"


class Plain:
    def __init__(self, **state):
        vars(self).update(state)

    def go(self):
        return 1

    def stop(self):
        return 2

    @classmethod
    def build(cls):
        return cls()


class Other(Plain):
    pass


class Slotted:
    __slots__ = ("__own", "open")

    def __init__(self, public=0, private=0):
        self.open, self.__own = public, private


class Inherits(Slotted):
    __slots__ = "more"  # noqa: PLC0205 - one name is a slot too

    def __init__(self, more=0, **kwargs):
        super().__init__(**kwargs)
        self.more = more


class _Hidden:
    __slots__ = ("__own",)

    def __init__(self, own):
        self.__own = own


@dataclass
class Data:
    n: int
    words: tuple[str, ...] = ()


@dataclass
class DataOnSlots(Slotted):
    n: int = 0


@dataclass(slots=True)
class SlottedData:
    n: int


class Text(str):
    language = ""


class Count(int):
    pass


class Day(datetime):
    pass


class Held(dict):
    __slots__ = ("beside",)


class Loose(dict):
    pass


class Signed(np.ndarray):
    pass


class Items(list):
    pass


def slotted_dict(beside, **content):
    held = Held(content)
    held.beside = beside
    return held


def loose(kind, content, **beside):
    made = kind(content)
    vars(made).update(beside)
    return made


def data_on_slots(public):
    made = DataOnSlots(1)
    made.open = public
    return made


def closure(first=1, second=2):
    def inner():
        return first, second

    return inner


def clashing(wrapped, attributes, source, default):
    def inner():
        return wrapped, attributes, source, default

    inner.__wrapped__ = len
    inner.mark = 1
    return inner


def with_default(value):
    def inner(x=value):
        return x

    return inner


def with_second_default(value):
    def inner(x=0, y=value):
        return x, y

    return inner


def with_keyword_default(value):
    def inner(*, x=value):
        return x

    return inner


def with_attribute(**attributes):
    def inner():
        return 1

    vars(inner).update(attributes)
    return inner


def cyclic(value):
    made = [value]
    made.append(made)
    return made


def cycle_to(outer):
    inner, top = [2], [1]
    top.append(inner)
    inner.append(top if outer else inner)
    return top


def masked(mask):
    return np.ma.array([1, 2], mask=mask)


LAMBDAS = (lambda: 1, lambda: 2)

DIFFERENT = {
    "members of an enumeration": (Colour.RED, Colour.BLUE),
    "enumerations": (Colour.RED, Shade.RED),
    "names of members": (Colour.RED, Renamed.SCARLET),
    "values of members": (Colour.RED, Revalued.RED),
    "a member and its value": (Colour.RED, 1),
    "None and a string": (None, "None"),
    "booleans": (True, False),
    "a boolean and a number": (True, 1),
    "a whole number and a float": (1, 1.0),
    "a number and a string": (1, "1"),
    "strings": ("a", "b"),
    "a string and bytes": ("a", b"a"),
    "a string and a path": ("no/such", PurePosixPath("no/such")),
    "paths": (PurePosixPath("no/such"), PurePosixPath("no/other")),
    "floats": (0.1, 0.1 + 2**-55),
    "signs of zero": (0.0, -0.0),
    "complex numbers": (1j, 2j),
    "bytes": (b"a", b"b"),
    "ranges": (range(3), range(4)),
    "slices": (slice(3), slice(4)),
    "dates": (date(2020, 1, 1), date(2020, 1, 2)),
    "moments": (datetime(2020, 1, 1, 1), datetime(2020, 1, 1, 2)),
    "times": (time(1), time(2)),
    "spans": (timedelta(1), timedelta(2)),
    "decimals": (Decimal("1.0"), Decimal("1.00")),
    "fractions": (Fraction(1, 2), Fraction(1, 3)),
    "a fraction and a decimal": (Fraction(1), Decimal(1)),
    "strings of a class of its own": (Text("a"), "a"),
    "texts of such strings": (Text("a"), Text("b")),
    "attributes of such strings": (Text("a"), loose(Text, "a", language="de")),
    "numbers of a class of its own": (Count(1), Count(2)),
    "such a number and a plain one": (Count(1), 1),
    "moments of a class of its own": (Day(2020, 1, 1, 1), Day(2020, 1, 1, 2)),
    "what a cycle holds": (cyclic(1), cyclic(2)),
    "where a cycle leads": (cycle_to(outer=True), cycle_to(outer=False)),
    "bytes of an array": (np.array([1, 2]), np.array([1, 3])),
    "dtype of an array": (np.zeros(2, "i4"), np.zeros(1, "i8")),
    "dtype of equal bytes and shape": (np.zeros(2, "i4"), np.zeros(2, "f4")),
    "shape of an array": (np.zeros((2, 3)), np.zeros((3, 2))),
    "an array without dimensions": (np.array(1.0), np.array([1.0])),
    "order of an array": (np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]]).T),
    "mask of an array": (masked([True, False]), masked([False, True])),
    "an array with a mask": (masked([False, False]), np.array([1, 2])),
    "kind of array": (np.zeros(1).view(Signed), np.zeros(1)),
    "arrays of objects": (np.array([None, "a"]), np.array([None, "b"])),
    "shape of an array of objects": (np.array([["a"]], object), np.array(["a"], object)),
    "scalars": (np.float32(1), np.float32(2)),
    "types of scalars": (np.float32(1), np.float64(1)),
    "patterns": (re.compile("a"), re.compile("b")),
    "patterns of bytes": (re.compile(b"a"), re.compile(b"b")),
    "a pattern of text and of bytes": (re.compile("a", re.ASCII), re.compile(b"a", re.ASCII)),
    "flags": (re.compile("a"), re.compile("a", re.I)),
    "function of a partial": (functools.partial(closure), functools.partial(cyclic)),
    "arguments of a partial": (functools.partial(closure, 1), functools.partial(closure, 2)),
    "number of them": (functools.partial(closure), functools.partial(closure, 1)),
    "keywords of a partial": (
        functools.partial(closure, first=1),
        functools.partial(closure, first=2),
    ),
    "names of keywords": (
        functools.partial(closure, first=1),
        functools.partial(closure, second=1),
    ),
    "self of a method": (Plain(n=1).go, Plain(n=2).go),
    "function of a method": (Plain(n=1).go, Plain(n=1).stop),
    "class of a class method": (Plain.build, Other.build),
    "modules": (re, enum),
    "builtins": (len, max),
    "what a builtin is bound to": ([1].append, [2].append),
    "builtins bound to the same": ([1].append, [1].extend),
    "builtins of modules": (sys.intern, sys.getsizeof),
    "getters": (property(closure), property(cyclic)),
    "setters": (property(closure, closure), property(closure, cyclic)),
    "deleters": (property(closure, None, closure), property(closure, None, cyclic)),
    "no getter": (property(), property(closure)),
    "static methods": (staticmethod(closure), staticmethod(cyclic)),
    "class methods": (classmethod(closure), classmethod(cyclic)),
    "kinds of method": (staticmethod(closure), classmethod(closure)),
    "cached properties": (functools.cached_property(closure), functools.cached_property(cyclic)),
    "values of a mapping": ({"a": 1}, {"a": 2}),
    "keys of a mapping": ({"a": 1}, {"b": 1}),
    "keys and values": ({"a": "b"}, {"b": "a"}),
    "types of keys": ({1: 1}, {"1": 1}),
    "kinds of mapping": ({"a": 1}, collections.OrderedDict(a=1)),
    "order of an ordered one": (
        collections.OrderedDict(a=1, b=1),
        collections.OrderedDict(b=1, a=1),
    ),
    "sets": ({1, 2}, {1, 3}),
    "kinds of set": ({1}, frozenset({1})),
    "lists": ([1, 2], [2, 1]),
    "a list and a tuple": ([1], (1,)),
    "nesting": ([[1], 2], [[1, 2]]),
    "default factories": (collections.defaultdict(int), collections.defaultdict(list)),
    "longest of a deque": (collections.deque([1], 2), collections.deque([1], 3)),
    "typecodes": (array.array("i", [1]), array.array("b", [1])),
    "formats": (memoryview(b"a"), memoryview(b"a").cast("c").cast("b")),
    "attributes of a dictionary": (loose(Loose, {}, n=1), loose(Loose, {}, n=2)),
    "attributes of a list": (loose(Items, [], n=1), loose(Items, [], n=2)),
    "slots of a dictionary": (slotted_dict(1), slotted_dict(2)),
    "dictionaries of a class of its own": (Loose(), Held()),
    "state of an instance": (Plain(n=1), Plain(n=2)),
    "names of attributes": (Plain(n=1), Plain(m=1)),
    "classes of instances": (Plain(n=1), Other(n=1)),
    "public slots": (Slotted(public=1), Slotted(public=2)),
    "private slots": (Slotted(private=1), Slotted(private=2)),
    "slots of a base": (Inherits(public=1), Inherits(public=2)),
    "private slots of a base": (Inherits(private=1), Inherits(private=2)),
    "a slot that is a string": (Inherits(more=1), Inherits(more=2)),
    "private slots of a private class": (_Hidden(1), _Hidden(2)),
    "fields": (Data(1), Data(2)),
    "fields with defaults": (Data(1), Data(1, ("a",))),
    "fields in slots": (SlottedData(1), SlottedData(2)),
    "slots of a base of a dataclass": (data_on_slots(1), data_on_slots(2)),
    "attributes beside the fields": (Data(1), loose(Data, 1, extra=1)),
    "classes": (Plain, Other),
    "functions": (closure, cyclic),
    "lambdas of one line": LAMBDAS,
    "cells": (closure(1), closure(2)),
    "which cell": (closure(1, 2), closure(2, 1)),
    "a cell called wrapped": (clashing(1, 1, 1, 1), clashing(2, 1, 1, 1)),
    "a cell called attributes": (clashing(1, 1, 1, 1), clashing(1, 2, 1, 1)),
    "a cell called source": (clashing(1, 1, 1, 1), clashing(1, 1, 2, 1)),
    "defaults": (with_default(1), with_default(2)),
    "later defaults": (with_second_default(1), with_second_default(2)),
    "keyword defaults": (with_keyword_default(1), with_keyword_default(2)),
    "attributes of a function": (with_attribute(n=1), with_attribute(n=2)),
    "what a function wraps": (
        with_attribute(__wrapped__=closure),
        with_attribute(__wrapped__=cyclic),
    ),
    "a cell of what it wraps": (
        with_attribute(__wrapped__=closure(1)),
        with_attribute(__wrapped__=closure(2)),
    ),
}


def text(value, **kwargs):
    return Values(**kwargs).text(value, "x")


def unknown(value):
    values = Values()
    values.text(value, "x")
    return values.unknown


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_values_that_differ_have_two_forms_and_each_is_stable(pair):
    first, second = pair
    assert text(first) != text(second)
    assert (text(first), text(second)) == (text(first), text(second))
    assert (unknown(first), unknown(second)) == (None, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a", "b", "c"}, {"c", "b", "a"}),
        (np.zeros((2, 3)), np.zeros((2, 3), order="F")),
        (Plain(a=1, b=2), Plain(b=2, a=1)),
        (closure(1), closure(1)),
        (Data(1), Data(1)),
        (np.str_("a"), "a"),
        (with_attribute(n=1), with_attribute(n=1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_mean_the_same_have_one_form(first, second):
    assert text(first) == text(second)


def test_a_value_that_stands_twice_is_no_cycle():
    shared = [1]
    assert text([shared, shared]) == text([[1], [1]])


def test_a_name_without_a_value_yet_is_left_out():
    def outer():
        def inner():
            return later

        form = text(inner)
        later = 1
        return form, text(inner)

    before, after = outer()
    assert before != after


class TestFiles:
    def test_a_string_that_names_a_file_stands_for_its_content(self):
        Path("words.txt").write_text("a")
        first = text("words.txt")
        assert first != text("words.txt", files=False) == '"words.txt"'
        assert text(Path("words.txt")) == text(str(Path("words.txt").absolute())) == first
        Path("words.txt").write_text("b")
        assert text("words.txt") != first

    def test_its_name_counts_too(self):
        for name in ("one.txt", "two.txt"):
            Path(name).write_text("same")
        assert text("one.txt") != text("two.txt")

    def test_a_folder_counts_by_what_is_in_it_wherever_it_lies(self):
        for folder in ("here", "there"):
            Path(folder).mkdir()
            Path(folder, "words.txt").write_text("a")
        first = text("here")
        assert first == text("there") != '"here"'
        Path("here", "words.txt").write_text("b")
        assert text("here") != first

    def test_an_ignored_file_counts_by_its_name(self):
        Path("log.txt").write_text("a")
        ignored = frozenset({Path("log.txt").absolute()})
        assert text("log.txt", ignored=ignored) == '"log.txt"' != text("log.txt")

    def test_what_may_be_named_is_noted_whether_or_not_it_is_there(self):
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

        monkeypatch.setattr("bench.identity.values.digest_of", fail)
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
        assert "whose state cannot be told" in unknown(value)

    def test_it_says_which_part(self):
        assert unknown({"a": [1, object()]}).startswith("x['a'][1] is a builtins.object")
        assert unknown(Plain(n=object())).startswith("x.n is a builtins.object")
        assert unknown(closure(object())).startswith("x: 'first' in closure.<locals>.inner is a")
        assert unknown(loose(Loose, {}, n=object())).startswith("x.n is a")
        assert unknown(with_default(object())).startswith("x: a default is a")

    def test_the_first_reason_is_kept(self):
        assert unknown([object(), Plain(n=object())]).startswith("x[0] is a")

    def test_a_class_whose_module_has_no_file(self):
        module = types.ModuleType("made_by_hand")
        exec("class Mine: pass", vars(module))
        sys.modules["made_by_hand"] = module
        try:
            reason = unknown(module.Mine())
        finally:
            del sys.modules["made_by_hand"]
        assert reason == "x: the source of class 'made_by_hand:Mine' cannot be had"

    def test_a_function_without_a_source(self):
        space = {"__name__": "nowhere"}
        exec("def f(): return 1", space)
        assert unknown(space["f"]) == "x: the source of 'f' cannot be had"
        assert unknown(eval("lambda: 1", space)) == "x: the source of '<lambda>' cannot be had"

    def test_a_function_that_another_file_defines_counts_by_its_source_and_globals(self):
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
        assert self.roots(closure) == {(__name__, line)}
        assert self.roots(Plain) == {(__name__, "Plain")}
        assert self.roots(Other()) == {(__name__, "Plain"), (__name__, "Other")}
        assert self.roots(Loose()) == {(__name__, "Loose")}
        assert self.roots(Colour.RED) >= {(__name__, "Colour")}

    def test_a_class_in_a_function_counts_by_the_function(self):
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
    def test_a_base_that_acts_on_its_subclasses_makes_all_of_the_module_count(self, hook):
        Path("acting.py").write_text(f"class Base:\n    {hook}\nclass Mine(Base): pass\n")
        import acting

        try:
            everything = ("acting", "") in self.roots(acting.Mine())
        finally:
            del sys.modules["acting"]
        assert everything == ("__init_subclass__" in hook)

    def test_so_does_a_metaclass_of_its_own(self):
        Path("acting.py").write_text("class Meta(type): pass\nclass Mine(metaclass=Meta): pass\n")
        import acting

        try:
            assert ("acting", "") in self.roots(acting.Mine())
        finally:
            del sys.modules["acting"]

    def test_shipped_classes_and_those_of_the_interpreter_are_none(self):
        from bench.models.base import Model

        assert self.roots([Model, int, re.Pattern]) == set()
