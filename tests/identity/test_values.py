"""Values have one form exactly where they mean the same."""

from __future__ import annotations

import array
import collections
import enum
import functools
import re
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

import numpy as np
import pytest

from tests.identity.kinds import (
    LAMBDAS,
    Colour,
    Count,
    Data,
    Day,
    Held,
    Inherits,
    Items,
    Loose,
    Other,
    Plain,
    Renamed,
    Revalued,
    Shade,
    Signed,
    Slotted,
    SlottedData,
    Text,
    _Hidden,
    clashing,
    closure,
    cycle_to,
    cyclic,
    data_on_slots,
    loose,
    masked,
    slotted_dict,
    text,
    unknown,
    with_attribute,
    with_default,
    with_keyword_default,
    with_second_default,
)

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


def test_value_that_stands_twice_is_no_cycle():
    shared = [1]
    assert text([shared, shared]) == text([[1], [1]])


def test_name_without_a_value_yet_is_left_out():
    def outer():
        def inner():
            return later

        form = text(inner)
        later = 1
        return form, text(inner)

    before, after = outer()
    assert before != after
