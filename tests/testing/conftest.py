"""Another process for the checks of a contract, without the seconds of its imports."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from bench.testing import process

# What most components import as they are made or used; what is missing is left out.
IMPORTED = [
    *("bench.testing.process", "bench.testing.samples", "bench.metrics", "bench.models"),
    *("rouge_score.rouge_scorer", "sacrebleu", "scipy.optimize"),
]


def answer_in_a_fork(question: str, places: list[str]) -> None:
    """What the other process does, with the modules that a checked module can be found among."""
    sys.path[:] = places
    process.answer(question)


def start_in_a_fork(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command of ``in_another_process`` in a fork of an interpreter that has imported it.

    That interpreter is a fresh one with the hashes of strings that are asked for; nothing that a
    test imports gets into it.
    """
    question, *places = command[3:]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    main = SimpleNamespace(__spec__=None)  # or each fork would import pytest as its main module
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", main)
        for name, value in options["env"].items():
            patch.setenv(name, value)
        started = context.Process(target=answer_in_a_fork, args=(question, places))
        started.start()
    started.join()
    return subprocess.CompletedProcess(command, started.exitcode or 0, "", "")


@pytest.fixture(autouse=True)
def _forks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork, but in the tests of processes themselves."""
    if "fresh_process" not in request.fixturenames:
        monkeypatch.setattr(process, "subprocess", SimpleNamespace(run=start_in_a_fork, DEVNULL=-3))


@pytest.fixture
def fresh_process() -> None:
    """Let the checks start an interpreter of their own, as they do for users."""
