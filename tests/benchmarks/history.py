"""How well changes in histories are found, and how long it takes.

    python tests/benchmarks/history.py found [--series 1000] [--seed 0]
    python tests/benchmarks/history.py time [--runs 1000]

``found`` makes series of run means with known steps, or none: several numbers of runs, sizes of the
noise and of the steps, correlated noise, heavy tails, missing runs, deterministic models. It prints
how many steps are found within three runs (recall), how many found steps there are (precision), how
many flat series have any (false alarms), and how many drifts are found. ``time`` reads and analyses
a history file and as many run directories.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.histories.over_time import history_of
from bench.histories.read import read_entries
from bench.stats.change_points import level_changes
from tests.history_runs import (
    article_scores,
    copied_run,
    heavy_noise,
    known_steps,
    matched,
    related_noise,
    row,
    write_history,
)

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("independent", "correlated 0.3", "heavy tails", "10 % missing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("what", choices=("found", "time"))
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.what == "found":
        found(options.series, np.random.default_rng(options.seed))
    else:
        timed(options.runs)


def noise_of(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    if kind.startswith("correlated"):
        return related_noise(count, 1.0, float(kind.split()[1]), rng)
    return heavy_noise(count, rng) if kind == "heavy tails" else rng.normal(size=count)


def seen(values: np.ndarray, kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The values of the runs that have the score, and the indices of these runs."""
    kept = rng.random(len(values)) > (0.1 if kind.endswith("missing") else 0.0)
    return values[kept], np.flatnonzero(kept)


def found(series: int, rng: np.random.Generator) -> None:
    print("| runs | noise | step / noise | recall | precision | false alarms | drifts found |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for runs in (50, 200, 1000):
        trials = max(20, series * 40 // runs)
        for kind in KINDS:
            alarms = np.mean([alarm(noise_of(kind, runs, rng), kind, rng) for _ in range(trials)])
            drifts = np.mean([drifting(noise_of(kind, runs, rng), kind, rng) for _ in range(20)])
            for size in (3.0, 4.0):
                hits, known, shown = stepped(runs, kind, size, rng, max(20, trials // 4))
                cells = [runs, kind, f"{size:g}", f"{hits / known:.3f}", f"{hits / shown:.3f}"]
                print("|", *" | ".join(map(str, cells)).split(), f"| {alarms:.3f} | {drifts:.2f} |")


def alarm(values: np.ndarray, kind: str, rng: np.random.Generator) -> bool:
    changes = level_changes(seen(values, kind, rng)[0])
    return bool(changes.steps or changes.drifts)


def drifting(values: np.ndarray, kind: str, rng: np.random.Generator) -> bool:
    changes = level_changes(seen(values + np.linspace(0, 5, len(values)), kind, rng)[0])
    return bool(changes.drifts)


def stepped(
    runs: int, kind: str, size: float, rng: np.random.Generator, trials: int
) -> tuple[int, int, int]:
    """Steps that were found, that there are, and that were shown."""
    hits = known = shown = 0
    for _ in range(trials):
        steps, levels = known_steps(runs, max(1, runs // 100), size, rng)
        values, indices = seen(noise_of(kind, runs, rng) + levels, kind, rng)
        told = [int(indices[step.index]) for step in level_changes(values).steps]
        hits, known, shown = hits + matched(told, steps), known + len(steps), shown + len(told)
    return hits, known, max(1, shown)


def timed(runs: int) -> None:
    rng = np.random.default_rng(0)
    levels = known_steps(runs, 5, 0.04, rng)[1]
    models = {
        name: article_scores(levels * (number % 2), noise=0.1, seed=number)
        for number, name in enumerate(("one", "two", "three", "four"))
    }
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(n, {m: s[n] for m, s in models.items()}, intervals=True) for n in range(runs)]
        file = write_history(Path(folder) / "history.jsonl", rows)
        print(f"history file, {runs:,} runs, {file.stat().st_size / 1e6:.1f} MB:", timing(file))
        source = ROOT / "results" / "baseline"
        for number in range(runs):
            copied_run(source, Path(folder) / "runs" / f"run-{number:04}")
        print(f"run directories, {runs:,} runs:", timing(Path(folder) / "runs"))


def timing(location: Path) -> str:
    start, busy = time.perf_counter(), time.process_time()
    entries = read_entries([str(location)])
    middle = time.perf_counter()
    changes = history_of(entries).changes
    end, busy = time.perf_counter(), time.process_time() - busy
    return (
        f"{end - start:.2f} s, {busy:.2f} s of processor time"
        f" ({middle - start:.2f} s to read, {end - middle:.2f} s to analyse;"
        f" {len(changes)} changes)"
    )


if __name__ == "__main__":
    main()
