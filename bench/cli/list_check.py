"""``bench list --check``: import and build everything that is listed."""

from __future__ import annotations

from collections.abc import Iterator

from bench.errors import BenchError, ConfigError
from bench.registry import Registry
from bench.reports.terminal import show


def check_components(kind: str | None) -> None:
    """Import every model, metric, similarity and rater; build those that need no parameters.

    Args:
        kind: only these; None for all of them.

    Raises:
        ConfigError: some fail; a line for each, with name, distribution, module and reason.
    """
    registries = _registries()
    if kind is not None and kind not in registries:
        raise ConfigError(f"--check: {', '.join(registries)} can be checked, not {kind}")
    chosen = list(registries.values()) if kind is None else [registries[kind]]
    faults = {registry.kind: list(_faults(registry)) for registry in chosen}
    for registry in chosen:
        total = len(registry.builtin) + len(registry.added)
        fine = total - len(faults[registry.kind])
        show(f"{_PLURALS[registry.kind]}: {fine} of {total} can be used")
    problems = [line for lines in faults.values() for line in lines]
    if problems:
        raise ConfigError(problems)


_PLURALS = {
    "model": "models",
    "metric": "metrics",
    "similarity": "similarities",
    "rater": "raters",
}


def _registries() -> dict[str, Registry]:
    from bench.metrics import METRICS
    from bench.metrics.similarity import SIMILARITIES
    from bench.models import MODELS
    from bench.raters import RATERS

    return {
        "models": MODELS,
        "metrics": METRICS,
        "similarities": SIMILARITIES,
        "raters": RATERS,
    }


def _faults(registry: Registry) -> Iterator[str]:
    """A line for each name that cannot be used."""
    for name, target in registry.builtin.items():
        yield from _fault(registry, name, f"qgbench, {target.partition(':')[0]}")
    owners: dict[str, str] = dict.fromkeys(registry.builtin, "qgbench")
    for entry in registry.added:
        whose = f"{entry.distribution}, {entry.module}"
        if entry.name in owners:
            taken = f"the name is taken by {owners[entry.name]}; rename the entry point"
            yield f"{registry.kind} {entry.name!r} ({whose}): {taken}"
            continue
        owners[entry.name] = entry.distribution
        yield from _fault(registry, entry.name, whose)


def _fault(registry: Registry, name: str, whose: str) -> Iterator[str]:
    label = f"{registry.kind} {name!r}"
    try:
        registry.verify(name)
    except BenchError as error:
        reasons = [problem.removeprefix(label).lstrip(": ") for problem in error.problems]
        reason = " ".join("; ".join(reasons).split())
        yield f"{label} ({whose}): {reason}"
