"""Tests all pairs of a comparison as one family."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bench.comparison.compared_models import role_of
from bench.comparison.findings import PairResult, ScoreComparison, Standing
from bench.comparison.pairing import Pairing, is_silent
from bench.errors import UnknownNameError, unknown_name
from bench.runs.human_intervals import people_behind
from bench.stats import (
    CONFIDENCE,
    Contrasts,
    Interval,
    PairedTest,
    Sample,
    contrasts,
    described,
    family_tests,
    flips_for,
    holm,
    level_of,
    paired_tests,
    score_interval,
)
from bench.stats.flips import CELLS, FLIPS, flips_taken

Correction = Literal["max-t", "holm"]
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)
_WORK = 20_000_000  # tests by flips


@dataclass(frozen=True)
class Settings:
    """How differences are tested.

    Attributes:
        confidence: that no difference is wrongly called significant.
        correction: for testing many pairs.
        flips: random sign flips; as many as the family needs if None.
        seed: of the flips; 0 is a seed.
    """

    confidence: float = CONFIDENCE
    correction: Correction = "max-t"
    flips: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.correction not in CORRECTIONS:
            raise UnknownNameError(unknown_name("correction", self.correction, CORRECTIONS))

    @property
    def alpha(self) -> float:
        """The level of the tests."""
        return level_of(self.confidence)


@dataclass(frozen=True)
class Tested:
    """Everything that was tested together.

    Attributes:
        comparisons: one for each pairing.
        tests: the number of p-values that are corrected together.
        flips: the number of sign flips behind the corrected p-values; 0 where nothing was tested.
    """

    comparisons: tuple[ScoreComparison, ...]
    tests: int
    flips: int


@dataclass(frozen=True)
class _Result:
    """One pair: its test, before and after the correction."""

    test: PairedTest
    adjusted: float | None
    holm: float | None
    simultaneous: Interval | None


_Pair = tuple[int, int]
_Key = tuple[int, _Pair]
"""The index of a pairing, and one of its pairs."""


class _Part:
    """The pairs that are compared on the same articles."""

    def __init__(self, units: Sequence[str]) -> None:
        self.units = units
        self.keys: list[_Key] = []
        self._samples: list[Sample] = []
        self._place: dict[tuple[int, int], int] = {}
        self._pairs: list[_Pair] = []
        self._limits: list[float] = []

    def add(self, number: int, pairing: Pairing, pair: _Pair, articles: tuple[str, ...]) -> None:
        """Add a pair."""
        for index in pair:
            if (number, index) not in self._place:
                self._place[number, index] = len(self._samples)
                self._samples.append(pairing.sample(index, articles))
        self.keys.append((number, pair))
        self._pairs.append((self._place[number, pair[0]], self._place[number, pair[1]]))
        self._limits.append(pairing.largest_difference)

    def contrasts(self) -> Contrasts:
        """The differences."""
        return contrasts(self._samples, self._pairs, clusters=self.units, limits=self._limits)

    def sides(self, place: int) -> tuple[Sample, Sample]:
        """Both samples of a pair."""
        one, other = self._pairs[place]
        return self._samples[one], self._samples[other]


def tested(pairings: Sequence[Pairing], settings: Settings) -> Tested:
    """Test all pairs of all pairings; what is over the same articles shares its sign flips."""
    parts = _parts(pairings)
    differences = [part.contrasts() for part in parts]
    if settings.correction == "holm":
        results, flips = _by_holm(differences, settings)
    else:
        results, flips = _by_max_t(parts, differences, settings)
    found: dict[int, dict[_Pair, PairResult]] = defaultdict(dict)
    left = iter(results)
    for part in parts:
        for place, (number, pair) in enumerate(part.keys):
            sides = part.sides(place)
            found[number][pair] = _pair(pairings[number], pair, sides, next(left), settings.alpha)
    comparisons = tuple(
        _comparison(pairing, found[number], settings.confidence)
        for number, pairing in enumerate(pairings)
    )
    return Tested(comparisons, sum(one.adjusted is not None for one in results), flips)


def _parts(pairings: Sequence[Pairing]) -> list[_Part]:
    parts: dict[tuple[tuple[str, ...], tuple[str, ...]], _Part] = {}
    for number, pairing in enumerate(pairings):
        units = {own: pairing.units(own) for own in set(pairing.pairs.values())}
        for pair, articles in pairing.pairs.items():
            key = articles, tuple(units[articles])
            part = parts.setdefault(key, _Part(units[articles]))
            part.add(number, pairing, pair, articles)
    return list(parts.values())


def _by_max_t(
    parts: Sequence[_Part], differences: Sequence[Contrasts], settings: Settings
) -> tuple[list[_Result], int]:
    family = family_tests(
        differences,
        [list(dict.fromkeys(part.units)) for part in parts],
        confidence=settings.confidence,
        flips=settings.flips,
        seed=settings.seed,
    )
    corrected = _holm(family.tests)
    rows = zip(family.tests, family.adjusted, corrected, family.intervals, strict=True)
    return [_Result(*row) for row in rows], family.flips


def _by_holm(differences: Sequence[Contrasts], settings: Settings) -> tuple[list[_Result], int]:
    """Holm's correction divides the level, so that more tests need more flips."""
    tests: list[PairedTest] = []
    count = sum(map(len, differences))
    columns = max((one.columns.shape[1] + one.sizes.shape[1] for one in differences), default=1)
    enough = 20 * count / settings.alpha  # so that the smallest p-values can be significant
    most = min(CELLS // columns, max(_WORK // max(1, count), math.ceil(enough)))
    wanted = min(flips_for(settings.alpha, max(1, count)), max(FLIPS, most))
    flips = settings.flips or wanted
    taken = 0
    for one in differences:
        own = paired_tests(one, confidence=settings.confidence, flips=flips, seed=settings.seed)
        taken = max(taken, flips_taken(one, own, flips))
        tests += own
    return [_Result(t, p, p, None) for t, p in zip(tests, _holm(tests), strict=True)], taken


def _holm(tests: Sequence[PairedTest]) -> list[float | None]:
    corrected = iter(holm([t.p_value for t in tests if t.p_value is not None]).tolist())
    return [None if test.p_value is None else next(corrected) for test in tests]


def _pair(
    pairing: Pairing, pair: _Pair, sides: tuple[Sample, Sample], result: _Result, alpha: float
) -> PairResult:
    difference = described(*sides, result.test)
    wins, losses = difference.higher, difference.lower
    if not pairing.higher_is_better:
        wins, losses = losses, wins
    return PairResult(
        model=pairing.compared_models[pair[0]].label,
        other=pairing.compared_models[pair[1]].label,
        articles=len(sides[0]),
        difference=difference,
        corrected_p=result.adjusted,
        significant=result.adjusted is not None and result.adjusted <= alpha,
        wins=wins,
        losses=losses,
        holm_p=result.holm,
        simultaneous=result.simultaneous,
        units=result.test.units,
    )


def _comparison(
    pairing: Pairing, found: dict[_Pair, PairResult], confidence: float
) -> ScoreComparison:
    return ScoreComparison(
        task=pairing.task,
        score=pairing.score,
        higher_is_better=pairing.higher_is_better,
        articles=pairing.common,
        left_out=pairing.left_out,
        standings=tuple(
            _standing(pairing, index, confidence) for index in range(len(pairing.samples))
        ),
        pairs=tuple(found[pair] for pair in pairing.pairs),
        advisory=pairing.advisory,
    )


def _standing(pairing: Pairing, index: int, confidence: float) -> Standing:
    compared, sample = pairing.compared_models[index], pairing.samples[index]
    results = compared.run.results
    interval = score_interval(
        sample,
        limits=pairing.limits,
        clusters=pairing.units(pairing.articles[index]),
        confidence=confidence,
        raters=people_behind(
            compared.run, pairing.task, compared.name, pairing.score, pairing.articles[index]
        ),
    )
    return Standing(
        label=compared.label,
        role=role_of(compared),
        articles=len(sample),
        failed=results.tasks[pairing.task].models[compared.name].failed,
        on_error=results.on_error,
        score=sample.estimate,
        interval=interval.interval if interval else None,
        rank=None,
        silent=is_silent(compared, pairing.task),
        conservative=interval is not None and interval.conservative,
        counted=results.tasks[pairing.task].models[compared.name].counted,
    )
