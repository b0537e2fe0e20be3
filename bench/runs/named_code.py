"""Finds entries of a config that name code from outside this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.errors import ConfigError
from bench.identity.locate import locate
from bench.metrics import METRICS
from bench.metrics.names import parse_name
from bench.metrics.similarity import SIMILARITIES
from bench.models import MODELS
from bench.raters import RATERS
from bench.registry import Registry
from bench.runs.config import Config, Entry, ModelEntry, RaterEntry


def named_code(entry: Entry) -> list[str]:
    """The names of foreign code in an entry, without importing it."""
    if isinstance(entry, ModelEntry):
        return _foreign(entry.use, MODELS)
    if isinstance(entry, RaterEntry):
        return _foreign(entry.use, RATERS)
    over = parse_name(entry.use, METRICS.targets).parameters.get("similarity")
    found = [] if over else _foreign(entry.use, METRICS)
    if entry.use == "evaluate":
        found.append(f"evaluate {entry.parameters.get('measure')!s:.200}")
    similarities = [over] if over else []
    similarities += list(_similarities(entry.parameters))
    return [*found, *(name for s in similarities for name in _foreign(s, SIMILARITIES))]


def refuse_foreign_code(config: Config, run: Path) -> None:
    """Refuse metrics of a run's config whose code is not certainly the user's own.

    The names come from a run directory, which anybody may have written. Code of this package,
    installed entry points, and modules below the working directory are accepted. A module in the
    directory that the run came in, or anywhere else, is refused.

    Args:
        config: the config of the run.
        run: the run directory.

    Raises:
        ConfigError: a metric is refused; one line for each name.
    """
    names = dict.fromkeys(name for entry in config.metrics for name in named_code(entry))
    problems = [
        f"{run}: its metrics name {name[:200]!r}, which is not imported: scoring again uses only"
        " metrics of this package, installed entry points, and modules of your own below the"
        " working directory that did not come with the run"
        for name in names
        if not _is_own(name, run)
    ]
    if problems:
        raise ConfigError(problems)


def _similarities(parameters: Mapping[str, Any]) -> Iterator[str]:
    for key, value in parameters.items():
        named = value.get("use") if isinstance(value, Mapping) else value
        if key == "similarity" and isinstance(named, str):
            yield named
        if isinstance(value, Mapping):
            yield from _similarities(value)


def _foreign(name: str, registry: Registry) -> list[str]:
    entry_point = name in registry.targets and name not in registry.builtin
    return [name] if entry_point or (":" in name and name not in registry.targets) else []


def _is_own(name: str, run: Path) -> bool:
    if any(name in registry.targets for registry in (METRICS, SIMILARITIES)):
        return True
    module, colon, _ = name.partition(":")
    if not colon or not all(part.isidentifier() for part in module.split(".")):
        return False
    here, located = Path.cwd().resolve(), locate(module)
    if located.kind != "own" or located.file is None or not located.file.is_relative_to(here):
        return False
    return not located.file.is_relative_to(_brought(run.resolve(), here))


def _brought(run: Path, here: Path) -> Path:
    """The outermost folder below the working directory that the run came in."""
    if here.is_relative_to(run):
        return here
    return here / run.relative_to(here).parts[0] if run.is_relative_to(here) else run
