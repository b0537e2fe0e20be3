"""Sums within articles that correlations and accuracies are made of, under weights of systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.article_grid import ArticleGrid
from bench.stats.sample import FloatArray

_LEAST = 1e-300
_NOISE = 1e-14  # of sums of squares
_WITHOUT_LENGTH = 3  # sums of products
_COLLINEAR = 1e-9  # one less a squared correlation, below which nothing is left to correlate


@dataclass(frozen=True, eq=False)
class WithinArticles:
    """Sums within each article, shape (articles, draws) each.

    Attributes:
        pooled: of 1, y, yy, x, xx and xy.
        centred: of products of deviations from the mean of the article: xx, yy, xy, and ll, xl, yl
            where lengths are known.
        concordance: concordant less discordant pairs.
        compared: pairs that people did not tie.
        defined: 1 where neither side is constant, else 0.
        correlations: by name; 0 where undefined.
    """

    pooled: tuple[FloatArray, ...]
    centred: tuple[FloatArray, ...]
    concordance: FloatArray
    compared: FloatArray
    defined: FloatArray
    correlations: Mapping[str, FloatArray]


def joined(parts: Sequence[WithinArticles]) -> WithinArticles:
    """The sums of several groups of articles, one after the other."""
    if len(parts) == 1:
        return parts[0]

    def all_of(values: Iterable[FloatArray]) -> FloatArray:
        return np.concatenate(list(values))

    return WithinArticles(
        pooled=tuple(map(all_of, zip(*(part.pooled for part in parts), strict=True))),
        centred=tuple(map(all_of, zip(*(part.centred for part in parts), strict=True))),
        concordance=all_of(part.concordance for part in parts),
        compared=all_of(part.compared for part in parts),
        defined=all_of(part.defined for part in parts),
        correlations={
            name: all_of(part.correlations[name] for part in parts)
            for name in parts[0].correlations
        },
    )


class PeopleValues:
    """People's values and the lengths, as far as they are the same for all measures.

    Args:
        grid: the items by article.
        people: people's value of each item.
        length: its length; None if it is not known.
    """

    def __init__(self, grid: ArticleGrid, people: FloatArray, length: FloatArray | None) -> None:
        self.grid = grid
        self.table = grid.padded(people)
        self.own = grid.centred(self.table)
        self.length = None if length is None else grid.centred(grid.padded(length))
        self.signs = grid.signs(people)
        self.untied = np.abs(self.signs)
        self._features = np.stack(
            [grid.present, self.table, self.table**2]
            + ([self.own, self.own**2] if self.length is None else self._with_length(self.length)),
            axis=2,
        )

    def _with_length(self, length: FloatArray) -> list[FloatArray]:
        return [self.own, self.own**2, length, length**2, self.own * length]

    def under(self, systems: FloatArray) -> PeopleSums:
        """Their sums under weights of the systems, shape (draws, systems)."""
        weights = self.grid.weights(systems)
        sums = tuple(np.moveaxis(weights @ self._features, 2, 0))
        untied = _pairs(weights, self.untied)
        ranks = _ranks(weights, self.signs)
        return PeopleSums(
            weights=weights,
            weighted_ranks=weights * ranks,
            spread_of_ranks=(weights * ranks**2).sum(axis=2),
            untied=untied,
            compared=self.of_one_copy(weights, self.untied, untied),
            sums=sums,
        )

    def of_one_copy(self, weights: FloatArray, table: FloatArray, total: FloatArray) -> FloatArray:
        """A sum over pairs without those of an item of a system with an item of its copy."""
        same = self.grid.same_system
        if same is None:
            return total
        inside = table * same
        kept = (weights @ inside.sum(axis=2)[:, :, None])[:, :, 0] / 2
        return np.asarray(total - _pairs(weights, inside) + kept, np.float64)


@dataclass(frozen=True, eq=False)
class PeopleSums:
    """The sums of people's values within each article, shape (articles, draws) each.

    Attributes:
        weights: of each item, shape (articles, draws, slots).
        weighted_ranks: people's ranks times the weights, likewise.
        spread_of_ranks: the weighted squares of people's ranks.
        untied: pairs that people did not tie.
        compared: those without pairs of a system with its own copy.
        sums: of 1, y, yy, and of deviations from the mean of the article: y, yy, and l, ll, yl
            where lengths are known.
    """

    weights: FloatArray
    weighted_ranks: FloatArray
    spread_of_ranks: FloatArray
    untied: FloatArray
    compared: FloatArray
    sums: tuple[FloatArray, ...]


class MeasureValues:
    """The values of one measure beside people's.

    Args:
        people: people's side.
        measure: the value of each item.
    """

    def __init__(self, people: PeopleValues, measure: FloatArray) -> None:
        self._people, grid = people, people.grid
        table = grid.padded(measure)
        own = grid.centred(table)
        self._features = np.stack(
            [table, table**2, table * people.table, own, own**2, own * people.own]
            + ([] if people.length is None else [own * people.length]),
            axis=2,
        )
        self._signs = grid.signs(measure)
        self._products = self._signs * people.signs
        self._untied = np.abs(self._signs)

    @property
    def varying(self) -> int:
        """In how many articles both the measure and people's values vary."""
        both = self._untied.any(axis=(1, 2)) & self._people.untied.any(axis=(1, 2))
        return int(both.sum())

    def under(self, people: PeopleSums) -> WithinArticles:
        """The sums under the weights of those of people."""
        weights = people.weights
        x, xx, xy, own, own_xx, own_xy, *with_length = np.moveaxis(weights @ self._features, 2, 0)
        count, y, yy, other, other_yy, *lengths = people.sums
        counted = np.maximum(count, 1)
        centred = [own_xx - own**2 / counted, other_yy - other**2 / counted]
        centred += [own_xy - own * other / counted]
        if lengths:
            length, squares, products = lengths
            centred += [squares - length**2 / counted, with_length[0] - own * length / counted]
            centred += [products - other * length / counted]
        concordance, untied = _pairs(weights, self._products), _pairs(weights, self._untied)
        defined = (untied > 0) & (people.untied > 0)
        ranks = _ranks(weights, self._signs)
        crossed = (ranks * people.weighted_ranks).sum(axis=2)
        spread = (weights * ranks**2).sum(axis=2)
        correlations = {
            "within.pearson": _ratio(centred[2], centred[0], centred[1], defined),
            "within.spearman": _ratio(crossed, spread, people.spread_of_ranks, defined),
            "within.kendall": _ratio(concordance, untied, people.untied, defined),
        }
        return WithinArticles(
            pooled=(count, y, yy, x, xx, xy),
            centred=tuple(centred),
            concordance=self._people.of_one_copy(weights, self._products, concordance),
            compared=people.compared,
            defined=defined.astype(np.float64),
            correlations=correlations,
        )


def _ratio(
    over: FloatArray, first: FloatArray, second: FloatArray, defined: NDArray[np.bool_]
) -> FloatArray:
    """A correlation from sums of products; 0 where undefined."""
    root = np.sqrt(np.where(defined, np.maximum(first * second, _LEAST), 1.0))
    return np.where(defined, np.clip(over / root, -1, 1), 0.0)


def _ranks(weights: FloatArray, signs: FloatArray) -> FloatArray:
    """Mid-ranks, less their mean over the items drawn, in descending order."""
    return np.asarray(weights @ signs, np.float64)


def _pairs(weights: FloatArray, table: FloatArray) -> FloatArray:
    """The weighted sum of a symmetric table over pairs, shape (articles, draws)."""
    return np.asarray(((weights @ table) * weights).sum(axis=2) / 2, np.float64)


def of_articles(within: WithinArticles, weights: FloatArray) -> dict[str, FloatArray]:
    """What sums within articles say of all articles, by name, shape (draws,).

    Args:
        within: the sums, of one draw of systems or of as many as there are of articles.
        weights: how often each article is drawn, shape (draws, articles) or (1, articles).
    """

    def total(sums: FloatArray) -> FloatArray:
        if sums.shape[1] == 1:
            return np.asarray(weights @ sums[:, 0], np.float64)
        if len(weights) == 1:
            return np.asarray(weights[0] @ sums, np.float64)
        return np.asarray(np.einsum("ba,ab->b", weights, sums), np.float64)

    compared, defined = total(within.compared), total(within.defined)
    right = total(within.concordance) / np.where(compared > 0, compared, np.nan)
    controlled = np.full(len(right), np.nan)
    if len(within.centred) > _WITHOUT_LENGTH:
        controlled = _controlled(*map(total, within.centred))
    articles = np.where(defined > 0, defined, np.nan)
    return {
        "accuracy": (1 + right) / 2,
        "pooled": _pooled(*map(total, within.pooled)),
        "length_controlled": controlled,
        **{name: total(values) / articles for name, values in within.correlations.items()},
    }


def _pooled(  # noqa: PLR0913, PLR0917 - the sums, in their order
    count: FloatArray, y: FloatArray, yy: FloatArray, x: FloatArray, xx: FloatArray, xy: FloatArray
) -> FloatArray:
    counted = np.maximum(count, 1)
    own, other = xx - x * x / counted, yy - y * y / counted
    return _correlation(xy - x * y / counted, own, other, (xx, yy))


def _controlled(  # noqa: PLR0913, PLR0917 - the sums, in their order
    xx: FloatArray,
    yy: FloatArray,
    xy: FloatArray,
    ll: FloatArray,
    xl: FloatArray,
    yl: FloatArray,
) -> FloatArray:
    """The partial correlation; the plain one where lengths do not vary."""
    varies = ll > _NOISE
    first = np.where(varies, _correlation(xl, xx, ll), 0.0)
    second = np.where(varies, _correlation(yl, yy, ll), 0.0)
    rest = np.minimum(1 - first**2, 1 - second**2)
    alone = np.where(rest > _COLLINEAR, (1 - first**2) * (1 - second**2), np.nan)
    partial = (_correlation(xy, xx, yy) - first * second) / np.sqrt(alone)
    return np.asarray(np.clip(partial, -1, 1), np.float64)


def _correlation(
    cross: FloatArray,
    first: FloatArray,
    second: FloatArray,
    scale: tuple[FloatArray | float, FloatArray | float] = (1.0, 1.0),
) -> FloatArray:
    """A correlation from sums of products; NaN where a side does not vary."""
    varies = (first > _NOISE * scale[0]) & (second > _NOISE * scale[1])
    root = np.sqrt(np.where(varies, first, 1.0)) * np.sqrt(np.where(varies, second, 1.0))
    return np.where(varies, np.clip(cross / root, -1, 1), np.nan)
