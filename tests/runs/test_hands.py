"""How many batches a worker is handed at a time, and that no result shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.data.stored import ArticleBlock
from bench.engines import LocalEngine, Lost
from bench.runs.config import ConfigFile
from bench.runs.generate import Asked, Pace, Written
from bench.runs.plan import make_plan
from bench.runs.run import execute_on
from bench.tasks import TASKS
from tests.conftest import write_rows
from tests.runs.test_run import METRICS, Silent, predictions, result_bytes


class Watched(LocalEngine):
    """Remembers its hands of batches, each of a millisecond; workers die on some articles."""

    def __init__(self, deadly: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.deadly = deadly
        self.hands: list[int] = []
        self.most = 0

    def map(self, work, blocks, *options):
        def seen() -> Iterator[object]:
            for block in blocks:
                if isinstance(block, Asked):
                    self.hands.append(len(block.batches))
                    self.most = max(self.most, sum(map(len, block.batches)))
                yield block

        for block in seen():
            if isinstance(block, Asked) and self.deadly & _ids(block.batches):
                yield Lost(block, "3 workers died on it")
            else:
                (answer,) = super().map(work, [block], *options)
                quick = isinstance(answer, Written)
                yield replace(answer, seconds=answer.batches / 1000) if quick else answer


def _ids(batches: Iterable[ArticleBlock]) -> set[str]:
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


def test_a_fast_model_is_handed_more_and_more_but_never_more_than_a_block(many):
    engine = Watched()
    go(engine, many, "out", block_size=64)
    assert engine.hands[:5] == [1, 2, 4, 8, 16]
    assert engine.most == 64
    assert sum(engine.hands) == 75


def test_blocks_smaller_than_a_batch_leave_batches_as_they_are(many):
    engine = Watched()
    go(engine, many, "out", block_size=1)
    assert set(engine.hands) == {1}


def test_a_deadly_article_takes_its_own_batch_with_it_and_no_other(many):
    deadly = frozenset({"article-150", "article-299"})
    engine = Watched(deadly)
    model = go(engine, many, "out", block_size=256).tasks["summary"].models["lead"]
    assert max(engine.hands) > 1
    rows = predictions("lead.summary")
    assert [row["article"] for row in rows] == [f"article-{n:03}" for n in range(300)]
    lost = [row["article"] for row in rows if row["status"] == "error"]
    assert lost == [f"article-{n:03}" for n in (148, 149, 150, 151, 296, 297, 298, 299)]
    assert model.failed == 8
    assert all("3 workers died" in row["error"] for row in rows if row["status"] == "error")


def test_what_was_lost_is_all_that_a_second_run_does(many):
    go(Watched(frozenset({"article-150"})), many, "out")
    again = Watched()
    go(again, many, "out")
    assert again.hands == [1]
    go(Watched(), many, "fresh")
    assert result_bytes("out") == result_bytes("fresh")


def _took(batches: int, seconds: float) -> Written:
    return Written(b"", 0, None, batches, seconds)


def _next(pace: Pace) -> int:
    asked = Asked(TASKS["summary"], (ArticleBlock(()),))
    return len(next(pace.hands(iter([asked] * 1000))).batches)


def test_a_slow_model_keeps_one_batch_at_a_time():
    pace = Pace(100)
    for _ in range(5):
        pace.learn(_took(1, 2.0))
        assert _next(pace) == 1


def test_a_model_that_turns_slow_is_handed_less_at_once():
    pace = Pace(100)
    pace.learn(_took(40, 0.1))
    assert _next(pace) == 80
    pace.learn(_took(80, 80.0))
    assert _next(pace) == 1


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1e3))), st.integers(1, 50))
def test_a_hand_is_never_empty_nor_more_than_allowed(took, most):
    pace = Pace(most)
    for batches, seconds in took:
        pace.learn(_took(batches, seconds))
        assert 1 <= _next(pace) <= min(most, 2 * batches)
    pace.be_careful()
    pace.learn(_took(1, 0.0))
    assert _next(pace) == 1


def test_a_hand_says_what_is_done_in_any_of_its_batches():
    pace = Pace(2)
    pace.learn(_took(1, 0.0))
    one = Asked(TASKS["summary"], (ArticleBlock(()),), frozenset({"a"}))
    (both,) = pace.hands(iter([one, replace(one, done=frozenset({"b"}))]))
    assert both.done == {"a", "b"}
