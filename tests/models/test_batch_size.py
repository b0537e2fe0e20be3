"""Batches follow the memory of the device: they grow, and halve when memory runs out."""

from __future__ import annotations

from typing import ClassVar

import pytest

import bench
from bench.article import Article
from bench.models.neural import batch_size as module
from bench.models.neural.batch_size import INITIAL, LARGEST, BatchSize, OutOfMemoryError
from bench.models.neural.causal import Causal
from bench.tasks import TASKS
from tests.models.checkpoints import checkpoint

GIGABYTE = 10**9
SUMMARY = TASKS["summary"]


@pytest.fixture
def free(monkeypatch):
    """Sets the free memory of a pretended device."""

    def set_free(amount: float) -> None:
        monkeypatch.setattr(module, "_free", lambda device: amount)

    set_free(10 * GIGABYTE)
    return set_free


def test_size_doubles_while_memory_allows(free):
    size = BatchSize(None)
    seen = []
    for _ in range(8):
        seen.append(size.current)
        size.grow(size.current, 1000, "cuda", size.current * GIGABYTE // 100)
    assert seen == [16, 32, 64, 128, 256, LARGEST, LARGEST, LARGEST]


def test_size_stops_at_what_fits(free):
    size = BatchSize(None)
    for _ in range(8):
        size.grow(size.current, 1000, "cuda", size.current * GIGABYTE // 10)
    assert size.current == 85  # 10 GB less 15 %, 0.1 GB each
    assert size.fitting(2000, "cuda") == 42
    assert size.fitting(10**9, "cuda") == 1
    free(GIGABYTE)
    assert size.fitting(1000, "cuda") == 8


def test_size_stays_where_memory_is_not_measured(free):
    size = BatchSize(None)
    size.grow(INITIAL, 1000, "cpu", 0)
    assert (size.current, size.fitting(10**9, "cpu")) == (INITIAL, INITIAL)


def test_size_of_the_user_is_kept_until_memory_runs_out(free):
    size = BatchSize(8)
    size.start(64)
    size.grow(8, 1000, "cuda", GIGABYTE)
    assert size.fitting(10**9, "cuda") == 8
    assert "8 prompts together" in size.shrink(8)
    size.grow(4, 1000, "cuda", GIGABYTE)
    assert size.current == 4


def test_size_of_the_run_is_where_growth_begins(free):
    size = BatchSize(None)
    size.start(4)
    assert size.current == 4
    size.grow(4, 1000, "cuda", GIGABYTE // 100)
    size.start(4)
    assert size.current == 8


def test_size_does_not_grow_again_after_memory_ran_out(free):
    size = BatchSize(None)
    size.shrink(16)
    size.grow(8, 1000, "cuda", GIGABYTE // 100)
    assert size.current == 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoint(tmp_path_factory.mktemp("checkpoint") / "llama", "llama")


def model_with_room_for(prompts: int, folder, error: BaseException, **options):
    """A model whose device holds so many prompts, and the sizes of the batches that it is given."""
    model = Causal(
        checkpoint=str(folder), prompt="{{ text }}", max_new_tokens=3, device="cpu", **options
    )
    generate = model._loaded.model.generate
    sizes = []

    def limited(**arguments):
        sizes.append(len(arguments["input_ids"]))
        if sizes[-1] > prompts:
            raise error
        return generate(**arguments)

    model._loaded.model.generate = limited
    return model, sizes


def articles_of(count: int) -> list[Article]:
    return [Article(id=f"a{n}", text=f"The mayor sold {n} orchards.") for n in range(count)]


def out_of_memory(name: str) -> BaseException:
    import torch

    return {
        "cuda": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        "cpu": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"),
        "python": MemoryError(),
    }[name]


@pytest.mark.weights
@pytest.mark.parametrize("kind", ["cuda", "cpu", "python"])
def test_batch_without_memory_is_generated_in_halves(folder, kind):
    whole, _ = model_with_room_for(99, folder, out_of_memory(kind))
    model, sizes = model_with_room_for(3, folder, out_of_memory(kind))
    articles = articles_of(10)
    outputs = list(model.predict(articles, SUMMARY))
    assert sizes == [10, 5, 2, 2, 2, 2, 2]
    assert [o.raw for o in outputs] == [o.raw for o in whole.predict(articles, SUMMARY)]
    assert [o.error for o in outputs] == [None] * 10
    assert model.events() == [
        "not enough memory for 10 prompts together; it goes on with batches of 5",
        "not enough memory for 5 prompts together; it goes on with batches of 2",
    ]
    assert model.events() == []
    assert model.articles_per_batch == 2


@pytest.mark.weights
def test_single_prompt_without_memory_fails_alone(folder):
    model, _ = model_with_room_for(0, folder, out_of_memory("cuda"))
    (output,) = model.predict(articles_of(1), SUMMARY)
    assert output.error.startswith("not enough memory for one prompt of ")
    assert "reduce max_input_tokens or max_new_tokens" in output.error


@pytest.mark.weights
def test_other_errors_are_not_taken_for_memory(folder):
    model, _ = model_with_room_for(0, folder, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes do not match"):
        list(model.predict(articles_of(2), SUMMARY))
    assert not issubclass(OutOfMemoryError, RuntimeError)


@pytest.mark.weights
def test_unloaded_model_loads_again(folder):
    model, _ = model_with_room_for(9, folder, MemoryError())
    first = [o.raw for o in model.predict(articles_of(2), SUMMARY)]
    model.unload()
    assert "_loaded" not in vars(model)
    assert [o.raw for o in model.predict(articles_of(2), SUMMARY)] == first
    model.unload()
    model.unload()


def test_run_frees_each_model_before_the_next(articles):
    class Heavy:
        tasks = ("summary",)
        loaded: ClassVar[list[str]] = []

        def __init__(self, name: str) -> None:
            self.name = name

        def load(self) -> None:
            assert not self.loaded
            self.loaded.append(self.name)

        def unload(self) -> None:
            self.loaded.remove(self.name)

        def predict(self, articles, task):
            return [["It was sold."] for _ in articles]

    run = bench.run(
        dataset=articles,
        tasks=["summary"],
        models={"a": Heavy("a"), "b": Heavy("b")},
        metrics=["rouge1"],
        progress=False,
    )
    assert Heavy.loaded == []
    assert not run.failures
