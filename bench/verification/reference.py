"""Reference implementations of shipped metrics, by the packages that define them.

``rouge-score``, ``sacrebleu`` and ``scipy`` are called one pair of texts at a time. Nothing here
shares code with ``bench.metrics``. A metric is found by the signature of its scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import fmean
from typing import Any

Items = Sequence[str]
ItemScorer = Callable[[Items, Items], dict[str, float]]
"""From predicted and reference items to scores by their names without the metric's."""
PairScorer = Callable[[str, str], float]
"""The similarity of a predicted with a reference item."""

_ROUGE = re.compile(r"rouge([1-9]\d*|L|Lsum)")
_SACREBLEU = ("bleu", "sentence_bleu", "chrf", "sentence_chrf")
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Reference:
    """How a metric is computed without this package's metrics.

    Attributes:
        packages: the packages that compute it.
        score: scores of one article.
    """

    packages: str
    score: ItemScorer


def reference_of(signature: str) -> Reference | None:
    """The reference implementation of a metric; None if no package defines it."""
    name, *parts = signature.removesuffix("|refs:best").split("|")
    options = dict(part.partition(":")[::2] for part in parts)
    if "code" in options or options.get("tokenizer", "rouge-score") != "rouge-score":
        return None
    stemmer = options.get("stemmer") == "yes"
    if _ROUGE.fullmatch(name):
        return Reference("rouge-score", _rouge(name, stemmer))
    if name in _SACREBLEU:
        return _sacrebleu(name, options.get("sacrebleu", ""))
    similarity = options.get("similarity", "").partition(",")[0]
    pair = _similarity(similarity, stemmer, options)
    if pair is None or options.get("duplicates") != "keep":
        return None
    package, alike = pair
    return _of_sets(name, package, alike, options)


def _rouge(name: str, stemmer: bool) -> ItemScorer:
    scorer = _rouge_scorer(name, stemmer)

    def score(predicted: Items, wanted: Items) -> dict[str, float]:
        found = scorer.score("\n".join(wanted), "\n".join(predicted))[name]
        return {"precision": found.precision, "recall": found.recall, "f1": found.fmeasure}

    return score


def _rouge_scorer(name: str, stemmer: bool) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([name], tokenizer=_tokenizer(stemmer))


@cache
def _tokenizer(stemmer: bool) -> Any:
    """The tokenizer of ``rouge-score``, which reads and stems a text once for all its pairs."""
    from rouge_score.tokenizers import DefaultTokenizer

    tokenizer: Any = DefaultTokenizer(stemmer)
    tokenizer.tokenize = lru_cache(maxsize=4096)(tokenizer.tokenize)
    return tokenizer


def _sacrebleu(name: str, options: str) -> Reference:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    given = dict(option.partition(":")[::2] for option in options.split(","))
    tokenize: Any = given.get("tok", "13a")
    scorers: dict[str, Any] = {
        "bleu": lambda: BLEU(tokenize=tokenize),
        "sentence_bleu": lambda: BLEU(tokenize=tokenize, effective_order=True),
        "chrf": CHRF,
        "sentence_chrf": CHRF,
    }
    scorer = scorers[name]()

    def score(predicted: Items, wanted: Items) -> dict[str, float]:
        segments = "\n".join(predicted), "\n".join(wanted)
        if name.startswith("sentence_"):
            return {"": scorer.sentence_score(segments[0], [segments[1]]).score}
        return {"": scorer.corpus_score([segments[0]], [[segments[1]]]).score}

    return Reference("sacrebleu", score)


def _similarity(name: str, stemmer: bool, options: dict[str, str]) -> tuple[str, PairScorer] | None:
    """The package and the function behind a similarity of two items."""
    if _ROUGE.fullmatch(name) and name != "rougeLsum" and options.get("beta", "1") == "1":
        rouge = _rouge_scorer(name, stemmer)
        return "rouge-score", lambda p, r: float(rouge.score(r, p)[name].fmeasure)
    if name == "chrf":
        from sacrebleu.metrics.chrf import CHRF

        chrf = CHRF()
        return "sacrebleu", lambda p, r: chrf.sentence_score(p, [r]).score / 100
    return None


def _of_sets(
    name: str, package: str, alike: PairScorer, options: dict[str, str]
) -> Reference | None:
    """A metric over the similarities of every item with every other."""
    family = re.split(r"[@_]", name)[0]
    scorers: dict[str, ItemScorer] = {
        "set": lambda p, r: _with_f1(*_one_to_one(_matrix(p, r, alike))),
        "greedy": lambda p, r: _with_f1(*_greedy(_matrix(p, r, alike))),
        "coverage": lambda p, r: {"": _covered(_matrix(p, r, alike), float(options["at"]))},
        "map": lambda p, r: {"": _best_of(_matrix(p[: int(options["n"])], r, alike))},
        "near": lambda p, _: {"": _near_duplicates(_matrix(p, p, alike), float(options["at"]))},
    }
    if family not in scorers:
        return None
    assigns = family in ("set", "coverage")
    return Reference(f"{package}, scipy" if assigns else package, scorers[family])


def _matrix(predicted: Items, wanted: Items, alike: PairScorer) -> list[list[float]]:
    return [[alike(p, r) for r in wanted] for p in predicted]


def _assigned(matrix: list[list[float]]) -> list[float]:
    """Similarities of the pairs of the one-to-one assignment with the greatest sum."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return [matrix[row][column] for row, column in zip(rows, columns, strict=True)]


def _one_to_one(matrix: list[list[float]]) -> tuple[float, float]:
    if not matrix:
        return 0.0, 0.0
    total = sum(_assigned(matrix))
    return total / len(matrix), total / len(matrix[0])


def _greedy(matrix: list[list[float]]) -> tuple[float, float]:
    if not matrix:
        return 0.0, 0.0
    return fmean(map(max, matrix)), fmean(map(max, zip(*matrix, strict=True)))


def _covered(matrix: list[list[float]], at: float) -> float:
    if not matrix:
        return 0.0
    return sum(value >= at - _ROUNDING for value in _assigned(matrix)) / len(matrix[0])


def _best_of(matrix: list[list[float]]) -> float:
    return fmean(map(max, zip(*matrix, strict=True))) if matrix else 0.0


def _near_duplicates(matrix: list[list[float]], at: float) -> float:
    pairs = [max(matrix[i][j], matrix[j][i]) for i in range(len(matrix)) for j in range(i)]
    return sum(value >= at - _ROUNDING for value in pairs) / len(pairs) if pairs else 0.0


def _with_f1(precision: float, recall: float) -> dict[str, float]:
    both = precision + recall
    f1 = 2 * precision * recall / both if both > 0 else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}
