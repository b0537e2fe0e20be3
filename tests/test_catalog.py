"""The catalogue is what the code says, and listing it imports nothing heavy."""

from __future__ import annotations

import pytest

from bench.catalog import KINDS, computed, listed
from bench.metrics import metric_named
from bench.raters import RATERS


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_what_the_code_says(kind):
    shipped = computed(kind)
    assert listed(kind)[: len(shipped)] == shipped, "run `python -m tests.renew`"


@pytest.mark.parametrize("kind", KINDS)
def test_everything_has_a_description(kind):
    assert all(name and description for name, _, description in computed(kind))


@pytest.mark.parametrize(("source", "shown"), [("", "words"), ("Lin 2004", "words [Lin 2004]")])
def test_only_named_sources_are_shown(source, shown, monkeypatch):
    for owner in (RATERS.load("yes"), type(metric_named("count_difference"))):
        monkeypatch.setattr(owner, "description", "words")
        monkeypatch.setattr(owner, "source", source)
    for kind, name in (("raters", "yes"), ("metrics", "count_difference")):
        (said,) = (said for other, _, said in computed(kind) if other == name)
        assert said.partition("; as people")[0] == shown


def test_listing_imports_no_array_library(python):
    code = (
        "import sys; from bench.cli.list_ import list_names; list_names(None);"
        " heavy = {'numpy', 'pyarrow', 'pydantic', 'scipy'} & {*sys.modules};"
        " assert not heavy, heavy"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr
