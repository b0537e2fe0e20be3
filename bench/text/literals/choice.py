"""Selects the texts in a literal that are the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.text.asking import asks
from bench.text.literals.naming import BESIDE, UNNAMED, are_numbered, tier
from bench.text.literals.values import Bare, LiteralObject, Value

_PLAIN = 8
"""The tier of a text outside any object."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The selected texts.

    Attributes:
        texts: in order.
        tier: how clearly their names mark them as items; see ``naming.tier``.
        certain: whether no other selection is equally good.
    """

    texts: tuple[str, ...] = ()
    tier: int = _PLAIN
    certain: bool = True


def items_in(value: Value, task: str | None = None) -> Choice:
    """Select the items in a literal; empty only if it has no text.

    Names decide: questions come before bullets, bullets before a summary, these before neutral
    names; answers, topics and the like come last, if nothing else has text. Questions come after a
    summary if that is the ``task``.
    """
    if isinstance(value, str):
        return Choice((value,) if value.strip() else ())
    if isinstance(value, list):
        return _in_array(value, task)
    if isinstance(value, LiteralObject):
        return _in_record(value, task)
    return Choice()


def _in_array(values: Sequence[Value], task: str | None) -> Choice:
    column = _question_column(values)
    if column is not None:
        return Choice(tuple(column))
    choices = [choice for choice in (items_in(value, task) for value in values) if choice.texts]
    wanted = [choice for choice in choices if choice.tier < BESIDE] or choices
    mixed = bool(wanted) and any(isinstance(value, Bare) for value in values)
    return Choice(
        tuple(text for choice in wanted for text in choice.texts),
        min((choice.tier for choice in wanted), default=_PLAIN),
        not mixed and all(choice.certain for choice in wanted),
    )


def _question_column(values: Sequence[Value]) -> list[str] | None:
    """The questions of pairs such as ``[["Why?", "Because."], ["Who?", "They."]]``."""
    rows = [value for value in values if isinstance(value, list) and len(value) > 1]
    if len(rows) < 2 or len(rows) < len(values) or len({len(row) for row in rows}) > 1:
        return None
    columns = [[v for v in column if isinstance(v, str)] for column in zip(*rows, strict=True)]
    asking: list[list[str]] = []
    others: list[str] = []
    for column in columns:
        if len(column) == len(rows) and _all_ask(column):
            asking.append(column)
        else:
            others += column
    return asking[0] if len(asking) == 1 and others and not any(map(asks, others)) else None


def _in_record(record: LiteralObject, task: str | None) -> Choice:
    asked = tuple(key for key, _ in record.pairs if asks(key))
    if asked:
        return Choice(asked, tier("question", task))
    rated: list[tuple[str, Value, Choice]] = []
    # In the keys a, b, c the a does not mean answer.
    numbered = are_numbered([key for key, _ in record.pairs])
    for key, value in record.pairs:
        inner = items_in(value, task)
        if inner.texts:
            own = UNNAMED if numbered and len(key) == 1 else tier(key, task)
            rated.append((key, value, Choice(inner.texts, _combined(own, inner), inner.certain)))
    if not rated:
        return Choice()
    best = min(choice.tier for _, _, choice in rated)
    kept = [each for each in rated if each[2].tier == best]
    certain = len(rated) == 1 or best < UNNAMED or numbered
    if not certain and best == UNNAMED:
        kept = _without_remarks(kept)
    # A summary beside questions: the requested one is unknown.
    certain &= not (best == 1 and any(choice.tier in {2, 3} for _, _, choice in rated))
    return Choice(
        tuple(text for _, _, choice in kept for text in choice.texts),
        best,
        certain and all(choice.certain for _, _, choice in kept),
    )


def _combined(own: int, inner: Choice) -> int:
    return own + min(inner.tier, BESIDE - 1) if own >= BESIDE else min(own, inner.tier)


def _without_remarks(kept: list[tuple[str, Value, Choice]]) -> list[tuple[str, Value, Choice]]:
    """Among neutral keys, prefer those with arrays, and those with questions."""
    kept = [each for each in kept if not isinstance(each[1], str)] or kept
    all_ask = [_all_ask(choice.texts) for _, _, choice in kept]
    asking = [each for each, is_asking in zip(kept, all_ask, strict=True) if is_asking]
    others = [
        text
        for (_, _, choice), is_asking in zip(kept, all_ask, strict=True)
        if not is_asking
        for text in choice.texts
    ]
    return asking if asking and not any(map(asks, others)) else kept


def _all_ask(texts: Sequence[str]) -> bool:
    return all(map(asks, texts))
