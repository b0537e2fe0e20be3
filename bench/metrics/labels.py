"""Names of scores where several metrics have the same name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bench.errors import ConfigError
from bench.metrics.base import Metric

_NOT_PARAMETERS = ("v:", "code:", "agg:")


def told_apart(named: Sequence[tuple[str, Metric]]) -> list[str]:
    """A label for each metric: its name, and the parameters in which it differs from namesakes.

    Such as ``near_duplicates(at=0.5)`` and ``near_duplicates(at=0.9)``. Those that differ in
    nothing that a signature tells keep the same one.

    Args:
        named: names and metrics.
    """
    together: dict[str, list[int]] = defaultdict(list)
    for number, (name, _) in enumerate(named):
        together[name].append(number)
    labels = [name for name, _ in named]
    for name, numbers in together.items():
        if len(numbers) > 1:
            metrics = [named[number][1] for number in numbers]
            for number, label in zip(numbers, _with_parameters(name, metrics), strict=True):
                labels[number] = label
    return labels


def labelled(metrics: Sequence[Metric]) -> list[tuple[str, Metric]]:
    """Each metric with the label that ``told_apart`` gives it.

    Raises:
        ConfigError: two have the same label, and it is not certain that they are the same.
    """
    labels = told_apart([(metric.name, metric) for metric in metrics])
    known: dict[str, Metric] = {}
    for label, metric in zip(labels, metrics, strict=True):
        first = known.setdefault(label, metric)
        if first is not metric and (first.identity != metric.identity or first.identity.unknown):
            raise ConfigError(f"two metrics are called {label!r}; give one of them another name")
    return list(zip(labels, metrics, strict=True))


def _with_parameters(name: str, metrics: Sequence[Metric]) -> list[str]:
    parameters = [_parameters(metric.signature) for metric in metrics]
    keys = {key for own in parameters for key in own}
    differing = sorted(key for key in keys if len({own.get(key) for own in parameters}) > 1)
    labels = []
    for own in parameters:
        shown = ",".join(f"{key}={own[key]}" for key in differing if key in own)
        labels.append(f"{name}({shown})" if shown else name)
    return labels


def _parameters(signature: str) -> Mapping[str, str]:
    parts = [p for p in signature.split("|")[1:] if not p.startswith(_NOT_PARAMETERS)]
    return dict(part.partition(":")[::2] for part in parts)
