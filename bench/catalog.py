"""What comes with this package: names with a note and a one-line description each.

``catalog.json`` holds all of it, so that it can be listed without importing models, metrics or
numpy. ``python -m bench.catalog`` writes that file again; a test compares it with the code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from bench.display import count
from bench.entry_points import added_to

Kind = Literal["models", "metrics", "similarities", "raters", "tasks", "datasets", "configs"]
Row = tuple[str, str, str]
"""Name, note (tasks, range or split) and description."""

KINDS: tuple[Kind, ...] = get_args(Kind)
_PLUGGABLE = ("models", "metrics", "similarities", "raters")
_FILE = Path(__file__).with_name("catalog.json")


def listed(kind: Kind) -> list[Row]:
    """What there is of a kind: what comes with this package, and what other packages add.

    Of other packages' components only the location and the distribution are known, since they
    are not imported.
    """
    shipped = [tuple(row) for row in json.loads(_FILE.read_text(encoding="utf-8"))[kind]]
    names = {name for name, _, _ in shipped}
    added = added_to(f"bench.{kind}") if kind in _PLUGGABLE else []
    others = [(one.name, "", f"{one.target} ({one.distribution})") for one in added]
    return [*shipped, *(row for row in others if row[0] not in names)]


def computed(kind: Kind) -> list[Row]:
    """What comes with this package, from the code itself."""
    return list(_COMPUTED[kind]())


def write() -> None:
    """Write ``catalog.json`` again."""
    rows = {kind: computed(kind) for kind in KINDS}
    _FILE.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _models() -> Iterator[Row]:
    from bench.models import MODELS

    for name in MODELS.builtin:
        cls = MODELS.load(name)
        tasks = ", ".join(getattr(cls, "tasks", ()))
        role = getattr(cls, "role", "model")
        description = getattr(cls, "description", "") or (cls.__doc__ or "").split("\n")[0]
        yield name, tasks if role == "model" else f"{tasks} ({role})", description


def _metrics() -> Iterator[Row]:
    from bench.agreement.known import known_shares
    from bench.metrics import METRICS, STANDARD, metric_named

    families = {type(metric_named(name)) for name in STANDARD}
    others = [n for n in METRICS.builtin if METRICS.load(n) not in families and n != "evaluate"]
    for name in [*STANDARD, *(_EXAMPLES.get(other, other) for other in others)]:
        metric = metric_named(name)
        low, high = metric.range
        direction = "" if metric.higher_is_better else ", lower is better"
        span = f"{low:g} to {'any' if high is None else f'{high:g}'}{direction}"
        known = known_shares(metric.headline(name))
        agreement = f"; {known}" if known else ""
        yield name, span, f"{_cited(metric)}{agreement}"


def _cited(component: Any) -> str:
    """What a component does, and where its definition comes from, if it says so."""
    source = f" [{component.source}]" if component.source else ""
    return f"{component.description}{source}"


# Families whose names need a parameter are listed by one example.
_EXAMPLES = {"map": "map@10", "novel": "novel2"}


def _similarities() -> Iterator[Row]:
    from bench.metrics.similarity import SIMILARITIES

    for name in SIMILARITIES.builtin:
        shown = "rouge1" if name == "rouge" else name
        forms = f"set_{shown}, greedy_{shown}"
        yield shown, forms, SIMILARITIES.load(name).description


def _raters() -> Iterator[Row]:
    from bench.raters import RATERS

    for name in RATERS.builtin:
        cls = RATERS.load(name)
        yield name, ", ".join(cls.tasks), _cited(cls)


def _tasks() -> Iterator[Row]:
    from bench.tasks import TASKS

    for task in TASKS.values():
        yield task.name, f"by {task.primary}", task.description


def _datasets() -> Iterator[Row]:
    from bench.data.presets import PRESETS
    from bench.data.rows import load_dataset
    from bench.data.shipped import shipped_datasets

    for name, folder in shipped_datasets().items():
        for file in sorted(folder.glob("*.jsonl")):
            articles = load_dataset(name, split=file.stem)
            sources = ", ".join(sorted({article.source for article in articles}))
            number = len(articles)
            yield name, f"{file.stem}: {count(number, 'article')}", sources
    for name, preset in PRESETS.items():
        what = f"{preset.description} ({preset.hub}, {preset.license})"
        yield name, f"{preset.split}: {', '.join(preset.tasks)}, from the Hugging Face hub", what


def _configs() -> Iterator[Row]:
    from bench.data.shipped import shipped_configs

    for name, file in shipped_configs().items():
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        yield name, "", first.lstrip("# ")


_COMPUTED: dict[Kind, Callable[[], Iterator[Row]]] = {
    "models": _models,
    "metrics": _metrics,
    "similarities": _similarities,
    "raters": _raters,
    "tasks": _tasks,
    "datasets": _datasets,
    "configs": _configs,
}


if __name__ == "__main__":
    write()
