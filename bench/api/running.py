"""``bench.run``: from a config to a finished run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from weakref import finalize

from bench.api.progress import reported
from bench.errors import ConfigError
from bench.runs.config import Config, parsed_config
from bench.runs.config_file import ConfigFile, find_config
from bench.runs.loading import as_run, load_run
from bench.runs.opening import finished_run
from bench.runs.owner import Policy
from bench.runs.plan import Plan, choose_models, choose_raters, make_plan
from bench.runs.public import Run
from bench.runs.rating_limits import limit_spending
from bench.runs.remote_write import execute_at
from bench.runs.run import Progress
from bench.runs.session_objects import entry_of, refuse_other_processes
from bench.tasks import task_named


def run(  # noqa: PLR0913 - an option each, all by name
    config: str | Path | Mapping[str, Any] | Config = "default",
    *,
    models: Sequence[Any] | Mapping[str, Any] | None = None,
    tasks: Sequence[str] | None = None,
    metrics: Sequence[Any] | None = None,
    raters: Sequence[Any] | None = None,
    dataset: str | Path | None = None,
    limit: int | None = None,
    samples: int | None = None,
    engine: str | Mapping[str, Any] | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: bool | Progress = True,
    max_calls: int | None = None,
    max_cost: float | None = None,
    **options: Any,
) -> Run:
    """Run models over articles and score what they write.

    Args:
        config: the name of a shipped config, a YAML file, a mapping with the keys of one, or a
            ``Config``.
        models: names, entries as in a config (``{"use": "lead", "k": 3}``), classes, instances, or
            functions ``f(article, task) -> list of strings``; or a mapping from names to these.
            The config's own models if not given.
        tasks: ``"summary"``, ``"questions"`` or both; the config's if not given.
        metrics: names, entries, or objects; the config's if not given.
        raters: what rates the items besides: names of the config's raters, entries, classes, or
            functions ``f(article, item) -> number``; the config's if not given, ``[]`` for none.
        dataset: a name, file, folder or URL of articles; the config's if not given.
        limit: use only the first ``limit`` articles.
        samples: how often a model that draws at random is asked for each article; the scores of an
            article are averaged over its samples. The config's if not given.
        engine: ``"local"``, ``"processes"``, ``"ray"``, or a mapping as in a config. Objects of
            this session run with ``"local"`` only.
        output: the run directory, a path or URL, where the run is kept and from where it goes on
            if it was stopped. Without it nothing stays when the returned object is gone.
        overwrite: replace a run of another config or dataset in ``output``.
        progress: whether to show progress and notes on standard error; or an object that
            receives them.
        max_calls: the maximum number of calls of all judges together. A run that reaches it keeps
            all answers and goes on in the next call.
        max_cost: the maximum cost of all judges together, by the prices in the config; likewise.
        options: any other key of a config: ``seed``, ``split``, ``columns``, ``cluster``,
            ``batch_size``, ``confidence``, ``on_error`` ...

    Returns:
        The finished run. ``failures`` says what went wrong; what could be scored is scored.

    Raises:
        BenchError: anything about the config, the articles or the models cannot be used.
    """
    changes: dict[str, Any] = {**options, "limit": limit, "samples": samples}
    changes |= {"engine": engine, "dataset": None if dataset is None else str(dataset)}
    plan = planned(config, models=models, tasks=tasks, metrics=metrics, raters=raters, **changes)
    limit_spending(plan, max_calls, max_cost)
    policy = Policy(
        keep=bool(models or tasks) and not overwrite,
        overwrite=overwrite,
        configured=base_config(config).models,
    )
    return executed(plan, output, policy, progress)


def executed(
    plan: Plan, output: str | Path | None, policy: Policy, progress: bool | Progress
) -> Run:
    """Carry out a plan.

    Args:
        plan: from ``planned``.
        output: as for ``run``.
        policy: what becomes of an earlier run in ``output``.
        progress: as for ``run``.

    Raises:
        BenchError: the plan cannot be carried out.
    """
    with reported(progress) as reporter:
        for note in plan.notes:
            reporter.tell(note)
        if output is not None:
            execute_at(plan, str(output), reporter, policy)
            return load_run(str(output))
        scratch = TemporaryDirectory(prefix="bench-")
        directory = Path(scratch.name) / _unused(plan.config.name)
        execute_at(plan, str(directory), reporter, policy)
    found = as_run(finished_run(directory))
    finalize(found, scratch.cleanup)
    return found


def base_config(config: str | Path | Mapping[str, Any] | Config | None = None) -> Config:
    """The config behind what ``run`` accepts, without any changes.

    Raises:
        BenchError: it cannot be used.
    """
    file = _file(config)
    return file.config if file else _config(config)


def planned(  # noqa: PLR0913 - an option each, all by name
    config: str | Path | Mapping[str, Any] | Config | None = None,
    *,
    models: Sequence[Any] | Mapping[str, Any] | None = None,
    tasks: Sequence[str] | None = None,
    metrics: Sequence[Any] | None = None,
    raters: Sequence[Any] | None = None,
    importing: bool = True,
    **changes: Any,
) -> Plan:
    """What a run would do; nothing is run.

    Args:
        config: as for ``run``.
        models: as for ``run``.
        tasks: as for ``run``.
        metrics: as for ``run``.
        raters: as for ``run``.
        importing: whether code is imported that does not come with this package.
        changes: keys of the config with other values; None leaves a key as it is.

    Raises:
        BenchError: anything of it cannot be used.
    """
    file = _file(config)
    base = file.config if file else _config(config)
    unknown = set(changes) - set(Config.model_fields)
    if unknown:
        raise TypeError(f"run() got an unexpected argument {min(unknown)!r}")
    if tasks:
        names = [task_named(name).name for name in tasks]
        changes["tasks"] = {name: base.tasks.get(name, {}) for name in names}
    if models:
        changes["models"] = _models(base, models)
    if metrics:
        changes["metrics"] = [entry_of(metric) for metric in metrics]
    if raters is not None:
        changes["raters"] = _raters(base, raters)
    changed = base.changed(**changes)
    given = [*changes.get("models", ()), *changes.get("metrics", ()), *changes.get("raters", ())]
    refuse_other_processes(given, changed.engine.use)
    return make_plan(changed, file, importing=importing)


_NAMES: Counter[str] = Counter()


def _unused(name: str) -> str:
    """A name for a temporary run, unique in this session."""
    _NAMES[name] += 1
    return name if _NAMES[name] == 1 else f"{name}-{_NAMES[name]}"


def _file(config: Any) -> ConfigFile | None:
    """The file of a config that is given by its name or path."""
    if config is None or isinstance(config, str | Path):
        return ConfigFile(find_config(None if config is None else str(config)))
    return None


def _config(given: Any) -> Config:
    if isinstance(given, Config):
        return given
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise ConfigError(f"a config is a name, a path, a mapping or a Config, not {kind}")
    return parsed_config({"name": "run", **given})


def _raters(base: Config, raters: Sequence[Any]) -> list[Any]:
    """The entries of the raters; a name may be one of the config's own raters."""
    if isinstance(raters, str):
        raise ConfigError(f"raters: give a list: [{raters!r}]")
    names = list(dict.fromkeys(rater for rater in raters if isinstance(rater, str)))
    chosen = dict(zip(names, choose_raters(base, names), strict=True))
    entries = (
        chosen.pop(rater, None) if isinstance(rater, str) else _rater_entry(rater)
        for rater in raters
    )
    return [entry for entry in entries if entry is not None]


def _rater_entry(rater: Any) -> Any:
    """The entry of a rater; a lambda is named by its file, and no rater's name has a dot."""
    entry = entry_of(rater)
    return (
        entry if isinstance(rater, Mapping) else {**entry, "name": entry["name"].replace(".", "-")}
    )


def _models(base: Config, models: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The entries of the models; a name may be one of the config's own models."""
    if isinstance(models, str):
        raise ConfigError(f"models: give a list: [{models!r}]")
    if isinstance(models, Mapping):
        return [entry_of(model, name) for name, model in models.items()]
    names = list(dict.fromkeys(model for model in models if isinstance(model, str)))
    chosen = dict(zip(names, choose_models(base, names), strict=True))
    # A repeated name is one model; the first mention gives its position.
    entries = (
        chosen.pop(model, None) if isinstance(model, str) else entry_of(model) for model in models
    )
    return [entry for entry in entries if entry is not None]
