"""BLEU as ``sacrebleu`` defines it, over texts and as similarities of two items."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import numpy as np

from bench.component import ADDED
from bench.errors import ConfigError
from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.metrics.sacrebleu_pairs import BleuPairs, scores_with_others
from bench.metrics.similarity_base import Similarity
from bench.text.bleu_tokens import PREFIX, BleuTokenizer

_CACHING = (
    ("tokenizer_13a", "Tokenizer13a"),
    ("tokenizer_re", "TokenizerRegexp"),
    ("tokenizer_intl", "TokenizerV14International"),
    ("tokenizer_zh", "TokenizerZh"),
    ("tokenizer_char", "TokenizerChar"),
    ("tokenizer_ja_mecab", "TokenizerJaMecab"),
    ("tokenizer_ko_mecab", "TokenizerKoMecab"),
)
_REMEMBERED = 8192  # texts: enough for the references of a block, which are used for every model


@dataclass(frozen=True)
class SacrebleuMetric(Metric):
    """Base class of scores from 0 to 100 over all items of a list as one segment.

    The signature includes that of sacrebleu.
    """

    source = "the sacrebleu package (Post 2018)"
    range = (0.0, 100.0)
    scorer: ClassVar[str]
    """The class in ``sacrebleu.metrics``."""
    options: ClassVar[Mapping[str, Any]] = {}
    """Arguments that differ from its defaults."""

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments, including the parameters of the metric."""
        return dict(self.options)

    @property
    def signature(self) -> str:
        scorer = _scorer(self.scorer, **self.arguments)
        scorer.corpus_score(["a"], [["a"]])  # its signature is only complete after scoring
        inner = scorer.get_signature().format().replace("|", ",")
        aggregation = "mean" if self.is_mean else "corpus"
        return f"{self.name}|sacrebleu:{inner}|agg:{aggregation}|v:{self.version}"

    def statistics(self, block: Block) -> FloatArray:
        predicted = ["\n".join(items) for items in block.predictions]
        wanted = ["\n".join(items) for items in block.references]
        scorer = _scorer(self.scorer, **self.arguments)
        if self.is_mean:
            pairs = zip(predicted, wanted, strict=True)
            return np.array([[scorer.sentence_score(p, [w]).score] for p, w in pairs])
        # Private, but used by sacrebleu's own bootstrap: the counts of each segment.
        return np.array(scorer._extract_corpus_statistics(predicted, [wanted]), np.float64)


@dataclass(frozen=True)
class Tokenizing:
    """Base class for BLEU.

    Attributes:
        tokenize: the tokenizer of sacrebleu; text without spaces needs ``zh`` (Chinese),
            ``char`` (any), ``ja-mecab`` or ``ko-mecab``.
    """

    tokenize: BleuTokenizer = field(default="13a", metadata=ADDED)

    def __post_init__(self) -> None:
        try:
            _scorer("BLEU", tokenize=self.tokenize)
        except RuntimeError as error:
            extra = self.tokenize.partition("-")[0]
            raise ConfigError(
                f"tokenize: {self.tokenize} needs a library that is not installed:"
                f" pip install 'sacrebleu[{extra}]'"
            ) from error

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizer of sacrebleu, named separately from our own."""
        return frozenset([PREFIX + self.tokenize])


@dataclass(frozen=True)
class SacrebleuBleu(Tokenizing, SacrebleuMetric):
    """Base class of BLEU over all items of a list as one segment."""

    scorer = "BLEU"

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.options, "tokenize": self.tokenize}


@dataclass(frozen=True)
class Bleu(SacrebleuBleu):
    """Corpus BLEU (Papineni et al. 2002)."""

    name = "bleu"
    description = "n-gram precision with a penalty for brevity, counted over all articles (BLEU)"
    is_mean = False

    def values(self, statistics: FloatArray) -> FloatArray:
        """BLEU of counts, smoothed as in mteval-v13a; sacrebleu computes one row at a time."""
        predicted, wanted = statistics[..., 0], statistics[..., 1]
        matches, totals = statistics[..., 2:6], statistics[..., 6:10]
        missed = matches == 0
        halvings = np.cumsum(missed, axis=-1)  # the k-th order without a match counts as 1/2^k
        shown = np.where(missed, 0.5**halvings, matches) / np.maximum(totals, 1)
        brevity = np.exp(np.minimum(0.0, 1.0 - wanted / np.maximum(predicted, 1)))
        scores = 100 * brevity * np.exp(np.log(shown).mean(axis=-1))
        defined = (totals > 0).all(axis=-1) & ~missed.all(axis=-1)
        return np.where(defined, scores, 0.0)[..., None]

    def of_sums(self, sums: FloatArray, articles: int | FloatArray) -> FloatArray:  # noqa: ARG002 - part of the contract
        return self.values(sums)


@dataclass(frozen=True)
class SentenceBleu(SacrebleuBleu):
    """BLEU of each article, averaged."""

    name = "sentence_bleu"
    description = "BLEU of each article's items as one segment, averaged; noisy on short texts"
    options: ClassVar[Mapping[str, Any]] = {"effective_order": True}


@dataclass(frozen=True)
class SelfBleu(Tokenizing, Metric):
    """BLEU of each predicted item against the others, averaged (Zhu et al. 2018, Texygen)."""

    name = "self_bleu"
    description = "BLEU of each predicted item against the model's other items: 100 says one thing"
    source = "Zhu et al. 2018 (Texygen), by sacrebleu"
    range = (0.0, 100.0)
    higher_is_better = False
    reference_free = True

    def statistics(self, block: Block) -> FloatArray:
        scorer = _scorer("BLEU", effective_order=True, tokenize=self.tokenize)

        def mean(items: Items) -> float:
            return float(np.mean(scores_with_others(scorer, items))) if len(items) > 1 else 0.0

        return np.array([[mean(items)] for items in block.predictions])


@dataclass(frozen=True)
class BleuSimilarity(Tokenizing, Similarity):
    """Sentence BLEU of the predicted against the reference item, as a share of 100."""

    description = "sentence BLEU by sacrebleu"

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        scorer = _scorer("BLEU", effective_order=True, tokenize=self.tokenize)
        return BleuPairs(scorer).matrix(predictions, references)


def _scorer(name: str, **options: Any) -> Any:
    _forget_segments()
    return _made_scorer(name, **options)


@cache
def _made_scorer(name: str, **options: Any) -> Any:
    from sacrebleu import metrics

    return getattr(metrics, name)(**options)


def _forget_segments() -> None:
    """Clear the caches of sacrebleu's tokenizers before they grow to 65,536 texts each."""
    for module, name in _CACHING:
        tokenizer = getattr(sys.modules.get(f"sacrebleu.tokenizers.{module}"), name, None)
        if tokenizer and tokenizer.__call__.cache_info().currsize > _REMEMBERED:
            tokenizer.__call__.cache_clear()
