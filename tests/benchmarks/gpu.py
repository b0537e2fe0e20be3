"""What only a CUDA device can show, in under five minutes and without a network.

    python tests/benchmarks/gpu.py [--quick | --cpu]

Nothing is downloaded: a small Llama is trained for seconds to write the first words of a text, so
that its output is peaked as that of a real model and not a tie of random numbers, and larger ones
have random weights. Checked:

- items: the trained model writes the same on the processor and on the device in float32, and at
  least 90 % of the same items in bfloat16;
- memory: batches grow until they fill it, and halve where it runs out, without a failed article;
  two models after one another leave nothing behind;
- measures: an encoder for ``embed`` gives the same vectors, and the same similarities, as on the
  processor; so do the ratings of the checkpoints of ``yes`` and ``entail``;
- speed: ``bench run`` generates at least 0.97 times as many tokens a second as a bare loop over
  batches of the same size.

Prints one line a check, and exits with 1 if any fails. ``--cpu`` goes through the same steps on the
processor, with small models, without those on memory and without judging the speed: it shows that
the script runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import torch
import transformers

import bench
from bench.article import Article
from bench.data.rows import load_dataset
from bench.metrics.embedding import EmbedSimilarity
from bench.metrics.encoders.folder import encoder_folder
from bench.metrics.encoders.transformer import TransformerEncoder
from bench.metrics.static_vectors import UNIT_BITS, cosines
from bench.models.neural.causal import Causal
from bench.raters.base import RatingRequest
from bench.raters.checkpoints import CheckpointRater
from bench.raters.entail import Entailment
from bench.raters.yes import YesProbability
from bench.tasks import TASKS, TaskName
from tests.conftest import write_rows
from tests.models.checkpoints import checkpoint, tokenizer

SUMMARY = TASKS["summary"]
LENGTH = 1024
SHORT = (12, 36)
"""Words of the texts that the trained model reads."""

WRITTEN = 24
"""Tokens that the trained model repeats."""
LABELS = {0: "contradiction", 1: "neutral", 2: "entailment"}
LARGE = {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 16}
QUICK = {"hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 4}


def llama(folder: Path, **size: int) -> tuple[Any, Any]:
    """A Llama with random weights, and its tokenizer."""
    folder.mkdir()
    words = tokenizer(folder, LENGTH, chat=False, adds_end=False)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(words),
        max_position_embeddings=LENGTH,
        num_attention_heads=size["hidden_size"] // 64,
        num_key_value_heads=size["hidden_size"] // 64,
        pad_token_id=words.pad_token_id,
        eos_token_id=words.eos_token_id,
        bos_token_id=words.bos_token_id,
        **size,
    )
    return transformers.LlamaForCausalLM(config), words


def texts(count: int, fewest: int = 20, most: int = 110) -> list[str]:
    """Passages of the published page and of the briefs, of many lengths."""
    words = " ".join(a.text for name in ("nextfin", "briefs") for a in load_dataset(name)).split()
    return [
        " ".join(words[(37 * n) % (len(words) - 200) :][: fewest + 41 * n % (most - fewest)])
        for n in range(count)
    ]


def articles_of(count: int) -> list[Article]:
    return [
        Article(id=f"a{n:05}", title="x", text=text, summary=("x",))
        for n, text in enumerate(texts(count))
    ]


def trained(folder: Path, device: str, steps: int) -> float:
    """Train a small Llama to write the first tokens of a text again, after ``<sep>``."""
    model, words = llama(folder, hidden_size=256, intermediate_size=768, num_hidden_layers=4)
    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    encoded = [words(text)["input_ids"] for text in texts(min(2000, 32 * steps), *SHORT)]
    middle, end = words.convert_tokens_to_ids("<sep>"), words.eos_token_id
    pad, loss = words.pad_token_id, torch.zeros(())
    for step in range(steps):
        some = [encoded[(step * 32 + n) % len(encoded)] for n in range(32)]
        rows = [[*ids, middle, *ids[:WRITTEN], end] for ids in some]
        longest = max(map(len, rows))
        filled = torch.tensor([[pad] * (longest - len(r)) + r for r in rows], device=device)
        labels = filled.clone()
        labels[:, : longest - WRITTEN - 1] = -100
        loss = model(input_ids=filled, attention_mask=(filled != pad).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval().save_pretrained(folder)
    return loss.item()


def written(folder: Path, articles: list[Article], device: str, dtype: str) -> list[str]:
    """The output of the trained model for each article."""
    model = Causal(
        checkpoint=str(folder),
        prompt="{{ text }}<sep>",
        max_new_tokens=WRITTEN + 8,
        device=device,
        dtype=dtype,
    )
    outputs = list(model.predict(articles, SUMMARY))
    model.unload()
    return [output.raw or "" for output in outputs]


class Checks:
    """Prints each check, and remembers those that failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def __call__(self, name: str, passed: bool, seen: str) -> None:
        print(f"{'ok  ' if passed else 'FAIL'} {name}: {seen}", flush=True)
        if not passed:
            self.failed.append(name)


def check_items(check: Checks, scratch: Path, device: str, quick: bool) -> None:
    """The same items on the processor and on the device."""
    began = time.perf_counter()
    on_device = device != "cpu"
    steps = (30 if quick else 1500) if on_device else 2
    loss = trained(scratch / "trained", device, steps)
    print(f"     trained in {time.perf_counter() - began:.0f} s, loss {loss:.3f}", flush=True)
    count = 64 if on_device else 4
    articles = [Article(id=f"a{n}", text=text) for n, text in enumerate(texts(count, *SHORT))]
    on_cpu = written(scratch / "trained", articles, "cpu", "float32")
    there = written(scratch / "trained", articles, device, "float32")
    half = written(scratch / "trained", articles, device, "bfloat16")
    same = sum(a == b for a, b in zip(on_cpu, there, strict=True))
    seen = f"{same} of {count} articles as on the processor"
    check("same output in float32", same >= count - 1, seen)
    same = sum(a == b for a, b in zip(on_cpu, half, strict=True))
    check("same output in bfloat16", quick or same >= 0.9 * count, f"{same} of {count} articles")
    right = sum(a.text.startswith(w[:30]) for a, w in zip(articles, there, strict=True))
    check("the model learned its task", quick or right > 0.75 * count, f"{right} copied")


def encoder(folder: Path, *, is_small: bool) -> Path:
    """A BERT with random weights, of the size of a small sentence encoder."""
    words = tokenizer(folder, LENGTH, chat=False, adds_end=False)
    size = {"hidden_size": 64, "num_hidden_layers": 2} if is_small else {"hidden_size": 384}
    size = {"num_hidden_layers": 6, "num_attention_heads": 4, **size}
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words),
        intermediate_size=4 * size["hidden_size"],
        pad_token_id=words.pad_token_id,
        **size,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return folder


def check_measures(check: Checks, scratch: Path, device: str, *, is_small: bool) -> None:
    """The vectors and similarities of an encoder, on the device and on the processor."""
    folder = encoder(scratch / "encoder", is_small=is_small)
    some = texts(64 if is_small else 1024, 5, 60)
    there, plain = (TransformerEncoder(encoder_folder(str(folder))) for _ in range(2))
    plain._device = "cpu"
    plain._model.to("cpu")
    used = {parameter.device.type for parameter in there._model.parameters()}
    check("the encoder is on the device", used == {device}, ", ".join(sorted(used)))
    began = time.perf_counter()
    vectors = there.directions(some)
    seconds = time.perf_counter() - began
    on_cpu = plain.directions(some)
    apart = float(np.abs(vectors - on_cpu).max()) / 2**UNIT_BITS
    check(
        "same vectors",
        apart < 1e-4,
        f"{apart:.1e} apart at most, {len(some) / seconds:,.0f} texts/s",
    )
    half = len(some) // 2
    found = EmbedSimilarity(form="any", checkpoint=str(folder)).matrix(some[:half], some[half:])
    apart = float(np.abs(found - cosines(on_cpu[:half], on_cpu[half:])).max())
    check("same similarities", apart < 1e-4, f"{apart:.1e} apart at most")


def check_raters(check: Checks, scratch: Path, device: str, *, is_small: bool) -> None:
    """The ratings of checkpoints, on the device and on the processor."""
    cases: tuple[tuple[type[CheckpointRater], str, str, TaskName], ...] = (
        (YesProbability, "t5", "answerable", "questions"),
        (Entailment, "bert-nli", "supported", "summary"),
    )
    for family, architecture, dimension, task in cases:
        classes = {"id2label": LABELS} if family is Entailment else {}
        folder = checkpoint(scratch / architecture, architecture, length=LENGTH, **classes)
        asked = [
            RatingRequest(article, TASKS[task], dimension, (article.text.partition(".")[0],))
            for article in articles_of(16 if is_small else 256)
        ]
        found = {}
        for place in dict.fromkeys((device, "cpu")):
            rater = family(checkpoint=str(folder), device=place, dtype="float32")
            rater.load()
            found[place] = np.array([answer.value for answer in rater.rate(asked)], float)
            rater.unload()
        apart = float(np.abs(found[device] - found["cpu"]).max())
        name = f"same ratings of {family.__name__}"
        check(name, apart < 1e-4, f"{len(asked)} items, {apart:.1e} apart at most")


def check_memory(check: Checks, scratch: Path, device: str) -> None:
    """Batches that grow, that halve, and models that leave nothing behind."""
    total = torch.cuda.get_device_properties(device).total_memory
    before = torch.cuda.memory_allocated(device)
    sizes, peak, run = go(scratch, device, 1200)
    check("batches grow", max(sizes) > 16, f"from {sizes[0]} to {max(sizes)} prompts")
    failed = failures_of(run)
    check("nobody failed", not failed, f"{failed}, peak {gb(peak)}")
    left = torch.cuda.memory_allocated(device) - before
    check("two models leave nothing", left < 50e6, f"{gb(left)} left of a peak of {gb(peak)}")
    # With room for the weights and little more, batches must halve.
    weights = sum(f.stat().st_size for f in (scratch / "large").glob("*.safetensors"))
    torch.cuda.set_per_process_memory_fraction((weights + 1.5e9) / total, 0)
    events: list[str] = []
    sizes, peak, run = go(scratch, device, 96, given=64, events=events, models=1)
    torch.cuda.set_per_process_memory_fraction(1.0, 0)
    failed = failures_of(run)
    told = any("not enough memory" in event for event in events)
    check(
        "batches halve where memory runs out", told, f"{max(sizes)} to {min(sizes)}: {events[:1]}"
    )
    check("nobody failed then", not failed, f"{failed}, peak {gb(peak)}")


@contextmanager
def batch_sizes() -> Iterator[list[int]]:
    """Record how many prompts each call of ``generate`` gets."""
    cls, found = transformers.LlamaForCausalLM, []
    original = cls.generate

    def generate(self: Any, **arguments: Any) -> Any:
        found.append(len(arguments["input_ids"]))
        return original(self, **arguments)

    cls.generate = generate
    try:
        yield found
    finally:
        cls.generate = original


class Listener:
    """Progress that keeps the events."""

    def __init__(self, events: list[str]) -> None:
        self.events = events

    def start(self, label: str, articles: int, done: int) -> None:
        """Nothing is shown."""

    def advance(self, articles: int) -> None:
        """Nothing is shown."""

    def tell(self, event: str) -> None:
        self.events.append(event)


def go(
    scratch: Path,
    device: str,
    count: int,
    given: int | None = None,
    events: list[str] | None = None,
    models: int = 2,
) -> tuple[list[int], int, Any]:
    """Run the large model, twice by default, and return batch sizes, peak memory and the run."""
    write_rows(scratch / "articles.jsonl", [article.to_row() for article in articles_of(count)])
    if device != "cpu":
        torch.cuda.reset_peak_memory_stats(device)
    entry = {"use": "causal", "checkpoint": str(scratch / "large"), "prompt": "{{ text }}"}
    entry |= {"max_new_tokens": 64, "device": device, "generation": {"min_new_tokens": 64}}
    entry |= {"batch_size": given} if given else {}
    with batch_sizes() as sizes:
        run = bench.run(
            dataset=scratch / "articles.jsonl",
            tasks=["summary"],
            metrics=["rouge1"],
            models=[entry | {"name": f"model-{n}"} for n in range(models)],
            progress=Listener(events if events is not None else []),
        )
    return sizes, torch.cuda.max_memory_allocated(device) if device != "cpu" else 0, run


def check_speed(check: Checks, scratch: Path, device: str, repeats: int) -> None:
    """Tokens a second of a run, and of a bare loop over batches of the same size."""
    is_judged = device != "cpu"
    count, size, new = (512, 128, 64) if is_judged else (4, 2, 64)
    articles = articles_of(count)
    loaded = Causal(checkpoint=str(scratch / "large"), prompt="{{ text }}", device=device)._loaded
    loaded.tokenizer.padding_side = "left"
    order = sorted((a.text for a in articles), key=lambda text: -len(text))

    def bare() -> float:
        began = time.perf_counter()
        for start in range(0, len(order), size):
            batch = loaded.tokenizer(
                order[start : start + size], padding=True, return_tensors="pt"
            ).to(device)
            with torch.inference_mode():
                out = loaded.model.generate(
                    input_ids=batch["input_ids"],
                    attention_mask=batch["attention_mask"],
                    max_new_tokens=new,
                    min_new_tokens=new,
                    do_sample=False,
                )
            loaded.tokenizer.batch_decode(out[:, batch["input_ids"].shape[1] :])
        return time.perf_counter() - began

    def harness() -> float:
        return in_run(scratch, device, count, size)

    ways: dict[str, Callable[[], float]] = {"bare": bare, "harness": harness}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats + 1):  # the first turn warms up
        for name, way in ways.items():
            seconds[name].append(way())
    medians = {name: statistics.median(found[1:]) for name, found in seconds.items()}
    ratio = medians["bare"] / medians["harness"]
    rates = ", ".join(f"{name} {count * new / s:,.0f} tokens/s" for name, s in medians.items())
    check("speed of a bare loop", ratio >= 0.97 or not is_judged, f"{ratio:.3f} times: {rates}")


def in_run(scratch: Path, device: str, count: int, size: int) -> float:
    """Seconds that the articles of a run took by its own account, loading left out."""
    _, _, run = go(scratch, device, count, given=size, models=1)
    rows = run.predictions("model-0", "summary")
    return sum(row.seconds or 0 for row in rows)


def failures_of(run: Any) -> list[str]:
    """The articles that failed, in words."""
    rows = [row for name in run.models for row in run.predictions(name, "summary")]
    return [f"{row.article}: {row.error}" for row in rows if row.error]


def gb(count: float) -> str:
    return f"{count / 1e9:.2f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small models, to try the script")
    parser.add_argument("--cpu", action="store_true", help="the same steps on the processor")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    if not torch.cuda.is_available() and not options.cpu:
        sys.exit("no CUDA device; --cpu goes through the steps on the processor")
    device = "cpu" if options.cpu else "cuda"
    is_small = options.quick or options.cpu
    name = torch.cuda.get_device_name(device) if not options.cpu else "the processor"
    print(f"{name}, torch {torch.__version__}, transformers {transformers.__version__}")
    began = time.perf_counter()
    check = Checks()
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        check_items(check, scratch, device, is_small)
        model, _ = llama(scratch / "large", **(QUICK if is_small else LARGE))
        model.to(torch.bfloat16).save_pretrained(scratch / "large")
        del model
        if not options.cpu:
            check_memory(check, scratch, device)
        check_measures(check, scratch, device, is_small=is_small)
        check_raters(check, scratch, device, is_small=is_small)
        check_speed(check, scratch, device, options.repeats)
    print(f"{time.perf_counter() - began:.0f} s")
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
