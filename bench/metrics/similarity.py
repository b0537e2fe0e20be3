"""How alike two items are: what the set scores are built on, and the table of names.

A similarity of your own is a class with a ``matrix`` method; see ``Similarity``.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain
from typing import Any, ClassVar

import numpy as np

from bench.component import (
    Identity,
    has_method,
    identify,
    is_function,
    is_shipped,
    made_of,
)
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.faults import ComponentError, fault_of, misused
from bench.metrics.base import Block, FloatArray, Items, own_tokenizer, shares
from bench.registry import Registry
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import in_order
from bench.text.pairs import all_pairs
from bench.text.tokens import TokenizerName, tokenizer_versions


@dataclass(frozen=True)
class Similarity(ABC):
    """How alike two items are, in [0, 1].

    A class of your own needs ``matrix`` alone; its fields, or the arguments of its ``__init__``,
    are its parameters, which a config sets:
    ``{use: set, similarity: {use: "mine:Prefix", n: 3}}``.
    """

    description: ClassVar[str] = ""
    """What it compares, in one line; the first line of the docstring where it is not given."""
    version: ClassVar[int] = 1
    """Raised when the same two items get another similarity."""

    @property
    def name(self) -> str:
        """The name in the names of scores, such as ``rougeL`` in ``set_rougeL``."""
        made = made_of(self)
        return made.use if made else type(self).__name__

    @cached_property
    def identity(self) -> Identity:
        """All that the numbers depend on."""
        return identify(self, self.name, versions=tokenizer_versions(self.tokenizers))

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers it reads items with, whose limits are checked before it scores a text."""
        return own_tokenizer(self)

    @abstractmethod
    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        """Every predicted item against every reference item, shape (predictions, references)."""

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        """The matrix of each article; ``inside``: of its predictions with one another."""
        others = block.predictions if inside else block.references
        pairs = zip(block.predictions, others, strict=True)
        return [_shaped(self, self.matrix(p, r), (len(p), len(r))) for p, r in pairs]


def _shaped(similarity: Similarity, matrix: Any, shape: tuple[int, int]) -> FloatArray:
    """The matrix, which may have any shape where there is nothing in it.

    Raises:
        ComponentError: it is not one, or has another shape.
    """
    found = matrix.shape if isinstance(matrix, np.ndarray) else f"a {type(matrix).__name__}"
    if not isinstance(matrix, np.ndarray) or (found != shape and matrix.size + shape[0] * shape[1]):
        what = f"returns {found}, not a numpy array of shape {shape} (predictions, references)"
        raise misused(similarity, f"similarity {similarity.name!r}", what, "matrix")
    return matrix.reshape(shape)


class EncodedSimilarity(Similarity):
    """Base of the similarities that count common tokens, for all pairs of a block at once."""

    @property
    def tokenizers(self) -> frozenset[str]:
        return frozenset([self.coding()[0]])

    @abstractmethod
    def coding(self) -> tuple[TokenizerName, bool]:
        """Which tokenizer the items are encoded with, and whether they are stemmed."""

    @abstractmethod
    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        """Strings whose longest common subsequence is what counts, and their lengths."""

    @abstractmethod
    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        """Similarities of pairs with so much in common and of such lengths."""

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        return self.matrices(Block([predictions], [references]))[0]

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        layout = block.once(("layout", self.coding(), inside), lambda: self._layout(block, inside))
        forms, lengths = self.forms(layout.distinct)
        hits = layout.common(forms)
        values = self.values(hits, lengths[layout.rows], lengths[layout.columns])
        return [
            values[end - height * width : end].reshape(height, width)
            for end, (height, width) in zip(layout.ends, layout.shapes, strict=True)
        ]

    def _layout(self, block: Block, inside: bool) -> _Layout:
        rows = block.encoded("predictions", *self.coding())
        columns = rows if inside else block.encoded("references", *self.coding())
        return _Layout(rows, columns)


class _Layout:
    """The pairs of many tables of items laid end to end, each distinct item written once.

    Attributes:
        distinct: the distinct items of all tables.
        rows: for each pair the index of its row's item among the distinct ones.
        columns: likewise of its column's.
        shapes: rows and columns of each table.
        ends: where each table's pairs end.
    """

    def __init__(self, rows: list[list[str]], columns: list[list[str]]) -> None:
        flat_rows, flat_columns = list(chain(*rows)), list(chain(*columns))
        index = {item: i for i, item in enumerate(dict.fromkeys(chain(flat_rows, flat_columns)))}
        self.distinct = list(index)
        self._rows = list(map(index.__getitem__, flat_rows))
        self._columns = list(map(index.__getitem__, flat_columns))
        row, column = all_pairs(lengths_of(rows), lengths_of(columns))
        self.rows = np.array(self._rows, np.int64)[row]
        self.columns = np.array(self._columns, np.int64)[column]
        self.shapes = [(len(r), len(c)) for r, c in zip(rows, columns, strict=True)]
        self.ends = list(accumulate(height * width for height, width in self.shapes))

    def common(self, forms: Sequence[str]) -> Counts:
        """Length of the longest common subsequence of each pair's forms."""
        from rapidfuzz.distance import LCSseq
        from rapidfuzz.process import cdist

        rows, columns = (list(map(forms.__getitem__, s)) for s in (self._rows, self._columns))
        tables = [np.zeros(0, np.int32)]
        row = column = 0
        for height, width in self.shapes:
            left, right = rows[row : row + height], columns[column : column + width]
            if left and right:
                lengths = cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32)
                tables.append(lengths.ravel())
            row, column = row + height, column + width
        return np.concatenate(tables)


@dataclass(frozen=True)
class _RougeSimilarity(EncodedSimilarity):
    """``beta`` is how many times recall counts as precision; COCO's ROUGE-L has 1.2."""

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True
    beta: float = 1.0

    def coding(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        # The F score of hits/predicted and hits/wanted, in fewer steps.
        if self.beta == 1:
            return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)
        below = np.maximum(predicted + self.beta**2 * wanted, 1)
        return np.asarray((1 + self.beta**2) * hits / below, np.float64)


@dataclass(frozen=True)
class RougeNSimilarity(_RougeSimilarity):
    """F score of the n-grams of two items."""

    description = "n-grams in common (ROUGE-N F1)"

    n: int = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return f"rouge{self.n}"

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return in_order(encoded, self.n)


@dataclass(frozen=True)
class RougeLSimilarity(_RougeSimilarity):
    """F score of the longest common subsequence of two items."""

    description = "longest common subsequence (ROUGE-L F1)"

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return encoded, lengths_of(encoded)


@dataclass(frozen=True)
class TokenF1Similarity(EncodedSimilarity):
    """F1 of the bags of words of two items, as SQuAD's evaluation script has it."""

    description = "words in common (F1 of bags of words, SQuAD's normalisation)"

    def coding(self) -> tuple[TokenizerName, bool]:
        return "squad", False

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return in_order(encoded, 1)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)


@dataclass(frozen=True)
class JaccardSimilarity(EncodedSimilarity):
    """Distinct words of both items as a share of the distinct words of either."""

    description = "distinct words in common, as a share of the distinct words of either"

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def coding(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        sets = ["".join(sorted(set(item))) for item in encoded]
        return sets, lengths_of(sets)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return shares(hits, predicted + wanted - hits)


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
        "rouge": "bench.metrics.similarity:RougeNSimilarity",
        "rougeL": "bench.metrics.similarity:RougeLSimilarity",
        "token_f1": "bench.metrics.similarity:TokenF1Similarity",
        "jaccard": "bench.metrics.similarity:JaccardSimilarity",
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
    if is_shipped(type(similarity)) and not hasattr(similarity, "inner"):
        return similarity.matrices(block, inside=inside)
    label = f"similarity {similarity.name!r}"
    try:
        found = similarity.matrices(block, inside=inside)
    except (Exception, SystemExit) as error:
        raise ComponentError(fault_of(error, label)) from error
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


_WITH_N = re.compile(r"(?P<family>.*?)(?P<n>\d+)")


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
    family, in_name = name, {}
    parts = _WITH_N.fullmatch(name)
    if name not in SIMILARITIES.targets and parts and parts["family"] in SIMILARITIES.targets:
        family, in_name = parts["family"], {"n": parts["n"]}
    if family not in SIMILARITIES.targets and ":" not in family:
        raise UnknownNameError(unknown_name("similarity", name, SIMILARITIES.targets))
    accepted = SIMILARITIES.parameters(family) if unless_set else {}
    soft = {key: value for key, value in (unless_set or {}).items() if key in accepted}
    similarity: Similarity = SIMILARITIES.build(family, {**soft, **in_name, **parameters})
    return similarity
