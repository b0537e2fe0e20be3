"""The versions under which predictions were generated, stored beside them.

``predictions/MODEL.TASK.origin.json`` holds the versions of the libraries and of the parser, so
that a resumed run does not mix predictions of different versions silently. It also holds the files
that the model writes, which are not part of its identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.data.files import write_atomic
from bench.errors import RunDirectoryError
from bench.identity.watch import Watch
from bench.models.spec import ModelSpec, build_model
from bench.runs.directory import installed_version, withdraw_results
from bench.runs.plan import Plan
from bench.runs.predictions import prediction_file
from bench.runs.strict_json import LARGEST, regular
from bench.tasks import Task
from bench.text.items import PARSER_VERSION

ORIGIN = ".origin.json"
"""The suffix of such a file."""


class Origin(BaseModel):
    """The content of an origin file.

    Attributes:
        signature: the signature of the model for the task.
        items: the number of items that it was asked for; None if unknown.
        versions: of each distribution that the output depends on, and of the parser; several,
            separated by commas, if predictions of different versions were kept together.
        written: files that the model writes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    signature: str = ""
    items: int | None = None
    versions: dict[str, str] = {}
    written: tuple[str, ...] = ()

    def differences(self, now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """The changed versions: by name, the stored one and the current one."""
        return {
            name: (self.versions[name], current)
            for name, current in now.items()
            if name in self.versions and current not in self.versions[name].split(", ")
        }

    def with_versions(self, now: Mapping[str, str]) -> Origin:
        """The origin after predictions of these versions were added."""
        joined = dict(now)
        for name, former in self.versions.items():
            known = former.split(", ")
            added = [now[name]] if now.get(name, known[0]) not in known else []
            joined[name] = ", ".join([*known, *added])
        return self.model_copy(update={"versions": joined})


def origin_file(directory: Path, model: str, task: str) -> Path:
    """The origin file of a model and task."""
    return directory / "predictions" / f"{model}.{task}{ORIGIN}"


def read_origin(file: Path) -> Origin | None:
    """The stored origin; None if it is missing or unreadable."""
    if not file.exists():
        return None
    try:
        return Origin.model_validate_json(regular(file, file.parent.parent, LARGEST).read_bytes())
    except (OSError, ValidationError, RunDirectoryError):
        return None


def write_origin(file: Path, origin: Origin) -> None:
    """Write an origin file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, origin.model_dump_json(indent=1) + "\n")


class OriginRecord:
    """Keeps the origin file up to date while predictions are written.

    Args:
        directory: of the run.
        spec: the model.
        task: the task.
        fresh: whether there are no earlier predictions.
    """

    def __init__(self, directory: Path, spec: ModelSpec, task: Task, *, fresh: bool) -> None:
        self._file = origin_file(directory, spec.name, task.name)
        now = versions_of(spec)
        former = read_origin(self._file) or Origin()
        signature = spec.signature_for(task.name)
        origin = Origin(signature=signature, items=task.items, versions=now, written=former.written)
        if not fresh:
            origin = origin.model_copy(update={"versions": former.with_versions(now).versions})
        self._origin = origin
        self._watch = Watch(spec.identity.named)
        write_origin(self._file, origin)

    def look(self) -> None:
        """Record the files that the model has written to since the last call."""
        changed = {*map(str, self._watch.changed())} - {*self._origin.written}
        if changed:
            written = tuple(sorted({*self._origin.written, *changed}))
            self._origin = self._origin.model_copy(update={"written": written})
            write_origin(self._file, self._origin)


def settled(plan: Plan, directory: Path) -> Plan:
    """The plan for a directory; files that a model writes are not part of its identity."""
    return replace(
        plan, model_specs=tuple(_settled(plan, spec, directory) for spec in plan.model_specs)
    )


def _settled(plan: Plan, spec: ModelSpec, directory: Path) -> ModelSpec:
    written: set[Path] = set()
    for task in plan.tasks:
        origin = read_origin(origin_file(directory, spec.name, task.name))
        written.update(map(Path, origin.written if origin else ()))
    if not written & spec.identity.named:
        return spec
    parts = (spec.use, spec.name, spec.parameters, spec.seed)
    return build_model(*parts, ignored=frozenset(written), samples=spec.samples)


def accept_versions(plan: Plan, directory: Path) -> list[str]:
    """Refuse to mix predictions of different versions unless the config allows it.

    Returns:
        A note for each model whose predictions of other versions are kept or made again.

    Raises:
        RunDirectoryError: predictions have other versions, and the config does not say what to do;
            one line for each model and task.
    """
    notes: list[str] = []
    problems: list[str] = []
    policy = plan.config.on_version_change
    for spec, task in plan.jobs:
        file = origin_file(directory, spec.name, task.name)
        origin = read_origin(file)
        rows = prediction_file(directory, spec.name, task.name).path
        if origin is None or origin.signature != spec.signature_for(task.name) or not rows.exists():
            continue  # no row will be used again
        now = versions_of(spec)
        changes = [f"{n} {was}, now {new}" for n, (was, new) in origin.differences(now).items()]
        if not changes:
            continue
        what = f"{task.name}: the predictions of {spec.name} were made with {'; '.join(changes)}"
        if policy == "stop":
            problems.append(f"{directory}: {what}")
        elif policy == "redo":
            withdraw_results(directory)
            rows.unlink()
            notes.append(f"{what}; they are made again")
        else:
            write_origin(file, origin.with_versions(now))
            notes.append(f"{what}; they are kept")
    if problems:
        remedy = "choose with --on-version-change: keep uses them, redo predicts them again"
        raise RunDirectoryError([*problems, remedy])
    return notes


def versions_of(spec: ModelSpec) -> dict[str, str]:
    """The installed versions of what a model depends on beside its own code."""
    found = {name: installed_version(name) for name in spec.model.made_with}
    if spec.model.parses_text:
        found["parser of items"] = str(PARSER_VERSION)
    return found
