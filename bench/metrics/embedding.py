"""Similarity and topicality by vectors of texts (extra ``semantic``, or a named encoder)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np

from bench.component import ADDED, Identity, identify
from bench.metrics.base import Block, FloatArray, Items, Metric, Side
from bench.metrics.encoders.folder import encoder_folder
from bench.metrics.encoders.named import NamedEncoder, encoder_named
from bench.metrics.encoders.vector_file import VectorFile
from bench.metrics.question_form import is_question
from bench.metrics.similarity_base import Similarity
from bench.metrics.static_vectors import PACKAGE, cosines, packaged_vectors

Form = Literal["same", "questions", "any"]


@dataclass(frozen=True)
class EmbedSimilarity(Similarity):
    """Cosine of the vectors of two items; 0 where negative.

    Attributes:
        form: which items can be similar, since vectors barely show what a question is. ``same``:
            a question only to a question, and a statement only to a statement. ``questions``:
            only questions to each other. ``any``: all items.
        checkpoint: a folder (or a name in the cache of the hub) with an encoder of
            ``sentence-transformers``, ``model2vec`` or ``transformers``; by default the word
            vectors of the extra ``semantic``.
    """

    description = "meaning: cosine of word vectors (extra `semantic`) or of a named encoder"
    version = 2

    form: Form = "same"
    checkpoint: str | None = field(default=None, metadata=ADDED)

    def __post_init__(self) -> None:
        if self.checkpoint is None:
            packaged_vectors()
        else:
            encoder_folder(self.checkpoint).check()

    @cached_property
    def identity(self) -> Identity:
        versions = _versions() if self.checkpoint is None else []
        return identify(self, self.name, versions=versions, without=["checkpoint"])

    @property
    def digest(self) -> str:
        """Digest of the vectors or the encoder, for the signature."""
        return packaged_vectors().digest if self.encoder is None else self.encoder.digest

    @property
    def encoder(self) -> NamedEncoder | None:
        """The encoder that ``checkpoint`` names."""
        return None if self.checkpoint is None else encoder_named(self.checkpoint)

    def directions(self, texts: Sequence[str]) -> FloatArray:
        """The direction of each text, as ``static_vectors.directions`` scales it."""
        encoder = self.encoder
        if encoder is None:
            return packaged_vectors().vectors.directions(texts)
        return encoder.directions(texts)

    @property
    def name(self) -> str:
        return "embed"

    @property
    def is_symmetric(self) -> bool:
        return True

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        return self.matrices(Block([predictions], [references]))[0]

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        rows = self._directions_of(block, "predictions")
        columns = rows if inside else self._directions_of(block, "references")
        others = block.predictions if inside else block.references
        return [
            cosines(row, column) * self._comparable(own, other)
            for row, column, own, other in zip(
                rows, columns, block.predictions, others, strict=True
            )
        ]

    def _directions_of(self, block: Block, side: Side) -> list[FloatArray]:
        return _directions_of(block, side, self.digest, self.directions)

    def _comparable(self, predictions: Items, references: Items) -> FloatArray:
        """1 for each pair whose forms allow a similarity, else 0."""
        if self.form == "any":
            return np.ones((len(predictions), len(references)))
        rows, columns = (np.array([*map(is_question, s)], bool) for s in (predictions, references))
        both = np.logical_and if self.form == "questions" else np.equal
        return np.asarray(both.outer(rows, columns), np.float64)


@dataclass(frozen=True)
class StoredEmbedSimilarity(EmbedSimilarity):
    """``embed`` with the vectors that a run stored, without its encoder.

    Attributes:
        stored: the vectors; a text without one is similar to nothing.
    """

    stored: VectorFile = field(kw_only=True)

    def __post_init__(self) -> None:
        pass

    @property
    def digest(self) -> str:
        return self.stored.encoder

    def directions(self, texts: Sequence[str]) -> FloatArray:
        found = [self.stored.vector(text) for text in texts]
        zero = np.zeros(self.stored.dimensions)
        rows = [zero if vector is None else vector for vector in found]
        return np.array(rows).reshape(len(rows), self.stored.dimensions)


@dataclass(frozen=True)
class Topicality(Metric):
    """Cosine of each item with the article's centroid, the mean vector of its tokens.

    That is the mean of the sentences' vectors, each weighted by its length: the vector that
    ``embed`` gives the title and text as one item. So it depends on no sentence splitter, and a
    heading of two words counts less than a sentence.
    """

    name = "topicality"
    description = "closeness in meaning to the article: cosine with the mean vector of its words"
    source = "this project, after centroid-based salience (Radev et al. 2004)"
    needs_text = True
    reference_free = True
    ignores_order = True
    version = 2

    def __post_init__(self) -> None:
        packaged_vectors()

    @property
    def digest(self) -> str:
        """Digest of the vectors, for the signature."""
        return packaged_vectors().digest

    @cached_property
    def identity(self) -> Identity:
        return identify(self, self.name, after=["agg:mean"], versions=_versions())

    def statistics(self, block: Block) -> FloatArray:
        directions = packaged_vectors().vectors.directions
        centroids = directions(block.texts_for(self))
        items = _directions_of(block, "predictions", self.digest, directions)
        pairs = zip(items, centroids, strict=True)
        means = [float(cosines(own, c[None]).mean()) if len(own) else 0.0 for own, c in pairs]
        return np.array(means).reshape(-1, 1)


def _versions() -> list[str]:
    return [f"{PACKAGE}:{packaged_vectors().version}"]


def _directions_of(
    block: Block, side: Side, source: str, directions: Callable[[Sequence[str]], FloatArray]
) -> list[FloatArray]:
    """The directions of the items of each list, computed once for all metrics.

    Args:
        block: the lists.
        side: which of them.
        source: digest of the vectors.
        directions: computes the directions of texts.
    """

    def compute() -> list[FloatArray]:
        lists = block.predictions if side == "predictions" else block.references
        return _cut(directions([item for items in lists for item in items]), lists)

    return block.once((source, side), compute)


def _cut(rows: FloatArray, lists: Sequence[Sequence[str]]) -> list[FloatArray]:
    """The rows of each list."""
    ends = np.cumsum([0, *map(len, lists)]).tolist()
    return [rows[start:end] for start, end in pairwise(ends)]
