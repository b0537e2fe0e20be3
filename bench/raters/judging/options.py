"""The parameters of judges, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bench.errors import ConfigError, unknown_name
from bench.models.prompts import Templates
from bench.raters.judging.questions import CHOICE, SYSTEM, VALUE, Wording
from bench.raters.judging.reading import MOST_LETTERS
from bench.raters.judging.received import Forgotten, ReceivedAnswers
from bench.raters.judging.spending import Prices, Spending
from bench.raters.rubric import Criteria, Criterion, Rubric, read_rubric, shipped_rubric
from bench.tasks import TASKS, TaskName

_FORM = 200  # characters, about, of the sentences about the form of an answer
_OF_SERVERS = (
    *("base_url", "key", "headers", "query", "follow_redirects", "extra", "concurrency"),
    *("timeout", "deadline", "attempts", "samples", "temperature", "seed", "logprobs"),
    *("structured", "retries", "max_tokens", "token_field", "price_in", "price_out"),
    *("max_calls", "max_cost"),
)
_OF_CHECKPOINTS = ("revision", "device", "dtype", "batch_size")


@dataclass(kw_only=True)
class JudgeOptions:
    """The parameters of a judge, which ``bench.raters.judge.Judge`` explains.

    Raises:
        ConfigError: a parameter is invalid; one line for each.
    """

    model: str | None = None
    base_url: str | None = None
    checkpoint: str | None = None
    criteria: list[str] = field(default_factory=list)
    rubric: str | None = None
    pairwise: bool = False
    baseline: str | None = None
    prompt: Templates | None = None
    system: Templates = SYSTEM
    reasons: bool = True
    letters: bool = False
    family: str | None = None
    samples: Annotated[int, Field(ge=1, le=100)] = 1
    temperature: Annotated[float, Field(ge=0)] | None = 0.0
    seed: int | None = None
    logprobs: bool = True
    structured: bool = True
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    price_in: Annotated[float, Field(ge=0)] | None = None
    price_out: Annotated[float, Field(ge=0)] | None = None
    max_calls: Annotated[int, Field(ge=1)] | None = None
    max_cost: Annotated[float, Field(gt=0)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] = 512
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    key: str = "OPENAI_API_KEY"
    headers: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    follow_redirects: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1)] = 8
    timeout: Annotated[float, Field(gt=0)] = 60.0
    deadline: Annotated[float, Field(gt=0)] | None = None
    attempts: Annotated[int, Field(ge=1)] = 6
    revision: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    batch_size: Annotated[int, Field(ge=1)] = 8

    def __post_init__(self) -> None:
        if (self.model is None) == (self.checkpoint is None):
            raise ConfigError(
                "a judge needs either `model`, the id of a model on a server, or `checkpoint`"
            )
        problems = [*self._criteria_faults(), *self._option_faults()]
        if problems:
            raise ConfigError(problems)
        if not self.judged_tasks:
            rated = ", ".join(task for task, found in self._criteria.items() if found)
            asked = ", ".join(self.wording.tasks)
            raise ConfigError(
                f"no task has both a criterion and a template: `criteria` and `rubric` are for"
                f" {rated or 'no task'}, `prompt` is for {asked or 'no task'}"
            )

    def criteria_of(self, task: TaskName) -> Criteria:
        """The criteria of a task that it judges by, by name; empty if none are."""
        return self._criteria[task]

    @property
    def judged_tasks(self) -> tuple[TaskName, ...]:
        """The tasks that it has a criterion and a template for."""
        return tuple(task for task in self.wording.tasks if self._criteria[task])

    @property
    def without_effect(self) -> list[str]:
        """The parameters that are set, but concern judges of the other kind only."""
        others = _OF_CHECKPOINTS if self.checkpoint is None else _OF_SERVERS
        defaults = JudgeOptions(model="-")
        return [name for name in others if getattr(self, name) != getattr(defaults, name)]

    def criterion(self, task: TaskName, name: str) -> Criterion:
        """A criterion of the rubric."""
        return self._criteria[task][name]

    @cached_property
    def wording(self) -> Wording:
        """How it is asked."""
        default = CHOICE if self.pairwise else VALUE
        reasons = self.reasons and self.model is not None
        prompt = default if self.prompt is None else self.prompt
        return Wording(prompt, self.system, self.letters, reasons)

    @property
    def prices(self) -> Prices:
        """The prices of tokens."""
        return Prices(self.price_in, self.price_out)

    @cached_property
    def spending(self) -> Spending:
        """What it has spent, and may spend."""
        return Spending(self.max_calls, self.max_cost)

    @property
    def received(self) -> ReceivedAnswers:
        """Where answers are kept until their questions have rows."""
        found: ReceivedAnswers = vars(self).get("received_answers") or Forgotten()
        return found

    def keep_received(self, answers: ReceivedAnswers | None) -> None:
        """Keep answers there from now on; None for nowhere."""
        vars(self)["received_answers"] = answers

    @property
    def own_characters(self) -> int:
        """About how long a question is without the texts of others."""
        system = self.system if isinstance(self.system, str) else ""
        criteria = [c for found in self._criteria.values() for c in found.values()]
        longest = max(len(c.ask) + sum(map(len, c.scale.values())) for c in criteria)
        return len(system) + longest + _FORM

    @cached_property
    def _rubric(self) -> Rubric:
        return read_rubric(Path(self.rubric)) if self.rubric else shipped_rubric()

    @cached_property
    def _criteria(self) -> dict[TaskName, Criteria]:
        found: dict[TaskName, Criteria] = {}
        for task in TASKS.values():
            known = self._rubric.criteria(task.name)
            names = [name for name in self.criteria or known if name in known]
            found[task.name] = {name: known[name] for name in names}
        return found

    def _criteria_faults(self) -> Iterator[str]:
        known = {name for task in TASKS.values() for name in self._rubric.criteria(task.name)}
        for name in dict.fromkeys(self.criteria):
            if name not in known:
                yield unknown_name("criterion", name, known)
        both = set(self._rubric.questions) & set(self._rubric.summary)
        for name in both & set(self.criteria or both):
            scales = [c[name].scale for c in (self._rubric.questions, self._rubric.summary)]
            if set(scales[0]) != set(scales[1]):
                yield f"criterion {name!r}: its scale must have the same values in both tasks"
        if self.letters:
            for found in self._criteria.values() if set(self.criteria) <= known else ():
                for name, criterion in found.items():
                    if len(criterion.scale) > MOST_LETTERS:
                        yield f"letters: the scale of {name} has more than {MOST_LETTERS} values"

    def _option_faults(self) -> Iterator[str]:
        if self.baseline is not None and not self.pairwise:
            yield "baseline: only lists are compared with a baseline; set `pairwise: true`, too"
        if (self.price_in is None) != (self.price_out is None):
            yield "price_in and price_out: give both, for a million tokens each"
        if self.max_cost is not None and self.price_in is None:
            yield "max_cost: needs price_in and price_out"
