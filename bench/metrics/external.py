"""Measures of the ``evaluate`` library, by name: ``{evaluate: NAME}`` in a config."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from bench.component import ADDED
from bench.errors import ConfigError
from bench.identity.data_files import content_digest
from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.bleu_tokens import PREFIX
from bench.text.scripts import EVALUATE_ROUGE


@dataclass(frozen=True)
class EvaluateMetric(Metric):
    """A measure of ``evaluate.load`` over the joined items of each article, averaged.

    Attributes:
        measure: its name on the hub, or the path of a folder.
        arguments: further arguments of its ``compute``.
        higher_is_better: false for errors, such as ``wer``. An article without items gets 0 from a
            measure whose higher values are better, and the value of an empty text from any other.
    """

    description = "any measure of the evaluate library, of all items as one text, averaged"
    source = "the evaluate library"
    range = (None, None)

    measure: str
    arguments: dict[str, Any] = field(default_factory=dict)
    higher_is_better: bool = field(  # type: ignore[misc]  # of a class elsewhere
        default=True, kw_only=True, metadata=ADDED
    )

    @property
    def name(self) -> str:
        return self.measure.rstrip("/").rpartition("/")[2]

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers of measures that split at non-ASCII characters, or only at spaces."""
        if self.name == "rouge" and "tokenizer" not in self.arguments:
            return frozenset([EVALUATE_ROUGE])
        if self.name in ("bleu", "google_bleu") and "tokenizer" not in self.arguments:
            return frozenset([PREFIX + "13a"])
        if self.name == "sacrebleu":
            return frozenset([PREFIX + str(self.arguments.get("tokenize", "13a"))])
        return frozenset()

    def scores(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}.{key}" for key in self.keys)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of its scores, determined on a small example."""
        return tuple(sorted(self._compute(["a b"], ["a c"])))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of a local copy, for the signature; "" for a measure on the hub."""
        return content_digest(Path(self.measure))[:16] if Path(self.measure).exists() else ""

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        rows = [self._compute(p, r) if p else self._without_items(r) for p, r in pairs]
        return np.array([[row[key] for key in self.keys] for row in rows], float)

    def _without_items(self, references: Items) -> dict[str, float]:
        """The scores of no items, which many measures fail on; 0 would be the best error."""
        if self.higher_is_better:
            return dict.fromkeys(self.keys, 0.0)
        return self._compute([""], references)

    def _compute(self, predictions: Items, references: Items) -> dict[str, float]:
        found = self._loaded.compute(
            predictions=["\n".join(predictions)],
            references=["\n".join(references)],
            **self.arguments,
        )
        flat = {key: np.mean(v) if isinstance(v, list) else v for key, v in found.items()}
        return {k: float(v) for k, v in flat.items() if isinstance(v, Real | np.floating)}

    @cached_property
    def _loaded(self) -> Any:
        try:
            import evaluate
        except ImportError as error:
            raise ConfigError("evaluate is not installed: pip install 'qgbench[hub]'") from error
        try:
            return evaluate.load(self.measure)
        except Exception as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ConfigError(
                f"evaluate cannot load {self.measure!r} ({first}); without a network"
                " connection, name the folder of a local copy"
            ) from error
