"""What is measured: one file a family, and the table of names.

A metric of your own derives from ``Metric``, stands in the entry-point group ``bench.metrics`` or
is named ``"module:Class"`` in a config.
"""

from __future__ import annotations

import re
from typing import Any

from bench.errors import UnknownNameError, unknown_name
from bench.metrics.base import Block, Metric
from bench.registry import Registry

__all__ = ["METRICS", "STANDARD", "Block", "Metric", "metric_named"]

METRICS = Registry(
    "metric",
    {
        "rouge": "bench.metrics.rouge:RougeN",
        "rougeL": "bench.metrics.rouge:RougeL",
        "rougeLsum": "bench.metrics.rouge:RougeLsum",
        "set_rougeL": "bench.metrics.sets:OneToOne",
        "greedy_rougeL": "bench.metrics.sets:Greedy",
        "coverage": "bench.metrics.sets:Coverage",
        "near_duplicates": "bench.metrics.sets:NearDuplicates",
        "token_f1": "bench.metrics.overlap:TokenF1",
        "jaccard": "bench.metrics.overlap:Jaccard",
        "exact_match": "bench.metrics.overlap:ExactMatch",
        "distinct": "bench.metrics.form:Distinct",
        "count_difference": "bench.metrics.form:CountDifference",
    },
    group="bench.metrics",
)

STANDARD = (
    "rouge1",
    "rouge2",
    "rougeL",
    "rougeLsum",
    "set_rougeL",
    "greedy_rougeL",
    "coverage@0.5",
    "token_f1",
    "jaccard",
    "exact_match",
    "distinct1",
    "distinct2",
    "near_duplicates",
    "count_difference",
)
"""The metrics of a config that names none."""

_PARAMETERISED = re.compile(r"(?P<family>.*?)(?P<n>\d+)?(?:@(?P<at>\d*\.?\d+))?")


def metric_named(name: str, **parameters: Any) -> Metric:
    """The metric of that name; ``rouge3`` and ``coverage@0.7`` carry a parameter in theirs.

    Raises:
        UnknownNameError: there is no such metric or parameter.
        ConfigError: a parameter has the wrong type.
    """
    family, in_name = name, {}
    parts = _PARAMETERISED.fullmatch(name)
    if name not in METRICS.targets and parts and parts["family"] in METRICS.targets:
        family = parts["family"]
        in_name = {key: value for key in ("n", "at") if (value := parts[key])}
    if family not in METRICS.targets and ":" not in family:
        raise UnknownNameError(unknown_name("metric", name, {*STANDARD, *METRICS.targets}))
    metric: Metric = METRICS.build(family, {**in_name, **parameters})
    return metric
