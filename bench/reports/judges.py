"""Renders what was found about the judges of a run, as sections of its leaderboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from bench.display import count
from bench.reports.document import Column, Row, Section, Table
from bench.reports.tables import fitted_table, span
from bench.reports.terminal import printable
from bench.runs.judges.findings import (
    JudgedScore,
    JudgeFindings,
    PairFindings,
    PeopleAgreement,
    Used,
)
from bench.stats import CorrectedMean, Interval
from bench.stats.prediction_powered import FEWEST_LABELS
from bench.stats.ratios import Ratio

Findings = JudgeFindings | PairFindings
_WORDS = 10  # whose effect on a value is shown


def sections(findings: Iterable[Findings]) -> Iterator[Section]:
    """A section for each judge, task and criterion."""
    for found in findings:
        of_run = f" · {found.run}" if found.run else ""
        what = f"{found.judge} · {found.task} · {found.dimension}{of_run}"
        if isinstance(found, JudgeFindings):
            tables = (_score_table(found),) if found.has_labels else ()
            yield Section(f"judge {what}", tables, notes=tuple(_score_notes(found)))
        else:
            yield Section(
                f"judge {what} · lists", (_pair_table(found),), notes=tuple(_pair_notes(found))
            )


def view(findings: Sequence[Findings]) -> Iterator[RenderableType]:
    """The same for a terminal."""
    for section in sections(findings):
        yield ""
        yield Text(printable(section.title), "bold")
        for table in section.tables:
            yield fitted_table(table)
        for note in section.notes:
            yield Text(printable(note))


def record(findings: Sequence[Findings]) -> list[dict[str, Any]]:
    """The same as JSON data."""
    kinds = {JudgeFindings: "values", PairFindings: "lists"}
    records = [{"kind": kinds[type(found)], **asdict(found)} for found in findings]
    for one in records:
        if not one["run"]:
            del one["run"]
    return records


def _score_table(found: JudgeFindings) -> Table:
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("judge", "judge", "z.3f"),
        Column("people", "people", "z.3f", drops=1),
        Column("articles\nwith labels", "labels", ",d"),
        Column("corrected", "corrected", "z.3f"),
        Column("its\ninterval", "interval"),
        Column(f"against\n{found.leader}", "difference", "+z.3f", drops=3),
        Column("interval of\ndifference", "difference_interval", drops=4),
        Column("labels\nsaved", "saved", "z.0%", drops=2),
    )
    return Table(columns, tuple(Row(_cells(one)) for one in found.scores))


def _cells(one: JudgedScore) -> tuple[Any, ...]:
    own, against = one.corrected, one.against
    if own is None:
        return one.model, one.judge, None, 0, None, None, None, None, None
    return (
        one.model,
        one.judge,
        own.people,
        own.labels,
        own.estimate,
        _bounds(own.interval),
        against.estimate if against else None,
        _bounds(against.interval, "+z.3f") if against else None,
        own.saved,
    )


def _bounds(interval: Interval | None, form: str = "z.3f") -> str | None:
    return None if interval is None else span(interval.low, interval.high, form)


def _score_notes(found: JudgeFindings) -> Iterator[str]:
    yield (
        _of_people(found.agreement)
        if found.agreement
        else (
            found.note
            or "People: rated none of these items, so that nobody knows what the values are worth."
            " `bench rate` makes rating sheets."
        )
    )
    if found.length is not None:
        yield f"Length: {_length(found.length)}{_beyond(found)}."
    if found.family is not None:
        family = found.family
        names = f"{', '.join(family.own)} against {', '.join(family.others)}"
        verdict = _verdict(family.difference, "rates its own family higher", "rates it lower")
        told = f"{_signed(family.difference)}; {verdict}"
        if family.beyond_people is not None:
            bias = _verdict(
                family.beyond_people, "a preference for its own family", "a preference for others"
            )
            told += f"; {_signed(family.beyond_people)} beyond what people say ({bias})"
        yield f"Own family ({family.family}: {names}): {told}."
    yield _lost(found)
    if found.has_labels:
        yield from _labels(found)


def _of_people(found: PeopleAgreement) -> str:
    items = count(found.items, "item")
    correlation = "" if found.correlation is None else f", correlation {found.correlation:z.2f}"
    bias = f"judge minus people {_signed(found.bias)} ({_kindness(found.bias)})"
    if found.accuracy is None:
        return f"People: {items} rated by both{correlation}; {bias}; no pair to order."
    share, of = _share(found.accuracy), count(round(found.accuracy.count), "pair")
    interval = found.accuracy.interval
    verdict = "too few articles to tell"
    if interval is not None:
        verdict = "no better than chance, as far as these labels tell"
        verdict = "better than chance" if interval.low > 0.5 else verdict
        verdict = "orders items AGAINST people" if interval.high < 0.5 else verdict
    return (
        f"People: of {of} of items of one article that people rated differently, the judge puts"
        f" {share} in their order ({verdict}); {items} rated by both{correlation}; {bias}."
    )


def _kindness(bias: Ratio) -> str:
    if bias.interval and bias.interval.low == bias.interval.high == 0:
        return "the same values"
    return _verdict(bias, "rates higher than people", "rates lower than people")


def _length(found: Ratio) -> str:
    scaled = Ratio(
        found.value * _WORDS,
        found.interval and Interval(found.interval.low * _WORDS, found.interval.high * _WORDS),
        found.count,
    )
    verdict = _verdict(found, "rates longer items higher", "rates longer items lower")
    return f"{_signed(scaled)} for {_WORDS} more words in one article; {verdict}"


def _beyond(found: JudgeFindings) -> str:
    if found.length_beyond_people is None:
        return ""
    own = found.length_beyond_people
    verdict = _verdict(own, "a preference for length", "a preference for brevity")
    interval = own.interval and Interval(own.interval.low * _WORDS, own.interval.high * _WORDS)
    told = _signed(Ratio(own.value * _WORDS, interval, own.count))
    return f"; {told} beyond what people say of the same items ({verdict})"


def _verdict(found: Ratio, above: str, below: str) -> str:
    if found.interval is None:
        return "too few articles to tell"
    if found.interval.low > 0:
        return above
    return below if found.interval.high < 0 else "no difference that could not be chance"


def _lost(found: Findings) -> str:
    shares = [
        f"{number:,} of {count(found.asked, 'answer')} ({number / max(found.asked, 1):z.1%}) {what}"
        for number, what in ((found.unparsed, "not a verdict"), (found.failed, "failed"))
        if number
    ]
    told = " and ".join(shares) or f"all {found.asked:,} are verdicts"
    if found.lost_samples:
        every = found.asked * found.samples
        told += (
            f"; means lack {found.lost_samples:,} of {count(every, 'sample')}"
            f" ({found.lost_samples / every:z.1%}), which failed or are not verdicts"
        )
    return f"Answers: {told}{_used(found.used)}."


def _used(used: Used) -> str:
    parts = [
        f"{number:,} tokens {what}"
        for number, what in ((used.tokens_in, "read"), (used.tokens_out, "written"))
        if number is not None
    ]
    parts += [] if used.cost is None else [f"cost {used.cost:.4g}"]
    return f"; {', '.join(parts)}" if parts else ""


def _labels(found: JudgeFindings) -> Iterator[str]:
    few = [one for one in found.scores if one.corrected and one.corrected.labels < FEWEST_LABELS]
    if few:
        yield (
            f"Corrected: with fewer than {FEWEST_LABELS} labelled articles the judge gets no weight"
            " and the estimate is that of people alone."
        )
    unused = [one.model for one in found.scores if one.corrected and _is_no_help(one.corrected)]
    if unused and not few:
        yield (
            f"Corrected: for {', '.join(unused)} the estimate is that of people alone; the judge"
            " gets no weight, since it does not rate higher what people rate higher."
        )
    yield from labels_needed(found)


def _is_no_help(found: CorrectedMean) -> bool:
    return found.unlabelled > 0 and found.correlation is not None and found.correlation <= 0


def labels_needed(found: JudgeFindings) -> Iterator[str]:
    """How many more labels of people would halve the intervals of corrected scores."""
    if not found.has_labels:
        yield "people rated none of these items; `bench rate` makes rating sheets."
    needed = [
        f"{one.more.labels:,} for {one.model}"
        + (f" ({one.more.articles:,} of them new articles)" if one.more.articles else "")
        for one in found.scores
        if one.more is not None
    ]
    if needed:
        yield f"To halve its interval, this many more articles need labels: {', '.join(needed)}."


def _pair_table(found: PairFindings) -> Table:
    against = f"preferred\nto {found.baseline}" if found.baseline else "preferred"
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column(against, "share", "z.1%"),
        Column("its interval", "interval"),
        Column("won", "wins", ",d"),
        Column("tied", "ties", ",d", drops=2),
        Column("lost", "losses", ",d", drops=1),
    )
    rows = [
        Row((m.model, m.share, _bounds(m.interval, "z.1%"), m.wins, m.ties, m.losses))
        for m in found.models
    ]
    return Table(columns, tuple(rows))


def _pair_notes(found: PairFindings) -> Iterator[str]:
    if found.flips is None or found.first is None or found.second is None:
        yield "Position: no pair of lists has a verdict in both orders."
    else:
        yield (
            f"Position: {_share(found.flips)} of {count(found.pairs, 'pair')} of lists have another"
            " verdict in the other order, and are not counted; the judge prefers the list shown"
            f" first in both orders in {_share(found.first)}, the one shown second in"
            f" {_share(found.second)}{_leaning(found.first, found.second)}."
        )
    if all(one.share is None for one in found.models):
        yield (
            "Preferred: nothing can be said, since no verdict on two lists that differ is the same"
            " in both orders."
        )
    else:
        others = "" if found.baseline else " against the other models, on average"
        yield (
            f"Preferred: Bradley-Terry probability of winning{others}, ties half; intervals over"
            " articles."
        )
    yield _lost(found)


def _leaning(first: Ratio, second: Ratio) -> str:
    if first.interval and second.interval:
        if first.interval.low > second.interval.high:
            return " (it prefers the first position)"
        if second.interval.low > first.interval.high:
            return " (it prefers the second position)"
    return ""


def _share(found: Ratio) -> str:
    bounds = "" if found.interval is None else f" {_bounds(found.interval, 'z.0%')}"
    return f"{found.value:z.0%}{bounds}"


def _signed(found: Ratio) -> str:
    bounds = "" if found.interval is None else f" {_bounds(found.interval, '+z.3f')}"
    return f"{found.value:+z.3f}{bounds}"
