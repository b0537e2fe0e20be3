"""``bench.names``: what a config or a command may name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.catalog import KINDS, Kind, listed
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.reports.names import Name, Names

if TYPE_CHECKING:
    from bench.reports.parameters import Parameters


def names(kind: Kind | None = None) -> Names:
    """Names of models, metrics, similarities, raters, tasks, datasets and configs.

    Each has a description. What other packages add is listed without importing it.

    Args:
        kind: ``"models"``, ``"metrics"``, ``"similarities"``, ``"raters"``, ``"tasks"``,
            ``"datasets"`` or ``"configs"``; all of them if not given.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownNameError(unknown_name("kind of names", kind, KINDS))
    chosen = KINDS if kind is None else (kind,)
    return Names(tuple(Name(each, *row) for each in chosen for row in listed(each)))


def parameters(kind: Kind, name: str) -> Parameters:
    """The parameters of a model, metric, similarity or rater, with type, default and meaning.

    Args:
        kind: ``"models"``, ``"metrics"``, ``"similarities"`` or ``"raters"``.
        name: a name of that kind, or ``module:attribute``, whose module is imported.

    Raises:
        UnknownNameError: the name is unknown.
        ConfigError: this kind has no parameters, or the module cannot be imported.
    """
    from bench.agreement.known import known_figures
    from bench.metrics import METRICS
    from bench.metrics.names import parse_name
    from bench.metrics.similarity import SIMILARITIES
    from bench.models import MODELS
    from bench.parameters import parameters_of
    from bench.raters import RATERS
    from bench.reports.parameters import Parameters

    registries = {
        "models": MODELS,
        "metrics": METRICS,
        "similarities": SIMILARITIES,
        "raters": RATERS,
    }
    if kind not in registries:
        raise ConfigError(f"{kind} have no parameters; give {', '.join(registries)}")
    registry = registries[kind]
    descriptions = {row[0]: row[-1] for row in listed(kind)}
    parsed = parse_name(name, registry.targets)
    if parsed.family not in registry.targets and ":" not in parsed.family:
        known = {*registry.targets, *descriptions}
        raise UnknownNameError(unknown_name(registry.kind, name, known))
    found = [
        replace(each, default=f"{parsed.parameters[each.name]} (set by the name)")
        if each.name in parsed.parameters
        else each
        for each in parameters_of(registry, parsed.family)
    ]
    figures = tuple(known_figures(name)) if kind == "metrics" else ()
    return Parameters(kind, name, descriptions.get(name, ""), tuple(found), figures)
