"""Contract checks for raters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from bench.article import Article
from bench.raters import RATERS
from bench.raters.base import Rater, RatingAnswer, RatingRequest
from bench.raters.spec import RaterSpec, build_rater, spec_of
from bench.tasks import TASKS, Task
from bench.testing.contract import Checks
from bench.testing.described import check_description
from bench.testing.elsewhere import check_elsewhere
from bench.testing.identity import check_identity
from bench.testing.samples import ARTICLES, ODD, ODD_ARTICLES, ORDINARY
from bench.testing.under_test import Kind, component_under_test

_CLOSE = 1e-6  # between values of a rater that reads batches


class RaterKind(Kind):
    """Creates raters, as a run does."""

    noun = "rater"
    registry = RATERS

    def named(self, name: str, parameters: Mapping[str, Any]) -> RaterSpec:
        """Create a rater from its name in a config."""
        return build_rater(name, name, parameters)

    def wrapped(self, component: Rater, name: str, parameters: Mapping[str, Any]) -> RaterSpec:
        """The rater as used by a run."""
        return spec_of(component, name, name, parameters)

    def get_ready(self, component: RaterSpec) -> bool:
        """Load the rater."""
        component.rater.load()
        return True

    def restored(self, core: Any, name: str) -> RaterSpec:
        """The unpickled rater as used by a run."""
        return self.wrapped(core, name, {})

    def core(self, component: Any) -> Any:
        """The rater itself."""
        return component.rater if isinstance(component, RaterSpec) else component

    def signature(self, component: RaterSpec) -> str:
        """The signature of its answers."""
        return component.identity.text


def check_rater(rater: Any, /, **parameters: Any) -> None:
    """Check that a rater fulfils its contract.

    The checks ask it about several small articles, which may take a while for a rater with weights
    or behind a server.

    Args:
        rater: its name in a config, such as ``"mypackage.raters:Names"``; or a class with
            ``dimensions`` and ``rate``; or a function of an article and an item; or an instance.
        parameters: its parameters; not for an instance.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: unknown component or parameter.
    """
    subject = component_under_test(RaterKind(), rater, parameters)
    spec: RaterSpec = subject.component
    checks = Checks(subject.label)
    check_description(checks, spec.rater)
    without = frozenset(spec.rater.excluded_from_signature)
    check_identity(checks, subject, without=without)
    ready = checks.attempt(
        "load", "a rater that can be loaded", lambda: RaterKind().get_ready(spec)
    )
    if ready and not spec.rater.streams:
        checks.guard("answers", partial(_check_answers, checks, spec))
        if spec.rater.distributable and checks.passed("answers", "repeatable", "batches"):
            check_elsewhere(checks, subject, _results)
    checks.finish()


def _check_answers(checks: Checks, spec: RaterSpec) -> None:
    """Check ``answers``, ``odd_items``, ``odd_articles``, ``repeatable`` and ``batches``."""
    asked = _requests(spec, ARTICLES, (case.predictions for case in ORDINARY[:2]))
    found = _values(checks, spec, asked, "answers")
    if found is None:
        return
    for case in ODD:
        odd = _requests(spec, ARTICLES[:1], [case.predictions])
        _values(checks, spec, odd, "odd_items", f" for {case.name}")
    for name, article in ODD_ARTICLES:
        odd = _requests(spec, [article], [ORDINARY[0].predictions[:1]])
        _values(checks, spec, odd, "odd_articles", f" for {name}")
    again = _values(checks, spec, asked, "repeatable")
    if again is not None and not _same(spec, found, again):
        seen = "got other values for the same requests"
        checks.fail("repeatable", seen, "the same values each time")
    if not checks.passed("repeatable"):
        return
    expected = "a value of each request that is independent of the others"
    turned = _values(checks, spec, asked[::-1], "batches")
    if turned is not None and not _same(spec, found, turned[::-1]):
        checks.fail("batches", "got other values in another order", expected)
    alone = [_values(checks, spec, [one], "batches") for one in asked]
    if all(alone) and not _same(spec, found, [value for one in alone for value in one or ()]):
        checks.fail("batches", "got other values for single requests", expected)


def _requests(
    spec: RaterSpec, articles: Iterable[Article], lists: Iterable[Sequence[str]]
) -> list[RatingRequest]:
    """What a run would ask about some lists."""
    every = [tuple(item for item in items if item.strip()) for items in lists]
    return [
        RatingRequest(article, task, name, part)
        for article in articles
        for task in _tasks(spec)
        for name, dimension in spec.dimensions(task.name).items()
        for items in filter(None, every)
        for part in ([items] if dimension.of_list else [(item,) for item in items[:3]])
    ]


def _tasks(spec: RaterSpec) -> list[Task]:
    return [TASKS[name] for name in spec.tasks]


def _values(
    checks: Checks, spec: RaterSpec, asked: Sequence[RatingRequest], check: str, where: str = ""
) -> list[float] | None:
    """The values that the rater gives, if all of them are valid."""
    expected = f"a value within the range of the dimension for each request{where}"

    def rated() -> list[RatingAnswer]:
        return spec.rate(asked)[0]

    found = checks.attempt(check, expected, rated)
    if found is None:
        return None
    for request, answer in zip(asked, found, strict=False):
        if answer.status != "ok" or answer.value is None:
            checks.fail(check, f"{request.dimension}: {answer.error or answer.raw}", expected)
            return None
    if len(found) < len(asked):
        checks.fail(check, f"it stopped after {len(found)} of {len(asked)} requests", expected)
        return None
    return [float(answer.value or 0.0) for answer in found]


def _same(spec: RaterSpec, one: Sequence[float], other: Sequence[float]) -> bool:
    close = _CLOSE if spec.rater.batched else 0.0
    pairs = zip(one, other, strict=True)
    return all(math.isclose(a, b, rel_tol=close, abs_tol=close) for a, b in pairs)


def _results(spec: RaterSpec) -> list[float | None]:
    """Its values; nothing where the last digits may differ."""
    if spec.rater.batched:
        return []
    asked = _requests(spec, ARTICLES[:2], [ORDINARY[0].predictions])
    return [answer.value for answer in spec.rate(asked)[0]]
