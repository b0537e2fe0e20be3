"""Two workers against one: weight-free generation and scoring on each engine.

    python tests/benchmarks/engines.py 20000 --engine processes --engine ray

Start-up is measured on its own. Before the run that counts, the engine does one over few articles
twice, in blocks so small that every worker has a part in it: the first time each is started and
imports what it needs, and what that takes longer than the second time is the start-up. The runs
with one and with two workers take turns, and the shortest of each is compared; that both gave the
same bytes is checked.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.engines import engine_named
from bench.runs.config_file import ConfigFile
from bench.runs.plan import Plan, make_plan
from bench.runs.run import execute_on
from tests.benchmarks.scale import make

FEW = {"limit": 2000, "batch_size": 8, "block_size": 64}
CONFIG = """
name: engines
dataset: {folder}/articles.jsonl
tasks: [summary]
models: [lead, lsa, random-sentences]
resamples: 1000
"""


class Silent:
    """Nobody is told how far a run has come."""

    def start(self, label: str, articles: int, done: int) -> None:
        """Not told."""

    def advance(self, articles: int) -> None:
        """Not told."""

    def tell(self, event: str) -> None:
        """Not expected."""
        raise SystemExit(event)


def timed(folder: Path, name: str, workers: int, turn: int) -> tuple[float, float, bytes]:
    """Seconds of starting, seconds of the run, and its results."""
    file = ConfigFile(folder / "engines.yaml")
    plan = make_plan(file.config, file)
    few = make_plan(file.config.changed(**FEW), file)

    def seconds(plan: Plan, output: Path) -> float:
        began = time.perf_counter()
        execute_on(engine, plan, output, Silent())
        return time.perf_counter() - began

    output = folder / f"{name}-{workers}-{turn}"
    began = time.perf_counter()
    with engine_named(name, workers=workers) as engine:
        execute_on(engine, few, output / "first", Silent())
        started = time.perf_counter() - began
        start_up = started - seconds(few, output / "second")
        taken = seconds(plan, output)
    return start_up, taken, (output / "results.json").read_bytes()


def main() -> None:
    """Print a line for each engine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=int)
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--turns", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, arguments.articles)
        (folder / "engines.yaml").write_text(CONFIG.format(folder=folder))
        print("| engine | start-up | one worker | two workers | speed-up |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for name in arguments.engine or ["processes"]:
            found = [
                (workers, *timed(folder, name, workers, turn))
                for turn in range(arguments.turns)
                for workers in (1, 2)
            ]
            if len({results for *_, results in found}) > 1:
                raise SystemExit(f"{name}: results differ")
            starts = min(start for workers, start, *_ in found if workers == 2)
            one, two = (
                min(seconds for workers, _, seconds, _ in found if workers == n) for n in (1, 2)
            )
            print(
                f"| {name} | {starts:.1f} s | {one:.1f} s | {two:.1f} s | {one / two:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
