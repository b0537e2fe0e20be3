"""Contract checks for models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bench.article import Article
from bench.component import identify
from bench.models import MODELS
from bench.models.base import Model, Output
from bench.models.spec import ModelSpec, build_model
from bench.tasks import TASKS, Task
from bench.testing.contract import Checks
from bench.testing.described import check_description
from bench.testing.elsewhere import check_elsewhere
from bench.testing.identity import check_identity
from bench.testing.samples import ARTICLES, ODD_ARTICLES, SECRET
from bench.testing.under_test import Kind, component_under_test

Outputs = list[Output]


class ModelKind(Kind):
    """Creates models, as a run does."""

    noun = "model"
    registry = MODELS

    def named(self, name: str, parameters: Mapping[str, Any]) -> ModelSpec:
        """Create a model from its name in a config."""
        return build_model(name, name, parameters, seed=0)

    def wrapped(self, component: Model, name: str, parameters: Mapping[str, Any]) -> ModelSpec:
        """The model as used by a run."""
        without = component.excluded_from_signature
        inner = getattr(component, "inner", None)
        identity = identify(component, name, without=without, inner=inner)
        return ModelSpec(name, dict(parameters), 0, name, identity, "", component)

    def get_ready(self, component: ModelSpec) -> bool:
        """Load the model, and pass it the articles if it prepares for them."""
        component.prepare(ARTICLES)
        return True

    def restored(self, core: Any, name: str) -> ModelSpec:
        """The unpickled model as used by a run."""
        return self.wrapped(core, name, {})

    def core(self, component: Any) -> Any:
        """The model itself."""
        return component.model if isinstance(component, ModelSpec) else component

    def signature(self, component: ModelSpec) -> str:
        """The signature of its predictions."""
        return component.signature


def check_model(model: Any, /, **parameters: Any) -> None:
    """Check that a model fulfils its contract.

    The checks run it on several small articles, which may take a while for a model with weights or
    behind a server.

    Args:
        model: its name in a config, such as ``"mypackage.models:FirstParagraph"``; or a class with
            ``tasks`` and ``predict``; or a function of an article and a task; or an instance.
        parameters: its parameters; not for an instance.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: unknown component or parameter.
    """
    subject = component_under_test(ModelKind(), model, parameters)
    spec: ModelSpec = subject.component
    checks = Checks(subject.label)
    check_description(checks, spec.model)
    check_identity(checks, subject, without=frozenset(spec.model.excluded_from_signature))
    expected = "a model that can be loaded"
    ready = checks.attempt("load", expected, lambda: subject.kind.get_ready(spec))
    for name in spec.tasks if ready else ():
        checks.guard("output", partial(_check_task, checks, spec, TASKS[name]))
    if ready and spec.model.distributable and checks.passed("output", "repeatable"):
        check_elsewhere(checks, subject, _results)
    checks.finish()


def _check_task(checks: Checks, spec: ModelSpec, task: Task) -> None:
    articles = _applicable(spec, task, ARTICLES)
    found = _outputs(checks, spec, task, articles, "output")
    if found is None:
        return
    for name, article in ODD_ARTICLES:
        some = _applicable(spec, task, [article])
        _outputs(checks, spec, task, some, "odd_articles", f" for {name}")
    again = _outputs(checks, spec, task, articles, "repeatable")
    if again is not None and _items(again) != _items(found):
        seen = f"got {_difference(found, again)} for the same articles ({task.name})"
        checks.fail("repeatable", seen, "the same output each time")
    if checks.passed("repeatable", "output"):
        _check_batches(checks, spec, task, articles, found)
        _check_references(checks, spec, task, articles, found)
    _check_count(checks, spec, task, articles)


def _outputs(  # noqa: PLR0913, PLR0917 - the request, and how it is reported
    checks: Checks,
    spec: ModelSpec,
    task: Task,
    articles: Sequence[Article],
    check: str,
    where: str = "",
) -> Outputs | None:
    """The outputs of the model, if they are valid."""
    expected = f"one list of strings for each article{where} ({task.name})"
    found = checks.attempt(check, expected, lambda: list(spec.predict(articles, task)))
    if found is None:
        return None
    for output in found:
        if output.error is not None:
            checks.fail(check, f"it failed: {output.error}", expected)
            return None
        odd = [item for item in output.items if not isinstance(item, str) or not _encodable(item)]
        if odd or not isinstance(output.items, tuple | list):
            seen = f"got {odd[0] if odd else output.items!r} among the items"
            checks.fail(check, seen, expected)
            return None
    return found


def _check_batches(
    checks: Checks, spec: ModelSpec, task: Task, articles: Sequence[Article], found: Outputs
) -> None:
    """``batches``: what is written for an article does not depend on what stands beside it."""
    if spec.model.batched:
        return
    expected = (
        "one output per article, in order, independent of its batch; or `batched = True` for a"
        " model that computes several at once"
    )
    alone = [_outputs(checks, spec, task, [article], "batches") for article in articles]
    backwards = _outputs(checks, spec, task, articles[::-1], "batches")
    if backwards is None or any(output is None for output in alone):
        return
    single = [output[0] for output in alone if output]
    for how, other in (("alone", single), ("in another order", backwards[::-1])):
        if _items(other) != _items(found):
            seen = f"got {_difference(found, other)} among others and {how} ({task.name})"
            checks.fail("batches", seen, expected)


def _check_references(
    checks: Checks, spec: ModelSpec, task: Task, articles: Sequence[Article], found: Outputs
) -> None:
    """``references``: a competitor does not read what its output is compared with."""
    if spec.model.sees_references:
        return
    expected = "no use of an article's references, or `sees_references = True` and a role"
    for article, output in zip(articles, found, strict=True):
        if any(f"{SECRET}{article.id.rpartition('-')[2]}" in item for item in output.items):
            seen = f"its output for {task.name} contains words that only the references have"
            checks.fail("references", seen, expected)
            return
    shown = checks.attempt(
        "references",
        "the same output for an article that has references and one that has none",
        lambda: list(spec.model.predict(list(articles), task)),
    )
    if shown is not None and [_plain(output) for output in shown] != _items(found):
        seen = f"its output for {task.name} differs if an article has references"
        checks.fail("references", seen, expected)


def _check_count(checks: Checks, spec: ModelSpec, task: Task, articles: Sequence[Article]) -> None:
    """``item_count``: no more items than it is asked for, if it says that it counts them.

    Items that are parsed from text are not counted.
    """
    if not spec.model.honors_item_count or spec.model.parses_text:
        return
    for count in (2, task.items):
        asked = replace(task, items=count)
        found = _outputs(checks, spec, asked, articles, "item_count") or []
        most = max((len(output.items) for output in found), default=0)
        if most > count:
            checks.fail(
                "item_count",
                f"wrote {most} items instead of {count} ({task.name})",
                "at most `task.items`, or `honors_item_count = False`",
            )


def _results(spec: ModelSpec) -> list[list[tuple[str, ...]]]:
    """What it writes for each task; nothing where the last digits may differ."""
    if spec.model.batched:
        return []
    tasks = [TASKS[name] for name in spec.tasks]
    return [_items(spec.predict(_applicable(spec, t, ARTICLES), t)) for t in tasks]


def _applicable(spec: ModelSpec, task: Task, articles: Sequence[Article]) -> list[Article]:
    return [article for article in articles if spec.applies(article, task)]


def _items(outputs: Any) -> list[tuple[str, ...]]:
    return [tuple(output.items) for output in outputs]


def _plain(output: Any) -> tuple[str, ...]:
    return tuple(output.items if isinstance(output, Output) else output)


def _difference(some: Outputs, others: Outputs) -> str:
    """The first two outputs that differ."""
    for one, other in zip(_items(some), _items(others), strict=False):
        if one != other:
            return f"{_shortened(one)} and {_shortened(other)}"
    return f"{len(some)} and {len(others)} outputs"


def _shortened(items: tuple[str, ...]) -> str:
    text = repr(list(items))
    return text if len(text) <= 80 else f"{text[:77]}..."


def _encodable(item: str) -> bool:
    try:
        item.encode()
    except UnicodeEncodeError:
        return False
    return True
