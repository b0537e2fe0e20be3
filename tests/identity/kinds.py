"""Classes, functions and values of many kinds, whose forms are compared."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import numpy as np

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


def text(value, **kwargs):
    return Values(**kwargs).text(value, "x")


def unknown(value):
    values = Values()
    values.text(value, "x")
    return values.unknown
