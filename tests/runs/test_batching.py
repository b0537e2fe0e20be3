"""How many batches a request holds, and that no result depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.data.stored import ArticleBatch
from bench.engines import LocalEngine, Lost
from bench.runs.batching import BatchPacer, GenerateRequest
from bench.runs.config_file import ConfigFile
from bench.runs.generation import GenerateResult
from bench.runs.plan import make_plan
from bench.runs.run import execute_on
from bench.tasks import TASKS
from tests.conftest import write_rows
from tests.runs.test_run import METRICS, Silent, predictions, result_bytes


class Watched(LocalEngine):
    """Records the size of each request, a millisecond a batch; workers die on some articles."""

    def __init__(self, deadly: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.deadly = deadly
        self.sizes: list[int] = []
        self.most = 0

    def map(self, work, requests, *options):
        def seen() -> Iterator[object]:
            for request in requests:
                if isinstance(request, GenerateRequest):
                    self.sizes.append(len(request.batches))
                    self.most = max(self.most, sum(map(len, request.batches)))
                yield request

        for request in seen():
            if isinstance(request, GenerateRequest) and self.deadly & _ids(request.batches):
                yield Lost(request, "3 workers died on it")
            else:
                (answer,) = super().map(work, [request], *options)
                quick = isinstance(answer, GenerateResult)
                yield replace(answer, seconds=answer.batches / 1000) if quick else answer


def _ids(batches: Iterable[ArticleBatch]) -> set[str]:
    return {name for batch in batches for name in batch.ids()}


@pytest.fixture
def many(tmp_path, rows):
    chosen = [{**rows[n % len(rows)], "id": f"article-{n:03}"} for n in range(300)]
    return write_rows(tmp_path / "many.jsonl", chosen)


def go(engine: Watched, dataset: Path, output: str, models: str = "[lead]", **changes: object):
    text = f"name: c\ndataset: {dataset}\ntasks: [summary]\nmodels: {models}\n{METRICS}"
    Path("c.yaml").write_text(text)
    file = ConfigFile(Path("c.yaml"))
    plan = make_plan(file.config.changed(batch_size=4, resamples=100, **changes), file)
    return execute_on(engine, plan, Path(output), Silent())


def test_requests_to_a_fast_model_grow_up_to_the_size_of_a_block(many):
    engine = Watched()
    go(engine, many, "out", block_size=64)
    assert engine.sizes[:5] == [1, 2, 4, 8, 16]
    assert engine.most == 64
    assert sum(engine.sizes) == 75


@pytest.mark.slow
def test_blocks_smaller_than_a_batch_leave_batches_as_they_are(many):
    engine = Watched()
    go(engine, many, "out", block_size=1)
    assert set(engine.sizes) == {1}


def test_deadly_article_takes_its_own_batch_with_it_and_no_other(many):
    deadly = frozenset({"article-150", "article-299"})
    engine = Watched(deadly)
    model = go(engine, many, "out", block_size=256).tasks["summary"].models["lead"]
    assert max(engine.sizes) > 1
    rows = predictions("lead.summary")
    assert [row["article"] for row in rows] == [f"article-{n:03}" for n in range(300)]
    lost = [row["article"] for row in rows if row["status"] == "error"]
    assert lost == [f"article-{n:03}" for n in (148, 149, 150, 151, 296, 297, 298, 299)]
    assert model.failed == 8
    assert all("3 workers died" in row["error"] for row in rows if row["status"] == "error")


@pytest.mark.slow
def test_lost_articles_are_all_that_a_second_run_does(many):
    go(Watched(frozenset({"article-150"})), many, "out")
    again = Watched()
    go(again, many, "out")
    assert again.sizes == [1]
    go(Watched(), many, "fresh")
    assert result_bytes("out") == result_bytes("fresh")


def _size(pacer: BatchPacer) -> int:
    request = GenerateRequest(TASKS["summary"], (ArticleBatch(()),))
    return len(next(pacer.group(iter([request] * 1000))).batches)


def test_slow_model_gets_one_batch_at_a_time():
    pacer = BatchPacer(100, 4)
    for _ in range(5):
        pacer.observe(1, 2.0)
        assert _size(pacer) == 1


def test_model_that_turns_slow_gets_smaller_requests():
    pacer = BatchPacer(100, 4)
    pacer.observe(40, 0.1)
    assert _size(pacer) == 80
    pacer.observe(80, 80.0)
    assert _size(pacer) == 1


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1e3))), st.integers(1, 50))
def test_request_is_never_empty_nor_larger_than_allowed(took, most):
    pacer = BatchPacer(most, 4)
    for batches, seconds in took:
        pacer.observe(batches, seconds)
        assert 1 <= _size(pacer) <= min(most, 2 * batches)
    pacer.one_at_a_time()
    pacer.observe(1, 0.0)
    assert _size(pacer) == 1


def test_request_names_what_is_done_in_any_of_its_batches():
    pacer = BatchPacer(2, 4)
    pacer.observe(1, 0.0)
    one = GenerateRequest(TASKS["summary"], (ArticleBatch(()),), frozenset({"a"}))
    (both,) = pacer.group(iter([one, replace(one, done=frozenset({"b"}))]))
    assert both.done == {"a", "b"}
