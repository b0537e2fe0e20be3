"""Processes die in every way, and nothing is lost or done twice but what they had in hand."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from bench.engines import Lost, Resources, engine_named
from bench.errors import RunFailedError
from tests.conftest import ROOT
from tests.engines.works import Deadly, Diary, Double, Loud, Stillborn, Threads, alive, until

HOW = {
    "SIGKILL": r"was killed by signal 9 \(SIGKILL\)",
    "exit": "exited with code 0",
    "segfault": r"was killed by signal 11 \(SIGSEGV\)",
    "memory": "ran out of memory",
}


@pytest.fixture
def engine():
    with engine_named("processes", workers=2) as engine:
        yield engine


@pytest.mark.slow
@pytest.mark.parametrize("how", HOW)
def test_block_whose_worker_dies_is_done_again(engine, how, tmp_path):
    work = Deadly(how, block=5, scar=tmp_path / "scar")
    assert list(engine.map(work, range(20))) == list(range(20))
    (event,) = engine.events
    assert event.startswith("worker ")
    assert event.endswith("; its batch is repeated, try 2 of 3")


@pytest.mark.slow
@pytest.mark.parametrize("how", HOW)
def test_block_that_kills_three_workers_is_lost_alone(engine, how):
    answers = list(engine.map(Deadly(how, block=5), range(20)))
    lost = answers.pop(5)
    assert isinstance(lost, Lost)
    assert lost.request == 5
    assert lost.reason.startswith("3 workers died on its batch; the last one ")
    assert re.search(HOW[how], lost.reason)
    assert answers == [n for n in range(20) if n != 5]
    assert len(engine.events) == 3


def test_worker_is_seen_to_die_while_a_child_of_its_own_lives_on(engine, tmp_path):
    scar = tmp_path / "scar"
    work = Deadly("exit, leaving a child", block=1, scar=scar)
    assert list(engine.map(work, range(4))) == list(range(4))
    assert scar.read_text() == ""


@pytest.mark.slow
def test_worker_killed_from_outside_loses_only_what_it_had_in_hand(engine, tmp_path):
    work = Diary(tmp_path, seconds=0.1, stuck=2)
    told = []
    engine._on_event = told.append
    answers = engine.map(work, range(12))
    assert next(answers) == 0
    (victim,) = until(lambda: work.doers(2))
    os.kill(victim, signal.SIGKILL)
    assert list(answers) == list(range(1, 12))
    assert [block for block in range(12) if len(work.doers(block)) > 1] == [2]
    assert told == engine.events
    assert len(told) == 1
    assert told[0].startswith(f"worker {victim} was killed by signal 9 (SIGKILL)")


def test_worker_killed_while_idle_costs_no_block_a_try(engine):
    work = Double()
    list(engine.map(work, range(8)))
    for worker in engine.spare:
        os.kill(int(worker.name), signal.SIGKILL)
        # Not until it is a zombie: while its other threads die, its exit code is not to be had.
        os.waitid(os.P_PID, int(worker.name), os.WEXITED | os.WNOWAIT)
    assert list(engine.map(work, range(8))) == [2 * n for n in range(8)]
    assert all(event.endswith("while it was idle") for event in engine.events)
    assert engine.events


def test_workers_killed_while_idle_are_no_fault_of_the_next_work(engine):
    list(engine.map(Double(), range(8)))
    for worker in engine.spare:
        os.kill(int(worker.name), signal.SIGKILL)
    assert list(engine.map(Double(), range(8))) == [2 * n for n in range(8)]


def test_workers_that_die_before_they_have_begun_end_the_run(engine):
    with pytest.raises(RunFailedError, match=r"3 workers died before they started; .* code 0"):
        list(engine.map(Stillborn("exit"), range(9)))


def test_another_work_leaves_nobody_with_the_former(engine):
    list(engine.map(Double(), range(8)))
    other = Double()
    list(engine.map(other, [1]))
    assert [worker.work for worker in engine.spare] == [other]


@pytest.mark.slow
def test_leaving_ends_every_worker_even_in_the_middle(tmp_path):
    work = Diary(tmp_path, seconds=60)
    with engine_named("processes", workers=2) as engine:
        answers = engine.map(work, range(4))
        with pytest.raises(ZeroDivisionError):
            _stop_in_the_middle(answers, work)
    assert len(work.begun()) == 2
    assert not any(map(alive, work.begun()))


def _stop_in_the_middle(answers, work):
    def interrupt():
        until(lambda: work.doers(0) and work.doers(1))
        signal.raise_signal(signal.SIGUSR1)

    def fail(*_):
        raise ZeroDivisionError

    before = signal.signal(signal.SIGUSR1, fail)
    threading.Thread(target=interrupt).start()
    try:
        next(answers)
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.slow
def test_cores_are_shared_out(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)  # which would decide
    cores = len(os.sched_getaffinity(0))
    with engine_named("processes") as engine:
        assert list(engine.map(Threads(), [0])) == [1]
        assert list(engine.map(Threads(), [0], Resources(replicas=1))) == [cores]


# A suite that runs in the background is deaf to the interrupt, and so would the driver be.
DRIVER = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from bench.engines import engine_named
from tests.engines.works import Diary
with engine_named("processes", workers=2) as engine:
    list(engine.map(Diary(Path(sys.argv[1]), seconds=60), range(9)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_driver(number, tmp_path):
    work = Diary(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    ) as driver:
        until(lambda: work.doers(0) and work.doers(1))
        os.killpg(driver.pid, number)  # as a terminal does
        driver.wait(60)
        assert driver.returncode == -number
        assert "In worker" not in driver.stderr.read()
    assert len(work.begun()) == 2
    until(lambda: not any(map(alive, work.begun())))


def test_output_of_workers_stays_off_standard_output(capfd):
    with engine_named("processes", workers=1) as engine:
        assert list(engine.map(Loud(), [1, 2])) == [1, 2]
    out, err = capfd.readouterr()
    assert out == ""
    assert err.split("\n")[:3] == ["loading", "block 1", "shell"]


def test_modules_of_the_working_directory_are_found(tmp_path):
    (tmp_path / "work_of_mine.py").write_text(
        "class Mine:\n    def begin(self): pass\n    def __call__(self, block): return -block\n"
    )
    import work_of_mine

    with engine_named("processes", workers=1) as engine:
        assert list(engine.map(work_of_mine.Mine(), [1, 2])) == [-1, -2]
