"""What is measured: one file a family, and the table of names.

A metric of your own derives from ``Metric``, stands in the entry-point group ``bench.metrics`` or
is named ``"module:Class"`` in a config.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bench.component import Made, label_of, remember
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.metrics.adapter import MetricContract
from bench.metrics.base import Block, Encoders, Metric
from bench.metrics.sets import PASSED_ON
from bench.metrics.similarity import similarity_named
from bench.registry import Registry

__all__ = ["METRICS", "STANDARD", "Block", "Encoders", "Metric", "as_metric", "metric_named"]

METRICS = Registry(
    "metric",
    {
        "rouge": "bench.metrics.rouge:RougeN",
        "rougeL": "bench.metrics.rouge:RougeL",
        "rougeLsum": "bench.metrics.rouge:RougeLsum",
        "set": "bench.metrics.sets:OneToOne",
        "greedy": "bench.metrics.sets:Greedy",
        "coverage": "bench.metrics.sets:Coverage",
        "map": "bench.metrics.sets:BestOfFirst",
        "near_duplicates": "bench.metrics.sets:NearDuplicates",
        "token_f1": "bench.metrics.overlap:TokenF1",
        "jaccard": "bench.metrics.overlap:Jaccard",
        "overlap_coefficient": "bench.metrics.overlap:OverlapCoefficient",
        "exact_match": "bench.metrics.overlap:ExactMatch",
        "bleu": "bench.metrics.translation:Bleu",
        "sentence_bleu": "bench.metrics.translation:SentenceBleu",
        "chrf": "bench.metrics.translation:Chrf",
        "sentence_chrf": "bench.metrics.translation:SentenceChrf",
        "self_bleu": "bench.metrics.translation:SelfBleu",
        "distinct": "bench.metrics.form:Distinct",
        "count_difference": "bench.metrics.form:CountDifference",
        "question_marks": "bench.metrics.form:QuestionMarks",
        "question_words": "bench.metrics.form:QuestionWords",
        "opening_divergence": "bench.metrics.form:OpeningDivergence",
        "novel": "bench.metrics.article:NovelNgrams",
        "fragments": "bench.metrics.article:ExtractiveFragments",
        "unsupported": "bench.metrics.article:UnsupportedFacts",
        "evaluate": "bench.metrics.external:EvaluateMetric",
    },
    group="bench.metrics",
    contract=MetricContract(),
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

_PARAMETERISED = re.compile(
    r"(?P<family>set|greedy)_(?P<similarity>.+)"
    r"|map@(?P<first>\d+)"
    r"|(?P<plain>[a-z_]+?)(?:(?P<n>\d+)|@(?P<at>\d*\.?\d+))"
)


AnyMetric = str | Metric | Mapping[str, Any] | Callable[..., Any]
"""A metric's name, ``{use: NAME, parameter: value}``, a metric, or a class or function for one."""


def as_metric(spec: AnyMetric, unless_set: Mapping[str, Any] | None = None) -> Metric:
    """The metric that is meant.

    Args:
        spec: which.
        unless_set: as in ``metric_named``, for one that is given by its name.

    Raises:
        UnknownNameError: there is no such metric, similarity or parameter.
        ConfigError: it cannot be a metric.
    """
    if isinstance(spec, str):
        return metric_named(spec, unless_set=unless_set)
    if isinstance(spec, Metric):
        return spec
    if isinstance(spec, Mapping):
        given = {str(key): value for key, value in spec.items() if key != "use"}
        if not isinstance(spec.get("use"), str):
            raise ConfigError(f"a metric is a name, or a mapping that has the key `use`: {spec!r}")
        return metric_named(spec["use"], unless_set=unless_set, **given)
    label, contract = label_of(spec), MetricContract()
    contract.check(spec, label)
    metric = contract.adapt(spec() if isinstance(spec, type) else spec, label)
    module = getattr(spec, "__module__", type(spec).__module__)
    remembered: Metric = remember(metric, Made(label, f"{module}:{label}", spec, {}))
    return remembered


_OF_SIMILARITIES = frozenset({"set", "greedy", "coverage", "map", "near_duplicates"})


def metric_named(
    name: str, *, unless_set: Mapping[str, Any] | None = None, **parameters: Any
) -> Metric:
    """The metric of that name; ``rouge3``, ``coverage@0.7``, ``set_chrf`` have a parameter in it.

    Args:
        name: a name of ``bench list metrics``, or ``module:Class``.
        unless_set: values for parameters that nobody has set, where the metric, or the similarity
            that it is over, has them.
        parameters: its parameters.

    Raises:
        UnknownNameError: there is no such metric, similarity or parameter.
        ConfigError: a parameter has the wrong type.
    """
    family, in_name = name, dict[str, Any]()
    parts = _PARAMETERISED.fullmatch(name)
    if name not in METRICS.targets and parts:
        family = parts["family"] or parts["plain"] or "map"
        meant = {"similarity": "similarity", "n": "n", "first": "n", "at": "at"}
        in_name = {to: value for key, to in meant.items() if (value := parts[key])}
    if family not in METRICS.targets and ":" not in family:
        raise UnknownNameError(unknown_name("metric", name, {*STANDARD, *METRICS.targets}))
    given = {**in_name, **parameters}
    soft = dict(unless_set or {})
    if family in _OF_SIMILARITIES:
        passed_on = {key: given.pop(key) for key in PASSED_ON if key in given}
        spec = given.get("similarity", "rougeL")
        given["similarity"] = similarity_named(spec, unless_set=soft, **passed_on)
    elif soft:
        accepted = METRICS.parameters(family)
        given = {**{key: value for key, value in soft.items() if key in accepted}, **given}
    metric: Metric = METRICS.build(family, given)
    return metric
