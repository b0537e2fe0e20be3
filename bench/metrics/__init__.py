"""Metrics, one file for each family, and the table of their names.

Your own metric derives from ``Metric``. Add it to the entry-point group ``bench.metrics``, or name
it ``"module:Class"`` in a config.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.component import label_of
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.metrics.adapter import MetricContract
from bench.metrics.base import Block, Encoders, Metric
from bench.metrics.names import parse_name
from bench.metrics.sets import PASSED_ON, SetMetric
from bench.metrics.similarity import similarity_named
from bench.registry import Registry

__all__ = [
    "METRICS",
    "STANDARD",
    "Block",
    "Encoders",
    "Metric",
    "as_metric",
    "listed_metrics",
    "metric_named",
]

METRICS = Registry(
    "metric",
    {
        "rouge": "bench.metrics.rouge:RougeN",
        "rouge1_idf": "bench.metrics.idf:WeightedRecall",
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
        "chrf": "bench.metrics.chrf:Chrf",
        "sentence_chrf": "bench.metrics.chrf:SentenceChrf",
        "self_bleu": "bench.metrics.translation:SelfBleu",
        "distinct": "bench.metrics.form:Distinct",
        "count_difference": "bench.metrics.form:CountDifference",
        "question_marks": "bench.metrics.form:QuestionMarks",
        "question_words": "bench.metrics.form:QuestionWords",
        "opening_divergence": "bench.metrics.form:OpeningDivergence",
        "novel": "bench.metrics.article:NovelNgrams",
        "fragments": "bench.metrics.article:ExtractiveFragments",
        "unsupported": "bench.metrics.article:UnsupportedFacts",
        "support": "bench.metrics.article:Support",
        "topicality": "bench.metrics.embedding:Topicality",
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
    "chrf",
    "set_rougeL",
    "set_chrf",
    "greedy_rougeL",
    "greedy_chrf",
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

AnyMetric = str | Metric | Mapping[str, Any] | Callable[..., Any]
"""A metric's name, ``{use: NAME, parameter: value}``, a metric, or a class or function for one."""


def listed_metrics(metrics: Iterable[AnyMetric]) -> list[AnyMetric]:
    """The metrics as a list.

    Raises:
        ConfigError: it is a single metric, such as a name, instead of a list of them.
    """
    if isinstance(metrics, str | Mapping) or not isinstance(metrics, Iterable):
        raise ConfigError(f"metrics must be a list, such as ['rougeL'], not {metrics!r}")
    return list(metrics)


def as_metric(spec: AnyMetric, unless_set: Mapping[str, Any] | None = None) -> Metric:
    """Build a metric from whatever stands for one.

    Args:
        spec: see ``AnyMetric``.
        unless_set: as in ``metric_named``; a metric that is built already keeps its parameters.

    Raises:
        UnknownNameError: the metric, similarity or parameter does not exist.
        ConfigError: it cannot be a metric, or a parameter is invalid.
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
    label = label_of(spec)
    module = getattr(spec, "__module__", type(spec).__module__)
    given = _with_defaults(spec, {}, unless_set or {})
    metric: Metric = METRICS.make(spec, label, given, f"{module}:{label}")
    return metric


def metric_named(
    name: str, *, unless_set: Mapping[str, Any] | None = None, **parameters: Any
) -> Metric:
    """Build a metric by its name, which may hold a parameter: ``rouge3``, ``set_chrf``.

    Args:
        name: a name of ``bench list metrics``, or ``module:Class``.
        unless_set: defaults for the parameters that the metric, or its similarity, has and that
            nothing else sets.
        parameters: its parameters.

    Raises:
        UnknownNameError: the metric, similarity or parameter does not exist.
        ConfigError: a parameter has the wrong type, or is set by the name, too.
    """
    parsed = parse_name(name, METRICS.targets)
    if parsed.family not in METRICS.targets and ":" not in parsed.family:
        raise UnknownNameError(unknown_name("metric", name, {*STANDARD, *METRICS.targets}))
    given = parsed.with_parameters("metric", name, parameters)
    source = METRICS.load(parsed.family)
    metric: Metric = METRICS.build(parsed.family, _with_defaults(source, given, unless_set or {}))
    return metric


def _with_defaults(
    source: Any, given: Mapping[str, Any], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters of a metric, with the defaults that it, or its similarity, has."""
    if isinstance(source, type) and issubclass(source, SetMetric):
        own = {key: value for key, value in given.items() if key not in PASSED_ON}
        passed_on = {key: value for key, value in given.items() if key in PASSED_ON}
        similarity = own.get("similarity", "rougeL")
        return {
            **own,
            "similarity": similarity_named(similarity, unless_set=defaults, **passed_on),
        }
    accepted = METRICS.parameters_of(source) if defaults else {}
    return {**{key: value for key, value in defaults.items() if key in accepted}, **given}
