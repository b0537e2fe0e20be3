"""Which entries of a config name code that does not come with this package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.errors import ConfigError
from bench.identity.locate import locate
from bench.metrics import METRICS
from bench.metrics.similarity import SIMILARITIES
from bench.models import MODELS
from bench.registry import Registry
from bench.runs.config import Config, Entry, ModelEntry

_OVER_SIMILARITY = re.compile(r"(?:set|greedy)_(?P<similarity>.+)", re.DOTALL)


def named_code(entry: Entry) -> list[str]:
    """Names in an entry behind which stands code of somebody else, none of it imported."""
    if isinstance(entry, ModelEntry):
        return _foreign(entry.use, MODELS)
    over = _OVER_SIMILARITY.fullmatch(entry.use) if entry.use not in METRICS.targets else None
    found = [] if over else _foreign(entry.use, METRICS)
    if entry.use == "evaluate":
        found.append(f"evaluate {entry.parameters.get('measure')!s:.200}")
    similarities = [over["similarity"]] if over else []
    similarities += list(_similarities(entry.parameters))
    return [*found, *(name for s in similarities for name in _foreign(s, SIMILARITIES))]


def refuse_foreign_code(config: Config, run: Path) -> None:
    """Refuse metrics of a run's config whose code is not plainly the user's own.

    The names stand in a run directory, which may be anybody's. What comes with this package, an
    entry point that is installed, and a module below the working directory are used; a module in
    the directory that the run came in, or anywhere else, is not.

    Args:
        config: of the run.
        run: its directory.

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
