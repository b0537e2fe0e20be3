"""Why stored predictions are discarded, and which calls of a plan are answered already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.display import count
from bench.errors import RunDirectoryError
from bench.models.spec import ModelSpec
from bench.runs.origins import Origin, origin_file, read_origin, settled, versions_of
from bench.runs.plan import Plan
from bench.runs.predictions import prediction_file, prediction_key
from bench.runs.samples import samples_of
from bench.tasks import Task


def note_of_discarded(spec: ModelSpec, task: Task, origin: Origin | None, rows: int) -> str:
    """The line that says how many rows are discarded, and why.

    Args:
        spec: the model.
        task: the task.
        origin: what the rows were made with; None if unknown.
        rows: the number of rows.
    """
    stored = count(rows, "stored prediction")
    are = "is" if rows == 1 else "are"
    return f"{task.name}: {stored} of {spec.name} {are} discarded; {_reason(spec, task, origin)}"


def _reason(spec: ModelSpec, task: Task, origin: Origin | None) -> str:
    if spec.nonce:
        return "its code cannot be identified"
    if origin is None or not origin.signature:
        return "it is not known what they were made with"
    parts = list(_changes(origin.signature, spec.signature_for(task.name)))
    if origin.items not in (None, task.items):
        parts.append(f"the number of items ({origin.items}, now {task.items})")
    parts += [
        f"the version of {name} ({was}, now {now})"
        for name, (was, now) in origin.differences(versions_of(spec)).items()
    ]
    return f"changed since then: {', '.join(parts)}" if parts else "the articles have changed"


def _changes(before: str, now: str) -> Iterator[str]:
    """What differs between two signatures, in words."""
    old, new = _parts(before), _parts(now)
    if old.pop("", None) != new.pop("", None):
        yield "the model"
    for name in sorted(old.keys() | new.keys()):
        was, value = old.get(name), new.get(name)
        if was == value:
            continue
        if name == "code":
            yield "the code of the model"
        elif name == "v":
            former, current = (text.partition(",") for text in (was or "", value or ""))
            if former[0] != current[0]:
                yield f"the version of the model ({former[0]}, now {current[0]})"
            else:
                yield "the files or weights that the model reads"
        elif {was, value} & {None} or "sha256:" in f"{was}{value}":
            yield name
        else:
            yield f"{name} ({was}, now {value})"


def _parts(signature: str) -> dict[str, str]:
    """The parts of a signature by name; that of the model itself has the name ""."""
    model, *parts = signature.split("|")
    named = (part.partition(":") for part in parts)
    return {"": model, **{name: value for name, _, value in named}}


def answered_calls(plan: Plan, directory: Path) -> int:
    """The number of calls whose answer a run directory holds.

    Args:
        plan: the run.
        directory: of an earlier run, which need not exist.
    """
    if not directory.is_dir():
        return 0
    plan = settled(plan, directory)
    return sum(_answered(plan, spec, task, directory) for spec, task in plan.jobs)


def _answered(plan: Plan, spec: ModelSpec, task: Task, directory: Path) -> int:
    file = prediction_file(directory, spec.name, task.name)
    origin = read_origin(origin_file(directory, spec.name, task.name))
    changed = origin is not None and origin.differences(versions_of(spec))
    if spec.nonce or (changed and plan.config.on_version_change == "redo"):
        return 0
    try:
        stored = {(row.article, row.sample, row.key) for row in file.read() if not row.error}
    except RunDirectoryError:
        return 0  # a run reports it
    fingerprint = plan.dataset.declared.fingerprint
    return sum(
        (article.id, of.sample, prediction_key(spec, of, article, fingerprint)) in stored
        for article, of in (samples_of(plan.dataset, spec, task) if stored else ())
    )
