"""What ``bench validate`` says of a config or a dataset, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.data.audit import Audit, Finding
from bench.display import Displayed, count
from bench.raters.spec import RaterSpec
from bench.reports import audit as articles
from bench.reports.document import Document
from bench.reports.terminal import printable
from bench.runs.plan import Plan
from bench.runs.rating_limits import expected_questions


@dataclass(frozen=True, repr=False)
class Validation(Displayed):
    """What a run would do, and what is wrong with its articles.

    Attributes:
        audit: the report on the articles.
        plan: what would run; None for a dataset.
        answered: the number of calls whose answers the run directory holds.
        notes: how the articles were read, for a dataset; a plan has its own.
    """

    audit: Audit
    plan: Plan | None = None
    notes: tuple[str, ...] = ()
    answered: int = 0

    @property
    def errors(self) -> list[Finding]:
        """The findings that a run would fail for."""
        return list(self.audit.errors)


def view(validation: Validation) -> RenderableType:
    """The plan, and below it the report on the articles."""
    found = articles.view(validation.audit)
    if validation.plan is None:
        return found
    return Group(*map(_hanging, plan_lines(validation.plan, validation.answered)), "", found)


def _hanging(line: str) -> RenderableType:
    """A line whose continuation lines begin below its value, not below its word."""
    indent = 12 if line.startswith("  ") else 10
    row = Table.grid()
    row.add_column(no_wrap=True, width=indent)
    row.add_column(overflow="fold")
    row.add_row(*map(Text, map(printable, (line[:indent], line[indent:]))))
    return row


def document(validation: Validation) -> Document:
    """The report on the articles, with the plan above it; the JSON is the report's."""
    found = articles.document(validation.audit)
    if validation.plan is None:
        return found
    first, *others = found.sections
    lead = _sentence(validation.plan, validation.answered)
    calls: dict[str, Any] = {
        "calls": _calls(validation.plan),
        "answered": validation.answered,
    }
    if validation.plan.raters:
        calls["raters"] = {
            spec.name: _expected(validation.plan, spec) for spec in validation.plan.raters
        }
    record = found.record if isinstance(found.record, str) else {**found.record, **calls}
    return replace(found, record=record, sections=(replace(first, lead=lead), *others))


def plan_lines(plan: Plan, answered: int = 0) -> list[str]:
    """What would run, as lines of a word and what is to say about it."""
    data = plan.dataset
    lines = [f"dataset   {data.name}", f"articles  {len(data)}"]
    for task in plan.tasks:
        names = [model.name for model, of in plan.jobs if of is task]
        items = count(task.items, task.noun)
        lines += [
            f"task      {task.name}: {items} requested, primary score {task.primary}",
            f"  articles  {plan.count(task)}",
            f"  models    {', '.join(names)}",
        ]
    return [
        *lines,
        f"metrics   {', '.join(plan.metrics)}",
        *_rater_lines(plan),
        *(line for spec in plan.raters for line in _announced(plan, spec)),
        *(f"note      {note}" for note in plan.notes),
        f"calls     {_calls(plan)} (one for each model, task and article){_already(answered)}",
        f"output    results/{plan.config.name}",
    ]


def _expected(plan: Plan, spec: RaterSpec) -> dict[str, Any]:
    """What a rater would be asked, as data."""
    questions, characters = expected_questions(plan, spec)
    return {"questions": questions, "announced": spec.announce(questions, characters)}


def _announced(plan: Plan, spec: RaterSpec) -> list[str]:
    """What a rater would be asked; answers that the run directory holds are not asked again."""
    told = spec.announce(*expected_questions(plan, spec))
    return [f"{f'  {spec.name}:':<12}{line}" for line in told]


def _rater_lines(plan: Plan) -> list[str]:
    """What the raters rate, and about how often; nothing without raters."""
    if not plan.raters:
        return []
    tables = [
        (spec, task, spec.dimensions(task.name)) for spec in plan.raters for task in plan.tasks
    ]
    names = {
        spec.name: dict.fromkeys(
            [d for of, t, table in tables if of is spec for d in (*table, *of.comparisons(t.name))]
        )
        for spec in plan.raters
    }
    ratings = sum(
        plan.count_for(model, of) * sum(1 if d.of_list else of.items for d in table.values())
        for _, task, table in tables
        for model, of in plan.jobs
        if of is task
    )
    told = "; ".join(f"{name}: {', '.join(dimensions)}" for name, dimensions in names.items())
    return [
        f"raters    {told}",
        f"ratings   about {ratings:,} (one for each item and what is rated)",
    ]


def _calls(plan: Plan) -> int:
    return sum(plan.count(task) for _, task in plan.jobs)


def _already(answered: int) -> str:
    return f", of which {answered} are answered already" if answered else ""


def _sentence(plan: Plan, answered: int) -> str:
    models = count(len({model.name for model, _ in plan.jobs}), "model")
    tasks = " and ".join(task.name for task in plan.tasks)
    return f"{models}, {tasks}: {count(_calls(plan), 'call')}{_already(answered)}"
