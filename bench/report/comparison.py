"""What ``bench compare`` found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bench.compare.findings import Comparison, PairResult, ScoreComparison, Standing
from bench.report.escape import latex, markdown
from bench.report.tables import Column, Row, Table, join_csv, p_value, span
from bench.report.terminal import printable
from bench.stats import Interval, Rank


def comparison_view(comparison: Comparison) -> RenderableType:
    """Ranks and pairs for a terminal, and below them what they are worth."""
    parts: list[RenderableType] = []
    for one in comparison.scores:
        title, *rest = _title(comparison, one).split(" · ")
        parts.append(Text.assemble((title, "bold"), " · ", printable(" · ".join(rest))))
        parts += [standings_table(comparison, one).fitted(), ""]
        parts += [pairs_table(comparison, one).fitted(), ""]
    return Group(*parts, *(Text(remark, "yellow") for remark in remarks(comparison)))


def to_json(comparison: Comparison) -> str:
    """All of it, every digit."""
    record = {
        "version": 1,
        "confidence": comparison.confidence,
        "alpha": comparison.alpha,
        "correction": "holm",
        "tests": comparison.tests,
        "resamples": comparison.resamples,
        "seed": comparison.seed,
        "baseline": comparison.baseline,
        "comparisons": [_record(one) for one in comparison.scores],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def to_csv(comparison: Comparison) -> str:
    """One row a pair."""
    return join_csv([_raw_table(one) for one in comparison.scores])


def to_markdown(comparison: Comparison) -> str:
    """Headings, both tables of each score, and the remarks."""
    return _document(comparison, "### {}\n".format, Table.to_markdown, markdown)


def to_latex(comparison: Comparison) -> str:
    """Both tables of each score, with comments between."""
    return _document(comparison, "% {}".format, Table.to_latex, "% {}".format)


def _document(
    comparison: Comparison,
    heading: Callable[[str], str],
    table: Callable[[Table], str],
    remark: Callable[[str], str],
) -> str:
    text = ""
    escape = markdown if table is Table.to_markdown else latex
    for one in comparison.scores:
        text += heading(escape(_title(comparison, one))) + "\n"
        text += table(standings_table(comparison, one)) + "\n"
        text += table(pairs_table(comparison, one)) + "\n"
    return text + "".join(remark(line) + "\n" for line in remarks(comparison))


def standings_table(comparison: Comparison, one: ScoreComparison) -> Table:
    """The models, best first; a line between groups that are told apart."""
    ranked = any(s.rank for s in one.standings)
    columns = (
        *([Column("rank", "rank", numeric=False)] if ranked else []),
        Column("model", "model", numeric=False, folds=True),
        Column(one.score, "score", ".3f"),
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
    """Each pair; what may be chance is dimmed."""
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+.3f"),
        Column(_level(comparison), "interval"),
        Column("p", "p"),
        Column("p (Holm)", "corrected_p"),
        Column("", "significant", numeric=False),
        Column("won/tied/\nlost", "wins", drops=1),
        Column("effect", "effect_size", "+.2f", drops=2),
    )
    rows = [
        Row(
            (
                p.model,
                p.other,
                p.difference.difference,
                _span(p.difference.interval, "+.3f"),
                p_value(p.difference.p_value),
                p_value(p.corrected_p),
                "*" if p.significant else "",
                f"{p.wins}/{p.difference.equal}/{p.losses}",
                p.difference.effect_size,
            ),
            "" if p.significant else "dim",
        )
        for p in one.pairs
    ]
    return Table(columns, tuple(rows))


def remarks(comparison: Comparison) -> Iterator[str]:
    """What the numbers are worth."""
    few = max((pair.articles for one in comparison.scores for pair in one.pairs), default=0)
    for one in comparison.scores:
        if one.left_out:
            yield (
                f"{one.task}: {one.left_out} of {one.articles + one.left_out} articles have a"
                f" {one.score} of some of these models only; each pair is compared on those that"
                " both have"
            )
    failed = [
        f"{one.task}: {s.label} failed on {s.failed} articles ({s.on_error})"
        for one in comparison.scores
        for s in one.standings
        if s.failed
    ]
    yield from dict.fromkeys(failed)
    if few < 2:
        yield "1 article: no intervals, no tests; a difference here may be chance."
        return
    yield (
        f"* significant: chance alone gives a table of {_count(comparison.tests, 'test')} any such"
        f" difference at most {100 * comparison.alpha:g} % of the time (Holm's correction)."
    )
    smallest = max(1 / (comparison.resamples + 1), 2.0 ** (1 - few))
    if smallest * comparison.tests > comparison.alpha:
        enough = comparison.tests * 10 / comparison.alpha
        cure = (
            f"give --resamples {enough:.0f}, or compare fewer"
            if 2.0 ** (1 - few) * comparison.tests <= comparison.alpha
            else "it takes more articles, or fewer comparisons"
        )
        yield f"no difference can be significant with {_count(comparison.tests, 'test')}: {cure}."


def _title(comparison: Comparison, one: ScoreComparison) -> str:
    articles = _count(one.articles, "article")
    better = "higher" if one.higher_is_better else "lower"
    against = f" · against {comparison.baseline}" if comparison.baseline else ""
    return f"{one.task} · {one.score} ({better} is better) · {articles}{against}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _level(comparison: Comparison) -> str:
    return f"{100 * comparison.confidence:g} %\ninterval"


def _span(interval: Interval | None, form: str = ".3f") -> str:
    return span(interval.low, interval.high, form) if interval else span(None, None)


def _rank(rank: Rank) -> str:
    return f"{rank.best}–{rank.worst}" if rank.best != rank.worst else str(rank.best)


def _record(one: ScoreComparison) -> dict[str, Any]:
    return {
        "task": one.task,
        "score": one.score,
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
        "p_holm": pair.corrected_p,
        "significant": pair.significant,
        "wins": pair.wins,
        "ties": found.equal,
        "losses": pair.losses,
        "effect_size": found.effect_size,
    }


def _raw_table(one: ScoreComparison) -> Table:
    records = [_pair_record(pair) for pair in one.pairs]
    keys = ("task", "score", *records[0])
    rows = [Row((one.task, one.score, *record.values())) for record in records]
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))


FORMS: dict[str, Callable[[Comparison], str]] = {
    "json": to_json,
    "csv": to_csv,
    "markdown": to_markdown,
    "latex": to_latex,
}
"""By the name of ``--format``."""
