"""Renders the result of ``bench compare``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bench.comparison.findings import Comparison, PairResult, ScoreComparison, Standing
from bench.display import count
from bench.reports.advisory import only_shown
from bench.reports.document import Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table, p_value, span
from bench.reports.terminal import printable
from bench.stats import FEWEST, Interval, Rank

_NAMES = {"max-t": "max-T", "holm": "Holm"}


def view(comparison: Comparison) -> RenderableType:
    """Ranks and pairs for a terminal, with remarks below."""
    parts: list[RenderableType] = []
    for one in comparison.scores:
        title, *rest = _title(comparison, one).split(" · ")
        parts.append(Text.assemble((title, "bold"), " · ", printable(" · ".join(rest))))
        parts += [fitted_table(standings_table(comparison, one)), ""]
        parts += [fitted_table(pairs_table(comparison, one)), ""]
    return Group(*parts, *(Text(printable(remark), "yellow") for remark in remarks(comparison)))


def document(comparison: Comparison) -> Document:
    """A section for each score, with standings and pairs; the flat table has a row for a pair."""
    record = {
        "version": 1,
        "confidence": comparison.confidence,
        "alpha": comparison.alpha,
        "correction": comparison.correction,
        "tests": comparison.tests,
        "resamples": comparison.resamples,
        "seed": comparison.seed,
        "baseline": comparison.baseline,
        "comparisons": [_record(one) for one in comparison.scores],
    }
    pairs = [
        {"task": one.task, "score": one.score, **_pair_record(pair)}
        for one in comparison.scores
        for pair in one.pairs
    ]
    keys = tuple(pairs[0]) if pairs else ()
    sections = tuple(
        Section(
            _title(comparison, one),
            (standings_table(comparison, one), pairs_table(comparison, one)),
        )
        for one in comparison.scores
    )
    flat = keyed(keys, [tuple(pair.values()) for pair in pairs])
    return Document(record, flat, sections, tuple(remarks(comparison)))


def standings_table(comparison: Comparison, one: ScoreComparison) -> Table:
    """The models, best first, with a line between groups that differ significantly."""
    ranked = any(s.rank for s in one.standings)
    columns = (
        *([Column("rank", "rank", numeric=False)] if ranked else []),
        Column("model", "model", numeric=False, folds=True),
        Column(one.score, "score", "z.3f"),
        Column(_level(comparison), "interval"),
    )
    rows = []
    before: Standing | None = None
    for s in one.standings:
        divided = bool(before and s.rank and before.rank and before.rank.group != s.rank.group)
        rank = (_rank(s.rank) if s.rank else "",) if ranked else ()
        cells = (*rank, s.label, s.score, _span(s.interval))
        rows.append(Row(cells, "" if s.role == "model" else "dim", divided))
        before = s
    return Table(columns, tuple(rows))


def pairs_table(comparison: Comparison, one: ScoreComparison) -> Table:
    """Each pair; differences that are not significant are dimmed."""
    together = comparison.correction == "max-t" and any(p.significant for p in one.pairs)
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+z.3f"),
        Column(_level(comparison), "interval"),
        Column("p", "p", drops=2),
        Column(f"p ({_NAMES[comparison.correction]})", "corrected_p"),
        Column("", "significant", numeric=False),
        *([Column("all at\nonce", "simultaneous", drops=1)] if together else []),
        Column("won/tied/\nlost", "wins", drops=3),
        Column("effect", "effect_size", "+z.2f", drops=4),
    )
    rows = [
        Row(
            (
                p.model,
                p.other,
                p.difference.difference,
                _span(p.difference.interval, "+z.3f"),
                p_value(p.difference.p_value),
                p_value(p.corrected_p),
                "*" if p.significant else "",
                *([_span(p.simultaneous, "+z.3f")] if together else []),
                f"{p.wins}/{p.difference.equal}/{p.losses}",
                p.difference.effect_size,
            ),
            "" if p.significant else "dim",
        )
        for p in one.pairs
    ]
    return Table(columns, tuple(rows))


def remarks(comparison: Comparison) -> Iterator[str]:
    """Remarks on the reliability of the numbers."""
    pairs = [pair for one in comparison.scores for pair in one.pairs]
    few = max((pair.units for pair in pairs), default=0)
    articles = max((pair.articles for pair in pairs), default=0)
    yield from only_shown((one.score, one.advisory) for one in comparison.scores)
    for one in comparison.scores:
        if one.left_out:
            yield (
                f"{one.task}: on {one.left_out} of {one.articles + one.left_out} articles only some"
                f" of these models have a {one.score}; each pair is compared on the articles that"
                " both have"
            )
    failed = [
        f"{one.task}: {s.label} failed on {count(s.failed, s.counted)} ({s.on_error})"
        for one in comparison.scores
        for s in one.standings
        if s.failed
    ]
    yield from dict.fromkeys(failed)
    if articles < 2:
        yield "1 article: no intervals and no tests; a difference may be due to chance."
        return
    units = "articles" if few == articles else "clusters of articles"
    if few < FEWEST:
        yield f"{few} {units}: too few for a test, which needs {FEWEST}."
        return
    if any(pair.significant for pair in pairs):
        yield _significance_legend(comparison)
    if comparison.correction == "max-t" and any(pair.significant for pair in pairs):
        yield (
            "all at once: intervals that hold together; one that ends at 0.000 shows only the"
            " sign of the difference."
        )
    if any(s.rank for one in comparison.scores for s in one.standings):
        yield (
            f"rank: with {100 * comparison.confidence:g} % confidence all models have ranks in"
            " these ranges."
        )
    if any(pair.difference.conservative for pair in pairs):
        yield (
            "some pairs differ on few articles only: their intervals allow for differences too rare"
            " to be seen."
        )
    counted = comparison.tests if comparison.correction == "holm" else 1
    smallest = max(1 / (comparison.resamples + 1), 2.0 ** (1 - few)) * counted
    if smallest > comparison.alpha:
        enough = counted * 10 / comparison.alpha
        cure = (
            f"give --resamples {enough:z.0f}, or compare fewer"
            if 2.0 ** (1 - few) * counted <= comparison.alpha
            else f"use more {units}"
        )
        if counted > 1:
            cure += ", or --correction max-t"
        yield f"no difference can be significant with {count(comparison.tests, 'test')}: {cure}."


def _significance_legend(comparison: Comparison) -> str:
    how = "step-down max-T" if comparison.correction == "max-t" else "Holm's correction"
    return (
        f"* significant: by chance alone, a table of {count(comparison.tests, 'test')} shows any"
        f" such difference at most {100 * comparison.alpha:g} % of the time ({how})."
    )


def _title(comparison: Comparison, one: ScoreComparison) -> str:
    articles = count(one.articles, "article")
    better = "higher" if one.higher_is_better else "lower"
    against = f" · against {comparison.baseline}" if comparison.baseline else ""
    return f"{one.task} · {one.score} ({better} is better) · {articles}{against}"


def _level(comparison: Comparison) -> str:
    return f"{100 * comparison.confidence:g} %\ninterval"


def _span(interval: Interval | None, form: str = "z.3f") -> str:
    return span(interval.low, interval.high, form) if interval else span(None, None)


def _rank(rank: Rank) -> str:
    return f"{rank.best}–{rank.worst}" if rank.best != rank.worst else str(rank.best)


def _record(one: ScoreComparison) -> dict[str, Any]:
    return {
        "task": one.task,
        "score": one.score,
        **({"advisory": one.advisory} if one.advisory else {}),
        "higher_is_better": one.higher_is_better,
        "articles": one.articles,
        "left_out": one.left_out,
        "models": [
            {
                "model": s.label,
                "role": s.role,
                "articles": s.articles,
                "failed": s.failed,
                "score": s.score,
                "low": s.interval.low if s.interval else None,
                "high": s.interval.high if s.interval else None,
                "conservative": s.conservative,
                "group": s.rank.group if s.rank else None,
                "best_rank": s.rank.best if s.rank else None,
                "worst_rank": s.rank.worst if s.rank else None,
            }
            for s in one.standings
        ],
        "pairs": [_pair_record(pair) for pair in one.pairs],
    }


def _pair_record(pair: PairResult) -> dict[str, Any]:
    found = pair.difference
    return {
        "model": pair.model,
        "other": pair.other,
        "articles": pair.articles,
        "difference": found.difference,
        "low": found.interval.low if found.interval else None,
        "high": found.interval.high if found.interval else None,
        "p": found.p_value,
        "p_holm": pair.holm_p,
        "p_adjusted": pair.corrected_p,
        "significant": pair.significant,
        "simultaneous_low": pair.simultaneous.low if pair.simultaneous else None,
        "simultaneous_high": pair.simultaneous.high if pair.simultaneous else None,
        "conservative": found.conservative,
        "units": pair.units,
        "wins": pair.wins,
        "ties": found.equal,
        "losses": pair.losses,
        "effect_size": found.effect_size,
    }
