"""The tables of docs/metrics.md, from the committed figures."""

from __future__ import annotations

from collections.abc import Iterator

from bench.agreement.known import known_figures

ITEM = {
    "QGEval": (
        *("set_embed.f1", "set_rougeL.f1", "set_chrf.f1", "rouge1.recall"),
        *("topicality", "support", "length"),
    ),
    "REALSumm": (
        *("rouge1.recall", "rouge1_idf", "rouge2.recall", "rougeLsum.recall", "rougeLsum.f1"),
        *("set_rougeL.recall", "set_rougeL.f1", "set_embed.recall", "length"),
    ),
    "QSalience": ("topicality", "support", "length"),
    "Quiz Design": ("topicality", "support", "length"),
}
SYSTEM = {"QGEval": ("rougeL.f1", "set_embed.f1", "length"), "REALSumm": ITEM["REALSumm"]}


def tables() -> Iterator[str]:
    """The lines of all tables, each with a heading row."""
    for data, scores in ITEM.items():
        yield from table(data, scores, "item", ".2f")
    for data, scores in SYSTEM.items():
        yield from table(data, scores, "system", "+.1f")


def table(data: str, scores: tuple[str, ...], level: str, form: str) -> Iterator[str]:
    """A row for each dimension: one decimal over systems, since more would be noise."""
    cells: dict[str, dict[str, str]] = {}
    for score in scores:
        for one in known_figures(score):
            if (one.data, one.level, one.score) == (data, level, score):
                assert one.low is not None
                assert one.high is not None
                bounds = f"[{one.low:{form}}, {one.high:{form}}]"
                cells.setdefault(one.dimension, {})[score] = f"{one.value:{form}} {bounds}"
    what = "pairs right" if level == "item" else "tau over systems"
    yield f"| {data}, {what} | {' | '.join(f'`{score}`' for score in scores)} |"
    yield f"| --- |{' --- |' * len(scores)}"
    for dimension, row in cells.items():
        yield f"| {dimension} | {' | '.join(row.get(score, '–') for score in scores)} |"
    yield ""


if __name__ == "__main__":
    print("\n".join(tables()))
