"""The identity of a component tells apart what gives other numbers, and nothing else."""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bench.component import (
    ADDED,
    UNKNOWN,
    Identity,
    Made,
    arguments_of,
    full_signature,
    identify,
    label_of,
    leave_out_files,
    made_of,
    remember,
    resolved,
    signature_value,
)
from bench.heuristics.extractive import Lead


class Shown:
    """Stands for any component; its attributes are its parameters."""

    def __init__(self, **parameters):
        vars(self).update(parameters)


@dataclass
class Fields:
    n: int = 1
    later: int = field(default=2, metadata=ADDED)
    made: int = field(default=3, init=False)


class Size(enum.IntEnum):
    ONE = 1


def text(**parameters):
    return identify(Shown(**parameters), "shown").text


def nested(text="inner|n:1|v:1", **kwargs):
    return SimpleNamespace(identity=Identity(text, **kwargs))


VALUES = [
    *(None, True, False, 0, 1, 2, 0.5, 0.1, 0.1000001, 1234567.0, 1234568.0, 1e300, float("inf")),
    *(Size.ONE, 10**20, b"a", "a", "b", "", "None", "yes", "no", "1", "2.0", "0.5", "1e+300"),
    *("inf", "nan", "10" * 10, "a|b", "a,b", "a\\u007cb", '"a"', '"a|b"', '"a\\u007cb"', "a:b"),
    *("a\nb", "\u00e9", "\\u00e9", "|", "x" * 80, "x" * 81, "x" * 80 + "|", "y" * 81),
    *([], [1], ["1"], (1,), {}, {"a": 1}, {"a": "1"}, '{"list":[[1]]}', "sha256:0123456789ab"),
    *(["x" * 90], ["y" * 90], {"a|b": 1}, ["a|b"], ["a", "b"], ["a,b"], b"a|b", UNKNOWN),
    *("1|v:1", "1|m:2", "code:1", "v:1"),
]


@pytest.mark.slow
def test_no_two_values_are_shown_alike():
    shown = [text(n=value) for value in VALUES]
    for one, other in itertools.combinations(range(len(VALUES)), 2):
        assert shown[one] != shown[other], (VALUES[one], VALUES[other])


@pytest.mark.slow
def test_value_is_one_part_of_the_signature():
    for value in VALUES:
        parts = text(n=value).split("|")
        assert len(parts) == 4, value
        assert (parts[0], parts[1][:2], parts[2]) == ("shown", "n:", "v:1")


def test_long_value_is_the_digest_of_its_form():
    assert text(n="x" * 81).split("|")[1].startswith("n:sha256:")
    assert text(n=text(n="x" * 81).split("|")[1][2:]) != text(n="x" * 81)
    assert text(n="x" * 80).split("|")[1] == f"n:{'x' * 80}"
    assert text(n=["x" * 90]).split("|")[1].startswith("n:sha256:")
    assert len(text(n="x" * 81).split("|")[1]) == len("n:sha256:") + 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"n": 1}, {"m": 1}),
        ({"n": 1, "m": 2}, {"n": 2, "m": 1}),
        ({"n": "1|m:2"}, {"n": 1, "m": 2}),
        ({"n:1|m": 2}, {"n": 1, "m": 2}),
        ({"n|": 1}, {"n": "|"}),
        ({"n": 1}, {}),
    ],
)
def test_no_two_sets_of_parameters_are_shown_alike(one, other):
    assert text(**one) != text(**other)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "None"),
        (3, "3"),
        (1.0, "1"),
        (0.25, "0.25"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "1e-07"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (np.float64(1 / 3), "0.3333333333333333"),
        ("word", "word"),
    ],
)
def test_simple_values_stand_as_they_are(value, shown):
    assert signature_value(value) == shown
    assert text(n=value).split("|")[1] == f"n:{shown}"


def test_files_that_a_component_declares_count():
    signatures = {text(digest=digest, n=1) for digest in ("a", "b")}
    assert len(signatures) == 2
    assert "|v:1,a|" in text(digest="a")
    for no_digest in ("", None, 3):
        assert "|v:1|" in text(digest=no_digest)


def test_version_counts():
    assert "|v:2|" in text(version=2)


class TestOfAnother:
    """A component that is a parameter of another one."""

    def test_name_version_and_code_come_first(self):
        parts = text(of=nested("inner|n:1|v:2|m:3|code:4")).split("|")
        assert parts[:4] == ["shown", "of:inner,v:2,code:4", "n:1", "m:3"]

    @pytest.mark.parametrize(
        "other", ["outer|n:1|v:1", "inner|n:2|v:1", "inner|n:1|v:2", "inner|n:1|v:1|code:5"]
    )
    def test_all_of_it_counts(self, other):
        assert text(of=nested(other)) != text(of=nested())

    def test_identity_is_unknown_where_a_part_is(self):
        inner = nested(f"inner|v:1|{UNKNOWN}", unknown="nobody knows")
        found = identify(Shown(of=inner), "shown")
        assert found.unknown == "nobody knows"
        assert found.text.startswith(f"shown|of:inner,v:1,{UNKNOWN}|")
        assert found.text.endswith(f"|{UNKNOWN}")

    def test_files_that_it_names_are_named(self):
        paths = frozenset({Path("/a"), Path("/b")})
        found = identify(Shown(one=nested(named=paths), word="c.txt"), "shown")
        assert found.named > paths
        assert Path("c.txt").absolute() in found.named


def test_unknown_part_of_an_identity_is_marked():
    found = identify(Shown(n=object()), "shown")
    assert found.unknown.startswith("parameter 'n' is a builtins.object")
    assert found.text.endswith(f"|{UNKNOWN}")
    assert identify(Shown(n=1), "shown").unknown is None
    assert UNKNOWN not in text(n=1)


def test_parts_are_in_order():
    found = identify(Shown(n=1), "shown", after=["agg:mean"], versions=["nltk:3"])
    assert found.text.split("|")[:5] == ["shown", "n:1", "agg:mean", "v:1", "nltk:3"]
    assert found.text.split("|")[5].startswith("code:")
    assert len(found.text.split("|")[5]) == len("code:") + 12


def test_parameters_that_numbers_do_not_depend_on_are_left_out():
    without = [identify(Shown(n=1, m=m), "shown", without=["m"]).text for m in (1, object())]
    assert without[0] == without[1]
    assert "|m:" not in without[0]


def test_parameter_that_came_later_counts_where_it_is_set():
    unset, to_default, to_other = (
        identify(f, "f").text for f in (Fields(), Fields(later=2), Fields(later=3))
    )
    assert unset == to_default
    assert "later" not in unset
    assert "|later:3|" in to_other
    assert arguments_of(Fields()) == {"n": 1, "later": 2}


@pytest.mark.usefixtures("tmp_path")
def test_shipped_component_has_no_code_and_reads_no_files():
    Path("3").write_text("a")
    assert "code:" not in identify(Lead(), "lead").text
    made = remember(Shown(), Made("lead", "bench.heuristics.extractive:Lead", Lead, {"k": "3"}))
    assert identify(made, "lead").named == frozenset()
    own = remember(Shown(), Made("own", f"{__name__}:Shown", Shown, {"k": "3"}))
    assert Path("3").absolute() in identify(own, "own").named


def test_function_with_other_arguments_or_closure_is_another_component():
    def make(n):
        def score(prediction, reference, at_least=0):
            return n

        return score

    def code(source):
        made = remember(Shown(), Made("f", f"{__name__}:f", source, {}))
        return identify(made, "f").text

    sources = [make(1), make(2), partial(make(1), at_least=1), partial(make(1), at_least=2)]
    assert len({code(source) for source in sources}) == 4
    assert code(make(1)) == code(make(1))


def test_arguments_that_a_call_resolves_to():
    def f(a, b=2, *rest, c=3, **others):
        pass

    assert resolved(f, {"a": 1}) == {"a": 1, "b": 2, "c": 3}
    assert resolved(f, {"a": 1, "d": 4, "c": 5}) == {"a": 1, "b": 2, "c": 5, "d": 4}
    with pytest.raises(TypeError):
        resolved(f, {})


def test_arguments_of_what_was_made_from_a_config_are_those_it_was_given():
    component = Shown(n=1)
    assert made_of(component) is None
    assert arguments_of(component) == {"n": 1}
    remember(component, Made("u", "t", Shown, {"m": 2}))
    assert arguments_of(component) == {"m": 2}


class TestFullSignature:
    def of(self, signature, identity):
        return full_signature(SimpleNamespace(signature=signature, identity=Identity(identity)))

    def test_digest_of_code_is_added(self):
        assert self.of("own", "x|n:1|v:1|code:1") == "own|code:1"
        assert self.of("own", f"x|v:1|code:1|{UNKNOWN}") == f"own|code:1|{UNKNOWN}"

    def test_nothing_is_added_twice(self):
        assert self.of("x|v:1|code:1", "x|v:1|code:1") == "x|v:1|code:1"
        assert self.of("own|code:2", "x|code:1") == "own|code:2|code:1"
        assert self.of("own", "x|n:1|v:1") == "own"


class TestWrittenFiles:
    def inner(self):
        inner = Shown()
        inner.identity = Identity("inner", named=frozenset({Path("/log")}))
        return inner

    def test_removed_values_count_no_more_and_the_identity_is_made_anew(self):
        component = self.inner()
        leave_out_files(component, frozenset({Path("/log")}))
        assert "identity" not in vars(component)

    def test_part_is_told_too(self):
        component = Shown(part=self.inner(), number=1)
        leave_out_files(component, frozenset({Path("/log")}))
        assert "identity" not in vars(component.part)

    def test_others_stay_as_they_are(self):
        component = self.inner()
        leave_out_files(component, frozenset({Path("/other")}))
        assert "identity" in vars(component)

    @pytest.mark.usefixtures("tmp_path")
    def test_components_count_by_name(self):
        Path("log.txt").write_text("a")
        log = frozenset({Path("log.txt").absolute()})
        component = Shown(log="log.txt")
        first = identify(component, "s", ignored=log).text
        assert first != identify(component, "s").text
        assert "|log:log.txt|" in first
        component.identity = identify(component, "s")
        leave_out_files(component, log)
        assert identify(component, "s").text == first


def test_names_of_values_are_canonical():
    assert label_of(partial(partial(len))) == "len"
    assert label_of(Shown) == "Shown"
    assert label_of(Shown()) == "Shown"
    source = lambda: 1  # noqa: E731 - what is tested
    assert label_of(source) == f"lambda@test_component.py:{source.__code__.co_firstlineno}"
