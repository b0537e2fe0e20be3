"""The catalogue is what the code says, and listing it imports nothing heavy."""

from __future__ import annotations

import pytest

from bench.catalog import KINDS, computed, listed


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_what_the_code_says(kind):
    shipped = computed(kind)
    assert listed(kind)[: len(shipped)] == shipped, "run `python -m tests.renew`"


@pytest.mark.parametrize("kind", KINDS)
def test_everything_has_a_description(kind):
    assert all(name and description for name, _, description in computed(kind))


def test_listing_imports_no_array_library(python):
    code = (
        "import sys; from bench.cli.list_ import list_names; list_names(None);"
        " heavy = {'numpy', 'pyarrow', 'pydantic', 'scipy'} & {*sys.modules};"
        " assert not heavy, heavy"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr
