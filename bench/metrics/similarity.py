"""Similarities of items, on which set metrics are based, and their registry.

A user-defined similarity is a class with a ``matrix`` method; see ``Similarity``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bench.adapter import Adapter, text
from bench.component import is_foreign
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.faults import ANYTHING, ComponentError, fault_of, misused
from bench.metrics.base import Block, FloatArray, Items
from bench.metrics.names import parse_name
from bench.metrics.similarity_base import Similarity
from bench.registry import Registry

__all__ = ["SIMILARITIES", "Similarity", "checked_matrices", "similarity_named"]


class FunctionSimilarity(Similarity):
    """Wraps a function of a predicted and a reference item."""

    def __init__(self, function: Callable[[str, str], float]) -> None:
        object.__setattr__(self, "inner", function)

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        inner = vars(self)["inner"]
        return np.array([[inner(p, r) for r in references] for p in predictions], np.float64)


class DuckSimilarity(Similarity):
    """Wraps an object with a ``matrix`` method that does not derive from ``Similarity``."""

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "inner", inner)

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        found: FloatArray = vars(self)["inner"].matrix(predictions, references)
        return found


class SimilarityContract(Adapter[Similarity]):
    """Accepts classes with ``matrix``, and functions of two items."""

    kind = "similarity"
    base = Similarity
    method = "matrix"
    requirement = (
        "`matrix(predictions, references)`; derive it from bench.metrics.similarity.Similarity, or"
        " name a function of two items"
    )
    attributes = (text("description"),)

    def around_object(self, inner: Any) -> Similarity:
        """Wrap an object with ``matrix``."""
        return DuckSimilarity(inner)

    def around_function(self, function: Callable[..., Any]) -> Similarity:
        """Wrap a function of two items."""
        return FunctionSimilarity(function)


_ROUNDING = 1e-9  # tolerance of the range check

SIMILARITIES = Registry(
    "similarity",
    {
        "rouge": "bench.metrics.token_similarity:RougeNSimilarity",
        "rougeL": "bench.metrics.token_similarity:RougeLSimilarity",
        "token_f1": "bench.metrics.token_similarity:TokenF1Similarity",
        "jaccard": "bench.metrics.token_similarity:JaccardSimilarity",
        "bleu": "bench.metrics.translation:BleuSimilarity",
        "chrf": "bench.metrics.chrf:ChrfSimilarity",
        "embed": "bench.metrics.embedding:EmbedSimilarity",
    },
    group="bench.similarities",
    contract=SimilarityContract(),
)


def checked_matrices(
    similarity: Similarity, block: Block, *, inside: bool = False
) -> list[FloatArray]:
    """Compute the matrix of each article, and check that values are in [0, 1].

    Raises:
        ComponentError: a value is invalid, or the similarity raises an exception.
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
            what = f"returns {numbers[~fine][0]:g}, outside the range 0 to 1"
            raise misused(similarity, label, what, "matrix")
    return [np.clip(np.asarray(matrix, np.float64), 0.0, 1.0) for matrix in found]


def similarity_named(
    spec: str | Mapping[str, Any] | Similarity,
    *,
    unless_set: Mapping[str, Any] | None = None,
    **parameters: Any,
) -> Similarity:
    """Look up and create a similarity (``rouge2``, ``chrf``, ``module:Class``).

    Args:
        spec: a name, ``{use: NAME, parameter: value}``, or a similarity, which is returned.
        unless_set: defaults of parameters that the similarity has.
        parameters: its parameters, which override those in ``spec``.

    Raises:
        UnknownNameError: unknown similarity or parameter.
        ConfigError: ``spec`` has another form, or a parameter is invalid.
    """
    if isinstance(spec, Similarity):
        if parameters:
            raise ConfigError(
                f"similarity {spec.name!r} is an instance; set its parameters where it is created"
            )
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
