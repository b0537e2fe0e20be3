"""What the choice of raters adds to the variance of a mean rating.

Raters differ in severity. Where several rate the same articles, the variance between raters can be
estimated apart from that between articles (two-way random effects without interaction, Henderson's
third method; Searle, Casella and McCulloch 1992), so that an interval also holds for other raters
of the same kind. The variance between articles stays the one of the articles' own means, which
contains a part of that between raters already if articles have different raters.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bench.stats.sample import FloatArray
from bench.stats.units import codes_of

_ROUNDING = 1e-12


@dataclass(frozen=True)
class RaterVariance:
    """What is added to the variance of a mean over articles.

    Attributes:
        variance: of the mean, from the choice of raters; 0 if raters are equally severe.
        freedom: its degrees of freedom (Satterthwaite).
        between: the variance between the severities of raters.
    """

    variance: float
    freedom: float
    between: float


def rater_variance(
    values: ArrayLike, articles: Sequence[Hashable], raters: Sequence[Hashable]
) -> RaterVariance | None:
    """Estimate the part of raters.

    Args:
        values: the mean rating of one rater for one article; each pair at most once.
        articles: the article of each value.
        raters: the rater of each value.

    Returns:
        None with fewer than two articles, and where no two raters share an article.
    """
    given = np.asarray(values, np.float64)
    article, rater = codes_of(articles), codes_of(raters)
    count, people = int(article.max(initial=-1)) + 1, int(rater.max(initial=-1)) + 1
    if count < 2 or len(given) == count:
        return None
    shown = np.zeros((count, people))
    shown[article, rater] = 1
    sizes = shown.sum(axis=1)
    centred = given - (np.bincount(article, given, count) / sizes)[article]
    shares = shown / sizes[:, None]
    normal = np.diag(shown.sum(axis=0)) - shown.T @ shares
    sums = np.bincount(rater, centred, people)
    effects, _, rank, _ = np.linalg.lstsq(normal, sums, rcond=1e-9)
    explained, total = float(sums @ effects), float((centred**2).sum())
    rest_freedom = len(given) - count - int(rank)
    rest = max(0.0, total - explained) / rest_freedom if rest_freedom > 0 else 0.0
    if rest <= _ROUNDING * total:
        rest = 0.0
    severity = explained / rank
    between = max(0.0, (explained - rank * rest) / (len(given) - count))
    shared = float((shares.sum(axis=0) ** 2).sum()) / count**2
    included = (float((1 / sizes).sum()) - count * shared) / (count * (count - 1))
    freedom = float(rank)
    if severity > rest > 0:
        spread = severity**2 / rank + rest**2 / rest_freedom
        freedom = (severity - rest) ** 2 / spread
    return RaterVariance(
        variance=max(0.0, shared - included) * between,
        freedom=freedom,
        between=between,
    )


def severity_of(
    values: ArrayLike, items: Sequence[Hashable], raters: Sequence[Hashable], rater: Hashable
) -> tuple[FloatArray, list[int]]:
    """How far one rater is from the others on each item that they share.

    Args:
        values: the ratings.
        items: the item of each rating.
        raters: the rater of each rating.
        rater: the rater.

    Returns:
        The rater's value less the mean of the others', and the index of each of these ratings.
    """
    given = np.asarray(values, np.float64)
    item = codes_of(items)
    own = np.array([one == rater for one in raters], bool)
    count = int(item.max(initial=-1)) + 1
    others = np.bincount(item[~own], minlength=count)
    sums = np.bincount(item[~own], given[~own], count)
    chosen = np.flatnonzero(own & (others[item] > 0))
    means = sums[item[chosen]] / others[item[chosen]]
    return given[chosen] - means, [int(index) for index in chosen]
