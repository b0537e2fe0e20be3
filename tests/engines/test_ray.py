"""The same on a cluster of two machines, which are two sets of processes here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from itertools import count, takewhile

import pytest

from bench.engines import Lost, Resources, engine_named
from bench.engines.pool import AHEAD
from bench.errors import ConfigError, DataError, RunFailedError
from tests.conftest import ROOT
from tests.engines.works import Deadly, Diary, Double, Faulty, Stillborn, alive, until

if os.environ.get("BENCH_RAY") != "required" and find_spec("ray") is None:
    pytest.skip("Ray is not installed", allow_module_level=True)

pytestmark = [pytest.mark.ray, pytest.mark.slow]


@pytest.fixture(scope="module")
def cluster():
    """Two machines of one core each."""
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    cluster.add_node(num_cpus=1)
    yield cluster
    cluster.shutdown()


@pytest.fixture
def engine(cluster, monkeypatch):
    """An engine that does not report how long a busy machine takes to start its actors."""
    monkeypatch.setattr("bench.engines.ray._LONG", 600.0)
    with engine_named("ray", address=cluster.address) as engine:
        yield engine


def test_answers_come_in_order_with_few_blocks_drawn_ahead(engine):
    drawn = 0

    def endless():
        nonlocal drawn
        while True:
            drawn += 1
            yield drawn

    answers = engine.map(Double(), endless())
    for answered in range(1, 30):
        assert next(answers) == 2 * answered
        assert drawn < answered + 2 * AHEAD
    answers.close()
    assert list(engine.map(Double(), range(5))) == [0, 2, 4, 6, 8]
    assert engine.events == []


def test_work_begins_once_in_each_actor_and_both_machines_do_it(engine, tmp_path):
    work = Diary(tmp_path, seconds=0.1)
    for _ in range(2):
        assert list(engine.map(work, range(20))) == list(range(20))
    assert len(work.begun()) == 2
    assert {pid for block in range(20) for pid in work.doers(block)} == set(work.begun())


def test_error_is_raised_as_itself(engine):
    with pytest.raises(DataError) as raised:
        list(engine.map(Faulty(), [None, DataError]))
    assert raised.value.problems == ("one", "two")
    with pytest.raises(DataError, match="no weights here"):
        list(engine.map(Stillborn("error"), range(9)))


def test_actors_that_die_before_they_have_begun_end_the_run(engine):
    with pytest.raises(RunFailedError, match="3 workers died before they started"):
        list(engine.map(Stillborn("exit"), range(9)))


def test_actor_killed_in_the_middle_loses_only_what_it_had_in_hand(engine, tmp_path):
    work = Diary(tmp_path, seconds=0.1, stuck=2)
    answers = engine.map(work, range(10))
    assert next(answers) == 0
    (victim,) = until(lambda: work.doers(2))
    os.kill(victim, signal.SIGKILL)
    assert list(answers) == list(range(1, 10))
    assert [block for block in range(10) if len(work.doers(block)) > 1] == [2]
    (event,) = engine.events
    assert event.startswith(f"worker {victim} on ")
    assert event.endswith(" died; its batch is repeated, try 2 of 3")


def test_block_that_kills_three_actors_is_lost_alone(engine):
    answers = list(engine.map(Deadly("exit", block=3), range(12)))
    lost = answers.pop(3)
    assert lost == Lost(3, "3 workers died on its batch; the last one died")
    assert answers == [n for n in range(12) if n != 3]
    assert len(engine.events) == 3


def test_machine_joins_in_the_middle_and_another_leaves(cluster, engine, tmp_path):
    work = Diary(tmp_path, seconds=0.3)
    end = sys.maxsize
    answers = engine.map(work, takewhile(lambda block: block < end, count()))
    got = [next(answers), next(answers)]
    new = cluster.add_node(num_cpus=1)
    while len(set(work.begun())) < 3:
        got.append(next(answers))
    cluster.remove_node(new, allow_graceful=False)
    end = len(got) + 20
    got += answers
    assert got == list(range(end))
    assert [b for b in range(end) if not work.doers(b)] == []
    assert len([b for b in range(end) if len(work.doers(b)) > 1]) <= 1
    assert len(engine.events) >= 1


def test_resource_that_no_machine_has_is_refused(engine, monkeypatch):
    monkeypatch.setattr("bench.engines.ray._PATIENCE", 1.5)
    with pytest.raises(ConfigError, match="no machine of the Ray cluster has 1 CPU and 2 GPU;"):
        list(engine.map(Double(), range(5), Resources(gpus=2)))
    assert engine.events == [
        "waiting for a machine with 1 CPU and 2 GPU to join the Ray cluster",
    ]


def test_resource_in_use_is_waited_for(engine, monkeypatch):
    import ray

    monkeypatch.setattr("bench.engines.ray._LONG", 0.5)
    others = [ray.remote(Double).options(num_cpus=1).remote() for _ in range(2)]
    ray.get([other.begin.remote() for other in others])
    told = []
    engine._on_event = lambda event: (told.append(event), [ray.kill(other) for other in others])
    assert list(engine.map(Double(), range(5))) == [0, 2, 4, 6, 8]
    assert told == ["waiting for 1 CPU: the Ray cluster is in use"]


def test_cluster_that_was_joined_runs_on_without_our_actors(cluster, tmp_path):
    work = Diary(tmp_path)
    with engine_named("ray", address=cluster.address) as engine:
        list(engine.map(work, range(8)))
        assert any(map(alive, work.begun()))
    until(lambda: not any(map(alive, work.begun())))
    with engine_named("ray", address=cluster.address) as engine:
        assert list(engine.map(Double(), [1])) == [2]


def test_cluster_that_is_not_there_is_said_in_one_line():
    with pytest.raises(
        ConfigError, match=r"cannot be reached: .* refused; .*RAY_AUTH_MODE"
    ) as raised:
        engine_named("ray", address="127.0.0.1:1").__enter__()
    assert len(raised.value.problems[0].splitlines()) == 1


DRIVER = """
import sys
from pathlib import Path
from bench.engines import engine_named
from tests.engines.works import Deadly, Diary
folder = Path(sys.argv[1])
with engine_named("ray", workers=2) as engine:
    assert list(engine.map(Deadly("exit", 1, folder / "scar"), range(4))) == [0, 1, 2, 3]
    list(engine.map(Diary(folder, seconds=60), range(9)))
"""


def test_cluster_started_here_ends_with_its_driver_and_prints_nothing(tmp_path):
    work = Diary(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", DRIVER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as driver:
        until(lambda: work.doers(0) and work.doers(1))
        session = _children(driver.pid)
        driver.kill()
        driver.wait(60)
        assert driver.stdout.read() == ""  # both streams
    assert len(session) > 2
    until(lambda: not any(map(alive, [*session, *work.begun()])))


def _children(pid: int) -> list[int]:
    file = f"/proc/{pid}/task/{pid}/children"
    with open(file) as listed:  # noqa: PTH123 - not a file that pathlib can size
        return [int(child) for child in listed.read().split()]
