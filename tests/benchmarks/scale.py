"""Peak memory and wall time against the number of articles, on any engine.

    python tests/benchmarks/scale.py 10000 100000 1000000 --engine processes --workers 2

Articles are recombined from the committed corpus: paragraphs, bullets and questions of several
articles under a new id. One model writes bullets, what another wrote stands in a file; both are
scored. Peaks are the operating system's own (VmHWM), the driver's and the
largest worker's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.data.rows import load_dataset

CONFIG = """
name: scale
dataset: {folder}/articles.jsonl
tasks: [summary]
models:
  - lead
  - {{use: recorded, name: recorded, file: {folder}/predictions.jsonl}}
metrics: [rouge1, set_rougeL, bleu]
resamples: {resamples}
"""


@dataclass(frozen=True)
class Measured:
    """One run."""

    articles: int
    seconds: float
    driver: float
    worker: float
    results: bytes


def make(folder: Path, articles: int) -> None:
    """Write so many articles and a recorded prediction for each."""
    corpus = [*load_dataset("briefs"), *load_dataset("briefs", split="dev")]
    paragraphs = [p for article in corpus for p in article.text.split("\n\n")]
    bullets = [b for article in corpus for b in article.summary]
    generator = np.random.default_rng(0)
    with (
        (folder / "articles.jsonl").open("w", encoding="utf-8") as rows,
        (folder / "predictions.jsonl").open("w", encoding="utf-8") as predictions,
    ):
        for number in range(articles):
            name = f"n{number:07}"
            text = "\n\n".join(paragraphs[i] for i in generator.integers(0, len(paragraphs), 3))
            own = [bullets[i] for i in generator.integers(0, len(bullets), 3)]
            said = [own[0], *(bullets[i] for i in generator.integers(0, len(bullets), 2))]
            row = {"id": name, "title": own[0], "text": text, "summary": own, "questions": []}
            rows.write(json.dumps(row, ensure_ascii=False) + "\n")
            predictions.write(json.dumps({"article": name, "items": said}) + "\n")


def measure(articles: int, options: list[str], resamples: int) -> Measured:
    """Run once and watch."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, articles)
        config = folder / "scale.yaml"
        config.write_text(CONFIG.format(folder=folder, resamples=resamples))
        command = [sys.executable, "-m", "bench", "run", str(config), "-o", str(folder / "run")]
        began = time.perf_counter()
        with (folder / "said").open("w") as said:
            driver = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=said)
            own, workers = _watched(driver)
        seconds = time.perf_counter() - began
        if driver.returncode:
            raise SystemExit((folder / "said").read_text())
        results = (folder / "run" / "results.json").read_bytes()
        return Measured(articles, seconds, own, workers, results)


def _watched(driver: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Peaks in MB of a process and of the largest of its descendants, until it ends."""
    own = worker = 0.0
    while driver.poll() is None:
        own = max(own, _peak(driver.pid))
        worker = max([worker, *map(_peak, _descendants(driver.pid))])
        time.sleep(0.2)
    return own, worker


def _peak(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _descendants(process: int) -> Iterator[int]:
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except OSError:
            continue
        for child in children:
            yield int(child)
            yield from _descendants(int(child))


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=int, nargs="+")
    parser.add_argument("--resamples", type=int, default=10_000)
    arguments, options = parser.parse_known_args()
    os.environ["PYTHONWARNINGS"] = "ignore"
    print("| articles | seconds | ms an article | driver MB | largest worker MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for articles in arguments.articles:
        one = measure(articles, options, arguments.resamples)
        each = 1000 * one.seconds / articles
        worker = f"{one.worker:.0f}" if one.worker else "–"
        print(
            f"| {articles:,} | {one.seconds:.0f} | {each:.2f} | {one.driver:.0f} | {worker} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
