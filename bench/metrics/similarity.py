"""How alike two items are: what the set scores are built on, and the table of names.

A similarity of your own is a class with a ``matrix`` method; see ``Similarity``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bench.component import has_method, is_foreign, is_function
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.faults import ANYTHING, ComponentError, fault_of, misused
from bench.metrics.base import Block, FloatArray, Items
from bench.metrics.names import parse_name
from bench.metrics.similarity_base import Similarity
from bench.metrics.token_similarity import (
    JaccardSimilarity,
    RougeLSimilarity,
    RougeNSimilarity,
    TokenF1Similarity,
)
from bench.registry import Registry

__all__ = [
    "SIMILARITIES",
    "JaccardSimilarity",
    "RougeLSimilarity",
    "RougeNSimilarity",
    "Similarity",
    "TokenF1Similarity",
    "checked_matrices",
    "similarity_named",
]


class FunctionSimilarity(Similarity):
    """A plain function of a predicted and a reference item."""

    def __init__(self, function: Callable[[str, str], float]) -> None:
        object.__setattr__(self, "inner", function)

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        inner = vars(self)["inner"]
        return np.array([[inner(p, r) for r in references] for p in predictions], np.float64)


class DuckSimilarity(Similarity):
    """An object with a ``matrix`` method that does not derive from ``Similarity``."""

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "inner", inner)

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        found: FloatArray = vars(self)["inner"].matrix(predictions, references)
        return found


class _SimilarityContract:
    called_with = 2

    def check(self, source: Any, name: str) -> None:
        if not (has_method(source, Similarity, "matrix") or is_function(source)):
            raise ConfigError(
                f"similarity {name!r} does not implement `matrix(predictions, references)`; derive"
                " it from bench.metrics.similarity.Similarity, or name a function of two items"
            )

    def adapt(self, built: Any, name: str) -> Similarity:  # noqa: ARG002 - part of the contract
        if isinstance(built, Similarity):
            return built
        return DuckSimilarity(built) if hasattr(built, "matrix") else FunctionSimilarity(built)


_ROUNDING = 1e-9  # what the last digit of a similarity may be past its range

SIMILARITIES = Registry(
    "similarity",
    {
        "rouge": "bench.metrics.token_similarity:RougeNSimilarity",
        "rougeL": "bench.metrics.token_similarity:RougeLSimilarity",
        "token_f1": "bench.metrics.token_similarity:TokenF1Similarity",
        "jaccard": "bench.metrics.token_similarity:JaccardSimilarity",
        "bleu": "bench.metrics.translation:BleuSimilarity",
        "chrf": "bench.metrics.translation:ChrfSimilarity",
    },
    group="bench.similarities",
    contract=_SimilarityContract(),
)


def checked_matrices(
    similarity: Similarity, block: Block, *, inside: bool = False
) -> list[FloatArray]:
    """The matrix of each article, if all of them hold numbers from 0 to 1.

    Raises:
        ComponentError: they do not, or the similarity raises something.
    """
    if not is_foreign(similarity):
        return similarity.matrices(block, inside=inside)
    label = f"similarity {similarity.name!r}"
    try:
        found = similarity.matrices(block.copied(), inside=inside)
    except ANYTHING as error:
        raise ComponentError(fault_of(error, label, similarity, "matrix")) from error
    for matrix in found:
        numbers = np.asarray(matrix)
        if numbers.dtype.kind not in "biuf":
            what = f"returns an array of {numbers.dtype}, not of numbers"
            raise misused(similarity, label, what, "matrix")
        fine = np.isfinite(numbers) & (numbers >= -_ROUNDING) & (numbers <= 1 + _ROUNDING)
        if not fine.all():
            what = f"returns {numbers[~fine][0]:g}, and a similarity lies in 0 to 1"
            raise misused(similarity, label, what, "matrix")
    return [np.clip(np.asarray(matrix, np.float64), 0.0, 1.0) for matrix in found]


def similarity_named(
    spec: str | Mapping[str, Any] | Similarity,
    *,
    unless_set: Mapping[str, Any] | None = None,
    **parameters: Any,
) -> Similarity:
    """The similarity of that name (``rouge2``, ``chrf``, ``module:Class``).

    Args:
        spec: the name, or ``{use: NAME, parameter: value}``, or a similarity, which is returned.
        unless_set: values for parameters that nobody has set, where it has them.
        parameters: its parameters, over those in ``spec``.

    Raises:
        UnknownNameError: there is no such similarity or parameter.
        ConfigError: ``spec`` is nothing of that kind, or a parameter cannot be used.
    """
    if isinstance(spec, Similarity):
        if parameters:
            raise ConfigError(f"similarity {spec.name!r} is made already; set its parameters there")
        return spec
    if isinstance(spec, Mapping):
        given = {str(key): value for key, value in spec.items() if key != "use"}
        name, parameters = spec.get("use"), {**given, **parameters}
    else:
        name = spec
    if not isinstance(name, str):
        raise ConfigError(f"similarity: a name, or a mapping that has the key `use`, not {spec!r}")
    parsed = parse_name(name, SIMILARITIES.targets)
    family, parameters = parsed.family, parsed.with_parameters("similarity", name, parameters)
    if family not in SIMILARITIES.targets and ":" not in family:
        raise UnknownNameError(unknown_name("similarity", name, SIMILARITIES.targets))
    accepted = SIMILARITIES.parameters(family) if unless_set else {}
    soft = {key: value for key, value in (unless_set or {}).items() if key in accepted}
    similarity: Similarity = SIMILARITIES.build(family, {**soft, **parameters})
    return similarity
