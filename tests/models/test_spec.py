"""A model in a run: what its identity is, and that it travels with it."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from bench.component import UNKNOWN
from bench.models.spec import build_model

MODULE = """
from bench.models.base import Model

class Mine(Model):
    tasks = ("summary",)
    excluded_from_signature = frozenset({"threads"})

    def __init__(self, n=1, threads=1, log="", seed=None):
        self.n, self.threads, self.seed = n, threads, seed

    def predict(self, articles, task):
        return [[] for _ in articles]

class Unseeded:
    tasks = ("summary",)

    def predict(self, articles, task):
        return [[] for _ in articles]
"""


@pytest.fixture(autouse=True)
def module(request, tmp_path):
    """The module under a name of the test's own, since it is imported once."""
    name = "own_" + "".join(c if c.isalnum() else "_" for c in request.node.name)
    (tmp_path / f"{name}.py").write_text(MODULE)
    yield name
    sys.modules.pop(name, None)


def signature(use, seed=0, ignored=frozenset(), **parameters):
    return build_model(use, "m", parameters, seed, ignored).signature


def test_incidental_parameters_do_not_count(module):
    use = f"{module}:Mine"
    assert signature(use, threads=2) == signature(use)
    assert "threads" not in signature(use)
    assert signature(use, n=2) != signature(use)


def test_seed_counts_for_a_model_that_takes_one(module):
    assert signature(f"{module}:Mine", seed=1) != signature(f"{module}:Mine", seed=2)
    assert "|seed:1|" in signature(f"{module}:Mine", seed=1)
    assert signature(f"{module}:Unseeded", seed=1) == signature(f"{module}:Unseeded", seed=2)


def test_seed_of_its_own_goes_before_that_of_the_run(module):
    specs = [build_model(f"{module}:Mine", "m", {"seed": 3}, seed) for seed in (1, 2)]
    assert [spec.model.seed for spec in specs] == [3, 3]
    assert specs[0].signature == specs[1].signature


def test_ignored_files_do_not_count(module):
    Path("log.txt").write_text("a")
    ignored = frozenset({Path("log.txt").absolute()})
    first = signature(f"{module}:Mine", log="log.txt", ignored=ignored)
    counted = signature(f"{module}:Mine", log="log.txt")
    Path("log.txt").write_text("b")
    assert signature(f"{module}:Mine", log="log.txt", ignored=ignored) == first
    assert signature(f"{module}:Mine", log="log.txt") != counted != first


def test_only_an_unknown_identity_has_a_nonce(module):
    assert build_model(f"{module}:Mine", "m", {}, 0).nonce == ""
    unknown = [build_model(f"{module}:Mine", "m", {"n": object()}, 0) for _ in range(2)]
    assert all(spec.signature.endswith(UNKNOWN) for spec in unknown)
    assert len({spec.nonce for spec in unknown} | {""}) == 3
    assert "its predictions cannot be reused" in unknown[0].notes([])[-1]


def test_identity_and_nonce_travel_to_other_processes(module):
    Path("log.txt").write_text("a")
    spec = build_model(f"{module}:Mine", "m", {"log": "log.txt", "n": range(3)}, 5)
    object.__setattr__(spec, "nonce", "once")
    sent = pickle.dumps(spec)
    Path("log.txt").write_text("b")
    there = pickle.loads(sent)
    assert there.identity == spec.identity
    assert there.nonce == "once"
    assert (there.use, there.name, there.seed) == (spec.use, "m", 5)
    assert there.parameters == spec.parameters
    assert (there.model.n, there.model.seed) == (range(3), 5)
