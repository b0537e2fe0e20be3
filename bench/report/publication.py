"""Leaderboards to paste into a pull request or a paper, or to compute with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bench.compare.compare import compare_each
from bench.compare.findings import ScoreComparison
from bench.compare.gather import Gathered
from bench.report.escape import latex, markdown
from bench.report.leaderboard import best_of, columns_of, ordered, ranked, remarks, title
from bench.report.tables import Column, Row, Table, booktabs, pipe_table
from bench.runs.results import ModelResult, Results, Score
from bench.stats import Rank

Form = Literal["json", "csv", "markdown", "latex"]
Standings = Mapping[tuple[str, str], ScoreComparison]
"""By task and score: which of the competitors are shown to be better than which."""

_NONE = "–"


def report_text(gathered: Gathered, form: Form, standings: Standings) -> str:
    """The leaderboards of one or more runs in a form.

    Args:
        gathered: the runs.
        form: ``json`` is the text of ``results.json``, ``csv`` has a line for each score; the
            others have the scores that a leaderboard shows.
        standings: from ``standings_of``; empty to show no ranks.
    """
    return FORMS[form](gathered.results, standings)


def standings_of(gathered: Gathered) -> Standings:
    """The standings on every score that the leaderboards show.

    Each is what ``bench compare --task TASK --metric SCORE`` finds.
    """
    results = gathered.results
    shown = [(task, score) for task in results.tasks for score in columns_of(results, task)]
    return compare_each(list(gathered.contestants.values()), shown, confidence=results.confidence)


def to_csv(results: Results, standings: Standings) -> str:
    """One row a score, every digit; the places that a model may hold where they are known."""
    keys = (
        *("task", "model", "role", "articles", "failed", "score"),
        *("mean", "low", "high", "position", "best_rank", "worst_rank"),
    )
    rows = []
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            for score, s in model.scores.items():
                rank = _ranks(standings, task, score).get(name)
                places = (rank.best, rank.worst) if rank else (None, None)
                what = (task, name, model.role, model.articles, model.failed, score)
                rows.append(Row((*what, s.mean, s.low, s.high, s.position, *places)))
    return Table(tuple(Column(key, key) for key in keys), tuple(rows)).to_csv()


def to_markdown(results: Results, standings: Standings) -> str:
    """What a pull request shows: of each task a heading, the table, and what its marks mean."""
    text = ""
    for task, result in ordered(results):
        board = _Board(results, task, standings)
        rows = []
        for name, model in board.rows:
            label = markdown(name)
            cells = [label if model.role == "model" else f"{label} (*{model.role}*)"]
            cells += [_markdown_score(cell) for cell in board.cells(name, model)]
            rows.append([*([board.place(name)] if board.ranks else []), *cells])
        heads = [*(["rank"] if board.ranks else []), "model"]
        heads += [f"{markdown(score)} {board.arrow(score)}" for score in board.scores]
        text += f"### {markdown(title(results, task).plain)}\n\n"
        text += pipe_table(heads, [h not in ("rank", "model") for h in heads], rows) + "\n"
        notes = [*board.legend(), *(note.plain for note in remarks(results, result))]
        text += "".join(f"{markdown(note)}\n\n" for note in notes)
    return text.rstrip() + "\n"


def to_latex(results: Results, standings: Standings) -> str:
    """What a paper shows: a ``table`` for each task, with a caption and what its marks mean."""
    text = "% \\usepackage{booktabs}\n% \\usepackage{graphicx}\n"
    for task, result in ordered(results):
        board = _Board(results, task, standings)
        fixed = 2 if board.ranks else 1
        rows: list[list[str] | str] = []
        for role, models in groupby(board.rows, key=lambda row: row[1].role == "model"):
            rows += [] if role or not rows else [r"\midrule"]
            for name, model in models:
                cells = list(board.cells(name, model))
                label = latex(name) + ("" if role else rf" (\textit{{{model.role}}})")
                place = [board.place(name).replace("–", "--")] if board.ranks else []
                rows.append([*place, label, *map(_latex_score, cells)])
                if any(cell and cell.score.low is not None for cell in cells):
                    rows.append([""] * fixed + [_latex_interval(cell) for cell in cells])
        heads = ["rank", "model"][-fixed:] + [_latex_head(board, score) for score in board.scores]
        table = booktabs(heads, [False] * fixed + [True] * len(board.scores), rows)
        notes = [*board.legend(), *(note.plain for note in remarks(results, result))]
        text += "\n".join(
            (
                r"\begin{table}",
                r"\centering",
                rf"\caption{{{latex(title(results, task).plain.replace(' · ', ', '))}}}",
                rf"\label{{tab:{re.sub('[^a-z]', '', task)}}}",
                r"\smallskip",
                r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
                f"{table.rstrip()}}}",
                r"\par\smallskip",
                r"\begin{minipage}{\linewidth}\footnotesize",
                *(rf"{latex(note)}\par" for note in notes),
                r"\end{minipage}",
                r"\end{table}",
                "",
            )
        )
    return text


FORMS: dict[str, Callable[[Results, Standings], str]] = {
    "json": lambda results, _: results.to_json(),
    "csv": to_csv,
    "markdown": to_markdown,
    "latex": to_latex,
}
"""By the name of ``--format``."""


@dataclass(frozen=True)
class _Cell:
    """A score, whether no competitor has a better one, and whether none is shown to be better."""

    score: Score
    best: bool
    marked: bool


class _Board:
    """The leaderboard of one task: competitors first, then floors and ceilings."""

    def __init__(self, results: Results, task: str, standings: Standings) -> None:
        self._results, self._task, self._standings = results, task, standings
        self.scores = columns_of(results, task)
        self.rows = sorted(ranked(results, task), key=lambda row: row[1].role != "model")
        self._best = {score: self._best_of(score) for score in self.scores}
        self.ranks = _ranks(standings, task, results.tasks[task].primary)

    def _best_of(self, score: str) -> float | None:
        """The best competitor's score, where not all have the same."""
        own = [
            m.scores[score].mean for _, m in self.rows if m.role == "model" and score in m.scores
        ]
        alike = len(own) > 1 and len(set(own)) == 1
        return None if alike else best_of(self._results, self.rows, score)

    def _competes(self, model: ModelResult, score: str) -> bool:
        """Whether the model's score may be marked: a competitor's, and it wrote something."""
        speaks = not self._results.is_silent(model)
        return model.role == "model" and speaks and score in model.scores

    def place(self, name: str) -> str:
        """The places that a model may hold by the primary score; nothing for who holds none."""
        rank = self.ranks.get(name)
        if rank is None:
            return ""
        return f"{rank.best}–{rank.worst}" if rank.best != rank.worst else str(rank.best)

    def arrow(self, score: str) -> str:
        """Which way a score goes."""
        return "↑" if self._results.facts(score).higher_is_better else "↓"

    def cells(self, name: str, model: ModelResult) -> Iterator[_Cell | None]:
        """The scores of a model in the order of the columns."""
        for score in self.scores:
            found = model.scores.get(score)
            competes = self._competes(model, score)
            best = competes and found is not None and found.mean == self._best[score]
            rank = _ranks(self._standings, self._task, score).get(name) if competes else None
            first = rank is not None and rank.best == 1 and self._best[score] is not None
            yield None if found is None else _Cell(found, best, first and not best)

    def legend(self) -> Iterator[str]:
        """What the marks mean."""
        cells = [c for name, model in self.rows for c in self.cells(name, model) if c]
        level = f"{100 * self._results.confidence:g} %"
        if any(cell.score.low is not None for cell in cells):
            yield f"In brackets: {level} bootstrap intervals over articles."
        if self.ranks:
            yield (
                "Rank: the places that a model may hold. Bold: the best score. †: no model is shown"
                " to have a better one (paired randomisation tests at"
                f" {100 - 100 * self._results.confidence:.3g} %, Holm's correction within a score)."
            )


def _ranks(standings: Standings, task: str, score: str) -> dict[str, Rank]:
    found = standings.get((task, score))
    return {s.label: s.rank for s in found.standings if s.rank} if found else {}


def _markdown_score(cell: _Cell | None) -> str:
    if cell is None:
        return _NONE
    shown = f"{cell.score.mean:.3f}"
    shown = f"**{shown}**" if cell.best else shown
    bounds = _bounds(cell)
    return shown + ("†" if cell.marked else "") + (f" <sub>{bounds}</sub>" if bounds else "")


def _latex_score(cell: _Cell | None) -> str:
    if cell is None:
        return "--"
    shown = f"{cell.score.mean:.3f}".replace("-", "$-$")
    return (rf"\textbf{{{shown}}}" if cell.best else shown) + (
        r"\rlap{$^\dagger$}" if cell.marked else ""
    )


def _latex_interval(cell: _Cell | None) -> str:
    bounds = _bounds(cell).replace("-", "$-$")
    return rf"{{\scriptsize {bounds}}}" if bounds else ""


def _latex_head(board: _Board, score: str) -> str:
    lines = r"\\{}".join(map(latex, re.split(r"[._](?=[a-zA-Z])", score)))
    arrow = "$\\uparrow$" if board.arrow(score) == "↑" else "$\\downarrow$"
    return rf"\shortstack[r]{{{lines} {arrow}}}"


def _bounds(cell: _Cell | None) -> str:
    if cell is None or cell.score.low is None or cell.score.high is None:
        return ""
    return f"[{cell.score.low:.3f}, {cell.score.high:.3f}]"
