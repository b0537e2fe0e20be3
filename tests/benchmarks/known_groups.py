"""Which measures notice known faults: lists of `datasets/insights/known-groups` against good ones.

    python tests/benchmarks/known_groups.py [--markdown]

Ten articles. The reference is the second writer's list, the good list is the first writer's, and
each bad list has one fault only. For each measure and fault: the share of the articles on which the
good list scores better (ties count half), and the mean score of the bad lists less that of the good
ones. A star says that the share is surely above a half, an exclamation mark that it is surely below
(95 % interval of Clopper and Pearson over the articles that differ). A measure that cannot see a
fault is near 50 %; one that prefers it is below. Then, for each fault, the measures that see it.

Last, on `briefs` and `insights`: how far the second writer's lists are from another article's, as
d': the difference of their means in units of their standard deviation (the root of the mean of both
variances), over the articles with a second list; and the models on the article's topic whose mean
is not above that of another article's list.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.stats import beta

import bench
from bench.data.rows import load_dataset
from bench.errors import BenchError
from bench.metrics import METRICS, metric_named
from tests.conftest import write_rows

MORE = (
    *("set_embed", "greedy_embed", "coverage@0.7_embed", "near_duplicates_embed"),
    *("set_chrf", "rouge1_idf"),
)
SEPARATING = (
    *("set_rougeL.f1", "set_chrf.f1", "set_embed.f1", "set_embed.precision", "greedy_embed.f1"),
    *("rouge1.recall", "rouge1_idf", "topicality", "support"),
)
OFF_TOPIC = ("other-article", "other-editor", "oracle")
FOLDER = Path(__file__).parents[2] / "datasets/insights"


def groups(task: str) -> dict[str, dict[str, list[str]]]:
    """The bad lists of a task: by fault and article."""
    found = {}
    for file in sorted((FOLDER / "known-groups").glob(f"*.{task}.jsonl")):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        found[file.name.partition(".")[0]] = {row["id"]: row["items"] for row in rows}
    return found


def scored(task: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Measure, fault, and the share of articles on which the good list is better, with marks."""
    bad = groups(task)
    ids = set.intersection(*(set(lists) for lists in bad.values()))
    articles = [a for a in load_dataset("insights", split="test") if a.id in ids]
    lists = {"good": {a.id: list(getattr(a, task)) for a in articles}, **bad}
    rows = [
        {
            **a.to_row(),
            task: list(getattr(a.alternatives[0], task)),
            "alternatives": [],
            "item_labels": {},
        }
        for a in articles
    ]
    file = write_rows(folder / f"{task}.jsonl", rows)

    def writer(own: dict[str, list[str]]):  # type: ignore[no-untyped-def]
        return lambda article, task: own[article.id]

    metrics = []
    for name in dict.fromkeys((*METRICS.builtin, *MORE)):
        try:
            metric_named(name)
            metrics.append(name)
        except BenchError:
            continue  # needs an extra or parameters
    run = bench.run(
        dataset=file,
        tasks={task: {"items": 16 if task == "questions" else 4}},
        models={name: writer(own) for name, own in lists.items()},
        metrics=metrics,
        progress=False,
        resamples=100,
    )
    models = run.results.tasks[task].models
    for score in models["good"].scores:
        sign = 1 if run.results.facts(score).higher_is_better else -1
        good = run.values(task, "good", score)
        for fault in bad:
            other = run.values(task, fault, score)
            gains = sign * (np.asarray(good.values) - np.asarray(other.values))
            value, low, high = share(np.round(gains, 9))
            mark = "*" if low > 0.5 else "!" if high < 0.5 else ""
            change = float(np.mean(other.values) - np.mean(good.values))
            yield score, fault, f"{value:.0%}{mark} {change:+.3f}"


def share(gains: np.ndarray) -> tuple[float, float, float]:
    """The share of positive gains, ties half, and the interval of those that are not ties."""
    wins, losses = int((gains > 0).sum()), int((gains < 0).sum())
    n = wins + losses
    low = float(beta.ppf(0.025, wins, n - wins + 1)) if wins else 0.0
    high = float(beta.ppf(0.975, wins + 1, n - wins)) if n > wins else 1.0
    return (wins + (len(gains) - n) / 2) / len(gains), low, high


def separation(dataset: str) -> Iterator[tuple[str, str, str, str]]:
    """Task, score, d' and the models that are not above another article's list."""
    metrics = list(dict.fromkeys(score.partition(".")[0] for score in SEPARATING))
    run = bench.run(dataset, metrics=metrics, progress=False)
    for task, result in run.results.tasks.items():
        for score in SEPARATING:
            editor, other = (run.values(task, m, score) for m in ("other-editor", "other-article"))
            of_other = dict(zip(other.articles, other.values, strict=True))
            own, off = np.array(editor.values), np.array([of_other[a] for a in editor.articles])
            distance = (own.mean() - off.mean()) / np.sqrt((own.var(ddof=1) + off.var(ddof=1)) / 2)
            floor = result.models["other-article"].scores[score].mean
            below = [
                name
                for name, model in result.models.items()
                if name not in OFF_TOPIC and score in model.scores
                if model.scores[score].mean <= floor
            ]
            yield task, score, f"{distance:.1f}", ", ".join(below)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    for task in ("questions", "summary"):
        with TemporaryDirectory() as folder:
            found = list(scored(task, Path(folder)))
        faults = list(dict.fromkeys(fault for _, fault, *_ in found))
        table = {score: {} for score, *_ in found}
        for score, fault, shown in found:
            table[score][fault] = shown
        if options.markdown:
            print(f"\n| {task} | {' | '.join(faults)} |\n| --- |{' ---: |' * len(faults)}")
            for score, cells in table.items():
                print(f"| `{score}` | {' | '.join(cells[f] for f in faults)} |")
            print(f"\n| {task}: fault | seen on every article by |\n| --- | --- |")
            for fault in faults:
                seeing = [s for s, cells in table.items() if cells[fault].startswith("100%*")]
                print(f"| {fault} | {', '.join(f'`{s}`' for s in seeing)} |")
        else:
            print(f"\n{task:28}" + "".join(f"{fault:>14}" for fault in faults))
            for score, cells in table.items():
                print(f"{score:28}" + "".join(f"{cells[f]:>14}" for f in faults))
    print("\n| data | task | score | d' | not above another article's list |")
    print("| --- | --- | --- | ---: | --- |")
    for dataset in ("briefs", "insights"):
        for task, score, distance, below in separation(dataset):
            print(f"| {dataset} | {task} | `{score}` | {distance} | {below} |")


if __name__ == "__main__":
    main()
