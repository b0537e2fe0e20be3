"""What the judges of a plan would ask, and what they may spend together."""

from __future__ import annotations

from bench.errors import ConfigError
from bench.raters.judging.options import JudgeOptions
from bench.raters.judging.spending import Spending
from bench.raters.spec import RaterSpec
from bench.runs.plan import Plan
from bench.tasks import Task

_ITEM = 100  # characters of an item, about


def limit_spending(plan: Plan, max_calls: int | None, max_cost: float | None) -> None:
    """Limit what all judges of a plan spend together.

    Args:
        plan: the run.
        max_calls: the maximum number of calls; None for any number.
        max_cost: the maximum cost; None for any.

    Raises:
        ConfigError: no judge could be limited, or the prices of one are unknown.
    """
    if max_calls is None and max_cost is None:
        return
    judges = [spec for spec in plan.raters if isinstance(spec.rater, JudgeOptions)]
    if not judges:
        raise ConfigError("max_calls and max_cost limit judges, and the config has none")
    shared = Spending(max_calls, max_cost)
    for spec in judges:
        rater = spec.rater
        assert isinstance(rater, JudgeOptions)
        if max_cost is not None and rater.price_in is None and rater.checkpoint is None:
            raise ConfigError(f"{spec.label}: max_cost needs its price_in and price_out")
        rater.spending.within = shared


def expected_questions(plan: Plan, spec: RaterSpec) -> tuple[int, int]:
    """About how many questions a rater is asked at most, and the characters in all of them.

    As if every model wrote as many items as it is asked for, and all of them were different.
    """
    questions = characters = 0
    for task in plan.tasks:
        own = _of_task(plan, spec, task)
        questions += own[0]
        characters += own[1]
    return questions, characters


def _of_task(plan: Plan, spec: RaterSpec, task: Task) -> tuple[int, int]:
    models = [model for model, of in plan.jobs if of is task]
    competitors = [model.name for model in models if model.role == "model"]
    compared = len(spec.comparisons(task.name))
    pairs = len(spec.rater.pairs(competitors)) if compared else 0
    of_lists = [one.of_list for one in spec.dimensions(task.name).values()]
    lists = sum(model.samples for model in models)
    of_items = len(of_lists) - sum(of_lists)
    # By article: questions about single items, about lists, and about pairs of lists.
    single, whole, both = (
        lists * task.items * of_items,
        lists * sum(of_lists),
        2 * pairs * compared,
    )
    items = single + task.items * (whole + 2 * both)
    articles = texts = 0
    if single + whole + both:
        for batch in plan.dataset.batches(plan.config.block_size):
            for article in batch:
                if task.references(article):
                    articles += 1
                    texts += len(article.title) + len(article.text)
    asked = single + whole + both
    return articles * asked, asked * texts + articles * items * _ITEM
