"""``bench list``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

import typer

from bench.registry import Registry
from bench.reports.terminal import printable, show

Kind = Literal["models", "metrics", "similarities", "tasks", "datasets", "configs"]


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; all if not given.")] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Import models, metrics, similarities; report broken ones."),
    ] = False,
) -> None:
    """List models, metrics, similarities, tasks, datasets or configs with a one-line description.

    What other packages add is listed without importing it.

    Example: bench list models
    """
    if check:
        from bench.cli.list_check import check_components

        check_components(kind)
        return
    from rich.table import Table
    from rich.text import Text

    for each in [kind] if kind else list(_LINES):
        heading = [] if kind else [Text(each, "bold")]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for name, note, description in _LINES[each]():
            table.add_row(name, note, description)
        show(*heading, table, *([] if kind else [""]))


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
        direction = "" if metric.higher_is_better else ", less is better"
        span = f"{low:g} to {'any' if high is None else f'{high:g}'}{direction}"
        yield name, span, f"{metric.description} [{metric.source}]"
    yield from _added(METRICS)


# Of a family that is nothing without a parameter, one member.
_EXAMPLES = {"map": "map@10", "novel": "novel2"}


def _similarities() -> Iterator[tuple[str, str, str]]:
    from bench.metrics.similarity import SIMILARITIES

    for name in SIMILARITIES.builtin:
        shown = "rouge1" if name == "rouge" else name
        forms = f"set_{shown}, greedy_{shown}"
        yield shown, forms, SIMILARITIES.load(name).description
    yield from _added(SIMILARITIES)


def _added(registry: Registry) -> Iterator[tuple[str, str, str]]:
    """What other packages add: where it is and whose, which is all that is known unimported."""
    for entry in registry.added:
        if entry.name not in registry.builtin:
            what = f"{entry.target} ({entry.distribution})"
            yield printable(entry.name), "", printable(what)


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
            number = len(articles)
            yield name, f"{file.stem}: {number} article{'' if number == 1 else 's'}", sources
    for name, preset in PRESETS.items():
        what = f"{preset.description} ({preset.hub}, {preset.license})"
        yield name, f"{preset.split}: {', '.join(preset.tasks)}, from the hub", what


def _configs() -> Iterator[tuple[str, str, str]]:
    from bench.data.shipped import shipped_configs

    for name, file in shipped_configs().items():
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        yield name, "", first.lstrip("# ")


_LINES: dict[str, Callable[[], Iterator[tuple[str, str, str]]]] = {
    "models": _models,
    "metrics": _metrics,
    "similarities": _similarities,
    "tasks": _tasks,
    "datasets": _datasets,
    "configs": _configs,
}
