"""What holds on every engine; the cluster has its own module."""

from __future__ import annotations

import pytest

from bench.engines import LocalEngine, Resources, engine_named
from bench.engines.pool import AHEAD
from bench.errors import DataError, UnknownNameError
from tests.engines.works import Diary, Double, Faulty, PickyError, Stillborn, WordlessError


@pytest.fixture(params=["local", "processes"])
def engine(request):
    options = {} if request.param == "local" else {"workers": 2}
    with engine_named(request.param, **options) as engine:
        yield engine


def test_answers_come_in_the_order_of_the_blocks(engine):
    assert list(engine.map(Double(), range(50))) == [2 * n for n in range(50)]
    assert list(engine.map(Double(), [])) == []
    assert engine.events == []


def test_blocks_are_drawn_only_a_few_ahead(engine):
    drawn = 0

    def endless():
        nonlocal drawn
        while True:
            drawn += 1
            yield drawn

    ahead = 1 if isinstance(engine, LocalEngine) else 2 * AHEAD
    answers = engine.map(Double(), endless())
    assert drawn == 0
    for answered in range(1, 30):
        assert next(answers) == 2 * answered
        assert drawn < answered + ahead
    answers.close()


@pytest.mark.slow
def test_work_begins_once_in_each_worker(engine, tmp_path):
    work = Diary(tmp_path, seconds=0.01)
    for _ in range(2):
        assert list(engine.map(work, range(20))) == list(range(20))
    begun = work.begun()
    doers = {pid for block in range(20) for pid in work.doers(block)}
    assert sorted(begun) == sorted(doers)
    assert len(begun) == (1 if isinstance(engine, LocalEngine) else 2)


def test_unfinished_map_leaves_the_engine_ready(engine, tmp_path):
    answers = engine.map(Diary(tmp_path), range(100))
    next(answers)
    answers.close()
    assert list(engine.map(Double(), range(5))) == [0, 2, 4, 6, 8]
    assert engine.events == []


def test_error_of_the_work_is_raised_as_itself_after_the_answers_before_it(engine):
    answers = engine.map(Faulty(), [None, None, DataError, None])
    assert [next(answers), next(answers)] == [None, None]
    with pytest.raises(DataError) as raised:
        next(answers)
    assert raised.value.problems == ("one", "two")
    assert list(engine.map(Double(), [1])) == [2]


def test_error_as_a_work_begins_is_raised_once(engine):
    with pytest.raises(DataError) as raised:
        list(engine.map(Stillborn("error"), range(9)))
    assert raised.value.problems == ("no weights here", "nor there")


def test_error_of_the_blocks_is_raised(engine):
    def blocks():
        yield 1
        raise DataError("bad row")

    with pytest.raises(DataError, match="bad row"):
        list(engine.map(Double(), blocks()))


@pytest.mark.parametrize(
    ("error", "told"), [(PickyError, "PickyError: here: wrong"), (WordlessError, "WordlessError")]
)
def test_error_that_cannot_cross_over_is_told_in_words(error, told):
    with engine_named("processes", workers=1) as engine, pytest.raises(RuntimeError, match=told):
        list(engine.map(Faulty(), [error]))


def test_error_that_cannot_be_pickled_is_raised():
    with engine_named("processes", workers=1) as engine:
        with pytest.raises(Exception, match="pickle"):
            list(engine.map(Double(), [lambda: None]))
        with pytest.raises(Exception, match="pickle"):
            list(engine.map(lambda block: block, [1]))


def test_two_engines_work_beside_each_other():
    with engine_named("processes", workers=1) as one, engine_named("processes", workers=2) as two:
        pairs = zip(one.map(Double(), range(9)), two.map(Double(), range(9)), strict=True)
        assert [a == b for a, b in pairs] == [True] * 9


def test_name_of_no_engine_gets_the_closest_ones():
    with pytest.raises(UnknownNameError, match="unknown engine 'process'; did you mean 'proc"):
        engine_named("process")


@pytest.mark.parametrize(
    ("resources", "workers"),
    [
        (Resources(), 4),
        (Resources(cpus=2), 2),
        (Resources(cpus=64), 1),
        (Resources(replicas=3), 3),
        (Resources(gpus=1), 1),
        (Resources(gpus=1, replicas=2), 2),
    ],
)
def test_processes_make_room(resources, workers):
    assert engine_named("processes", workers=4).room(resources) == workers
