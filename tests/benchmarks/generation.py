"""What the harness costs over bare generation, and what batching saves, on a real architecture.

    python tests/benchmarks/generation.py [--articles 64] [--repeats 3]

A T5 of t5-small's dimensions with random weights, on one thread. Three ways to the same texts,
taking turns, the fastest turn of each counted in processor seconds:

- one by one: ``generate`` for one article after another, as examples show it;
- bare batches: ``generate`` in batches of 16 sorted by length, nothing else;
- the harness: ``bench run`` from config to predictions on disk, scores left out.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers

from bench.article import Article
from bench.data.rows import Dataset, load_dataset
from bench.engines import LocalEngine
from bench.models.neural.seq2seq import Seq2Seq
from bench.runs.config import Config
from bench.runs.generate import generate
from bench.runs.generation import Generation
from bench.runs.plan import make_plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.predictions import prediction_file
from tests.conftest import write_rows
from tests.models.checkpoints import tokenizer

NEW_TOKENS = 32


def t5_small(folder: Path) -> Path:
    """t5-small's dimensions; its 32,128 words are mostly words that the tokenizer never gives."""
    words = tokenizer(folder, 512)
    torch.manual_seed(0)
    config = transformers.T5Config(
        vocab_size=32_128,
        d_model=512,
        d_kv=64,
        d_ff=2048,
        num_layers=6,
        num_heads=8,
        pad_token_id=words.pad_token_id,
        eos_token_id=words.eos_token_id,
        decoder_start_token_id=words.pad_token_id,
    )
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def articles_of(count: int) -> list[Article]:
    """Parts of the published page, of many lengths, in no order of length."""
    words = load_dataset("nextfin")[0].text.split()
    lengths = [15 + 37 * n % 80 for n in range(count)]
    return [
        Article(id=f"a{n}", title="x", text=" ".join(words[:length]), summary=("x",))
        for n, length in enumerate(lengths)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with TemporaryDirectory() as scratch:
        compare(Path(scratch), articles_of(options.articles), options.repeats)


def compare(scratch: Path, articles: list[Article], repeats: int) -> None:
    checkpoint = str(t5_small(scratch / "t5"))
    write_rows(scratch / "articles.jsonl", [article.to_row() for article in articles])
    model = Seq2Seq(
        checkpoint=checkpoint,
        prompt={"summary": "summarize: {{ text }}"},
        max_new_tokens=NEW_TOKENS,
    )
    loaded = model._loaded
    config = Config.model_validate(
        {
            "name": "t5",
            "dataset": str(scratch / "articles.jsonl"),
            "tasks": ["summary"],
            "models": [
                {
                    "use": "seq2seq",
                    "checkpoint": checkpoint,
                    "prompt": {"summary": "summarize: {{ text }}"},
                    "max_new_tokens": NEW_TOKENS,
                }
            ],
        }
    )
    plan = make_plan(config)
    (spec,) = plan.model_specs
    spec.prepare(Dataset("none", ()))  # weights are loaded before the clock starts
    texts = {article.id: f"summarize: {article.text}" for article in articles}
    runs = iter(range(1000))

    def bare(size: int) -> dict[str, str]:
        order = sorted(texts, key=lambda i: -len(texts[i])) if size > 1 else list(texts)
        found = {}
        for start in range(0, len(order), size):
            some = order[start : start + size]
            batch = loaded.tokenizer([texts[i] for i in some], padding=True, return_tensors="pt")
            with torch.inference_mode():
                out = loaded.model.generate(
                    input_ids=batch["input_ids"],
                    attention_mask=batch["attention_mask"],
                    max_new_tokens=NEW_TOKENS,
                    do_sample=False,
                )
            texts_of = loaded.tokenizer.batch_decode(out, skip_special_tokens=True)
            found |= dict(zip(some, map(str.strip, texts_of), strict=True))
        return found

    def harness() -> dict[str, str]:
        directory = scratch / f"run{next(runs)}"
        generation = Generation(spec, plan.dataset)
        with PredictionIndex(directory) as index:
            for _ in generate(plan, index, generation, (spec, plan.tasks[0]), LocalEngine()):
                pass
        rows = prediction_file(directory, spec.name, "summary").read()
        return {row.article: row.raw or "" for row in rows}

    ways: dict[str, Callable[[], dict[str, str]]] = {
        "one by one": lambda: bare(1),
        "bare batches": lambda: bare(16),
        "the harness": harness,
    }
    best = dict.fromkeys(ways, float("inf"))
    expected = ways["bare batches"]()
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.process_time()
            found = way()
            best[name] = min(best[name], time.process_time() - start)
            same = sum(found[i] == expected[i] for i in texts)
            assert same > 0.9 * len(texts), f"{name}: only {same} texts are the same"
    for name, seconds in best.items():
        print(f"{name:>14}: {seconds:6.2f} s for {len(articles)} articles")
    print(f"batches of 16 sorted by length: {best['one by one'] / best['bare batches']:.2f}x")
    print(f"the harness over one by one: {best['one by one'] / best['the harness']:.2f}x")
    print(f"overhead over bare batches: {best['the harness'] / best['bare batches'] - 1:+.1%}")


if __name__ == "__main__":
    main()
