"""The path of one prediction, as ``bench/runs/__init__.py`` tells it, names what exists."""

from __future__ import annotations

import re
from importlib import import_module

import bench.runs

STEPS = re.findall(r"^\d+\. (.+?)(?=^\d+\. |\n\n)", bench.runs.__doc__, re.MULTILINE | re.DOTALL)
FILE_ENDINGS = {"parquet", "json"}


def test_every_step_names_a_module_and_what_to_read_in_it():
    named = [re.findall(r"``([a-z_]+)\.(\w+)``", step) for step in STEPS]
    assert len(named) == 12
    assert all(named), "begin a step with ``module.name``"
    for module, name in [pair for pairs in named for pair in pairs if pair[1] not in FILE_ENDINGS]:
        found = import_module(f"bench.runs.{module}")
        assert hasattr(found, name), f"bench/runs/{module}.py has no {name}: update the steps"
