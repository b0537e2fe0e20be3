"""How long commands take from a cold start, beside others: processor time of whole processes.

    python tests/benchmarks/cold.py [--before CHECKOUT] [--repeats N]

What is quoted is the ratio of medians, within one run of this script. ``--before`` names a checkout
of an earlier commit, for ``bench run briefs`` against itself. The article of the dataset
``nextfin`` is recombined into the summaries that are scored.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.data.rows import load_dataset
from bench.text.sentences import sentences

ROOT = Path(__file__).resolve().parents[2]
FILES, SUMMARIES, ITEMS = 20, 100, 4
BENCH = (sys.executable, "-m", "bench")
PLAIN = """
import json, sys
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.scoring import BootstrapAggregator
articles, *files = sys.argv[1:]
wanted = {row["id"]: "\\n".join(row["summary"]) for row in map(json.loads, open(articles))}
scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=True)
for file in files:
    totals = BootstrapAggregator()
    for row in map(json.loads, open(file)):
        totals.add_scores(scorer.score(wanted[row["article"]], "\\n".join(row["items"])))
    print(file, totals.aggregate())
"""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--before", type=Path, help="a checkout of an earlier commit")
    arguments.add_argument("--repeats", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles, files = summaries(folder)
        score = (*BENCH, "score", *files, "-d", articles, "-t", "summary")
        names = ("rouge1", "rouge2", "rougeL", "rougeLsum")
        only = [part for name in names for part in ("--metric", name)]
        help_ = seconds((*BENCH, "--help"), given.repeats)
        plain = seconds((sys.executable, "-c", PLAIN, articles, *files), given.repeats)
        report("bench score against rouge-score", plain, seconds((*score, *only), given.repeats))
        sacrebleu = seconds((sys.executable, "-m", "sacrebleu", "--help"), given.repeats)
        report("bench --help against sacrebleu --help", help_, sacrebleu)
        report("bench list against bench --help", seconds((*BENCH, "list"), given.repeats), help_)
        if given.before:
            run = (*BENCH, "run", "briefs", "--overwrite", "-o")
            now, then = (
                median(seconds((*run, folder / f"{n}-{where.name}"), 1, where) for n in range(3))
                for where in (ROOT, given.before.resolve())
            )
            report("bench run briefs against the earlier commit", now, then)


def summaries(folder: Path) -> tuple[Path, list[Path]]:
    """Articles with references, and files of summaries of them."""
    (article,) = load_dataset("nextfin")
    pool, draw = sentences(article.text), random.Random(0)
    ids = [f"a{n}" for n in range(SUMMARIES)]
    articles = folder / "articles.jsonl"
    _write(articles, [{"id": i, "text": i, "summary": draw.sample(pool, ITEMS)} for i in ids])
    files = [folder / f"system{n}.jsonl" for n in range(FILES)]
    for file in files:
        _write(file, [{"article": i, "items": draw.sample(pool, ITEMS)} for i in ids])
    return articles, files


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def seconds(command: tuple[str | Path, ...], repeats: int, checkout: Path = ROOT) -> float:
    """The median processor time of the command."""
    times = []
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        done = subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stderr
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(times)


def report(what: str, one: float, other: float) -> None:
    """One line: both times and how many times the second the first is."""
    print(f"{what:46}{one:8.2f} s{other:8.2f} s{one / other:8.2f}×", flush=True)


if __name__ == "__main__":
    main()
