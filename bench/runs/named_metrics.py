"""Builds the metrics of a config and names them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import BenchError, ConfigError
from bench.metrics import Metric, metric_named
from bench.metrics.labels import told_apart
from bench.runs.config import Config, Entry


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
    named = [(entry.name or metric.name, metric) for entry, metric in built]
    labels = told_apart(named)
    for (entry, _), (name, _), label in zip(built, named, labels, strict=True):
        if labels.count(label) > 1:
            problems.append((entry, f"duplicate metric {name!r}; give one another `name:`"))
    if problems:
        raise MetricsError(problems)
    return {label: metric for label, (_, metric) in zip(labels, built, strict=True)}


class MetricsError(ConfigError):
    """Invalid metrics, each with its entry in the config."""

    def __init__(self, faults: Sequence[tuple[Entry, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(dict.fromkeys(problem for _, problem in faults))


def configured_metric(entry: Entry, config: Config) -> Metric:
    """Build the metric of an entry, with the tokenizer and stemmer of the config as defaults."""
    shared = {"tokenizer": config.tokenizer, "stemmer": config.stemmer}
    return metric_named(entry.use, unless_set=shared, **entry.parameters)
