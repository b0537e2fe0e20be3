"""The criteria of ratings: what is asked about an item, and what each value means.

People and judges read the same words. ``rubric.yaml`` holds the criteria of this package; a file of
the same form holds others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from bench.data.yaml_source import YamlSource
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.strict_model import StrictModel
from bench.tasks import TASKS, TaskName
from bench.validation import plain_reason

SHIPPED = Path(__file__).with_name("rubric.yaml")
_MOST = 100  # values of a scale, and characters of a name


def _at_least_two(scale: dict[int, str]) -> dict[int, str]:
    if len(scale) < 2:
        raise ValueError("needs at least two values, each with its meaning")
    return dict(sorted(scale.items()))


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError(
            "boolean", "a word that YAML reads as true or false, such as yes and off: quote it"
        )
    return value


_NO_BOOLEAN = BeforeValidator(_no_boolean)
_Words = Annotated[str, Field(min_length=1, max_length=2_000), _NO_BOOLEAN]
_Scale = Annotated[
    dict[Annotated[int, Field(ge=-1_000, le=1_000), _NO_BOOLEAN], _Words],
    Field(max_length=_MOST),
    AfterValidator(_at_least_two),
]


class Criterion(StrictModel):
    """A criterion, by which a rater gives each item a value of its scale."""

    ask: _Words
    """The question to the rater about one item."""
    scale: _Scale
    """What each value means, from the lowest to the highest."""

    @property
    def low(self) -> int:
        """The lowest value."""
        return min(self.scale)

    @property
    def high(self) -> int:
        """The highest value."""
        return max(self.scale)


Criteria = Mapping[str, Criterion]
"""The criteria of a task, by name."""
_CriterionName = Annotated[str, Field(pattern=r"^[a-z]\w*$", max_length=_MOST)]


class Rubric(StrictModel):
    """The criteria of each task, by name."""

    questions: dict[_CriterionName, Criterion] = Field(default={})
    summary: dict[_CriterionName, Criterion] = Field(default={})

    def criteria(self, task: TaskName, names: tuple[str, ...] = ()) -> Criteria:
        """The criteria of a task: those with these names in this order, or all of them.

        Raises:
            UnknownNameError: the task does not have such a criterion; the message lists its
                criteria.
        """
        known = self.questions if task == "questions" else self.summary
        for name in names:
            if name not in known:
                raise UnknownNameError(unknown_name(f"criterion of {task}", name, known))
        return {name: known[name] for name in names or known}


@cache
def shipped_rubric() -> Rubric:
    """The criteria of this package."""
    return read_rubric(SHIPPED)


def read_rubric(file: Path) -> Rubric:
    """Read criteria from a YAML file of the form of ``rubric.yaml``.

    Raises:
        ConfigError: it cannot be read, or is not a rubric; one line for each fault, with its line
            in the file.
    """
    source = YamlSource(file)
    given: Any = source.value
    if not isinstance(given, dict) or not given:
        raise ConfigError(
            f"{file}: a rubric is a mapping of tasks ({', '.join(TASKS)}) to criteria"
        )
    try:
        return Rubric.model_validate(given)
    except ValidationError as error:
        raise ConfigError(_problem(fault, source) for fault in error.errors()) from error


def _problem(fault: Any, source: YamlSource) -> str:
    where, key = fault["loc"], ".".join(str(part) for part in fault["loc"] if part != "[key]")
    location = source.location_of(where)
    if fault["type"] == "extra_forbidden":
        known = TASKS if len(where) == 1 else Criterion.model_fields
        return unknown_name("task" if len(where) == 1 else "key", str(where[-1]), known, location)
    if fault["type"] == "string_pattern_mismatch":
        return (
            f"{location}: {key}: a criterion's name begins with a lower-case letter, and has"
            " letters, digits and _ only"
        )
    return f"{location}: {key}: {plain_reason(fault)}"
