"""``bench.names``: what a config or a command may name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.errors import UnknownNameError, unknown_name
from bench.registry import Registry
from bench.reports.names import Name, Names
from bench.reports.tables import count


def names(kind: str | None = None) -> Names:
    """Names of models, metrics, similarities, tasks, datasets and configs, with descriptions.

    What other packages add is listed without importing it.

    Args:
        kind: ``"models"``, ``"metrics"``, ``"similarities"``, ``"tasks"``, ``"datasets"`` or
            ``"configs"``; all of them if not given.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownNameError(unknown_name("kind of names", kind, KINDS))
    chosen = [kind] if kind else list(KINDS)
    return Names(tuple(Name(each, *row) for each in chosen for row in _LISTS[each]()))


def _models() -> Iterator[tuple[str, str, str]]:
    from bench.models import MODELS

    for name in MODELS.builtin:
        cls = MODELS.load(name)
        tasks = ", ".join(getattr(cls, "tasks", ()))
        role = getattr(cls, "role", "model")
        description = getattr(cls, "description", "") or (cls.__doc__ or "").split("\n")[0]
        yield name, tasks if role == "model" else f"{tasks} ({role})", description
    yield from _added(MODELS)


def _metrics() -> Iterator[tuple[str, str, str]]:
    from bench.metrics import METRICS, STANDARD, metric_named

    families = {type(metric_named(name)) for name in STANDARD}
    others = [n for n in METRICS.builtin if METRICS.load(n) not in families and n != "evaluate"]
    for name in [*STANDARD, *(_EXAMPLES.get(other, other) for other in others)]:
        metric = metric_named(name)
        low, high = metric.range
        direction = "" if metric.higher_is_better else ", lower is better"
        span = f"{low:g} to {'any' if high is None else f'{high:g}'}{direction}"
        yield name, span, f"{metric.description} [{metric.source}]"
    yield from _added(METRICS)


# Families whose names need a parameter are listed by one example.
_EXAMPLES = {"map": "map@10", "novel": "novel2"}


def _similarities() -> Iterator[tuple[str, str, str]]:
    from bench.metrics.similarity import SIMILARITIES

    for name in SIMILARITIES.builtin:
        shown = "rouge1" if name == "rouge" else name
        forms = f"set_{shown}, greedy_{shown}"
        yield shown, forms, SIMILARITIES.load(name).description
    yield from _added(SIMILARITIES)


def _added(registry: Registry) -> Iterator[tuple[str, str, str]]:
    """What other packages add: module and distribution, known without importing anything."""
    for entry in registry.added:
        if entry.name not in registry.builtin:
            what = f"{entry.target} ({entry.distribution})"
            yield entry.name, "", what


def _tasks() -> Iterator[tuple[str, str, str]]:
    from bench.tasks import TASKS

    for task in TASKS.values():
        yield task.name, f"by {task.primary}", task.description


def _datasets() -> Iterator[tuple[str, str, str]]:
    from bench.data.presets import PRESETS
    from bench.data.rows import load_dataset
    from bench.data.shipped import shipped_datasets

    for name, folder in shipped_datasets().items():
        for file in sorted(folder.glob("*.jsonl")):
            articles = load_dataset(name, split=file.stem)
            sources = ", ".join(sorted({article.source for article in articles}))
            yield name, f"{file.stem}: {count(len(articles), 'article')}", sources
    for name, preset in PRESETS.items():
        what = f"{preset.description} ({preset.hub}, {preset.license})"
        yield name, f"{preset.split}: {', '.join(preset.tasks)}, from the Hugging Face hub", what


def _configs() -> Iterator[tuple[str, str, str]]:
    from bench.data.shipped import shipped_configs

    for name, file in shipped_configs().items():
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        yield name, "", first.lstrip("# ")


_LISTS: dict[str, Callable[[], Iterator[tuple[str, str, str]]]] = {
    "models": _models,
    "metrics": _metrics,
    "similarities": _similarities,
    "tasks": _tasks,
    "datasets": _datasets,
    "configs": _configs,
}
KINDS = tuple(_LISTS)
"""The kinds of names, in the order they are listed."""
