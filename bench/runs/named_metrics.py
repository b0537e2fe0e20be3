"""Builds the metrics of a config and names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bench.errors import BenchError, ConfigError
from bench.metrics import Metric, metric_named
from bench.runs.config import Config, Entry

_NOT_PARAMETERS = ("v:", "code:", "agg:")


def named_metrics(config: Config) -> dict[str, Metric]:
    """Build the metrics of a config, by name.

    Metrics of the same name get their differing parameters added: ``set_mine:Prefix(n=3)`` and
    ``set_mine:Prefix(n=4)``.

    Raises:
        MetricsError: entries are invalid.
    """
    built: list[tuple[Entry, Metric]] = []
    problems: list[tuple[Entry, str]] = []
    for entry in config.metrics:
        try:
            built.append((entry, configured_metric(entry, config)))
        except BenchError as error:
            problems += [(entry, problem) for problem in error.problems]
    together: dict[str, list[tuple[Entry, Metric]]] = defaultdict(list)
    for entry, metric in built:
        together[entry.name or metric.name].append((entry, metric))
    named: dict[int, str] = {}
    for name, group in together.items():
        labels = _told_apart(name, [metric for _, metric in group])
        for (entry, metric), label in zip(group, labels, strict=True):
            if labels.count(label) > 1:
                problems.append((entry, f"duplicate metric {name!r}; give one another `name:`"))
            named[id(metric)] = label
    if problems:
        raise MetricsError(problems)
    return {named[id(metric)]: metric for _, metric in built}


class MetricsError(ConfigError):
    """Invalid metrics, each with its entry in the config."""

    def __init__(self, faults: Sequence[tuple[Entry, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(dict.fromkeys(problem for _, problem in faults))


def configured_metric(entry: Entry, config: Config) -> Metric:
    """Build the metric of an entry, with the tokenizer and stemmer of the config as defaults."""
    shared = {"tokenizer": config.tokenizer, "stemmer": config.stemmer}
    return metric_named(entry.use, unless_set=shared, **entry.parameters)


def _told_apart(name: str, metrics: Sequence[Metric]) -> list[str]:
    """A label for each metric of one name: the name and the parameters that differ."""
    if len(metrics) == 1:
        return [name]
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
